import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { RefusedInput } from '#functions/errors.ts';
import { intervalText, measureName, measureStyle, rangeText } from '#lib/report/chapters/hospitals/measure-words.ts';
import { type NamedReport, type PooledReports, poolReports } from '#lib/report/chapters/hospitals/pool-reports.ts';
import { readPoolableReport } from '#lib/report/chapters/hospitals/poolable-report.ts';
import { pooledCautions, pooledPage } from '#lib/report/chapters/hospitals/pooled-page.ts';
import { hospitalTables } from '#lib/report/chapters/hospitals/tables.ts';
import { leadWords, leftOutWords } from '#lib/report/chapters/hospitals/words.ts';
import type { PooledMeasure } from '#lib/validation/pooled-measure.ts';

interface Options {
  readonly to?: string;
  readonly json?: boolean;
}

/** `tricuspid pool`: several hospitals' reports about one model, without their rows. */
export function poolCommand(): Command {
  return new Command('pool')
    .description('pool the figures of several hospitals from their reports about the same model; no rows are needed')
    .argument('<report.json...>', 'report.json of each, as a rule of the shareable edition')
    .option('--to <folder>', 'folder for pooled.html, pooled.json and the tables')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nRefused (exit code 2): other weights or labels, a hospital in two reports, the same data twice.\nExample:\n  $ tricuspid pool cedar/report.json elm/report.json oak/report.json --to ./pooled',
    )
    .action(pool);
}

async function pool(files: readonly string[], { to, json }: Options): Promise<void> {
  const pooled = poolReports(await Promise.all(files.map(reportIn)));
  if (to !== undefined) await write(pooled, to);
  const text = json ? JSON.stringify(pooled, null, 2) : lines(pooled, to).join('\n');
  process.stdout.write(`${text}\n`);
}

async function reportIn(name: string): Promise<NamedReport> {
  const text = await readFile(name, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(`pool: found no file that can be read (${error.code}), expected ${name}`);
  });
  return { name, report: readPoolableReport(name, parsed(name, text)) };
}

function parsed(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RefusedInput(`pool: found no JSON in ${name}, accepted report.json of a cohort report`, { cause });
  }
}

async function write(pooled: PooledReports, folder: string): Promise<void> {
  const files = new Map([
    ['pooled.html', pooledPage(pooled)],
    ['pooled.json', `${JSON.stringify(pooled, null, 2)}\n`],
    ...hospitalTables(pooled.hospitals),
  ]);
  await mkdir(folder, { recursive: true });
  for (const [name, text] of files) await writeFile(join(folder, name), text);
}

function lines(pooled: PooledReports, folder: string | undefined): string[] {
  const { model, hospitals } = pooled;
  return [
    `${model.name} ${model.version}: ${hospitals.summaries.length} hospitals of ${pooled.reports.length} reports`,
    ...leadWords(hospitals).filter((text) => text !== ''),
    '',
    ...hospitals.measures.map(measureLine),
    ...leftOutWords(hospitals).map((text) => `Takes no part: ${text}`),
    ...pooledCautions(pooled).map((text) => `- ${text}`),
    ...(folder === undefined ? [] : [`Written: ${join(folder, 'pooled.html')}`]),
  ];
}

function measureLine(measure: PooledMeasure): string {
  const { pooled, sites } = measure;
  const name = measureName(measure).padEnd(28);
  if ('cannotTell' in pooled) return `${name}${String(sites.length).padStart(3)}  not pooled: ${pooled.cannotTell}`;
  const style = measureStyle(measure);
  const next = pooled.prediction === null ? '' : `  a further hospital ${rangeText(pooled.prediction, style)}`;
  return `${name}${String(pooled.k).padStart(3)}  ${intervalText(pooled, style)}${next}`;
}
