// faults.yaml: which faults the twin injects, how often and where. Checked field by field; what is unknown is refused by name.
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { RefusedInput } from '#functions/errors.ts';
import { isWrite, operations as s3Operations } from '../s3/operations.ts';
import { OPERATIONS as SQS_OPERATIONS } from '../sqs/operations.ts';

/** Longest delay of a message that SQS knows, in seconds. */
const LONGEST_DELAY_SECONDS = 900;
const LONGEST_WAIT_MILLISECONDS = 60_000;

const show = (found: unknown): string => (found === undefined ? 'nothing' : JSON.stringify(found));

const numberField = (allowed: string, isAllowed: (value: number) => boolean) =>
  z.custom<number>((value) => typeof value === 'number' && isAllowed(value), {
    error: ({ input }) => `found ${show(input)}, allowed ${allowed}`,
  });

const integerField = (low: number, high: number) =>
  numberField(
    high === Number.MAX_SAFE_INTEGER ? `whole numbers from ${low}` : `whole numbers from ${low} to ${high}`,
    (value) => Number.isSafeInteger(value) && value >= low && value <= high,
  );

const textField = (allowed: string) =>
  z.string({ error: ({ input }) => `found ${show(input)}, allowed ${allowed}` }).min(1, `found "", allowed ${allowed}`);

const nameField = (names: readonly string[]) =>
  z.enum(names, { error: ({ input }) => `found ${show(input)}, allowed ${names.join(', ')}` }).optional();

const how = {
  probability: numberField('0 to 1', (value) => value >= 0 && value <= 1),
  /** Not more often than this in one life of the twin. */
  atMost: integerField(1, Number.MAX_SAFE_INTEGER).optional(),
};
/** A step such as `predict`, or a function's logical id or name. */
const ofFunction = { function: textField('the name of a step').optional() };
const ofPrefix = { prefix: textField('the beginning of object keys').optional() };
const whileWorking = { withinMilliseconds: integerField(0, LONGEST_WAIT_MILLISECONDS).default(100) };

const namesOf = (wanted: (operation: (typeof s3Operations)[number]) => boolean): readonly string[] =>
  s3Operations.filter(wanted).map(({ name }) => name);
const ofS3 = nameField(namesOf(() => true));
const ofS3Write = nameField(namesOf(isWrite));
const ofConditionalWrite = nameField(
  namesOf((operation) => isWrite(operation) && operation.headers?.includes('if-none-match') === true),
);
const ofSqs = nameField([...SQS_OPERATIONS.keys()]);

const kinds = [
  kind('duplicate-event', ofPrefix),
  kind('late-event', { ...ofPrefix, upToSeconds: integerField(1, LONGEST_DELAY_SECONDS) }),
  kind('s3-conflict', { ...ofFunction, ...ofPrefix, operation: ofConditionalWrite }),
  kind('s3-unavailable', { ...ofFunction, ...ofPrefix, operation: ofS3 }),
  kind('s3-lost-answer', { ...ofFunction, ...ofPrefix, operation: ofS3Write }),
  kind('slow-read', {
    ...ofFunction,
    ...ofPrefix,
    bytesPerSecond: integerField(1, Number.MAX_SAFE_INTEGER),
  }),
  kind('disk-full', { ...ofFunction, ...ofPrefix }),
  kind('sqs-unavailable', { ...ofFunction, operation: ofSqs }),
  kind('sqs-lost-answer', { ...ofFunction, operation: ofSqs }),
  kind('kill-function', { ...ofFunction, ...whileWorking }),
  kind('hang-function', { ...ofFunction, ...whileWorking }),
  kind('exhaust-memory', { ...ofFunction, ...whileWorking }),
] as const;

function kind<Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) {
  const fields = { fault: z.literal(name), ...how, ...shape };
  return z.strictObject(fields, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `found unknown field ${issue.keys.join(', ')}, allowed ${Object.keys(fields).join(', ')}`
        : `found ${show(issue.input)}, allowed the fields ${Object.keys(fields).join(', ')}`,
  });
}

/** Names of all kinds of faults, in the order of the documentation. */
export const FAULT_KINDS: readonly FaultKind[] = kinds.map(({ shape }) => shape.fault.value);

const planSchema = z.strictObject(
  {
    seed: z.union([z.string(), z.number()], {
      error: ({ input }) => `found ${show(input)}, allowed text or a number`,
    }),
    faults: z.array(
      z.discriminatedUnion('fault', kinds, {
        error: ({ input }) =>
          `found ${show((input as { fault?: unknown } | null)?.fault)}, allowed ${kinds.map(({ shape }) => shape.fault.value).join(', ')}`,
      }),
      { error: ({ input }) => `found ${show(input)}, allowed a list of faults` },
    ),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `found unknown field ${issue.keys.join(', ')}, allowed seed, faults`
        : `found ${show(issue.input)}, allowed the fields seed, faults`,
  },
);

/** What the twin shall suffer. The same seed and the same calls in the same order meet the same faults. */
export type FaultPlan = z.infer<typeof planSchema>;
export type Fault = FaultPlan['faults'][number];
export type FaultKind = Fault['fault'];
export type FaultOf<Kind extends FaultKind> = Extract<Fault, { readonly fault: Kind }>;

/** Checks a plan and fills in defaults; throws RefusedInput naming each place that is wrong, in words that begin with `source`. */
export function parseFaultPlan(source: string, value: unknown): FaultPlan {
  const parsed = planSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${placeOf(path)}${message}`);
  throw new RefusedInput(`${source}: ${problems.join('; ')}`);
}

/** Reads a plan from YAML 1.2. */
export function readFaultPlan(source: string, text: string): FaultPlan {
  const document = parseDocument(text);
  const [problem] = [...document.errors, ...document.warnings];
  if (problem) throw new RefusedInput(`${source}: found no YAML that can be read, ${problem.message.split('\n')[0]}`);
  return parseFaultPlan(source, document.toJS());
}

/** `faults.3.probability: `, counted from 1 as people count. */
function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '';
  return `${path.map((part) => (typeof part === 'number' ? part + 1 : String(part))).join('.')}: `;
}
