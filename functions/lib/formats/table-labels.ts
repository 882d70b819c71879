import type { LabelRow, Reason } from '#functions/study.ts';
import { type DatePolicy, deidentifyDate } from '#lib/deidentify/measurements.ts';
import { givenLabels } from '#lib/sites/check-tables.ts';
import type { SiteLabel, SiteTable } from '#lib/sites/site.ts';
import { codeLookup, missingTest, refuse, unknownCode } from './cells.ts';
import { parseDate } from './dates.ts';
import type { ColumnPlace } from './header.ts';
import { parseDecimal } from './number.ts';

/** A label as given, without its place in the archive. */
export type GivenLabel = Omit<LabelRow, 'row' | 'studyKey'>;

/** The label, `undefined` where none is given, or why it cannot be taken. */
export type LabelReading = GivenLabel | undefined | Reason;

/** Readers of each label of a row, its date cut as the site's policy says; none for a table without labels. */
export function labelReaders(
  table: SiteTable,
  places: ReadonlyMap<string, ColumnPlace>,
  policy: DatePolicy,
): LabelReader[] {
  return givenLabels(table).map((label) => labelReader(label, table, places, policy));
}

type LabelReader = (cells: readonly string[]) => LabelReading;

function labelReader(
  label: SiteLabel,
  table: SiteTable,
  places: ReadonlyMap<string, ColumnPlace>,
  policy: DatePolicy,
): LabelReader {
  const index = indexOf(label.column, places);
  const lookUp = codeLookup(label.codes, table.decimal);
  const isMissing = missingTest(table.missing, table.decimal);
  const readDate = dateReader(label, places, policy, table);
  return (cells) => {
    const cell = cells[index];
    const value = lookUp(cell);
    if (value === undefined) {
      if (isMissing(cell, parseDecimal(cell, table.decimal))) return undefined;
      return unknownCode(label.column, Object.keys(label.codes));
    }
    const date = readDate(cells);
    if (typeof date === 'object' && date !== null) return date;
    return {
      label: label.name,
      value,
      source: label.source,
      method: label.method,
      date,
      readers: label.readers ?? null,
      blinded: label.blinded ?? null,
    };
  };
}

function dateReader(
  label: SiteLabel,
  places: ReadonlyMap<string, ColumnPlace>,
  policy: DatePolicy,
  table: SiteTable,
): (cells: readonly string[]) => string | null | Reason {
  const { date } = label;
  if (date === undefined) return () => null;
  const index = indexOf(date.column, places);
  const missing = new Set(table.missing);
  return (cells) => {
    if (missing.has(cells[index])) return null;
    const iso = parseDate(cells[index], date.format);
    if (iso !== undefined) return deidentifyDate(iso, policy);
    const found = `found text of ${cells[index].length} characters that is no day of the calendar from 1900 to 2099`;
    return refuse('date', date.column, `${found}, accepted ${date.format}`);
  };
}

/** Place of a column that the header was chosen for. */
export function indexOf(column: string, places: ReadonlyMap<string, ColumnPlace>): number {
  const place = places.get(column.normalize('NFC').trim());
  if (place === undefined) throw new Error(`table: found no place for column "${column}", expected one`);
  return place.index;
}
