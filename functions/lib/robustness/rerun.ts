// The robustness of a cohort's model: a bounded draw of its studies, disturbed in every way, judged again by the same weights.
import type { Bucket } from '#functions/ports.ts';
import type { LedgerTableRow } from '#lib/cohort/rows.ts';
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { isEcgContract, type ModelContract } from '#lib/inference/contract.ts';
import { type LoadedModel, readsEcg, readsMeasurements } from '#lib/inference/sessions.ts';
import type { Reruns } from './disturbance.ts';
import { rerunEcgs } from './rerun-ecgs.ts';
import { rerunMeasurements } from './rerun-measurements.ts';
import { drawSample } from './sample.ts';
import { findEcgs } from './stored-ecgs.ts';

/** Most studies, and of ECGs most seconds of recording: some seconds of one processor with the shipped models. */
const MOST_ECGS = 400;
const MOST_ECG_SECONDS = 2000;
const MOST_ROWS = 2000;

export interface RerunInput {
  /** The primary analysis. */
  readonly rows: readonly AnalysedRow[];
  readonly model: LoadedModel;
  readonly archive: Bucket;
  readonly ledger: readonly LedgerTableRow[];
  readonly seed: string;
  /** What the cohort's rule asks for instead of the usual number. */
  readonly studies?: number | undefined;
  readonly mayGoOn: () => boolean;
}

/** Draws the studies and asks the model again; `rows` must hold at least one. */
export async function rerun({ rows, model, archive, ledger, seed, studies, mayGoOn }: RerunInput): Promise<Reruns> {
  const drawn = drawSample(rows, studies ?? usualSize(rows, model.contract), seed);
  if (readsMeasurements(model)) return rerunMeasurements(model, drawn, { seed, mayGoOn });
  if (!readsEcg(model)) throw new Error('robustness: found a model that reads neither, expected measurements or ECGs');
  const stored = await findEcgs(archive, ledger, drawn);
  return rerunEcgs(model, stored.rows, { seed, mayGoOn, objectOf: stored.read });
}

function usualSize(rows: readonly AnalysedRow[], contract: ModelContract): number {
  if (!isEcgContract(contract)) return MOST_ROWS;
  const seconds = rows.reduce((sum, { recording }) => sum + (recording?.durationSeconds ?? 0), 0) / rows.length;
  return Math.max(1, Math.min(MOST_ECGS, Math.floor(MOST_ECG_SECONDS / Math.max(1, seconds))));
}
