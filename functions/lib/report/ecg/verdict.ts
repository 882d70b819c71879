// What one model says about one ECG, in words: answer or silence, how sure, on what it rests.
import type { AnswerDetail, PredictionRow, Relation } from '#functions/study.ts';
import { thresholdOf } from '#lib/inference/contract.ts';
import type { EcgAbstention, EcgContract } from '#lib/inference/ecg-contract.ts';
import { formatNumber, formatPlain } from '../format.ts';
import { reasonWords } from '../reasons.ts';
import { classHeading, classWords, durationWords } from './words.ts';

export interface EcgAnswer {
  readonly contract: EcgContract;
  readonly withdrawn: boolean;
  readonly row: PredictionRow;
}

export interface Verdict {
  /** A few words, without a period. */
  readonly headline: string;
  readonly points: readonly string[];
}

/** Whether the model has seen the recording before; that it has not says nothing of how often it is right. */
const RELATION_OF_ONE: Readonly<Record<Relation, string>> = {
  external: 'The model was not trained on this recording',
  'left-out-site': 'These weights were trained without this hospital',
  'left-out-fold': 'These weights were trained without this recording, but perhaps on others of the same person',
  apparent: 'The model was trained on this very recording: that it agrees with its label here proves nothing',
};

/** The detail behind an answer; undefined where the model gave none or is switched off. */
export const detailOf = ({ withdrawn, row }: EcgAnswer): AnswerDetail | undefined =>
  withdrawn || row.detail === null ? undefined : (JSON.parse(row.detail) as AnswerDetail);

/** Names of the leads that the model read. */
export const leadsRead = (detail: AnswerDetail | undefined): readonly string[] => detail?.lead.split(', ') ?? [];

/** Suspected, not suspected or no answer, at the thresholds of the weights that were used. */
export function verdictOf(answer: EcgAnswer, recordingSeconds: number): Verdict {
  const { contract, withdrawn, row } = answer;
  const subject = classHeading(contract.positive);
  if (withdrawn || row.status === 'withdrawn')
    return { headline: `${subject}: answer withdrawn`, points: ['The model has been switched off.'] };
  if (row.score === null || row.status !== 'scored') return silence(answer, recordingSeconds);
  const { score, file } = row;
  const cuts = contract.thresholds.map((at) => ({ name: at.name, value: thresholdOf(at, file) }));
  const reached = cuts.filter(({ value }) => score >= value);
  const values = cuts.map(({ name, value }) => `${value} (${name})`).join(', ');
  return {
    headline: `${subject} ${suspicion(reached, cuts.length)}`,
    points: [
      `Probability of ${classWords(contract.positive)} ${formatNumber(score, 'fraction')}; suspected from ${values}, the thresholds of the weights ${file}.`,
      ...otherClass(answer),
      ...(row.relation === null ? [] : [`${RELATION_OF_ONE[row.relation]}.`]),
    ],
  };
}

function suspicion(reached: readonly { readonly name: string }[], all: number): string {
  if (reached.length === 0) return 'not suspected';
  if (reached.length === all) return 'suspected';
  return `suspected at “${reached.map(({ name }) => name).join('”, “')}” only`;
}

/** The most probable class, where it is not the one that the model looks for. */
function otherClass(answer: EcgAnswer): string[] {
  const { contract, row } = answer;
  const detail = detailOf(answer);
  if (detail === undefined) return [];
  const [[first, probability]] = Object.entries(detail.probabilities).sort(([, a], [, b]) => b - a);
  if (first === contract.positive) return [];
  const isSuspected = contract.thresholds.some((at) => (row.score as number) >= thresholdOf(at, row.file));
  return [
    `${isSuspected ? `More probable than ${classWords(contract.positive)}` : 'Most probable'}: ${classWords(first)} (${formatNumber(probability, 'fraction')}).`,
  ];
}

function silence(answer: EcgAnswer, recordingSeconds: number): Verdict {
  const { contract, row } = answer;
  const code = row.reason ?? 'no reason given';
  const why = row.status === 'abstained' ? abstentionWords(contract, code) : code;
  return {
    headline: row.status === 'abstained' ? 'No answer: the model keeps silent' : 'No answer: the model failed',
    points: [
      `Why: ${why}.`,
      ...limitWords(answer, code),
      ...(code === 'duration-outside' ? [durationLimit(contract, recordingSeconds)] : []),
      `This says nothing for or against ${classWords(contract.positive)}.`,
    ],
  };
}

function durationLimit({ accepts }: EcgContract, recordingSeconds: number): string {
  const { minimum, maximum } = accepts.durationSeconds;
  return `The recording lasts ${durationWords(recordingSeconds)}; the model reads ${formatPlain(minimum)} to ${formatPlain(maximum)} s.`;
}

/** The contract's own sentence for the rule that a reason code stands for. */
function abstentionWords({ abstain }: EcgContract, code: string): string {
  const rule = abstain.find((candidate) => codesOf(candidate).includes(code));
  return rule?.why ?? reasonWords(code);
}

function codesOf(rule: EcgAbstention): readonly string[] {
  if (rule.rule === 'probability-at-least') return [`${rule.class}-probable`];
  if (rule.rule === 'duration-outside') return ['duration-outside'];
  return [rule.rule === 'standard-deviation-below' ? 'amplitude-too-low' : 'amplitude-too-high'];
}

/** "Probability of noise 0.430, silent from 0.1283." where the model itself judged the ECG as unreadable. */
function limitWords(answer: EcgAnswer, code: string): string[] {
  const rule = answer.contract.abstain.find(
    (candidate) => candidate.rule === 'probability-at-least' && codesOf(candidate).includes(code),
  );
  const probability = rule?.rule === 'probability-at-least' ? detailOf(answer)?.probabilities[rule.class] : undefined;
  if (rule?.rule !== 'probability-at-least' || probability === undefined) return [];
  const limit = thresholdOf(rule, answer.row.file);
  return [`Probability of ${classWords(rule.class)} ${formatNumber(probability, 'fraction')}, silent from ${limit}.`];
}
