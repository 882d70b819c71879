// One model over the rows of a unit: abstain where the contract says so, choose the weights that may judge each row, score.
import { measurementsHash, withoutGroups } from '#lib/formats/study-groups.ts';
import { measurementsAbstention } from '#lib/inference/measurements-abstention.ts';
import type { MeasurementsContract } from '#lib/inference/measurements-contract.ts';
import { measurementsScores } from '#lib/inference/measurements-scores.ts';
import { type Judge, judgeChooser } from '#lib/inference/relation.ts';
import type { LoadedModel } from '#lib/inference/sessions.ts';
import type { Measurements, PredictionRow, StudyRow } from '../study.ts';
import { withoutScore } from './without-score.ts';

type MeasurementsModel = LoadedModel<MeasurementsContract>;

interface Judged extends Judge {
  readonly row: StudyRow;
  readonly measurements: Measurements;
}

/** Predictions in the order of the rows. */
export async function scoreRows(
  model: MeasurementsModel,
  rows: readonly StudyRow[],
): Promise<readonly PredictionRow[]> {
  const choose = judgeChooser(model.contract);
  const silent = new Map<StudyRow, string>();
  const byFile = new Map<string, Judged[]>();
  for (const row of rows) {
    const measurements = withoutGroups(JSON.parse(row.payload) as Measurements);
    const reason = measurementsAbstention(model.contract, measurements);
    if (reason !== undefined) silent.set(row, reason);
    else {
      const judge = choose(measurementsHash(measurements));
      byFile.set(judge.file, [...(byFile.get(judge.file) ?? []), { ...judge, row, measurements }]);
    }
  }
  const scored = new Map<StudyRow, PredictionRow>();
  for (const [file, judged] of byFile) await scoreWith(model, file, judged, scored);
  return rows.map((row) => scored.get(row) ?? withoutScore(row, 'abstained', silent.get(row) ?? 'unknown'));
}

async function scoreWith(
  model: MeasurementsModel,
  file: string,
  judged: readonly Judged[],
  scored: Map<StudyRow, PredictionRow>,
): Promise<void> {
  const session = await model.session(file);
  const scores = await measurementsScores(
    model.contract,
    session,
    judged.map((entry) => entry.measurements),
  );
  judged.forEach(({ row, relation }, n) => {
    scored.set(row, {
      row: row.row,
      studyKey: row.studyKey,
      status: 'scored',
      reason: null,
      score: scores[n] as number,
      file,
      relation,
      detail: null,
    });
  });
}
