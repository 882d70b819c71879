import { RejectedDrop } from '#functions/errors.ts';
import type { Finding } from '#functions/study.ts';
import type { Site } from '#lib/sites/site.ts';
import { checkIsText } from './detect.ts';
import { chooseTable } from './header.ts';
import { type ReadRow, type RefusedRow, readTableRows } from './table-rows.ts';

/** What a table of the site says about ECGs, row by row. */
export interface RecordTable {
  readonly rows: readonly ReadRow[];
  readonly rejected: readonly RefusedRow[];
  readonly findings: readonly Finding[];
  readonly items: number;
}

/** True where the site says how a table that describes ECGs looks. */
export const describesRecords = (site: Site): boolean => site.tables.some(({ record }) => record !== undefined);

/** Reads a table as one that describes ECGs; throws RejectedDrop where it is none of those of the site. */
export function readRecordTable(bytes: Uint8Array, path: string, site: Site): RecordTable {
  const tables = site.tables.filter(({ record }) => record !== undefined);
  checkIsText(bytes);
  const chosen = chooseTable(bytes, { ...site, tables });
  return readTableRows(chosen, path, site, 'description');
}

/** The table, or undefined where the bytes are something else. */
export function recordTable(bytes: Uint8Array, path: string, site: Site): RecordTable | RejectedDrop {
  try {
    return readRecordTable(bytes, path, site);
  } catch (error) {
    if (error instanceof RejectedDrop) return error;
    throw error;
  }
}
