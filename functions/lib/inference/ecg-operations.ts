// What may be done to an ECG before a model reads it: each step is named in the contract, in order, with its units.
import * as z from 'zod/mini';
import { positive, probability, text } from './contract-parts.ts';

const leads = z.array(text).check(z.minLength(1));
const order = z.int().check(z.gte(1), z.lte(12));

export const ecgOperation = z.discriminatedUnion('operation', [
  /** The first of these leads that the ECG has. */
  z.strictObject({ operation: z.literal('select-lead'), order: leads }),
  /** All of these leads, as channels in this order. */
  z.strictObject({ operation: z.literal('select-leads'), order: leads }),
  /** A straight line over short gaps inside the recording; an ECG with more missing than that is not read. */
  z.strictObject({ operation: z.literal('fill-gaps'), longestSeconds: positive, largestShare: probability }),
  /** scipy.signal.resample_poly with its window ('kaiser', 5); `beyond`: what is taken to lie past both ends (lib/signal/resample.ts). */
  z.strictObject({
    operation: z.literal('resample'),
    toHz: positive,
    method: z.literal('polyphase-kaiser-5'),
    beyond: z.enum(['line', 'zero']),
  }),
  /** Butterworth, forwards and backwards: scipy.signal.butter and sosfiltfilt. */
  z.strictObject({ operation: z.literal('bandpass'), lowHz: positive, highHz: positive, order }),
  z.strictObject({ operation: z.literal('highpass'), lowHz: positive, order }),
  z.strictObject({ operation: z.literal('lowpass'), highHz: positive, order }),
  /** scipy.signal.iirnotch and filtfilt. */
  z.strictObject({ operation: z.literal('notch'), centerHz: positive, qualityFactor: positive }),
  /** Each lead less its mean, over its standard deviation (divisor n). */
  z.strictObject({ operation: z.literal('zscore-per-lead') }),
  z.strictObject({
    operation: z.literal('crop'),
    durationSeconds: positive,
    keep: z.enum(['start', 'center', 'end']),
  }),
  /** Windows of equal length; an ECG shorter than one is read whole, or not at all. */
  z.strictObject({
    operation: z.literal('tile-windows'),
    lengthSeconds: positive,
    strideSeconds: positive,
    remainder: z.enum(['last-window', 'drop']),
    shorter: z.enum(['whole', 'abstain']),
  }),
  /** How the windows' answers become one, in the graph or here. */
  z.strictObject({
    operation: z.literal('combine-windows'),
    method: z.enum(['mean-of-logits', 'mean-of-probabilities']),
    inGraph: z.boolean(),
  }),
]);

export type EcgOperation = z.infer<typeof ecgOperation>;
export type EcgOperationName = EcgOperation['operation'];

/** The operation of this name, if the preprocessing has it. */
export function operationOf<Name extends EcgOperationName>(
  preprocessing: readonly EcgOperation[],
  name: Name,
): Extract<EcgOperation, { operation: Name }> | undefined {
  return preprocessing.find((step): step is Extract<EcgOperation, { operation: Name }> => step.operation === name);
}
