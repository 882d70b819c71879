// What a dataset in a folder would drop, read back by the pipeline's own readers of zips, tables and records.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { OpenDataset } from '#lib/cohort/datasets/dataset.ts';
import { FIBRILLATION } from '#lib/cohort/datasets/ecg-site.ts';
import { RHYTHM_LABEL, rhythmCodes } from '#lib/cohort/datasets/rhythm-classes.ts';
import { readZip } from '#lib/formats/archive-zip.ts';
import { openEcgDrop, type ReadEcg } from '#lib/formats/ecg-drop.ts';
import { readRecordTable } from '#lib/formats/record-table.ts';
import type { ReadRow } from '#lib/formats/table-rows.ts';

export interface DroppedRecord {
  readonly site: string;
  readonly record: string;
  readonly ecg: ReadEcg;
  /** 1 or 0; null where the reference is neither. */
  readonly label: number | null;
  /** What the class label says, in the words of the column; null where there is none. */
  readonly rhythm: string | null;
}

/** Every record of every drop, as intake reads it. */
export async function droppedRecords(open: OpenDataset): Promise<DroppedRecord[]> {
  const sites = new Map(open.sites.map((site) => [site.site, site]));
  const found: DroppedRecord[] = [];
  for await (const { site, body } of open.drops()) {
    const description = sites.get(site);
    if (description === undefined) throw new Error(`found a drop of ${site}, expected one of ${[...sites.keys()]}`);
    const drop = openEcgDrop(readZip(body), description);
    const labels = new Map(
      drop.labels.map(({ patientId, study, label }) => [`${patientId} ${study} ${label.label}`, label.value]),
    );
    for (const record of drop.records) {
      const ecg = drop.read(record);
      const value = (name: string) => labels.get(`${ecg.patientId} ${ecg.study} ${name}`) ?? null;
      const rhythm = value(RHYTHM_LABEL);
      const word = Object.keys(rhythmCodes).find((word) => rhythmCodes[word] === rhythm) ?? null;
      found.push({ site, record, ecg, label: value(FIBRILLATION), rhythm: word });
    }
  }
  return found;
}

/** The rows of every drop's `records.csv`, as intake reads them; the records themselves are not read. */
export async function droppedRows(open: OpenDataset): Promise<ReadRow[]> {
  const sites = new Map(open.sites.map((site) => [site.site, site]));
  const rows: ReadRow[] = [];
  for await (const { site, body } of open.drops()) {
    const description = sites.get(site);
    const table = readZip(body).get('records.csv');
    if (description === undefined || table === undefined) throw new Error(`found a drop of ${site} without table`);
    rows.push(...readRecordTable(table, 'records.csv', description).rows);
  }
  return rows;
}

/** How often each value occurs. */
export function countBy<T>(
  values: readonly T[],
  of: (value: T) => string | number | null | undefined,
): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(values, (value) => String(of(value)))].map(([key, group]) => [key, group.length]),
  );
}

export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** Writes files below a folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, body] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), body);
  }
}
