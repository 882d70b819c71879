import { readZip } from '#lib/formats/archive-zip.ts';
import { leadHash } from '#lib/formats/ecg-object.ts';
import { canonicalPayload, payloadHash } from '#lib/formats/payload.ts';
import { readRecordTable } from '#lib/formats/record-table.ts';
import { withoutGroups } from '#lib/formats/study-groups.ts';
import { type LabelledRow, readTable, type TableReading } from '#lib/formats/table.ts';
import { readWfdb } from '#lib/formats/wfdb/record.ts';
import type { Site } from '#lib/sites/site.ts';
import type { Dataset, OpenDataset } from './dataset.ts';
import { RECORDS_TABLE } from './record-zips.ts';

/**
 * JSON lines as intake would read the dataset: what recipes train on and what the pipeline later hashes are the same bytes.
 * Of measurements `{"site","row","payload","hash","label"}`, one a person; of ECGs
 * `{"site","row","lead","samplingRateHz","samples","hash","label"}`, one a lead, where `row` counts the records of the site.
 * `label` is null where none is given.
 */
export async function* exportDataset(dataset: Dataset, folder: string): AsyncGenerator<string> {
  const open = await dataset.open(folder);
  const sites = new Map(open.sites.map((site) => [site.site, site]));
  yield* dataset.kind === 'ecg' ? ecgLines(open, sites, dataset.label) : measurementLines(open, sites);
}

async function* ecgLines(
  open: OpenDataset,
  sites: ReadonlyMap<string, Site>,
  labelName: string,
): AsyncGenerator<string> {
  const counts = new Map<string, number>();
  for await (const { site, body } of open.drops()) {
    const files = readZip(body);
    const { rows } = readRecordTable(files.get(RECORDS_TABLE) ?? new Uint8Array(), RECORDS_TABLE, siteOf(sites, site));
    for (const { record = '', labels } of rows) {
      const row = (counts.get(site) ?? 0) + 1;
      counts.set(site, row);
      const label = labels.find(({ label: name }) => name === labelName)?.value ?? null;
      for (const stored of readWfdb(files, record).leads) {
        const { name: lead, samplingRateHz, samplesMv } = stored;
        const hash = leadHash(stored);
        yield `${JSON.stringify({ site, row, lead, samplingRateHz, samples: samplesMv.length, hash, label })}\n`;
      }
    }
  }
}

/** Labels may lie in a later drop than the rows that they are about. */
async function* measurementLines(open: OpenDataset, sites: ReadonlyMap<string, Site>): AsyncGenerator<string> {
  const readings = new Map<string, TableReading[]>();
  for await (const { site, path, body } of open.drops()) {
    readings.set(site, [...(readings.get(site) ?? []), readTable(body, path, siteOf(sites, site))]);
  }
  for (const [site, tables] of readings) {
    const labels = labelsOf(tables.flatMap((table) => table.labels));
    for (const row of tables.flatMap((table) => table.rows)) {
      const payload = canonicalPayload(withoutGroups(row.measurements));
      const label = labels.get(keyOf(row)) ?? null;
      yield `${JSON.stringify({ site, row: row.row, payload, hash: payloadHash(payload), label })}\n`;
    }
  }
}

function siteOf(sites: ReadonlyMap<string, Site>, site: string): Site {
  const description = sites.get(site);
  if (description === undefined) throw new Error(`dataset: found a drop of ${site}, expected its site`);
  return description;
}

const keyOf = ({ patientId, study }: { readonly patientId: string; readonly study: string }): string =>
  JSON.stringify([patientId, study]);

function labelsOf(rows: readonly LabelledRow[]): ReadonlyMap<string, number> {
  return new Map(rows.map((row) => [keyOf(row), row.label.value]));
}
