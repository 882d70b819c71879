// Records and their table as a site would drop them: zips of some hundred records, each with a `records.csv`.
import { writeZip, type ZipMember } from '#lib/formats/zip-write.ts';
import type { SiteDrop } from './dataset.ts';
import { type RecordColumn, recordColumns } from './ecg-site.ts';
import type { FileSource } from './published.ts';

/** A row of `records.csv`. `rhythm` is the source's own word; what is absent is left empty. */
export type RecordRow = Readonly<Partial<Record<RecordColumn, string>>> & { readonly record: string };

/** A record that has its row, and its files as they are to lie in the zip. */
export interface ZippedRecord {
  readonly row: RecordRow;
  readonly files: readonly ZipMember[];
}

/** Name of the table in every zip. */
export const RECORDS_TABLE = 'records.csv';

/** How large a zip may become before it is packed: small against the memory of a function. */
const most = { records: 150, bytes: 2 ** 24 };

/** A zip of the records with `records.csv` first; the columns that any row has, in their order. */
export function recordsZip(records: readonly ZippedRecord[]): Uint8Array {
  const columns = recordColumns.filter((column) => records.some(({ row }) => row[column] !== undefined));
  const lines = [columns, ...records.map(({ row }) => columns.map((column) => cell(row[column] ?? '')))];
  const table = `${lines.map((cells) => cells.join(',')).join('\n')}\n`;
  return writeZip([{ path: RECORDS_TABLE, body: Buffer.from(table) }, ...records.flatMap(({ files }) => files)]);
}

/** RFC 4180. */
function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A record of a site, and where its files are. */
export interface PlannedRecord {
  readonly site: string;
  readonly record: string;
  readonly paths: readonly string[];
}

export interface Batch {
  readonly site: string;
  readonly path: string;
  readonly records: readonly PlannedRecord[];
}

/** Site by site, the records in turn, as many to a zip as fit. */
export async function batchesOf(planned: readonly PlannedRecord[], source: FileSource): Promise<readonly Batch[]> {
  const batches: Batch[] = [];
  for (const [site, records] of Map.groupBy(planned, (record) => record.site)) {
    const groups: PlannedRecord[][] = [];
    let bytes = 0;
    for (const record of records) {
      const size = await sizeOf(record, source);
      const last = groups.at(-1);
      if (last === undefined || last.length >= most.records || bytes + size > most.bytes) {
        groups.push([record]);
        bytes = size;
      } else {
        last.push(record);
        bytes += size;
      }
    }
    const name = (index: number) => `records-${String(index + 1).padStart(4, '0')}.zip`;
    batches.push(...groups.map((group, index) => ({ site, path: name(index), records: group })));
  }
  return batches;
}

async function sizeOf({ paths }: PlannedRecord, source: FileSource): Promise<number> {
  let bytes = 0;
  for (const path of paths) bytes += await source.size(path);
  return bytes;
}

/** Reads the batches one after the other; `rowOf` sees the files of the record by their base names. */
export async function* zipsOf(
  batches: readonly Batch[],
  source: FileSource,
  rowOf: (planned: PlannedRecord, files: ReadonlyMap<string, Uint8Array>) => RecordRow,
): AsyncGenerator<SiteDrop> {
  for (const { site, path, records } of batches) {
    const zipped: ZippedRecord[] = [];
    for (const planned of records) {
      const files = await readAll(planned.paths, source);
      const members = [...files].map(([name, body]) => ({ path: name, body }));
      zipped.push({ row: rowOf(planned, files), files: members });
    }
    yield { site, path, body: recordsZip(zipped) };
  }
}

/** The files at these paths by their base names. */
export async function readAll(paths: readonly string[], source: FileSource): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const path of paths) files.set(baseName(path), await source.read(path));
  return files;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
