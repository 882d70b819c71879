// The evaluation file: what the columns of a table of answers mean. Unknown fields are refused by name.
import { parse, YAMLParseError } from 'yaml';
import * as z from 'zod/mini';
import { RefusedInput } from '#functions/errors.ts';
import { nearestWord } from '#lib/limits/nearest-word.ts';

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

const KINDS = {
  continuous,
  'time-to-event': timeToEvent,
  ordinal,
  segmentation,
  classes,
  labels,
  probability,
} as const;

/** Reads an evaluation file (YAML or JSON); refuses unknown fields, wrong types and lists that do not fit each other. */
export function readDescription(file: string, source: string): EvaluationDescription {
  const content = parsed(file, source);
  const kind = typeof content === 'object' && content !== null && 'answer' in content ? content.answer : undefined;
  const schema = typeof kind === 'string' && Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof typeof KINDS] : undefined;
  if (schema === undefined) {
    const found = typeof kind === 'string' ? `"${kind}"` : 'none';
    throw new RefusedInput(`${file}: answer: found ${found}, allowed ${Object.keys(KINDS).join(', ')}`);
  }
  const result = schema.safeParse(content);
  if (!result.success) {
    const { issues } = result.error;
    // A slip of the pen leaves a field missing too: the slip is the news.
    const [issue] = [...issues.filter(({ code }) => code === 'unrecognized_keys'), ...issues];
    throw new RefusedInput(`${file}: ${issueWords(issue, schema)}`);
  }
  checkLists(file, result.data);
  return result.data;
}

function parsed(file: string, source: string): unknown {
  try {
    return parse(source);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    const line = error.linePos?.[0].line ?? 'unknown';
    throw new RefusedInput(`${file}: found no YAML at line ${line}, allowed YAML or JSON`, { cause: error });
  }
}

function checkLists(file: string, description: EvaluationDescription): void {
  const once = (place: string, names: readonly unknown[]): void => {
    const repeated = names.map(String).find((name, i, all) => all.indexOf(name) !== i);
    if (repeated !== undefined) throw new RefusedInput(`${file}: ${place}: found ${repeated} twice, allowed once`);
  };
  once('groups', description.groups?.map((group) => group.title ?? group.column) ?? []);
  if (description.answer === 'continuous' && description.classes !== undefined) {
    const { cutPoints, names } = description.classes;
    once('classes.names', names);
    if (names.length !== cutPoints.length + 1)
      throw new RefusedInput(
        `${file}: classes: found ${names.length} names for ${cutPoints.length} cut points, allowed ${cutPoints.length + 1}`,
      );
  }
  if (description.answer === 'time-to-event') {
    const { codes, horizons, columns, riskGroups = [] } = description;
    const beyond = riskGroups.find((cut) => !(cut > 0 && cut < 1));
    if (beyond !== undefined)
      throw new RefusedInput(`${file}: riskGroups: found ${beyond}, allowed above 0 and below 1`);
    if (riskGroups.length > 0 && horizons.every(({ risk }) => risk === undefined))
      throw new RefusedInput(
        `${file}: riskGroups: found cut points without a column of risks, allowed with horizons.risk`,
      );
    once('codes', [codes.censored, codes.event, ...(codes.competing ?? [])]);
    once(
      'horizons',
      horizons.map(({ at }) => at),
    );
    if (columns.score === undefined && horizons.every(({ risk }) => risk === undefined))
      throw new RefusedInput(`${file}: found no column of answers, allowed horizons.risk, columns.score or both`);
  }
  if (description.answer === 'ordinal') once('grades', description.grades);
  if (description.answer === 'segmentation') {
    once(
      'structures',
      description.structures.map(({ value }) => value),
    );
    once(
      'structures',
      description.structures.map(({ name }) => name),
    );
  }
  if (description.answer === 'probability') {
    const { thresholds = [], codes, groups = [], columns } = description;
    once(
      'thresholds',
      thresholds.map(({ name }) => name),
    );
    once(
      'thresholds',
      thresholds.map(({ value }) => value),
    );
    once('codes', codes === undefined ? [] : [codes.none, codes.event]);
    const named = [
      ...(columns.site === undefined ? [] : ['site']),
      ...groups.map(({ column: of, title = of }) => title),
    ];
    once('groups', named);
    const stray = Object.keys(description.fairness?.references ?? {}).find((name) => !named.includes(name));
    if (stray !== undefined)
      throw new RefusedInput(
        `${file}: fairness.references: found ${stray}, allowed ${named.join(', ') || 'none without groups'}`,
      );
  }
  if (description.answer === 'classes') checkClasses(file, description, once);
  if (description.answer === 'labels') checkLabels(file, description, once);
}

