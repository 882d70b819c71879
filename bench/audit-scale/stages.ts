// One report as the audit writes it, stage by stage: node bench/audit-scale/stages.ts <folder of tables>. Prints one JSON line per stage.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inputHashes } from '#functions/audit/inputs.ts';
import type { Bucket } from '#functions/ports.ts';
import type { CohortTables } from '#lib/cohort/rows.ts';
import { selectCohort } from '#lib/cohort/select.ts';
import { reportBody } from '#lib/report/body.ts';
import { editionsOf, reportFiles } from '#lib/report/files.ts';
import { hidingOf } from '#lib/report/hiding.ts';
import { predictionsParquet } from '#lib/report/predictions-table.ts';
import { TABLE_NAMES, type TableName } from '#lib/tables/columns.ts';
import { readObjects } from '#lib/tables/read.ts';
import { COHORT, MODEL } from './cohort.ts';
import type { StageAnswer } from './stage-answer.ts';

const [folder = ''] = process.argv.slice(2);
const files = await readdir(folder);

let before = process.cpuUsage();
function stage(name: string, size?: number): void {
  const { user, system } = process.cpuUsage(before);
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  const answer: StageAnswer = { stage: name, cpuSeconds: (user + system) / 1e6, peakMegabytes };
  console.log(JSON.stringify({ ...answer, ...(size !== undefined && { size }) }));
  before = process.cpuUsage();
}

const archive = { get: async (key: string) => ({ body: await readFile(join(folder, key)), etag: key }) };

async function tableOf<T extends TableName>(table: T) {
  const keys = files.filter((file) => file.startsWith(`${table}-`)).sort();
  return readObjects(archive as unknown as Bucket, table, keys);
}

async function compute() {
  const tables: CohortTables = {
    studies: await tableOf('studies'),
    predictions: await tableOf('predictions'),
    labels: await tableOf('labels'),
    ledger: await tableOf('ledger'),
  };
  stage(
    'read tables',
    TABLE_NAMES.reduce((total, name) => total + tables[name].length, 0),
  );
  const inputs = inputHashes(tables, COHORT, MODEL);
  stage('hash inputs');
  const selection = selectCohort(tables, COHORT);
  stage('select', selection.rows.length);
  return { selection, provenance: { command: 'bench', software: 'bench', inputs, missing: 0 } };
}

const { selection, provenance } = await compute();
const body = reportBody({ selection, cohort: COHORT, model: MODEL, publicData: false, provenance });
stage('figures');
const editions = editionsOf(body, hidingOf(body, undefined));
stage('two editions');
const written = reportFiles(editions);
stage(
  'pages, JSON, CSV',
  [...written.values()].reduce((total, text) => total + text.length, 0),
);
const { reportPdfs } = await import('#lib/report/pdf/papers.ts');
await reportPdfs(editions);
stage('PDF');
const parquet = predictionsParquet(selection);
stage('Parquet', parquet.length);
