import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** A small record on disk that is replaced whole: after a kill it holds the old or the new value. */
export interface StateFile<T> {
  read(): T;
  write(value: T): void;
}

export function openStateFile<T>(path: string, initial: T): StateFile<T> {
  return {
    read: () => (existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as T) : initial),
    write: (value) => {
      writeFileSync(`${path}.new`, JSON.stringify(value, undefined, 2));
      renameSync(`${path}.new`, path);
    },
  };
}
