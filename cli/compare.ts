import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { RefusedInput } from '#functions/errors.ts';
import { type ComparedReport, compareReports } from '#lib/report/comparison/compare.ts';
import { type ComparedEvaluation, compareEvaluations } from '#lib/report/comparison/evaluation/compare.ts';
import { comparisonCsv, comparisonPage } from '#lib/report/comparison/page.ts';
import type { Comparison } from '#lib/report/comparison/record.ts';
import { readProbabilityStudies } from '#lib/report/evaluation/probability/studies.ts';
import type { EvaluationReport } from '#lib/report/evaluation/record.ts';
import { isKeptByRow, readStudies } from '#lib/report/evaluation/studies-table.ts';
import { PREDICTIONS_COLUMNS, type PredictionsLine } from '#lib/report/predictions-table.ts';
import type { Report } from '#lib/report/record.ts';
import { readParquet } from '#lib/tables/parquet.ts';

const SCHEMAS: readonly AnyReport['schema'][] = ['tricuspid/cohort-report/1', 'tricuspid/evaluation-report/1'];

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
  const comparison = await comparisonOf(first, second);
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'comparison.json'), `${JSON.stringify(comparison, null, 2)}\n`);
  await writeFile(join(out, 'comparison.csv'), comparisonCsv(comparison));
  await writeFile(join(out, 'comparison.html'), comparisonPage(comparison));
  process.stdout.write(`${comparison.headline}\n`);
  for (const caution of comparison.cautions) process.stdout.write(`- ${caution}\n`);
  process.stdout.write(`Written: ${join(out, 'comparison.html')}\n`);
}

type AnyReport = Report | EvaluationReport;

async function comparisonOf(first: string, second: string): Promise<Comparison> {
  const [one, two] = [await readReport(first), await readReport(second)];
  if (one.schema === 'tricuspid/evaluation-report/1' && two.schema === one.schema)
    return compareEvaluations(await evaluationIn(first, one), await evaluationIn(second, two));
  if (one.schema === 'tricuspid/cohort-report/1' && two.schema === one.schema)
    return compareReports(await cohortIn(first, one), await cohortIn(second, two));
  throw new RefusedInput(`compare: found schemas ${one.schema} and ${two.schema}, allowed: one and the same`);
}

async function readReport(folder: string): Promise<AnyReport> {
  const report = parsed(folder, await textOf(join(folder, 'report.json')));
  const found = SCHEMAS.find((schema) => schema === report.schema);
  if (found === undefined)
    throw new RefusedInput(
      `compare: found schema ${report.schema} in ${folder}/report.json, allowed: ${SCHEMAS.join(' or ')}`,
    );
  return report as AnyReport;
}

function parsed(folder: string, text: string): Partial<AnyReport> {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null ? (content as Partial<AnyReport>) : {};
  } catch (error) {
    throw new RefusedInput(`compare: found no JSON in ${folder}/report.json, allowed: a report as it was written`, {
      cause: error,
    });
  }
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(`compare: found no report (${error.code}), expected ${path}`);
  });
}

async function cohortIn(folder: string, report: Report): Promise<ComparedReport> {
  const bytes = await studiesOf(join(folder, 'predictions.parquet'), report);
  if (bytes === undefined) return { report, predictions: undefined };
  const read = () => readParquet<PredictionsLine>(PREDICTIONS_COLUMNS, bytes);
  return { report, predictions: await whole(folder, 'predictions.parquet', read) };
}

async function evaluationIn(folder: string, report: EvaluationReport): Promise<ComparedEvaluation> {
  const bytes = await studiesOf(join(folder, 'studies.parquet'), report);
  const { results } = report;
  if (bytes === undefined) return { report, studies: undefined };
  const read = async () => (isKeptByRow(results) ? readStudies(results, bytes) : readProbabilityStudies(bytes));
  return { report, studies: await whole(folder, 'studies.parquet', read) };
}

/** What a table holds; one that is damaged or of another report is refused by name. */
async function whole<Read>(folder: string, name: string, read: () => Promise<Read>): Promise<Read> {
  return read().catch((error: Error) => {
    throw new RefusedInput(
      `compare: found no studies of the report in ${folder}/${name} (${error.message}), allowed: the file as it was written`,
      { cause: error },
    );
  });
}

/** Only the internal edition comes with its studies; one that lost them is compared figure by figure, which the page says. */
async function studiesOf(path: string, { audience }: AnyReport): Promise<Uint8Array | undefined> {
  if (audience !== 'internal') return undefined;
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
