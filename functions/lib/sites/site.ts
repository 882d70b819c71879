import * as z from 'zod/mini';
import en from 'zod/v4/locales/en.js';
import { RefusedInput } from '#functions/errors.ts';
import { identifierPattern } from '#lib/formats/vocabulary.ts';
import { checkHeaderLabels } from './check-header-labels.ts';
import { checkTables } from './check-tables.ts';

z.config(en()); // zod/mini says nothing of its own; the one language costs a fraction of all of them

const identifier = z
  .string()
  .check(z.regex(identifierPattern, 'accepted 1 to 63 lower-case letters, digits and hyphens, no hyphen first'));
const columnName = z.string().check(z.trim(), z.minLength(1, 'found an empty column name, accepted text'));
const columnOnly = z.strictObject({ column: columnName });
const text = z.string().check(z.minLength(1));
const positiveInteger = z.int().check(z.gte(1));

const measuredColumnSchema = z.strictObject({
  column: columnName,
  /** Unit of the numbers; the vocabulary's own when absent. A unit in the header cell goes before it. */
  unit: z.optional(z.string()),
  /** From the cell's text to a code of the vocabulary; when absent the cells hold the vocabulary's codes. */
  codes: z.optional(z.record(z.string(), z.union([z.number(), z.string()]))),
  /** Cells that mean "not measured", in addition to the table's. */
  missing: z.optional(z.array(z.string())),
});

const labelSchema = z.strictObject({
  name: identifier,
  column: columnName,
  codes: z.record(z.string(), z.number()),
  source: text,
  method: text,
  date: z.optional(
    z.strictObject({
      column: columnName,
      format: z._default(z.enum(['YYYY-MM-DD', 'DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'YYYY']), 'YYYY-MM-DD'),
    }),
  ),
  readers: z.optional(positiveInteger),
  blinded: z.optional(z.boolean()),
});

/** People in groups that no measurement says: ethnicity, insurance, ward. Only the site's own words for them leave the intake boundary. */
const groupSchema = z.strictObject({
  column: columnName,
  /** From the cell's text to the group's name in reports. */
  codes: z.record(z.string(), identifier),
  /** Cells that mean "not known", in addition to the table's. */
  missing: z.optional(z.array(z.string())),
});

const tableSchema = z.strictObject({
  name: identifier,
  /** Found from the header when absent. */
  delimiter: z.optional(z.enum([',', ';', '\t', '|'])),
  decimal: z._default(z.enum(['.', ',']), '.'),
  /** A byte order mark goes before it. */
  encoding: z.pipe(
    z._default(z.enum(['utf-8', 'latin1', 'windows-1252']), 'utf-8'),
    z.transform((name) => (name === 'latin1' ? 'windows-1252' : name)),
  ),
  header: z._default(z.literal(true, 'accepted true: a table without column names cannot be told from another'), true),
  missing: z._default(z.array(z.string()), ['', '?', 'NA']),
  patientId: z.optional(columnOnly),
  studyId: z.optional(columnOnly),
  columns: z._default(z.record(z.string(), measuredColumnSchema), {}),
  /** Groups by name, for reports by group; no model sees them. */
  groups: z.optional(z.record(identifier, groupSchema)),
  label: z.optional(labelSchema),
  /** Further labels of the same rows. */
  labels: z.optional(z.array(labelSchema)),
  /**
   * The rows describe ECGs: the column holds the record's name, that is its path in the zip without extension, or as much of its
   * end as no other record has.
   */
  record: z.optional(columnOnly),
  /** A table of labels for the rows of a table without patient ids: its path below `drops/<site>/`. */
  labelsOf: z.optional(
    z.strictObject({
      rowColumn: columnName,
      path: z.string().check(z.regex(/^[^/]/, 'accepted a path below drops/<site>/, without a slash first')),
    }),
  ),
});

/** SNOMED CT identifiers have 6 to 18 digits (Release File Specification, 5.3). */
const snomedCode = z.string().check(z.regex(/^[1-9]\d{5,17}$/, 'accepted a SNOMED CT code of 6 to 18 digits'));

const headerLabelSchema = z.strictObject({
  name: identifier,
  /** Diagnoses of which one makes the label 1. */
  positive: z.array(snomedCode).check(z.minLength(1)),
  /** Diagnoses of which one makes it 0, where none is positive; any diagnosis when absent. */
  negative: z.optional(z.array(snomedCode).check(z.minLength(1))),
  source: text,
  method: text,
  readers: z.optional(positiveInteger),
  blinded: z.optional(z.boolean()),
});

const siteSchema = z
  .strictObject({
    site: identifier,
    name: text,
    /** ISO 3166-1 alpha-2. */
    country: z.optional(z.string().check(z.regex(/^[A-Z]{2}$/, 'accepted two capital letters (ISO 3166-1)'))),
    timeZone: z
      .string()
      .check(z.refine(isTimeZone, 'accepted a time zone of the IANA database, such as Europe/Zurich')),
    languages: z.optional(z.array(z.string().check(z.refine(isLanguage, 'accepted a BCP 47 tag, such as de-CH')))),
    datePolicy: z.enum(['year', 'none']),
    /** Larger drops are refused unread. */
    maximumDropBytes: z.optional(positiveInteger),
    tables: z.array(tableSchema),
    /** What the diagnoses in the headers of ECGs mean; they are no labels unless this says so. */
    headerLabels: z.optional(z.array(headerLabelSchema)),
  })
  .check((payload) => {
    for (const { path, message } of checkTables(payload.value.tables)) {
      payload.issues.push({ code: 'custom', path: ['tables', ...path], message, input: payload.value });
    }
    for (const { path, message } of checkHeaderLabels(payload.value.headerLabels ?? [], payload.value.tables)) {
      payload.issues.push({ code: 'custom', path: ['headerLabels', ...path], message, input: payload.value });
    }
  });

/** A hospital as the archive knows it: `sites/<site>.json` with the defaults filled in. */
export type Site = z.infer<typeof siteSchema>;
export type SiteTable = z.infer<typeof tableSchema>;
export type SiteLabel = z.infer<typeof labelSchema>;
export type HeaderLabel = z.infer<typeof headerLabelSchema>;
export type MeasuredColumn = z.infer<typeof measuredColumnSchema>;

/** True for the form of a site id; whether the site is set up is another question. */
export function isSiteId(text: string): boolean {
  return identifierPattern.test(text);
}

/** Checks the parsed JSON of `sites/<site>.json` and fills in defaults; throws RefusedInput naming each place that is wrong. */
export function parseSite(json: unknown): Site {
  const parsed = siteSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${placeOf(issue.path)}${issue.message}`);
  throw new RefusedInput(`site description: ${problems.join('; ')}`);
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '' : `${path.map(String).join('.')}: `;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
