// The model asked again about disturbed rows of measurements, by the weights that judged them, many rows at a time.
import type { Measurements } from '#functions/study.ts';
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { measurementsAbstention } from '#lib/inference/measurements-abstention.ts';
import type { MeasurementsContract } from '#lib/inference/measurements-contract.ts';
import { measurementsScores } from '#lib/inference/measurements-scores.ts';
import type { LoadedModel } from '#lib/inference/sessions.ts';
import { random } from '#lib/simulate/random.ts';
import type { Outcome, RerunStudy, Reruns } from './disturbance.ts';
import { type MeasurementDisturbance, measurementDisturbances } from './measurement-disturbances.ts';

type MeasurementsModel = LoadedModel<MeasurementsContract>;

export interface MeasurementsRerunOptions {
  readonly seed: string;
  /** False when the time is over: the rest is then counted as not reached. */
  readonly mayGoOn: () => boolean;
}

/** Studies whose rows go through the model together. */
const TOGETHER = 500;

/** Disturbs each row in every way and asks the model what it says now. */
export async function rerunMeasurements(
  model: MeasurementsModel,
  sample: readonly AnalysedRow[],
  { seed, mayGoOn }: MeasurementsRerunOptions,
): Promise<Reruns> {
  const all = measurementDisturbances(model.contract);
  const studies: RerunStudy[] = [];
  for (let from = 0; from < sample.length && mayGoOn(); from += TOGETHER)
    studies.push(...(await rerunTogether(model, sample.slice(from, from + TOGETHER), seed, all)));
  const disturbances = all.map(({ apply: _, ...disturbance }) => disturbance);
  return { disturbances, drawn: sample.length, studies, gone: 0, unreached: sample.length - studies.length };
}

/** A row to be scored, and where its score belongs. */
interface Asked {
  readonly file: string;
  readonly measurements: Measurements;
  readonly put: (score: number) => void;
}

async function rerunTogether(
  model: MeasurementsModel,
  rows: readonly AnalysedRow[],
  seed: string,
  all: readonly MeasurementDisturbance[],
): Promise<RerunStudy[]> {
  const asked: Asked[] = [];
  const drafts = rows.map((row) => {
    const outcomes: Outcome[] = [];
    const ask = (measurements: Measurements): void => {
      const place = outcomes.length;
      const silent = measurementsAbstention(model.contract, measurements);
      outcomes.push(silent === undefined ? null : { silent });
      if (silent !== undefined) return;
      asked.push({ file: fileOf(row), measurements, put: (score) => (outcomes[place] = { score }) });
    };
    ask(row.measurements);
    for (const { id, apply } of all) {
      const disturbed = apply(row.measurements, () => random(`${seed}/${row.site}/${row.studyKey}/${id}`));
      if (disturbed === undefined) outcomes.push(null);
      else if ('refused' in disturbed) outcomes.push({ rejected: disturbed.refused });
      else ask(disturbed.row);
    }
    return { row, outcomes };
  });
  await answer(model, asked);
  return drafts.map(({ row: { site, studyKey }, outcomes: [undisturbed, ...outcomes] }) => ({
    ...{ site, studyKey, undisturbed: undisturbed ?? null, outcomes },
  }));
}

function fileOf({ file }: AnalysedRow): string {
  if (file === null) throw new Error('robustness: found a score without the file that gave it, expected its name');
  return file;
}

async function answer(model: MeasurementsModel, asked: readonly Asked[]): Promise<void> {
  for (const [file, of] of Map.groupBy(asked, (entry) => entry.file)) {
    const rows = of.map(({ measurements }) => measurements);
    const scores = await measurementsScores(model.contract, await model.session(file), rows);
    of.forEach(({ put }, n) => {
      put(scores[n]);
    });
  }
}
