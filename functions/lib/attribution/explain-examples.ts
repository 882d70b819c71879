// The few studies that a report shows one by one, each with what the model says of it without parts of its input.
import type { Bucket } from '#functions/ports.ts';
import type { LedgerTableRow } from '#lib/cohort/rows.ts';
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { type LoadedModel, readsEcg, readsMeasurements } from '#lib/inference/sessions.ts';
import { findEcgs } from '#lib/robustness/stored-ecgs.ts';
import { explainEcg } from './explain-ecgs.ts';
import { explainMeasurements } from './explain-measurements.ts';
import type { Explanation, Occlusion } from './occlusion.ts';

export interface ExplainInput {
  readonly rows: readonly AnalysedRow[];
  readonly model: LoadedModel;
  readonly archive: Bucket;
  readonly ledger: readonly LedgerTableRow[];
  /** False when the time is over: the rest then stands without. */
  readonly mayGoOn: () => boolean;
}

/** A score is repeated where it differs by less: processors round differently (docs/architecture.md). */
const SAME_SCORE = 1e-5;

/** In the order of the rows; without those that are no longer there, or whose score does not come again. */
export async function explainExamples({ rows, model, archive, ledger, mayGoOn }: ExplainInput): Promise<Explanation[]> {
  const found: Explanation[] = [];
  const told = (row: AnalysedRow, of: Explanation['of'], occlusion: Occlusion | undefined): void => {
    if (occlusion === undefined || !(Math.abs(occlusion.score - row.score) < SAME_SCORE)) return;
    found.push({ site: row.site, studyKey: row.studyKey, of, ...occlusion });
  };
  if (readsMeasurements(model)) {
    for (const row of rows) {
      if (row.file === null || !mayGoOn()) continue;
      told(row, 'values left out', await explainMeasurements(model, { ...row, file: row.file }));
    }
    return found;
  }
  if (!readsEcg(model)) return found;
  const stored = await findEcgs(archive, ledger, rows);
  for (const row of stored.rows) {
    const object = mayGoOn() ? await stored.read(row) : undefined;
    if (object !== undefined) told(row, 'stretches made flat', await explainEcg(model, row, object));
  }
  return found;
}
