import { InvalidModel } from '#functions/errors.ts';
import type { Measurements } from '#functions/study.ts';
import type { MeasurementsContract } from './measurements-contract.ts';
import type { Session } from './session.ts';
import { fieldsToTensor } from './tensor.ts';

/** The probability of each row; throws InvalidModel where the model gives anything but a number from 0 to 1. */
export async function measurementsScores(
  contract: MeasurementsContract,
  session: Session,
  rows: readonly Measurements[],
): Promise<Float32Array> {
  const { values, present, shape } = fieldsToTensor(contract, rows);
  const [first, second] = contract.inputs.map(({ name }) => name) as [string, string];
  const [output] = contract.outputs.map(({ name }) => name) as [string];
  const results = await session.run({ [first]: { data: values, shape }, [second]: { data: present, shape } });
  const scores = results[output] as Float32Array;
  const bad = scores.findIndex((score) => !(score >= 0 && score <= 1));
  if (bad < 0) return scores;
  const { name, version } = contract;
  throw new InvalidModel(`${name}@${version}`, `${output}: found ${scores[bad]} at row ${bad}, allowed a probability`);
}
