import type { PredictionRow, StudyRow } from '../study.ts';

/** A row that has no score, and why. */
export function withoutScore(
  row: StudyRow,
  status: Exclude<PredictionRow['status'], 'scored'>,
  reason: string,
): PredictionRow {
  return {
    row: row.row,
    studyKey: row.studyKey,
    status,
    reason,
    score: null,
    file: null,
    relation: null,
    detail: null,
  };
}
