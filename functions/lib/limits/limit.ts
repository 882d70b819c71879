// A limit: what a model must show in a cohort, as cohorts/<name>.json and report.json hold it.
import * as z from 'zod/mini';

export const MEASURES = [
  'AUROC',
  'sensitivity',
  'specificity',
  'PPV',
  'NPV',
  'O:E',
  'Brier score',
  'calibration intercept',
  'calibration slope',
] as const;

export type Measure = (typeof MEASURES)[number];

/** Read at one of the contract's thresholds. */
const AT_THRESHOLD: readonly Measure[] = ['sensitivity', 'specificity', 'PPV', 'NPV'];
/** May be compared between groups: shares and the AUROC, 0 to 1. */
const COMPARED: readonly Measure[] = ['AUROC', ...AT_THRESHOLD];

export const isAtThreshold = (measure: Measure): boolean => AT_THRESHOLD.includes(measure);
export const isCompared = (measure: Measure): boolean => COMPARED.includes(measure);

const text = z.string().check(z.minLength(1));

/** `site` absent: all hospitals together. `every`: each group of this kind by itself. */
const where = z.strictObject({
  every: z.optional(z.array(z.enum(['hospital', 'sex', 'age band', 'device']))),
  site: z.optional(text),
  sex: z.optional(z.enum(['female', 'male'])),
  ageBand: z.optional(text),
});

const common = {
  /** The sentence of the file. */
  text,
  measure: z.enum(MEASURES),
  /** Name of a threshold of the contract; the first one when absent. */
  threshold: z.optional(text),
  where,
};

export const limitSchema = z.discriminatedUnion('kind', [
  /** The lower bound of the interval is at least `value`, or the upper one at most. */
  z.strictObject({ kind: z.literal('bound'), ...common, side: z.enum(['lower', 'upper']), value: z.number() }),
  /** The whole interval lies within. */
  z.strictObject({ kind: z.literal('range'), ...common, from: z.number(), to: z.number() }),
  /** The groups differ by no more than `most`, shown by two one-sided tests. */
  z.strictObject({
    kind: z.literal('gap'),
    ...common,
    first: z.strictObject({ ...where.shape, every: z.optional(z.never()) }),
    second: z.strictObject({ ...where.shape, every: z.optional(z.never()) }),
    most: z.number().check(z.gt(0), z.lt(1)),
  }),
]);

/** Repeated audits share one chance of a false alarm (lib/limits/alpha-spending.ts). */
const auditsSchema = z.strictObject({
  perYear: z.int().check(z.gte(1), z.lte(24)),
  /** Which of the year's audits this is, from 1; where it is not stated the archive counts the earlier ones. */
  look: z.optional(z.int().check(z.gte(1), z.lte(24))),
  /** Chance, per limit, hospital and year, that a limit which is kept is called broken. */
  falseAlarmsPerYear: z.number().check(z.gt(0), z.lte(0.5)),
  /** Does each audit look at new patients only, or at all of the year so far? */
  patients: z.enum(['new', 'cumulative']),
  spending: z._default(z.enum(['pocock', 'obrien-fleming']), 'pocock'),
});

export const limitPlanSchema = z.strictObject({
  limits: z.array(limitSchema).check(z.minLength(1)),
  audits: z.optional(auditsSchema),
});

export const auditsOnly = auditsSchema;

export type Limit = z.infer<typeof limitSchema>;
export type Where = z.infer<typeof where>;
export type Audits = z.infer<typeof auditsSchema>;
export type LimitPlan = z.infer<typeof limitPlanSchema>;
