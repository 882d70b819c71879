// Reads the evaluation file; what is wrong in it is refused by name.
import { parse, YAMLParseError } from 'yaml';
import type * as z from 'zod/mini';
import { RefusedInput } from '#functions/errors.ts';
import { nearestWord } from '#lib/limits/nearest-word.ts';
import { type ClassesDescription, type EvaluationDescription, KINDS, type LabelsDescription } from './description.ts';
import { SITE } from './evaluated-studies.ts';

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
  const { groups = [], columns } = description;
  const named = [...(columns.site === undefined ? [] : [SITE]), ...groups.map(({ column, title = column }) => title)];
  once('groups', named);
  if (description.answer === 'continuous' && description.classes !== undefined) {
    const { cutPoints, names } = description.classes;
    once('classes.names', names);
    if (names.length !== cutPoints.length + 1)
      throw new RefusedInput(
        `${file}: classes: found ${names.length} names for ${cutPoints.length} cut points, allowed ${cutPoints.length + 1}`,
      );
  }
  if (description.answer === 'time-to-event') {
    const { codes, horizons, riskGroups = [] } = description;
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
    if (description.columns.score === undefined && horizons.every(({ risk }) => risk === undefined))
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
    const { thresholds = [], codes } = description;
    once(
      'thresholds',
      thresholds.map(({ name }) => name),
    );
    once(
      'thresholds',
      thresholds.map(({ value }) => value),
    );
    // Labels are compared without their case: programs write True for true.
    once('codes', codes === undefined ? [] : [codes.none, codes.event].map((code) => String(code).toLowerCase()));
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
