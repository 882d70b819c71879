import { canonicalPayload, payloadHash } from '#lib/formats/payload.ts';
import { readTable, type TableReading } from '#lib/formats/table.ts';
import type { Dataset } from './dataset.ts';

/**
 * JSON lines `{"site","row","payload","hash","label"}` in this order of keys, one per person, as intake would read them:
 * what recipes train on and what the pipeline later hashes are the same bytes. `label` is null where none is given.
 */
export async function exportDataset(dataset: Dataset, folder: string): Promise<string> {
  const sites = new Map(dataset.sites().map((site) => [site.site, site]));
  const readings = new Map<string, TableReading[]>();
  for (const { site, path, body } of await dataset.drops(folder)) {
    const description = sites.get(site);
    if (description === undefined)
      throw new Error(`dataset ${dataset.name}: found a drop of ${site}, expected its site`);
    readings.set(site, [...(readings.get(site) ?? []), readTable(body, path, description)]);
  }
  return [...readings].flatMap(([site, tables]) => linesOf(site, tables)).join('');
}

function linesOf(site: string, tables: readonly TableReading[]): string[] {
  const key = ({ patientId, study }: { patientId: string; study: string }) => JSON.stringify([patientId, study]);
  const labels = new Map(tables.flatMap((table) => table.labels.map((row) => [key(row), row.label.value] as const)));
  return tables.flatMap((table) =>
    table.rows.map((row) => {
      const payload = canonicalPayload(row.measurements);
      const label = labels.get(key(row)) ?? null;
      return `${JSON.stringify({ site, row: row.row, payload, hash: payloadHash(payload), label })}\n`;
    }),
  );
}
