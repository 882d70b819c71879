// Nightly: many small parts become one file per site and month. Merge alone deletes, a day after absorbing.
import { createHash } from 'node:crypto';
import { TABLE_NAMES, type TableName } from '#lib/tables/columns.ts';
import { tableBytes, tablePrefix } from '#lib/tables/parts.ts';
import { type CurrentTable, currentKey, readObjects, type TableState, tableState } from '#lib/tables/read.ts';
import type { Ports } from '../ports.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Merges every table; a merge that another one overtook leaves its work to that one. */
export async function merge(ports: Ports): Promise<void> {
  for (const table of TABLE_NAMES) await mergeTable(table, ports);
}

async function mergeTable(table: TableName, ports: Ports): Promise<void> {
  const state = await tableState(ports.archive, table);
  const files: Record<string, string> = { ...state.current.files };
  const absorbed: Record<string, string> = { ...state.current.absorbed };
  const deletableAt = new Date(ports.clock.now() + DAY_MS).toISOString();
  for (const [partition, parts] of byPartition(table, state)) {
    const before = files[partition];
    const merged = await mergePartition(table, partition, before === undefined ? parts : [before, ...parts], ports);
    for (const key of parts) absorbed[key] = deletableAt;
    if (before !== undefined && before !== merged) absorbed[before] = deletableAt;
    files[partition] = merged;
    delete absorbed[merged];
  }
  const due = dueForDeletion(absorbed, ports.clock.now());
  for (const key of due) delete absorbed[key];
  if (state.parts.length === 0 && due.length === 0) return;
  await finish(table, state, { files, absorbed }, due, ports);
}

async function finish(
  table: TableName,
  state: TableState,
  next: CurrentTable,
  due: readonly string[],
  ports: Ports,
): Promise<void> {
  if (!(await ports.archive.replace(currentKey(table), JSON.stringify(next), state.etag))) {
    return ports.log.warn('merge overtaken by another', { table });
  }
  for (const key of due) await ports.archive.remove(key);
}

function byPartition(table: TableName, { parts }: TableState): ReadonlyMap<string, string[]> {
  return Map.groupBy(parts, (key) => key.slice(tablePrefix(table).length, key.lastIndexOf('/')));
}

async function mergePartition(
  table: TableName,
  partition: string,
  objects: readonly string[],
  ports: Ports,
): Promise<string> {
  const bytes = tableBytes(table, await readObjects(ports.archive, table, objects));
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  const key = `${tablePrefix(table)}${partition}/merged-${hash}.parquet`;
  await ports.archive.create(key, bytes);
  return key;
}

/** What was absorbed a day ago. A part that comes back later holds equal rows and is absorbed again. */
function dueForDeletion(absorbed: Readonly<Record<string, string>>, nowMs: number): readonly string[] {
  return Object.keys(absorbed).filter((key) => Date.parse(absorbed[key] as string) <= nowMs);
}
