// What a model says about a prepared ECG: the probability of each class, and of the positive one window by window.
import { InvalidModel } from '#functions/errors.ts';
import type { AnswerDetail } from '#functions/study.ts';
import type { EcgContract, EcgOutput } from './ecg-contract.ts';
import { operationOf } from './ecg-operations.ts';
import { outputKind } from './ecg-outputs.ts';
import { ecgTensors } from './ecg-tensors.ts';
import type { PreparedEcg } from './prepare-ecg.ts';
import type { Session } from './session.ts';

/** What numbers of the runtime may lie outside 0 to 1, or their sum beside 1, for being rounded. */
const ROUNDING = 1e-4;

export interface EcgAnswer extends Pick<AnswerDetail, 'windows'> {
  /** Probability of each class, in the order of the contract. */
  readonly probabilities: readonly number[];
}

/** Runs the graph; throws InvalidModel where its outputs are no probabilities. */
export async function answerEcg(contract: EcgContract, session: Session, ecg: PreparedEcg): Promise<EcgAnswer> {
  const rows = await outputRows(contract, session, ecg);
  const ofWindows = contract.outputs.find((output) => outputKind(contract, output)?.of === 'windows');
  const ofRecording = contract.outputs.find((output) => outputKind(contract, output)?.of === 'recording');
  const windows = ofWindows && rows.get(ofWindows.name)?.map((row) => probabilitiesOf(contract, ofWindows, row));
  const whole = ofRecording && rows.get(ofRecording.name)?.map((row) => probabilitiesOf(contract, ofRecording, row))[0];
  const probabilities = whole ?? combined(contract, ofWindows as EcgOutput, rows, windows ?? []);
  const byWindow = windows ?? (ecg.windows.length === 1 ? [probabilities] : []);
  return { probabilities, windows: windowScores(contract, ecg, byWindow) };
}

/** Rows of every output: one per window, or one for the recording. A graph that takes one window at a time runs once for each. */
async function outputRows(
  contract: EcgContract,
  session: Session,
  ecg: PreparedEcg,
): Promise<ReadonlyMap<string, readonly Float32Array[]>> {
  const rows = new Map<string, Float32Array[]>(contract.outputs.map(({ name }) => [name, []]));
  const [input] = contract.inputs as [EcgContract['inputs'][number]];
  for (const tensor of ecgTensors(input.shape, ecg)) {
    const results = await session.run({ [input.name]: tensor });
    for (const output of contract.outputs) {
      const columns = outputKind(contract, output)?.columns ?? 1;
      const data = results[output.name] as Float32Array;
      for (let at = 0; at < data.length; at += columns) rows.get(output.name)?.push(data.slice(at, at + columns));
    }
  }
  return rows;
}

function combined(
  contract: EcgContract,
  output: EcgOutput,
  rows: ReadonlyMap<string, readonly Float32Array[]>,
  windows: readonly (readonly number[])[],
): readonly number[] {
  if (operationOf(contract.preprocessing, 'combine-windows')?.method !== 'mean-of-logits') return mean(windows);
  return probabilitiesOf(contract, output, mean(rows.get(output.name) ?? []));
}

function mean(rows: readonly ArrayLike<number>[]): number[] {
  const [first] = rows as [ArrayLike<number>];
  return Array.from(first, (_, column) => rows.reduce((sum, row) => sum + row[column], 0) / rows.length);
}

function probabilitiesOf(contract: EcgContract, { name, values }: EcgOutput, row: ArrayLike<number>): number[] {
  const numbers = Array.from(row);
  const found = values === 'logits' ? fromLogits(numbers) : numbers;
  const all = found.length === 1 ? bothClasses(contract, found[0]) : found;
  const total = all.reduce((sum, value) => sum + value, 0);
  if (all.some((value) => value < -ROUNDING || value > 1 + ROUNDING) || Math.abs(total - 1) > ROUNDING) {
    throw new InvalidModel(
      `${contract.name}@${contract.version}`,
      `${name}: found ${all.map((value) => value.toPrecision(4)).join(', ')}, allowed probabilities with the sum 1`,
    );
  }
  return all.map((value) => Math.min(1, Math.max(0, value)));
}

/** Softmax; the logistic function of a single logit. */
function fromLogits(logits: readonly number[]): number[] {
  if (logits.length === 1) return [1 / (1 + Math.exp(-logits[0]))];
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

const bothClasses = ({ classes, positive }: EcgContract, probability: number): number[] =>
  classes.map((name) => (name === positive ? probability : 1 - probability));

function windowScores(
  { classes, positive }: EcgContract,
  { windows, samplingRateHz, startSeconds }: PreparedEcg,
  probabilities: readonly (readonly number[])[],
): AnswerDetail['windows'] {
  const column = classes.indexOf(positive);
  return probabilities.map((row, n) => ({
    startSeconds: startSeconds + windows[n].startSample / samplingRateHz,
    endSeconds: startSeconds + windows[n].endSample / samplingRateHz,
    score: row[column],
  }));
}
