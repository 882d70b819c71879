// What pooling reads of a report.json that another hospital wrote: checked here, once, before any figure is trusted.
import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { RefusedInput } from '#functions/errors.ts';

z.config(en());

const share = z.number().check(z.gte(0), z.lte(1));
const count = z.int().check(z.gte(0));
const positive = z.number().check(z.gt(0));
const absent = z.strictObject({ absent: z.string() });

const effect = z.strictObject({
  ...{ estimate: z.number(), lower: z.number(), upper: z.number() },
  ...{ value: z.number(), variance: positive, n: count, corrected: z.boolean() },
});

const proportion = z
  .strictObject({
    ...{ estimate: share, lower: share, upper: share },
    successes: count,
    n: count,
    effectiveRows: positive,
  })
  .check(
    z.refine(({ successes, n }) => successes <= n, 'more successes than rows'),
    z.refine(
      ({ estimate, successes, n }) => Math.abs(estimate * n - successes) < 1e-6,
      'an estimate that its counts do not give',
    ),
    z.refine(({ effectiveRows, n }) => effectiveRows <= n * (1 + 1e-9), 'more effective rows than rows'),
  );

/** An estimate with its method, or why there is none. */
const figure = z.union([
  z.strictObject({ cannotTell: z.string(), n: count, events: count }),
  z.strictObject({
    ...{ estimate: z.number(), lower: z.number(), upper: z.number(), level: share, method: z.string() },
    ...{ n: count, events: count, clusters: z.exactOptional(count) },
  }),
]);

const summary = z.strictObject({
  site: z.string().check(z.minLength(1)),
  n: z.nullable(count),
  events: z.nullable(count),
  auroc: z.union([absent, effect]),
  observedExpected: z.union([absent, effect]),
  calibrationSlope: z.union([absent, effect]),
  thresholds: z.array(
    z.strictObject({
      name: z.string(),
      sensitivity: z.union([absent, proportion]),
      specificity: z.union([absent, proportion]),
    }),
  ),
  caseMix: z.union([absent, z.strictObject({ benchmark: figure, recalibrated: figure, excess: figure })]),
});

const relation = z.enum(['external', 'left-out-site', 'left-out-fold', 'apparent']);

const poolableReport = z.object({
  schema: z.literal('tricuspid/cohort-report/1'),
  audience: z.enum(['internal', 'shareable']),
  cohort: z.object({ title: z.string(), label: z.string() }),
  model: z.object({
    ...{ name: z.string(), version: z.string(), regulatoryStatus: z.string() },
    files: z.array(z.object({ sha256: z.string() })),
  }),
  primary: z.object({ relations: z.array(relation) }),
  provenance: z.object({ missing: count, inputs: z.array(z.object({ sha256: z.string() })) }),
  chapters: z.object({
    hospitals: z.object({ schema: z.literal('tricuspid/hospitals/1'), summaries: z.array(summary) }),
  }),
});

export type PoolableReport = z.infer<typeof poolableReport>;

/** The part of a report that is pooled; anything that does not fit is refused by its place in the file. */
export function readPoolableReport(name: string, json: unknown): PoolableReport {
  const result = poolableReport.safeParse(json);
  if (result.success) return result.data;
  const said = result.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.map(String).join('.') || 'the file'}: ${message}`);
  throw new RefusedInput(`pool: found in ${name} ${said.join('; ')}; accepted report.json of a cohort report`);
}
