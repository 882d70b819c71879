import type { Reason } from '#functions/study.ts';
import type { SiteTable } from '#lib/sites/site.ts';
import { missingTest, refuse } from './cells.ts';
import type { ColumnPlace } from './header.ts';
import { parseDecimal } from './number.ts';
import { indexOf } from './table-labels.ts';

/** Whose row it is: local ids as the site writes them (they become keyed hashes before anything is stored). */
export interface RowOwner {
  readonly patientId: string;
  readonly study: string;
  /** Name of the ECG that the row describes, as the table writes it. */
  readonly record?: string;
}

/** A record by itself, without its folders: who it is of where no table says so, and which study of theirs it is. */
export const lastPart = (record: string): string => record.slice(record.lastIndexOf('/') + 1);

const longestId = 256;

/** Reads whose a row is; `path` is the table's own, below `drops/<site>/`. */
export function ownerReader(
  table: SiteTable,
  places: ReadonlyMap<string, ColumnPlace>,
  path: string,
): (cells: readonly string[], row: number) => RowOwner | Reason {
  const { labelsOf, patientId, studyId, record } = table;
  if (labelsOf !== undefined) {
    const index = indexOf(labelsOf.rowColumn, places);
    return (cells) => {
      const row = parseDecimal(cells[index], table.decimal);
      if (row !== undefined && Number.isSafeInteger(row) && row >= 1) return rowOwner(labelsOf.path, row);
      return refuse('row-number', labelsOf.rowColumn, 'found no row number, accepted whole numbers from 1');
    };
  }
  if (record !== undefined) return recordOwner(table, record.column, places);
  if (patientId === undefined) return (_cells, row) => rowOwner(path, row);
  const readPatient = idReader('patient-id', patientId.column, table, places);
  const readStudy = studyId && idReader('study-id', studyId.column, table, places);
  return (cells) => {
    const patient = readPatient(cells);
    const study = readStudy?.(cells) ?? '';
    if (typeof patient === 'object') return patient;
    return typeof study === 'object' ? study : { patientId: patient, study };
  };
}

/** A record is its own study, and its own person where the table names none. */
function recordOwner(table: SiteTable, column: string, places: ReadonlyMap<string, ColumnPlace>) {
  const readRecord = idReader('record-name', column, table, places);
  const readPatient = table.patientId && idReader('patient-id', table.patientId.column, table, places);
  const readStudy = table.studyId && idReader('study-id', table.studyId.column, table, places);
  return (cells: readonly string[]): RowOwner | Reason => {
    const record = readRecord(cells);
    if (typeof record === 'object') return record;
    const patientId = readPatient?.(cells) ?? lastPart(record);
    const study = readStudy?.(cells) ?? lastPart(record);
    if (typeof patientId === 'object') return patientId;
    return typeof study === 'object' ? study : { patientId, study, record };
  };
}

/**
 * Where a table has no patient ids, path and row are the id: a new version at the same path corrects the same people,
 * another path holds others.
 */
function rowOwner(path: string, row: number): RowOwner {
  return { patientId: JSON.stringify([path.normalize('NFC'), row]), study: '' };
}

/** Cells arrive in NFC and trimmed; leading zeros are part of the id, so an id is never read as a number. */
function idReader(
  code: string,
  column: string,
  table: SiteTable,
  places: ReadonlyMap<string, ColumnPlace>,
): (cells: readonly string[]) => string | Reason {
  const index = indexOf(column, places);
  const words = table.missing.filter((word) => !/^\d+$/.test(word));
  const isMissing = missingTest(words, table.decimal);
  return (cells) => {
    const id = cells[index];
    if (id === '' || isMissing(id, undefined)) return refuse(code, column, 'found no id, accepted text');
    if (id.length <= longestId) return id;
    return refuse(code, column, `found text of ${id.length} characters, accepted up to ${longestId}`);
  };
}