type Once = (place: string, names: readonly unknown[]) => void;

function checkClasses(
  file: string,
  { classes: codes, columns, namedBySilence = [] }: ClassesDescription,
  once: Once,
): void {
  once('classes', codes);
  const names = codes.map(String);
  const stray = namedBySilence.find((name) => !names.includes(String(name)));
  if (stray !== undefined)
    throw new RefusedInput(`${file}: namedBySilence: found ${stray}, allowed ${names.join(', ')}`);
  if (columns.probabilities !== undefined) {
    const given = Object.keys(columns.probabilities);
    const odd = given.find((name) => !names.includes(name)) ?? names.find((name) => !given.includes(name));
    if (odd !== undefined)
      throw new RefusedInput(
        `${file}: columns.probabilities: found ${given.join(', ')}, allowed one column for each of ${names.join(', ')}`,
      );
    once('columns.probabilities', Object.values(columns.probabilities));
  }
  if (columns.answer === undefined && columns.probabilities === undefined)
    throw new RefusedInput(
      `${file}: found no column of answers, allowed columns.answer, columns.probabilities or both`,
    );
}

function checkLabels(file: string, { labels: all }: LabelsDescription, once: Once): void {
  once(
    'labels',
    all.map(({ name }) => name),
  );
  once(
    'labels',
    all.map(({ reference }) => reference),
  );
  for (const { name, score, answer, threshold } of all) {
    if (score === undefined && answer === undefined)
      throw new RefusedInput(`${file}: labels: ${name}: found no column of answers, allowed score, answer or both`);
    if (threshold !== undefined && (score === undefined || answer !== undefined))
      throw new RefusedInput(
        `${file}: labels: ${name}: found a threshold ${answer === undefined ? 'without a score' : 'beside a column of answers'}, allowed one on a score whose answers no column says`,
      );
  }
}

function issueWords(issue: z.core.$ZodIssue | undefined, schema: (typeof KINDS)[keyof typeof KINDS]): string {
  const at = issue === undefined || issue.path.length === 0 ? 'top level' : issue.path.join('.');
  if (issue?.code === 'unrecognized_keys') {
    const [unknown] = issue.keys;
    const fields = fieldsAt(schema, issue.path);
    const near = nearestWord(unknown, fields);
    return `found unknown field ${unknown} at ${at}${near === undefined ? '' : `, did you mean ${near}?`}, allowed ${fields.join(', ')}`;
  }
  if (issue?.code === 'invalid_value') return `${at}: found another value, allowed ${issue.values.join(', ')}`;
  if (issue?.code === 'invalid_type') return `${at}: found no ${issue.expected}, allowed ${issue.expected}`;
  if (issue?.code === 'too_big')
    return `${at}: found ${OF_SIZE[issue.origin] ?? 'a value'} too large, allowed ${issue.inclusive === false ? 'below' : 'at most'} ${issue.maximum}`;
  if (issue?.code === 'too_small')
    return `${at}: found ${OF_SIZE[issue.origin] ?? 'a value'} too small, allowed ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}`;
  return `${at}: found a value that cannot be, allowed ${issue?.message ?? 'as docs/evaluate.md says'}`;
}

/** What was counted. */
const OF_SIZE: Readonly<Record<string, string>> = {
  string: 'a number of letters',
  array: 'a number of entries',
  number: 'a number',
  int: 'a number',
};

/** Names of the fields that an object at this path has. */
function fieldsAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const inner = schema as z.core.$ZodTypes;
  const { def } = inner._zod;
  if (def.type === 'optional') return fieldsAt(def.innerType, path);
  const [name, ...rest] = path;
  if (def.type === 'array') return fieldsAt(def.element, rest);
  if (def.type !== 'object') return [];
  if (name === undefined) return Object.keys(def.shape);
  return fieldsAt(def.shape[String(name)], rest);
}
