import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { RefusedInput } from '#functions/errors.ts';
import { type ComparedReport, compareReports } from '#lib/report/comparison/compare.ts';
import { comparisonCsv, comparisonPage } from '#lib/report/comparison/page.ts';
import { PREDICTIONS_COLUMNS, type PredictionsLine } from '#lib/report/predictions-table.ts';
import type { Report } from '#lib/report/record.ts';
import { readParquet } from '#lib/tables/parquet.ts';

const SCHEMA: Report['schema'] = 'tricuspid/cohort-report/1';

/** `tricuspid compare`: two reports (models, versions, months, hospitals) are a report too. */
export function compareCommand(): Command {
  return new Command('compare')
    .description(
      'sets one report against another: models, versions or months. From two internal editions study by study, else figure by figure',
    )
    .argument('<first>', 'folder with report.json, the edition to compare with')
    .argument('<second>', 'folder with report.json, the newer or other one')
    .requiredOption('--out <folder>', 'where comparison.html, .json and .csv go')
    .addHelpText('after', '\nExample:\n  $ tricuspid compare march/internal april/internal --out april-against-march')
    .action(compare);
}

async function compare(first: string, second: string, { out }: { readonly out: string }): Promise<void> {
  const comparison = compareReports(await readReport(first), await readReport(second));
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'comparison.json'), `${JSON.stringify(comparison, null, 2)}\n`);
  await writeFile(join(out, 'comparison.csv'), comparisonCsv(comparison));
  await writeFile(join(out, 'comparison.html'), comparisonPage(comparison));
  process.stdout.write(`${comparison.headline}\n`);
  for (const caution of comparison.cautions) process.stdout.write(`- ${caution}\n`);
  process.stdout.write(`Written: ${join(out, 'comparison.html')}\n`);
}

async function readReport(folder: string): Promise<ComparedReport> {
  const report = JSON.parse(await textOf(join(folder, 'report.json'))) as Partial<Report>;
  if (report.schema !== SCHEMA)
    throw new RefusedInput(`compare: found schema ${report.schema} in ${folder}/report.json, allowed: ${SCHEMA}`);
  return { report: report as Report, predictions: await predictionsOf(folder, report as Report) };
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(`compare: found no report (${error.code}), expected ${path}`);
  });
}

/** Only the internal edition comes with its studies; one that lost them is compared figure by figure, which the page says. */
async function predictionsOf(folder: string, { audience }: Report): Promise<PredictionsLine[] | undefined> {
  if (audience !== 'internal') return undefined;
  const bytes = await readFile(join(folder, 'predictions.parquet')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return bytes === undefined ? undefined : readParquet<PredictionsLine>(PREDICTIONS_COLUMNS, bytes);
}
