// The evaluation file: what the columns of a table of answers mean, kind by kind.
import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1), z.maxLength(500));
const column = z.string().check(z.minLength(1), z.maxLength(200));
const code = z.union([z.string(), z.number(), z.boolean()]);
const positive = z.number().check(z.positive());
const ascending = z
  .array(z.number())
  .check(z.minLength(1), z.maxLength(20))
  .check(z.refine((values) => values.every((value, i) => i === 0 || value > values[i - 1]), 'ascending numbers'));

const who = { study: column, subject: z.optional(column), site: z.optional(column) };

const shared = {
  title: text,
  /** Whose answers these are, in words: "echo-ef 2.1". */
  model: z.optional(text),
  /** How the reference was made, in words. */
  referenceMethod: z.optional(text),
  groups: z.optional(
    z.array(z.strictObject({ column, title: z.optional(text), bands: z.optional(ascending) })).check(z.maxLength(12)),
  ),
  cautions: z.optional(z.array(text)),
  citation: z.optional(z.array(text)),
};

/** Largest gap between groups that is of no consequence: groups are called equivalent only within it. */
const acceptableGap = <Fields extends Record<string, z.ZodMiniType>>(fields: Fields) =>
  z.optional(z.strictObject(fields));
const difference = z.optional(positive);
/** Of figures between 0 and 1. */
const share = z.optional(z.number().check(z.positive(), z.lt(1)));

const continuous = z.strictObject({
  ...shared,
  answer: z.literal('continuous'),
  quantity: text,
  unit: z.string().check(z.minLength(1), z.maxLength(30)),
  columns: z.strictObject({ ...who, answer: column, reference: column }),
  /** Difference that is of no consequence to a patient, in the unit. */
  acceptableDifference: z.optional(positive),
  /** Between groups, in the unit. */
  acceptableGap: acceptableGap({ bias: difference, meanAbsoluteError: difference }),
  /** A value at or above a cut point belongs to the class above it. */
  classes: z.optional(z.strictObject({ cutPoints: ascending, names: z.array(text).check(z.minLength(2)) })),
});

const timeToEvent = z.strictObject({
  ...shared,
  answer: z.literal('time-to-event'),
  event: text,
  columns: z.strictObject({ ...who, time: column, event: column, score: z.optional(column) }),
  timeUnit: z.enum(['days', 'weeks', 'months', 'years']),
  /** What stands in the column of events. */
  codes: z.strictObject({ censored: code, event: code, competing: z.optional(z.array(code)) }),
  /** Columns of the predicted probability of the event up to each time. */
  horizons: z.array(z.strictObject({ at: positive, risk: z.optional(column) })).check(z.minLength(1), z.maxLength(6)),
  /** Cut points of the risk at the last horizon; thirds of the people without them. */
  riskGroups: z.optional(ascending),
  /** Between groups: of C a difference, of O:E a ratio above 1. */
  acceptableGap: acceptableGap({ concordance: share, observedExpected: z.optional(z.number().check(z.gt(1))) }),
});

const ordinal = z.strictObject({
  ...shared,
  answer: z.literal('ordinal'),
  quantity: text,
  grades: z.array(code).check(z.minLength(2), z.maxLength(20)),
  columns: z.strictObject({ ...who, answer: column, reference: column, score: z.optional(column) }),
  /** Between groups: of sensitivity and specificity at every grade, and of C. */
  acceptableGap: acceptableGap({ rate: share, concordance: share }),
});

const segmentation = z.strictObject({
  ...shared,
  answer: z.literal('segmentation'),
  columns: z.strictObject({ ...who, answer: column, reference: column }),
  /** Value of the voxels of each structure, and its name. */
  structures: z
    .array(z.strictObject({ value: z.int().check(z.minimum(1), z.maximum(65535)), name: text }))
    .check(z.minLength(1), z.maxLength(30)),
  /** Distance within which two surfaces count as the same. */
  toleranceMm: positive,
  /** Unit of the spacing where a file names none. */
  spacingUnit: z.optional(z.enum(['mm', 'micron', 'm'])),
  /** Between groups, of the mean Dice. */
  acceptableGap: acceptableGap({ dice: share }),
});

