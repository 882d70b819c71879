/** Finds the records that a name can mean. */
export type FindRecords = (name: string) => readonly string[];

/**
 * A name is a record's path without extension or any end of it that begins with a folder's or the file's own name: tables often
 * leave out the folders that a zip has. The whole path goes before ends of others.
 */
export function findRecords(names: readonly string[]): FindRecords {
  const whole = new Map<string, string>();
  const byEnd = new Map<string, string[]>();
  for (const name of names) {
    const plain = name.normalize('NFC');
    whole.set(plain, name);
    const parts = plain.split('/');
    for (let first = 1; first < parts.length; first++) {
      const end = parts.slice(first).join('/');
      const others = byEnd.get(end);
      if (others === undefined) byEnd.set(end, [name]);
      else others.push(name);
    }
  }
  return (name) => {
    const exact = whole.get(name);
    return exact === undefined ? (byEnd.get(name) ?? []) : [exact];
  };
}
