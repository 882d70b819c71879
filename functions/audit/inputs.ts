// What a report was computed from, as hashes that another run over the same data repeats.
import { createHash } from 'node:crypto';
import type { Cohort, CohortTables } from '#lib/cohort/rows.ts';
import type { ModelContract } from '#lib/inference/contract.ts';

export interface InputHash {
  readonly name: string;
  readonly sha256: string;
}

/** When and as which object version a drop came is not part of its content. */
const OF_THE_OCCASION: ReadonlySet<string> = new Set(['dropKey', 'receivedAt', 'versionId']);

/** SHA-256 of the rows of each table (as a set, without the occasion), of the cohort's rule and of the model's contract. */
export function inputHashes(tables: CohortTables, cohort: Cohort, model: ModelContract): readonly InputHash[] {
  const ofTables = Object.entries(tables).map(([name, rows]) => ({ name: `table ${name}`, sha256: rowsHash(rows) }));
  return [
    ...ofTables,
    { name: 'cohort rule', sha256: sha256(JSON.stringify(cohort)) },
    { name: 'model contract', sha256: sha256(JSON.stringify(model)) },
  ];
}

function rowsHash(rows: readonly object[]): string {
  const lines = rows.map((row) =>
    JSON.stringify(Object.entries(row).filter(([column]) => !OF_THE_OCCASION.has(column))),
  );
  const hash = createHash('sha256');
  // Line by line: the text of millions of rows is longer than a string can be.
  lines.sort().forEach((line, place) => {
    hash.update(place === 0 ? line : `\n${line}`);
  });
  return hash.digest('hex');
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
