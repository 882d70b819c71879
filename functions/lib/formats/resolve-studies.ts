import type { Reason, RejectedRow } from '#functions/study.ts';
import { canonicalPayload } from './payload.ts';
import type { ReadRow } from './table-rows.ts';

export interface Resolved {
  readonly kept: readonly ReadRow[];
  readonly repeatedRows: readonly number[];
  readonly contradicting: readonly RejectedRow[];
}

/** One row per study: equal rows are repeats of the first; where rows differ, which is right cannot be known, so none counts. */
export function resolveStudies(rows: readonly ReadRow[]): Resolved {
  const first = new Map<string, ReadRow>();
  const contradictory = new Set<string>();
  const keyed = rows.map((row) => ({ row, key: JSON.stringify([row.patientId, row.study]) }));
  const repeats = new Set<ReadRow>();
  for (const { row, key } of keyed) {
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, row);
    else if (contentOf(earlier) === contentOf(row)) repeats.add(row);
    else contradictory.add(key);
  }
  const agreeing = keyed.filter(({ key }) => !contradictory.has(key)).map(({ row }) => row);
  const reason: Reason = {
    code: 'contradiction',
    message: 'found another row about the same study that says something else, accepted one row per study',
  };
  return {
    kept: agreeing.filter((row) => !repeats.has(row)),
    repeatedRows: agreeing.filter((row) => repeats.has(row)).map(({ row }) => row),
    contradicting: keyed.filter(({ key }) => contradictory.has(key)).map(({ row }) => ({ row: row.row, reason })),
  };
}

/** What a row says, in a form that equals that of another row that says the same. */
export function contentOf({ measurements, labels }: Pick<ReadRow, 'measurements' | 'labels'>): string {
  return canonicalPayload(measurements ?? {}) + JSON.stringify(labels);
}