const classes = z.strictObject({
  ...shared,
  answer: z.literal('classes'),
  /** What is told apart, in words: "Rhythm". */
  quantity: z.optional(text),
  classes: z.array(code).check(z.minLength(2), z.maxLength(20)),
  columns: z.strictObject({
    ...who,
    reference: column,
    /** The class that was answered; without it, the most probable one. */
    answer: z.optional(column),
    /** Column of the probability of each class. */
    probabilities: z.optional(z.record(z.string(), column)),
  }),
  /** Classes that the model names by saying nothing, such as noise. */
  namedBySilence: z.optional(z.array(code)),
  /** Between groups: of sensitivity and specificity of every class and the share answered, and of AUROC. */
  acceptableGap: acceptableGap({ rate: share, auroc: share }),
});

const labels = z.strictObject({
  ...shared,
  answer: z.literal('labels'),
  columns: z.strictObject(who),
  labels: z
    .array(
      z.strictObject({
        name: text,
        reference: column,
        score: z.optional(column),
        /** The answer as 0 or 1; without it, a score at or above the threshold. */
        answer: z.optional(column),
        threshold: z.optional(z.number()),
      }),
    )
    .check(z.minLength(2), z.maxLength(40)),
  /** Scores that are no probabilities only order the studies. @default probabilities */
  scores: z.optional(z.enum(['probabilities', 'ranks'])),
  /** Between groups: of sensitivity and specificity of every label, and of AUROC. */
  acceptableGap: acceptableGap({ rate: share, auroc: share }),
});

const gap = z.exactOptional(z.number().check(z.positive()));

const probability = z.strictObject({
  ...shared,
  answer: z.literal('probability'),
  /** What the probability is of, in words: "atrial fibrillation". */
  event: text,
  columns: z.strictObject({ ...who, score: column, label: column }),
  /** What stands in the column of labels. @default 0 and 1, or false and true */
  codes: z.optional(z.strictObject({ none: code, event: code })),
  /** A score at or above one of these is positive. */
  thresholds: z.optional(
    z.array(z.strictObject({ name: text, value: z.number().check(z.minimum(0), z.maximum(1)) })).check(z.maxLength(10)),
  ),
  /** The combinations of every two columns too. @default true */
  intersections: z.optional(z.boolean()),
  fairness: z.optional(
    z.strictObject({
      /** Largest gaps that are still called none. */
      margins: z.optional(
        z.strictObject({
          rate: gap,
          auroc: gap,
          observedExpectedRatio: z.exactOptional(z.number().check(z.gt(1))),
        }),
      ),
      /** The group of a column (by its title; `site`) that the others are compared with; the largest known one without it. */
      references: z.optional(z.record(z.string(), text)),
    }),
  ),
  /** Only rows with this value in this column count. */
  only: z.optional(z.strictObject({ column, value: code })),
});

export type ContinuousDescription = z.infer<typeof continuous>;
export type TimeToEventDescription = z.infer<typeof timeToEvent>;
export type OrdinalDescription = z.infer<typeof ordinal>;
export type SegmentationDescription = z.infer<typeof segmentation>;
export type ClassesDescription = z.infer<typeof classes>;
export type LabelsDescription = z.infer<typeof labels>;
export type ProbabilityDescription = z.infer<typeof probability>;
export type EvaluationDescription =
  | ContinuousDescription
  | TimeToEventDescription
  | OrdinalDescription
  | SegmentationDescription
  | ClassesDescription
  | LabelsDescription
  | ProbabilityDescription;

/** The fields of each kind of answer. */
export const KINDS = {
  continuous,
  'time-to-event': timeToEvent,
  ordinal,
  segmentation,
  classes,
  labels,
  probability,
} as const;
