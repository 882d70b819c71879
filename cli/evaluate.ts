import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Command } from 'commander';
import { asyncBufferFromFile } from 'hyparquet';
import { RefusedInput } from '#functions/errors.ts';
import { isParquet, readAnswers } from '#lib/cohort/evaluation/answers-table.ts';
import { sourceOfParquet } from '#lib/cohort/evaluation/cell-source.ts';
import type { EvaluationDescription } from '#lib/cohort/evaluation/description.ts';
import { type EvaluatedAnswers, evaluatedAnswers } from '#lib/cohort/evaluation/evaluated-answers.ts';
import { probabilityAnswers } from '#lib/cohort/evaluation/probability-answers.ts';
import { readDescription } from '#lib/cohort/evaluation/read-description.ts';
import type { MaskSource } from '#lib/cohort/evaluation/segmentation-answers.ts';
import { evaluationBody, evaluationEditions, evaluationFiles, evaluationPapers } from '#lib/report/evaluation/body.ts';
import { testedOn } from '#lib/report/evaluation/page.ts';
import { studiesParquet } from '#lib/report/evaluation/studies-table.ts';
import { cautionsBeside } from '#lib/report/evaluation/words.ts';
import { MOST_TOLD } from '#lib/report/point.ts';
import { SOFTWARE_VERSION } from '#lib/report/software-version.ts';

interface Options {
  readonly as: string;
  readonly out: string;
  readonly publicData?: boolean;
  readonly json?: boolean;
}

/** `tricuspid evaluate`: answers against their references, both in one table, start to report. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description(
      'hold answers in one table (probabilities, classes, findings, grades, measurements, times, masks) against their references, and write the report',
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
  const description = readDescription(basename(as), new TextDecoder().decode(rule));
  const { answers, sha256: hash } = await answersIn(predictions, description);
  const body = evaluationBody({
    answers,
    publicData: publicData === true,
    command: `npx tricuspid evaluate ${basename(predictions)} --as ${basename(as)} --out <folder>${publicData ? ' --public-data' : ''}`,
    software: SOFTWARE_VERSION,
    inputs: [
      { name: basename(as), sha256: sha256(rule) },
      { name: basename(predictions), sha256: hash },
    ],
  });
  const editions = evaluationEditions(body);
  const studies = studiesParquet(answers, body.results);
  const files = [
    ...evaluationFiles(editions),
    ...(await evaluationPapers(editions)),
    ...(studies === undefined ? [] : [['internal/studies.parquet', studies] as const]),
  ];
  for (const [path, content] of files) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), content);
  }
  const [internal] = editions;
  const { title, answer } = internal;
  const lines = [
    title,
    testedOn(internal),
    '',
    answer.headline,
    ...answer.points.map((point, place) => `${place < MOST_TOLD ? `${place + 1}.` : '-'} ${point}`),
    '',
    'Cautions:',
    ...cautionsBeside(internal).map((text) => `- ${text}`),
    '',
    `Report: ${join(out, 'internal/report.html')}`,
  ];
  process.stdout.write(json ? `${JSON.stringify({ title, ...answer }, null, 2)}\n` : `${lines.join('\n')}\n`);
}

interface Answers {
  readonly answers: EvaluatedAnswers;
  /** Of the table. */
  readonly sha256: string;
}

/** The table, read whole; of probabilities in Parquet one column at a time, so that it may be larger than memory. */
async function answersIn(predictions: string, description: EvaluationDescription): Promise<Answers> {
  const name = basename(predictions);
  if (description.answer === 'probability' && (await isParquetFile(predictions))) {
    const source = await sourceOfParquet(name, await asyncBufferFromFile(predictions));
    return { answers: await probabilityAnswers(description, source), sha256: await sha256OfFile(predictions) };
  }
  const table = await read(predictions);
  const columns = await readAnswers(name, table);
  return { answers: await evaluatedAnswers(description, columns, masksBeside(predictions)), sha256: sha256(table) };
}

async function isParquetFile(file: string): Promise<boolean> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => unreadable(file, error));
  try {
    const { buffer, bytesRead } = await handle
      .read(Buffer.alloc(4), 0, 4, 0)
      .catch((error: NodeJS.ErrnoException) => unreadable(file, error));
    return isParquet(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part);
  return hash.digest('hex');
}

/** Masks by their paths from the folder of the table. */
const masksBeside =
  (predictions: string): MaskSource =>
  (path) =>
    readFile(join(dirname(predictions), path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });

const read = (file: string): Promise<Uint8Array> =>
  readFile(file).catch((error: NodeJS.ErrnoException) => unreadable(file, error));

function unreadable(file: string, error: NodeJS.ErrnoException): never {
  throw new RefusedInput(`evaluate: found no ${basename(file)} that can be read (${error.code}), allowed a file`, {
    cause: error,
  });
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
