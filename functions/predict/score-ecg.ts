// One model over one ECG: abstain where the contract says so, choose the weights that may judge it, score, or be told that it is noise.
import { createHash } from 'node:crypto';
import { decodeEcg, leadHash } from '#lib/formats/ecg-object.ts';
import type { EcgAnswer } from '#lib/inference/ecg-answer.ts';
import type { EcgContract } from '#lib/inference/ecg-contract.ts';
import { judgeEcg } from '#lib/inference/judge-ecg.ts';
import { outsidePopulation } from '#lib/inference/population.ts';
import { type PreparedEcg, prepareEcg } from '#lib/inference/prepare-ecg.ts';
import { judgeChooser } from '#lib/inference/relation.ts';
import type { LoadedModel } from '#lib/inference/sessions.ts';
import type { AnswerDetail, EcgDescription, PredictionRow, StudyRow } from '../study.ts';
import { withoutScore } from './without-score.ts';

/** The prediction for the ECG whose archive object is `object`; an abstention by the model's own answer keeps its probabilities. */
export async function scoreEcg(
  model: LoadedModel<EcgContract>,
  row: StudyRow,
  object: Uint8Array,
): Promise<PredictionRow> {
  const { contract } = model;
  const description = JSON.parse(row.payload) as EcgDescription;
  checkSignal(description, object);
  const outside = outsidePopulation(contract.accepts, description);
  if (outside !== undefined) return withoutScore(row, 'abstained', outside);
  const ecg = prepareEcg(contract, decodeEcg(object));
  if ('abstain' in ecg) return withoutScore(row, 'abstained', ecg.abstain);
  const { file, relation } = judgeChooser(contract)(...ecg.sources.map(leadHash));
  const { answer, score, reason } = await judgeEcg(model, file, ecg);
  const detail = JSON.stringify(detailOf(contract, ecg, answer));
  if (reason !== undefined) return { ...withoutScore(row, 'abstained', reason), file, detail };
  return { row: row.row, studyKey: row.studyKey, status: 'scored', reason: null, score, file, relation, detail };
}

function checkSignal({ signal }: EcgDescription, object: Uint8Array): void {
  const found = createHash('sha256').update(object).digest('hex');
  if (found !== signal) throw new Error(`predict: found an ECG with sha256 ${found}, expected ${signal} as described`);
}

const detailOf = (
  { classes }: EcgContract,
  { sources }: PreparedEcg,
  { probabilities, windows }: EcgAnswer,
): AnswerDetail => ({
  lead: sources.map(({ name }) => name).join(', '),
  probabilities: Object.fromEntries(classes.map((name, n) => [name, probabilities[n]])),
  windows,
});
