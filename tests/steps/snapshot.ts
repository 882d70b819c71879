// What two runs must agree on, in a form that can be compared.

import { createHash } from 'node:crypto';
import type { MemoryBucket } from '#lib/local/memory.ts';
import { TABLE_NAMES, type TableName } from '#lib/tables/columns.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';

/** When and as which object a drop came is no part of what it says. */
const OCCASION = ['receivedAt', 'dropKey', 'versionId'];

/** Rows of each table as sorted text, without the occasion. */
export async function tableTexts(archive: MemoryBucket): Promise<Record<TableName, readonly string[]>> {
  const texts = {} as Record<TableName, readonly string[]>;
  for (const table of TABLE_NAMES) {
    const rows = await readObjects(archive, table, await tableObjects(archive, table));
    texts[table] = rows
      .map((row) => JSON.stringify(Object.entries(row).filter(([column]) => !OCCASION.includes(column))))
      .sort();
  }
  return texts;
}

/** SHA-256 of the objects under these prefixes, by key. */
export async function contentHashes(
  archive: MemoryBucket,
  ...prefixes: readonly string[]
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const key of prefixes.flatMap((prefix) => archive.keys(prefix))) {
    const stored = await archive.get(key);
    if (stored) found[key] = createHash('sha256').update(stored.body).digest('hex');
  }
  return found;
}
