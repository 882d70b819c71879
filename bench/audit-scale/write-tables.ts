// Writes the tables of a simulated cohort as the archive has them: node bench/audit-scale/write-tables.ts <folder> <rows>.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TABLE_NAMES } from '#lib/tables/columns.ts';
import { tableBytes } from '#lib/tables/parts.ts';
import { SITES, tablesOf } from './cohort.ts';

const [folder, rows] = process.argv.slice(2);
if (folder === undefined || rows === undefined) throw new Error('write-tables: expected <folder> <rows>');
await mkdir(folder, { recursive: true });
for (const site of SITES) {
  const tables = tablesOf(site, Number(rows));
  for (const table of TABLE_NAMES) {
    await writeFile(join(folder, `${table}-${site}.parquet`), tableBytes(table, tables[table]));
  }
}
