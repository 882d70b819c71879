import { answeredAbstention } from './ecg-abstention.ts';
import { answerEcg, type EcgAnswer } from './ecg-answer.ts';
import type { EcgContract } from './ecg-contract.ts';
import type { PreparedEcg } from './prepare-ecg.ts';
import type { LoadedModel } from './sessions.ts';

/** What one file of a model's weights says of a prepared ECG. */
export interface EcgVerdict {
  readonly answer: EcgAnswer;
  /** Calibrated probability of the positive class. */
  readonly score: number;
  /** Code of the reason where the answer itself says that the ECG cannot be read: the score then counts for nothing. */
  readonly reason: string | undefined;
}

/** Runs these weights and asks their answer whether they could read the ECG. */
export async function judgeEcg(model: LoadedModel<EcgContract>, file: string, ecg: PreparedEcg): Promise<EcgVerdict> {
  const { contract } = model;
  const answer = await answerEcg(contract, await model.session(file), ecg);
  return {
    answer,
    score: answer.probabilities[contract.classes.indexOf(contract.positive)],
    reason: answeredAbstention(contract, file, answer.probabilities),
  };
}
