import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { RefusedInput } from '#functions/errors.ts';
import { readAnswers } from '#lib/cohort/evaluation/answers-table.ts';
import { readDescription } from '#lib/cohort/evaluation/description.ts';
import { evaluatedAnswers } from '#lib/cohort/evaluation/evaluated-answers.ts';
import type { MaskSource } from '#lib/cohort/evaluation/segmentation-answers.ts';
import { evaluationBody, evaluationEditions, evaluationFiles, evaluationPapers } from '#lib/report/evaluation/body.ts';
import { SOFTWARE_VERSION } from '#lib/report/software-version.ts';

interface Options {
  readonly as: string;
  readonly out: string;
  readonly publicData?: boolean;
  readonly json?: boolean;
}

/** `tricuspid evaluate`: answers that are not yes or no, against their references, start to report. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description(
      'hold continuous, ordinal, time-to-event or segmentation answers against their references, and write the report',
    )
    .argument('<predictions>', 'table with answers and references, one row per study: CSV or Parquet')
    .requiredOption('--as <evaluation.yaml>', 'what the columns mean (docs/evaluate.md)')
    .requiredOption('--out <folder>', 'folder for the report')
    .option('--public-data', 'the data are public: hide no small cells in the shareable edition')
    .option('--json', 'print the answer as JSON and nothing else')
    .addHelpText('after', '\nExample:\n  $ tricuspid evaluate ef.csv --as evaluation.yaml --out ./report')
    .action(evaluate);
}

async function evaluate(predictions: string, { as, out, publicData, json }: Options): Promise<void> {
  const rule = await read(as);
  const table = await read(predictions);
  const description = readDescription(basename(as), new TextDecoder().decode(rule));
  const columns = await readAnswers(basename(predictions), table);
  const body = evaluationBody({
    answers: await evaluatedAnswers(description, columns, masksBeside(predictions)),
    publicData: publicData === true,
    command: `npx tricuspid evaluate ${basename(predictions)} --as ${basename(as)} --out <folder>${publicData ? ' --public-data' : ''}`,
    software: SOFTWARE_VERSION,
    inputs: [
      { name: basename(as), sha256: sha256(rule) },
      { name: basename(predictions), sha256: sha256(table) },
    ],
  });
  const editions = evaluationEditions(body);
  for (const [path, content] of [...evaluationFiles(editions), ...(await evaluationPapers(editions))]) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), content);
  }
  const [{ title, answer, cautions }] = editions;
  const lines = [
    title,
    '',
    answer.headline,
    ...answer.points.map((point) => `- ${point}`),
    '',
    'Cautions:',
    ...cautions.map(({ text }) => `- ${text}`),
    '',
    `Report: ${join(out, 'internal/report.html')}`,
  ];
  process.stdout.write(json ? `${JSON.stringify({ title, ...answer }, null, 2)}\n` : `${lines.join('\n')}\n`);
}

/** Masks by their paths from the folder of the table. */
const masksBeside =
  (predictions: string): MaskSource =>
  (path) =>
    readFile(join(dirname(predictions), path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });

async function read(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(`evaluate: found no ${basename(file)} that can be read (${error.code}), allowed a file`, {
      cause: error,
    });
  });
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
