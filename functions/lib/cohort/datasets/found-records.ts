// Records among the files of a folder, whatever folders they lie in.

/** Headers that match and beside which the files with these extensions lie. */
export function onlyWithSignals(paths: readonly string[], header: RegExp, extensions: readonly string[]): string[] {
  const there = new Set(paths);
  return paths.filter(
    (path) => header.test(path) && extensions.every((extension) => there.has(path.replace(/hea$/, extension))),
  );
}

/** What to do with the archive that lies where the records should be. */
export function archiveHint(paths: readonly string[]): string {
  const archive = paths.find((path) => /\.tar(?:\.(?:xz|gz|bz2))?$/.test(path));
  if (archive === undefined) return '';
  return `; it holds ${archive}: unpack that first, mkdir data && tar -xf <folder>/${archive} -C data, and give data with the tables beside it`;
}
