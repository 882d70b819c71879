// study.json: what the files of a reader study are. Unknown fields are refused by name.
import * as z from 'zod/mini';
import { RefusedInput } from '#functions/errors.ts';

const text = z.string().check(z.minLength(1));
const id = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'letters, digits, - and _'));

const schema = z.strictObject({
  title: text,
  /** What each study is, in the plural: "12-lead ECGs". */
  studies: text,
  /** Findings that are there (1) or not (0). */
  labels: z.array(z.strictObject({ column: text, title: text })),
  /** Questions with one of several answers; `ordered` where the values are grades, lowest first. */
  classes: z.optional(
    z.array(
      z.strictObject({
        column: text,
        title: text,
        values: z.array(text).check(z.minLength(2), z.maxLength(50)),
        ordered: z.optional(z.boolean()),
      }),
    ),
  ),
  reference: z.strictObject({ file: text, method: text }),
  raters: z
    .array(
      z.strictObject({
        id,
        title: text,
        kind: z.enum(['model', 'readers']),
        file: text,
        /** Scores of a model, higher for more likely, in a table of the same columns. */
        scores: z.optional(text),
        /** Took part in the reference, so that its agreement with it says nothing. */
        formedReference: z.optional(z.boolean()),
      }),
    )
    .check(z.minLength(1)),
  attributes: z.optional(
    z.strictObject({ file: text, sex: z.optional(text), ageYears: z.optional(text), person: z.optional(text) }),
  ),
  /** A column by which rows of all files belong together; without it they do by their order. */
  study: z.optional(text),
  /** A table of results that was published: two header rows (metric, rater), one row per label. */
  published: z.optional(z.strictObject({ file: text, decimals: z.int(), raters: z.record(text, id) })),
  cautions: z.optional(z.array(text)),
  citation: z.optional(z.array(text)),
});

export type StudyDescription = z.infer<typeof schema>;

/** Reads study.json; refuses unknown fields, wrong types and names that nothing bears. */
export function parseDescription(json: unknown): StudyDescription {
  const result = schema.safeParse(json);
  if (!result.success) throw new RefusedInput(`study.json: ${issueWords(result.error.issues[0])}`);
  const description = result.data;
  const ids = description.raters.map((rater) => rater.id);
  const questions = [...description.labels, ...(description.classes ?? [])].map(({ column }) => column);
  if (questions.length === 0)
    throw new RefusedInput('study.json: found no labels and no classes, accepted at least one');
  const repeated = [ids, questions, ...(description.classes ?? []).map(({ values }) => values)]
    .flatMap((names) => names.filter((name, i) => names.indexOf(name) !== i))
    .at(0);
  if (repeated !== undefined) throw new RefusedInput(`study.json: found ${repeated} twice, accepted every name once`);
  const stray = Object.values(description.published?.raters ?? {}).find((name) => !ids.includes(name));
  if (stray !== undefined) {
    throw new RefusedInput(`study.json: published.raters: found ${stray}, accepted ${ids.join(', ')}`);
  }
  if (!description.raters.some(({ formedReference }) => formedReference !== true)) {
    throw new RefusedInput(
      'study.json: raters: found only raters that formed the reference, accepted at least one other',
    );
  }
  return description;
}

function issueWords(issue: z.core.$ZodIssue | undefined): string {
  const at = issue === undefined || issue.path.length === 0 ? 'top level' : issue.path.join('.');
  if (issue?.code === 'unrecognized_keys') return `found unknown field ${issue.keys.join(', ')} at ${at}`;
  const accepted =
    issue?.code === 'invalid_value'
      ? issue.values.map(String).join(', ')
      : issue?.code === 'invalid_type'
        ? issue.expected
        : 'as docs/readers.md says';
  return `${at}: found another value, accepted ${accepted}`;
}
