// What an output of a contract holds: an answer for each window, or one for the recording.
import type { EcgContract, EcgOutput } from './ecg-contract.ts';

export interface OutputKind {
  readonly of: 'windows' | 'recording';
  /** One for each class, or 1: the positive class of a binary task. */
  readonly columns: number;
}

/** The kind of an output by its shape; undefined where it fits none. A graph that takes one window at a time answers for that. */
export function outputKind({ classes, task, inputs }: EcgContract, { shape }: EcgOutput): OutputKind | undefined {
  const hasWindows = shape.includes('windows');
  if (hasWindows && shape[0] !== 'windows') return undefined;
  if (shape.filter((size) => typeof size === 'string').length > 1) return undefined;
  const columns = shape.reduce<number>((product, size) => (typeof size === 'number' ? product * size : product), 1);
  if (columns !== classes.length && !(columns === 1 && task === 'binary')) return undefined;
  const perWindow = hasWindows || !inputs.every((input) => input.shape.includes('windows'));
  return { of: perWindow ? 'windows' : 'recording', columns };
}
