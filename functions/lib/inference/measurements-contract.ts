// The contract of a model that reads measurements: one row of fields per study.
import * as z from 'zod/mini';
import { ages, commonFields, count, groups, probability, sexes, tensorOf, text } from './contract-parts.ts';

const field = z.strictObject({
  name: text,
  unit: z.optional(text),
  minimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
  /** Value in the record → number in the tensor. */
  codes: z.optional(z.record(z.string(), z.number())),
  /** Value in the record → what it means, for people. */
  meaning: z.optional(z.record(z.string(), text)),
  required: z.optional(z.boolean()),
});

const abstention = z.discriminatedUnion('rule', [
  z.strictObject({ rule: z.literal('missing-fields'), maximumMissing: count, of: z.array(text), why: text }),
  z.strictObject({ rule: z.literal('age-outside'), minimumYears: z.number(), maximumYears: z.number(), why: text }),
]);

const trainingSite = z.strictObject({
  site: text,
  n: count,
  women: count,
  ageMinimum: z.number(),
  ageMedian: z.number(),
  ageMaximum: z.number(),
  prevalence: probability,
  dates: text,
});

const tensor = z.strictObject(tensorOf(['n']));

export const measurementsSchema = z.strictObject({
  ...commonFields,
  task: z.literal('binary'),
  accepts: z.strictObject({
    kind: z.literal('measurements'),
    fields: z.array(field).check(z.minLength(1)),
    age: ages,
    sex: sexes,
  }),
  preprocessing: z
    .array(z.strictObject({ operation: z.literal('fields-to-tensor'), order: z.array(text) }))
    .check(z.length(1)),
  /** The values, then 1 where a value is present. */
  inputs: z.array(tensor).check(z.length(2)),
  /** The probability of each row. */
  outputs: z.array(tensor).check(z.length(1)),
  calibration: z.strictObject({ method: text, inGraph: z.literal(true) }),
  abstain: z.array(abstention),
  /** Groups are hospitals: a fold leaves one out. */
  training: z.strictObject({ sites: z.array(trainingSite), groups, label: text }),
});

export type MeasurementsContract = z.infer<typeof measurementsSchema>;
export type FieldRule = MeasurementsContract['accepts']['fields'][number];

/** What the schema cannot say: the tensor's fields are declared. Returns what is wrong. */
export function measurementsFault({ accepts, preprocessing }: MeasurementsContract): string | undefined {
  const declared = new Set(accepts.fields.map((rule) => rule.name));
  const unknown = preprocessing[0]?.order.find((name) => !declared.has(name));
  return unknown === undefined
    ? undefined
    : `preprocessing: found field ${unknown}, allowed ${[...declared].join(', ')}`;
}
