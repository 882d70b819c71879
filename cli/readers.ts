import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { RefusedInput } from '#functions/errors.ts';
import { codeTest } from '#lib/cohort/readers/code-test.ts';
import { parseDescription, type StudyDescription } from '#lib/cohort/readers/description.ts';
import { filesOf, openReaderStudy } from '#lib/cohort/readers/reader-study.ts';
import { readerBody, readerFiles, readerReport } from '#lib/report/readers/body.ts';
import type { ReaderReport } from '#lib/report/readers/record.ts';
import { SOFTWARE_VERSION } from '#lib/report/software-version.ts';

/** Studies that are published and whose description is shipped. */
const SHIPPED: Readonly<Record<string, StudyDescription>> = { 'code-test': codeTest };

const DESCRIPTION = 'study.json';

interface Options {
  readonly dataset?: string;
  readonly to: string;
  readonly publicData?: boolean;
  readonly json?: boolean;
}

/** `tricuspid readers`: a reference and several raters on the same studies, start to report. */
export function readersCommand(): Command {
  return new Command('readers')
    .description(
      'compare models and readers on the same studies with a reference, and write the report of the reader study',
    )
    .argument('<folder>', `folder with the tables and ${DESCRIPTION}, or of a published study (--dataset)`)
    .option('--dataset <name>', `a published study instead of ${DESCRIPTION}: ${Object.keys(SHIPPED).join(', ')}`)
    .option('--to <folder>', 'folder for the report', './report')
    .option('--public-data', 'the data are public: hide no small cells in the shareable edition')
    .option('--json', 'print the answer and the published cells as JSON and nothing else')
    .addHelpText(
      'after',
      '\nExamples:\n  $ tricuspid readers ./code-test --dataset code-test --to ./report\n  $ tricuspid readers ./our-reader-study',
    )
    .action(readers);
}

async function readers(folder: string, { dataset, to, publicData, json }: Options): Promise<void> {
  const described =
    dataset === undefined ? await ownDescription(folder) : { description: shipped(dataset), inputs: [] };
  const { description } = described;
  const files = new Map(
    await Promise.all(filesOf(description).map(async (file) => [file, await read(folder, file)] as const)),
  );
  const inputs = [...described.inputs, ...files].map(([name, bytes]) => ({ name, sha256: sha256(bytes) }));
  const isPublic = publicData === true || dataset !== undefined;
  const body = readerBody({
    study: openReaderStudy(description, files),
    publicData: isPublic,
    command: `npx tricuspid readers <folder>${dataset === undefined ? '' : ` --dataset ${dataset}`}${publicData ? ' --public-data' : ''}`,
    software: SOFTWARE_VERSION,
    inputs,
  });
  for (const [path, text] of readerFiles(body)) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await writeFile(join(to, path), text);
  }
  const report = readerReport(body);
  process.stdout.write(json ? `${JSON.stringify(summary(report), null, 2)}\n` : `${lines(report, to).join('\n')}\n`);
}

async function ownDescription(folder: string) {
  const bytes = await read(folder, DESCRIPTION);
  const text = new TextDecoder().decode(bytes);
  try {
    return { description: parseDescription(JSON.parse(text)), inputs: [[DESCRIPTION, bytes] as const] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RefusedInput(`${DESCRIPTION}: found text that is not JSON, accepted a JSON object`, { cause: error });
  }
}

function shipped(name: string): StudyDescription {
  const description = SHIPPED[name];
  if (description === undefined) {
    throw new RefusedInput(`readers: found dataset ${name}, accepted ${Object.keys(SHIPPED).join(', ')}`);
  }
  return description;
}

async function read(folder: string, file: string): Promise<Uint8Array> {
  return readFile(join(folder, file)).catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(
      `readers: found no ${file} that can be read (${error.code}) in the folder, accepted a table`,
      {
        cause: error,
      },
    );
  });
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function summary({ title, answer, published, summaries }: ReaderReport) {
  const differing = published.filter(({ agrees }) => agrees === false);
  const whole = summaries.filter(({ sex, ageBand }) => sex === null && ageBand === null);
  return { title, ...answer, summaries: whole, publishedCells: published.length, differing };
}

function lines({ title, answer, cautions }: ReaderReport, to: string): string[] {
  return [
    title,
    '',
    answer.headline,
    ...answer.points.map((point) => `- ${point}`),
    '',
    'Cautions:',
    ...cautions.map(({ text }) => `- ${text}`),
    '',
    `Report: ${join(to, 'internal/report.html')}`,
  ];
}
