// Do the tables hold everything that the ledger holds? By keys, not by counts, and without reading a single small object.

import type { LedgerTableRow } from '#lib/cohort/rows.ts';
import type { RunClosed } from '#lib/cohort/run.ts';
import { TABLE_NAMES, type TableName } from '#lib/tables/columns.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import type { Bucket } from '../ports.ts';

const RECEIVED = /^ledger\/([^/]+)\/([^/]+)\/received\.json$/;
const CLOSED = /^units\/([^/]+)\/([^/]+)\/closed\.json$/;

/** The objects that the tables consist of now, and how much of the ledger is not in them. */
export async function snapshot(run: string, sites: readonly string[] | undefined, archive: Bucket): Promise<RunClosed> {
  const drops = await keysOf(archive, 'ledger/', RECEIVED, sites);
  const units = await keysOf(archive, 'units/', CLOSED, sites);
  const objects = Object.fromEntries(
    await Promise.all(TABLE_NAMES.map(async (table) => [table, await tableObjects(archive, table)] as const)),
  ) as Record<TableName, readonly string[]>;
  const missing = missingFrom(await readObjects(archive, 'ledger', objects.ledger), drops, units, sites);
  return { run, complete: missing === 0, drops: drops.size, units: units.size, missing, objects };
}

async function keysOf(
  archive: Bucket,
  prefix: string,
  shape: RegExp,
  sites: readonly string[] | undefined,
): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const { key } of archive.list(prefix)) {
    const match = shape.exec(key);
    if (match && (sites === undefined || sites.includes(match[1] as string))) keys.add(`${match[1]}/${match[2]}`);
  }
  return keys;
}

/** Drops received but not planned in the table, units closed but not in it, and units that their drop showed first and nobody has closed. */
function missingFrom(
  rows: readonly LedgerTableRow[],
  drops: ReadonlySet<string>,
  units: ReadonlySet<string>,
  sites: readonly string[] | undefined,
): number {
  const inTable = (
    kind: LedgerTableRow['kind'],
    key: (row: LedgerTableRow) => string,
    counts: (row: LedgerTableRow) => boolean = () => true,
  ): Set<string> =>
    new Set(rows.filter((row) => row.kind === kind && (sites?.includes(row.site) ?? true) && counts(row)).map(key));
  const tabledDrops = inTable('drop', (row) => `${row.site}/${row.dropKey}`);
  const tabledUnits = inTable('unit', (row) => `${row.site}/${row.unit}`);
  const seenUnits = inTable(
    'sighting',
    (row) => `${row.site}/${row.unit}`,
    (row) => row.repeated === 0,
  );
  return drops.difference(tabledDrops).size + units.union(seenUnits).difference(tabledUnits).size;
}
