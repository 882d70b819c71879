// The model contract `model.json`: what a model accepts, computes and may claim. Unknown fields are refused by name.
import * as z from 'zod/mini';
import { InvalidModel } from '#functions/errors.ts';

const name = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/));
const version = z.string().check(z.regex(/^\d+\.\d+\.\d+$/));
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const file = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/));
const text = z.string().check(z.minLength(1));
const count = z.int().check(z.gte(0));
const probability = z.number().check(z.gte(0), z.lte(1));

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

const threshold = z.strictObject({
  name: text,
  value: probability,
  chosen: text,
  /** File → the threshold chosen on what that fold was trained on: judging a left-out site with another would let it peek. */
  folds: z.optional(z.record(z.string(), probability)),
});

const tensor = z.strictObject({
  name: text,
  type: z.literal('float32'),
  shape: z.array(z.union([z.literal('n'), z.int()])),
  meaning: text,
});

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

const modelFile = z.discriminatedUnion('role', [
  z.strictObject({ file, sha256, role: z.literal('final') }),
  z.strictObject({ file, sha256, role: z.literal('fold'), leftOut: text }),
]);

const schema = z.strictObject({
  name,
  version,
  title: text,
  task: z.literal('binary'),
  accepts: z.strictObject({
    kind: z.literal('measurements'),
    fields: z.array(field).check(z.minLength(1)),
    age: z.strictObject({ minimumYears: z.number(), maximumYears: z.number() }),
    sex: z.array(z.enum(['F', 'M'])),
  }),
  preprocessing: z
    .array(z.strictObject({ operation: z.literal('fields-to-tensor'), order: z.array(text) }))
    .check(z.length(1)),
  inputs: z.array(tensor).check(z.length(2)),
  outputs: z.array(tensor).check(z.length(1)),
  calibration: z.strictObject({ method: text, inGraph: z.literal(true) }),
  thresholds: z.array(threshold).check(z.minLength(1)),
  abstain: z.array(abstention),
  lane: z.enum(['standard', 'large']),
  memoryMb: z.int(),
  files: z.array(modelFile).check(z.minLength(1)),
  golden: z.strictObject({ file, sha256, tolerance: z.number().check(z.gt(0), z.lte(1e-4)) }),
  training: z.strictObject({
    sites: z.array(trainingSite),
    /** Hashes of the training payloads by the site that a fold can leave out. */
    groups: z.record(z.string(), z.array(sha256)),
    label: text,
  }),
  intendedUse: text,
  notFor: z.array(text),
  regulatoryStatus: text,
  licence: z.strictObject({ weights: text, data: text }),
  citation: z.array(text),
});

export type ModelContract = z.infer<typeof schema>;
export type ModelFile = ModelContract['files'][number];
export type FieldRule = ModelContract['accepts']['fields'][number];

/** Reads a contract; throws InvalidModel that names the first field that is unknown, missing or impossible. */
export function readContract(source: string, json: unknown): ModelContract {
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new InvalidModel(source, describe(parsed.error.issues[0]));
  checkFields(source, parsed.data);
  return parsed.data;
}

function describe(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'model.json: found an invalid contract';
  const at = issue.path.length > 0 ? issue.path.join('.') : 'top level';
  if (issue.code === 'unrecognized_keys') return `model.json: found unknown field ${issue.keys.join(', ')} at ${at}`;
  return `model.json: ${at}: ${issue.message}`;
}

/** The threshold that belongs to the weights that gave a score. */
export const thresholdOf = ({ value, folds }: ModelContract['thresholds'][number], weights: string | null): number =>
  (weights === null ? undefined : folds?.[weights]) ?? value;

/** What the schema cannot say: the tensor's fields are declared, a fold leaves out a known group, one final file at most. */
function checkFields(source: string, contract: ModelContract): void {
  const declared = new Set(contract.accepts.fields.map((rule) => rule.name));
  for (const field of contract.preprocessing[0]?.order ?? []) {
    if (!declared.has(field))
      throw new InvalidModel(
        source,
        `model.json: preprocessing: found field ${field}, allowed ${[...declared].join(', ')}`,
      );
  }
  const finals = contract.files.filter((entry) => entry.role === 'final');
  if (finals.length !== 1)
    throw new InvalidModel(source, `model.json: files: found ${finals.length} of role final, allowed 1`);
  for (const entry of contract.files) {
    if (entry.role === 'fold' && !(entry.leftOut in contract.training.groups)) {
      throw new InvalidModel(
        source,
        `model.json: files: found fold ${entry.leftOut}, allowed ${Object.keys(contract.training.groups).join(', ')}`,
      );
    }
  }
}
