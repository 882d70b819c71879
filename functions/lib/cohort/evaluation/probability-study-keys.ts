// Keys of the studies of a large table, 16 bytes each.
import { cellText } from './answers-table.ts';
import type { CellSource } from './cell-source.ts';
import type { ProbabilityDescription } from './description.ts';
import { KEY_DIGITS, studyKey } from './study-key.ts';

/** Studies above which none are kept: their keys and the file of them would cost more than the report. */
export const MOST_KEPT_STUDIES = 2_000_000;

export const KEY_BYTES = KEY_DIGITS / 2;

/** The keys of the rows without a loss, one after the other; `count` is how many these are. */
export async function probabilityStudyKeys(
  source: CellSource,
  { site, subject, study }: ProbabilityDescription['columns'],
  losses: Uint8Array,
  count: number,
): Promise<Uint8Array> {
  const keys = Buffer.alloc(KEY_BYTES * count);
  const columns = [site, subject, study];
  const named = columns.filter((column) => column !== undefined);
  const places = columns.map((column) => (column === undefined ? undefined : named.indexOf(column)));
  let offset = 0;
  await source.together(named, (parts, from) => {
    for (let at = 0; at < parts[0].length; at++) {
      const row = from + at;
      if (losses[row] !== 0) continue;
      const cells = places.map((place) =>
        place === undefined ? null : cellText(source.file, named[place], row, parts[place][at]),
      );
      offset += keys.write(studyKey(cells), offset, KEY_BYTES, 'hex');
    }
  });
  return keys;
}
