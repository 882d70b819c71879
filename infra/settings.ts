// What a deployment may choose with `-c name=value`, checked once. Defaults suit a first deployment in a fresh account.
import type { Node } from 'constructs';
import * as z from 'zod/mini';
import { type StepName, stepPermissions } from '#infra/permissions.ts';

const stepNames = Object.keys(stepPermissions) as [StepName, ...StepName[]];

/** The command line hands over text where cdk.json hands over numbers, lists and objects. */
const fromText = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  return /^(?:\d+$|[[{])/.test(value) ? JSON.parse(value) : value;
};
const listFromText = (value: unknown): unknown =>
  typeof value === 'string' ? value.split(',').filter(Boolean) : value;

const count = (minimum: number, maximum: number) =>
  z.pipe(z.transform(fromText), z.int().check(z.minimum(minimum), z.maximum(maximum)));
const perStep = (minimum: number, maximum: number) =>
  z.pipe(
    z.transform(fromText),
    z.partialRecord(z.enum(stepNames), z.int().check(z.minimum(minimum), z.maximum(maximum))),
  );

/** CloudWatch knows only these retention periods. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const settingsSchema = z.strictObject({
  architecture: z._default(z.enum(['x86_64', 'arm64']), 'x86_64'),
  maxDropBytes: z._default(count(1, 5 * 2 ** 30), 100 * 2 ** 20),
  expireDoneAfterDays: z._default(count(1, 3650), 30),
  logRetentionDays: z._default(
    count(1, 3653).check(
      z.refine((days) => LOG_RETENTION_DAYS.includes(days), `allowed are ${LOG_RETENTION_DAYS.join(', ')} days`),
    ),
    365,
  ),
  /** Concurrent invocations that one queue may start, by function; Lambda allows 2 to 1000. */
  maximumConcurrency: z._default(perStep(2, 1000), {}),
  /** Invocations set aside, by function. None by default: a fresh account has 10 in all, and Lambda keeps 100 unreserved. */
  reservedConcurrency: z._default(perStep(1, 1000), {}),
  /** Hospitals that are expected to send every day: each gets an alarm on silence. */
  sites: z._default(z.pipe(z.transform(listFromText), z.array(z.string().check(z.regex(/^[a-z0-9][a-z0-9-]*$/)))), []),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Reads the settings from the context of a construct; throws naming the setting, what was found and what is allowed. */
export function readSettings(node: Node): Settings {
  const names = Object.keys(settingsSchema.shape);
  const given = names
    .map((name) => [name, node.tryGetContext(name)] as const)
    .filter(([, value]) => value !== undefined);
  const parsed = settingsSchema.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => {
    const [name] = path;
    return `context ${path.join('.')}: found ${JSON.stringify(node.tryGetContext(String(name)))}; ${message}`;
  });
  throw new Error(issues.join('; '));
}
