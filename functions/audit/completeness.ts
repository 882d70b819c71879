// Do the tables hold everything that the ledger holds, every attempt of it? By keys, not by counts, and without reading a single
// small object.

import { resultOf } from '#lib/cohort/attempts.ts';
import type { LedgerTableRow } from '#lib/cohort/rows.ts';
import type { RunClosed } from '#lib/cohort/run.ts';
import { attemptKey, dropOf, latestAttempts } from '#lib/ledger/attempt.ts';
import { TABLE_NAMES, type TableName } from '#lib/tables/columns.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import type { Bucket } from '../ports.ts';
import type { DropMessage, TabulateMessage, UnitMessage } from '../study.ts';

const RECEIVED = /^ledger\/([^/]+)\/([^/]+)\/received\.json$/;
const PLANNED = /^ledger\/([^/]+)\/([^/]+)\/plan\.json$/;
const CLOSED = /^units\/([^/]+)\/([^/]+)\/(?:attempt-(\d+)\/)?closed\.json$/;

export interface Snapshot {
  readonly closed: RunClosed;
  /** What could be in the tables and is not: tabulate has it still before it, or its message was lost. */
  readonly untabled: readonly TabulateMessage[];
}

/** The objects that the tables consist of now, and how much of the ledger is not in them. */
export async function snapshot(run: string, sites: readonly string[] | undefined, archive: Bucket): Promise<Snapshot> {
  const drops = await keysOf(archive, 'ledger/', RECEIVED, sites, dropOfKey);
  const units = await keysOf(archive, 'units/', CLOSED, sites, unitOfKey);
  const objects = Object.fromEntries(
    await Promise.all(TABLE_NAMES.map(async (table) => [table, await tableObjects(archive, table)] as const)),
  ) as Record<TableName, readonly string[]>;
  const rows = await readObjects(archive, 'ledger', objects.ledger);
  const missing = missingFrom(rows, drops, units, sites);
  const counts = {
    drops: latestAttempts(drops).size,
    units: units.size,
    missing: missing.drops.size + missing.units.size,
  };
  const planned =
    missing.drops.size === 0 ? new Set<string>() : await keysOf(archive, 'ledger/', PLANNED, sites, dropOfKey);
  return {
    closed: { run, complete: counts.missing === 0, ...counts, objects },
    untabled: [
      ...messagesOf(missing.drops.intersection(planned)),
      ...unitMessages(rows, missing.units.intersection(units)),
    ],
  };
}

const messagesOf = (drops: ReadonlySet<string>): readonly DropMessage[] =>
  [...drops].map((key) => {
    const [site, dropKey] = key.split('/') as [string, string];
    return { site, dropKey };
  });

/** Closed units by the drop whose sighting named them first; a unit whose drop is not tabled yet waits for it. */
function unitMessages(rows: readonly LedgerTableRow[], units: ReadonlySet<string>): readonly UnitMessage[] {
  return rows
    .filter((row) => row.kind === 'sighting' && row.repeated === 0 && units.has(resultOf(row)))
    .map(({ site, dropKey, unit, attempt }) => ({
      site,
      dropKey: attemptKey(dropOf(dropKey), attempt),
      unit: unit as string,
    }));
}

interface Missing {
  readonly drops: ReadonlySet<string>;
  readonly units: ReadonlySet<string>;
}

async function keysOf(
  archive: Bucket,
  prefix: string,
  shape: RegExp,
  sites: readonly string[] | undefined,
  nameOf: (match: RegExpExecArray) => string,
): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const { key } of archive.list(prefix)) {
    const match = shape.exec(key);
    if (match && (sites === undefined || sites.includes(match[1] as string))) keys.add(nameOf(match));
  }
  return keys;
}

const dropOfKey = ([, site, dropKey]: RegExpExecArray): string => `${site}/${dropKey}`;
const unitOfKey = ([, site, unit, attempt = '1']: RegExpExecArray): string => `${site}/${unit}/${attempt}`;

/** Drops received but not planned in the table, units closed but not in it, and units that their drop showed first and nobody has closed. */
function missingFrom(
  rows: readonly LedgerTableRow[],
  drops: ReadonlySet<string>,
  units: ReadonlySet<string>,
  sites: readonly string[] | undefined,
): Missing {
  const inTable = (
    kind: LedgerTableRow['kind'],
    key: (row: LedgerTableRow) => string,
    counts: (row: LedgerTableRow) => boolean = () => true,
  ): Set<string> =>
    new Set(rows.filter((row) => row.kind === kind && (sites?.includes(row.site) ?? true) && counts(row)).map(key));
  const tabledDrops = inTable('drop', (row) => `${row.site}/${row.dropKey}`);
  const tabledUnits = inTable('unit', resultOf);
  const seenUnits = inTable('sighting', resultOf, (row) => row.repeated === 0);
  return { drops: drops.difference(tabledDrops), units: units.union(seenUnits).difference(tabledUnits) };
}
