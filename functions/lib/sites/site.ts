import { z } from 'zod';
import { RefusedInput } from '#functions/errors.ts';
import { identifierPattern } from '#lib/formats/vocabulary.ts';
import { checkTables } from './check-tables.ts';

const identifier = z
  .string()
  .regex(identifierPattern, 'accepted 1 to 63 lower-case letters, digits and hyphens, no hyphen first');
const columnName = z.string().trim().min(1, 'found an empty column name, accepted text');
const columnOnly = z.strictObject({ column: columnName });

const measuredColumnSchema = z.strictObject({
  column: columnName,
  /** Unit of the numbers; the vocabulary's own when absent. A unit in the header cell goes before it. */
  unit: z.string().optional(),
  /** From the cell's text to a code of the vocabulary; when absent the cells hold the vocabulary's codes. */
  codes: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
  /** Cells that mean "not measured", in addition to the table's. */
  missing: z.array(z.string()).optional(),
});

const labelSchema = z.strictObject({
  name: identifier,
  column: columnName,
  codes: z.record(z.string(), z.number()),
  source: z.string().min(1),
  method: z.string().min(1),
  date: z
    .strictObject({
      column: columnName,
      format: z.enum(['YYYY-MM-DD', 'DD.MM.YYYY', 'DD/MM/YYYY', 'MM/DD/YYYY', 'YYYY']).default('YYYY-MM-DD'),
    })
    .optional(),
  readers: z.number().int().min(1).optional(),
  blinded: z.boolean().optional(),
});

const tableSchema = z.strictObject({
  name: identifier,
  /** Found from the header when absent. */
  delimiter: z.enum([',', ';', '\t', '|']).optional(),
  decimal: z.enum(['.', ',']).default('.'),
  /** A byte order mark goes before it. */
  encoding: z
    .enum(['utf-8', 'latin1', 'windows-1252'])
    .default('utf-8')
    .transform((name) => (name === 'latin1' ? 'windows-1252' : name)),
  header: z.literal(true, 'accepted true: a table without column names cannot be told from another').default(true),
  missing: z.array(z.string()).default(['', '?', 'NA']),
  patientId: columnOnly.optional(),
  studyId: columnOnly.optional(),
  columns: z.record(z.string(), measuredColumnSchema).default({}),
  label: labelSchema.optional(),
  /** Further labels of the same rows. */
  labels: z.array(labelSchema).optional(),
  /**
   * The rows describe ECGs: the column holds the record's name, that is its path in the zip without extension, or as much of its
   * end as no other record has.
   */
  record: columnOnly.optional(),
  /** A table of labels for the rows of a table without patient ids: its path below `drops/<site>/`. */
  labelsOf: z
    .strictObject({
      rowColumn: columnName,
      path: z.string().regex(/^[^/]/, 'accepted a path below drops/<site>/, without a slash first'),
    })
    .optional(),
});

const siteSchema = z
  .strictObject({
    site: identifier,
    name: z.string().min(1),
    /** ISO 3166-1 alpha-2. */
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'accepted two capital letters (ISO 3166-1)')
      .optional(),
    timeZone: z.string().refine(isTimeZone, 'accepted a time zone of the IANA database, such as Europe/Zurich'),
    languages: z.array(z.string().refine(isLanguage, 'accepted a BCP 47 tag, such as de-CH')).optional(),
    datePolicy: z.enum(['year', 'none']),
    /** Larger drops are refused unread. */
    maximumDropBytes: z.number().int().min(1).optional(),
    tables: z.array(tableSchema),
  })
  .superRefine((site, context) => {
    for (const { path, message } of checkTables(site.tables)) {
      context.addIssue({ code: 'custom', path: ['tables', ...path], message });
    }
  });

/** A hospital as the archive knows it: `sites/<site>.json` with the defaults filled in. */
export type Site = z.infer<typeof siteSchema>;
export type SiteTable = z.infer<typeof tableSchema>;
export type SiteLabel = z.infer<typeof labelSchema>;
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
