// The contract of a model that reads one ECG per study.
import * as z from 'zod/mini';
import {
  ages,
  commonFields,
  count,
  folds,
  groups,
  positive,
  probability,
  sexes,
  tensorOf,
  text,
  word,
} from './contract-parts.ts';
import { ecgOperation } from './ecg-operations.ts';

const limits = z.strictObject({ minimum: positive, maximum: positive });

const abstention = z.discriminatedUnion('rule', [
  /** The model itself says that it cannot read the ECG: reason `<class>-probable`, and its probabilities are kept. */
  z.strictObject({
    rule: z.literal('probability-at-least'),
    class: word,
    value: probability,
    folds,
    chosen: text,
    why: text,
  }),
  z.strictObject({
    rule: z.literal('duration-outside'),
    minimumSeconds: positive,
    maximumSeconds: positive,
    why: text,
  }),
  /** Of any lead that the model reads, after this operation: reasons `amplitude-too-low` and `amplitude-too-high`. */
  z.strictObject({ rule: z.literal('standard-deviation-below'), millivolts: positive, after: text, why: text }),
  z.strictObject({ rule: z.literal('standard-deviation-above'), millivolts: positive, after: text, why: text }),
]);

const output = z.strictObject({
  ...tensorOf(['windows']),
  /** What the numbers are; logits become probabilities by softmax, or by the logistic function where there is one column. */
  values: z.enum(['logits', 'probabilities']),
});

export const ecgSchema = z.strictObject({
  ...commonFields,
  /** One class of several; `binary` has two, the negative and the positive one. */
  task: z.enum(['multiclass', 'binary']),
  /** In the order of the outputs' columns. */
  classes: z.array(word).check(z.minLength(2)),
  /** The class whose probability is the score. */
  positive: word,
  accepts: z.strictObject({
    kind: z.literal('ecg'),
    leads: z.union([z.strictObject({ oneOf: z.array(text) }), z.strictObject({ allOf: z.array(text) })]),
    samplingRateHz: limits,
    durationSeconds: limits,
    /** Where the study says an age or a sex outside these, the model keeps silent; left out: any. */
    age: z.optional(ages),
    sex: z.optional(sexes),
  }),
  preprocessing: z.array(ecgOperation).check(z.minLength(1)),
  /** Millivolts or what the preprocessing makes of them. Without `windows` in its shape the graph runs once per window. */
  inputs: z.array(z.strictObject(tensorOf(['windows', 'leads', 'samples']))).check(z.length(1)),
  outputs: z.array(output).check(z.minLength(1), z.maxLength(2)),
  calibration: z.strictObject({
    method: text,
    inGraph: z.literal(true),
    /** Class → the prevalence to which the probabilities are calibrated. */
    prevalence: z.optional(z.record(z.string(), probability)),
    /** File → temperature that divides its logits. */
    temperature: z.optional(z.record(z.string(), positive)),
  }),
  abstain: z.array(abstention),
  training: z.strictObject({
    source: text,
    n: count,
    people: text,
    sites: text,
    age: text,
    sex: text,
    dates: text,
    device: text,
    durationSeconds: z.strictObject({ minimum: positive, median: positive, maximum: positive }),
    classes: z.record(z.string(), count),
    /** How many of each class the whole source has, where the training recordings are a selection. */
    publishedClasses: z.optional(z.record(z.string(), count)),
    label: text,
    /** What a fold leaves out: whole hospitals, or recordings whose person may be in the training all the same. */
    foldsBy: z.enum(['site', 'recording']),
    /** What the hashes of the groups are taken of: a lead as lib/formats/ecg-object.ts hashes it. */
    payload: z.literal('ecg/1 of a lead at the rate of its source'),
    groups,
  }),
});

export type EcgContract = z.infer<typeof ecgSchema>;
export type EcgAbstention = EcgContract['abstain'][number];
export type EcgOutput = EcgContract['outputs'][number];
