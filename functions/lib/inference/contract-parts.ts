// What every model contract has, whatever it reads.
import * as z from 'zod/mini';

export const text = z.string().check(z.minLength(1));
export const count = z.int().check(z.gte(0));
export const probability = z.number().check(z.gte(0), z.lte(1));
export const positive = z.number().check(z.gt(0));
export const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));
/** Name of a class or a threshold: it becomes part of codes. */
export const word = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/));

const version = z.string().check(z.regex(/^\d+\.\d+\.\d+$/));
const file = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/));

/** File → the value chosen on what that fold was trained on: judging what it left out with another would let it peek. */
export const folds = z.optional(z.record(z.string(), probability));

/** A share that was measured, with the 95 % interval where there is one. */
const share = z.strictObject({ estimate: probability, lower: z.optional(probability), upper: z.optional(probability) });

/** What the threshold came to, and on which recordings or people: a reader must know both to believe an answer. */
const measured = z.strictObject({ on: text, sensitivity: share, specificity: share });

const threshold = z.strictObject({
  name: text,
  value: probability,
  chosen: text,
  folds,
  measured: z.optional(measured),
});

const modelFile = z.discriminatedUnion('role', [
  z.strictObject({ file, sha256, role: z.literal('final') }),
  z.strictObject({ file, sha256, role: z.literal('fold'), leftOut: text }),
]);

export const ages = z.strictObject({ minimumYears: z.number(), maximumYears: z.number() });
export const sexes = z.array(z.enum(['F', 'M'])).check(z.minLength(1));
/** Hashes of the training payloads by the group that a fold can leave out. */
export const groups = z.record(z.string(), z.array(sha256));

export const commonFields = {
  name: word,
  version,
  title: text,
  /** Cuts on the score; a score at or above one is positive. */
  thresholds: z.array(threshold).check(z.minLength(1)),
  lane: z.enum(['standard', 'large']),
  memoryMb: z.int(),
  files: z.array(modelFile).check(z.minLength(1)),
  golden: z.strictObject({ file, sha256, tolerance: z.number().check(z.gt(0), z.lte(1e-4)) }),
  intendedUse: text,
  notFor: z.array(text),
  regulatoryStatus: text,
  licence: z.strictObject({ weights: text, data: text }),
  citation: z.array(text),
};

/** A tensor whose sizes are numbers or one of these words. */
export const tensorOf = <const Sizes extends readonly [string, ...string[]]>(sizes: Sizes) => ({
  name: text,
  type: z.literal('float32'),
  shape: z.array(z.union([z.enum(sizes), z.int().check(z.gte(1))])),
  meaning: text,
});

export type Threshold = z.infer<typeof threshold>;
export type ModelFile = z.infer<typeof modelFile>;
