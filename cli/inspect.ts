import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import { RefusedInput, RejectedDrop } from '#functions/errors.ts';
import { readTable, type TableReading } from '#lib/formats/table.ts';
import { parseSite, type Site } from '#lib/sites/site.ts';
import { EXIT } from './exit.ts';

interface Options {
  readonly site: string;
  readonly path?: string;
  readonly json?: boolean;
}

/** `tricuspid inspect`: what would intake make of this file? */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description(
      'what would intake make of this file? Reads it as the site describes its tables; nothing is sent or stored',
    )
    .argument('<file>', 'file that a site would drop')
    .requiredOption('--site <file>', 'description of the site, sites/<site>.json')
    .option('--path <path>', 'path below drops/<site>/, where it matters (tables without patient ids)')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nExits with 2 when intake would refuse the file.\nExample:\n  $ tricuspid inspect heart.csv --site sites/cleveland.json',
    )
    .action(inspect);
}

async function inspect(file: string, { site: siteFile, path, json }: Options): Promise<void> {
  const site = await readSite(siteFile);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(`inspect: found no file that can be read (${error.code}), expected ${basename(file)}`);
  });
  try {
    const reading = readTable(bytes, path ?? basename(file), site);
    print(json ? JSON.stringify(summaryOf(reading), null, 2) : describe(reading));
  } catch (error) {
    if (!(error instanceof RejectedDrop)) throw error;
    print(
      json
        ? JSON.stringify({ rejected: { code: error.code, message: error.message } }, null, 2)
        : `Not accepted (${error.code}): ${error.message}`,
    );
    process.exitCode = EXIT.refused;
  }
}

async function readSite(file: string): Promise<Site> {
  try {
    return parseSite(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new RefusedInput(
      `inspect: ${error instanceof Error ? error.message : 'found no site'}, expected a site description`,
      { cause: error },
    );
  }
}

function summaryOf({
  table,
  format,
  encoding,
  delimiter,
  items,
  rows,
  filed,
  labels,
  repeatedRows,
  rejected,
  findings,
}: TableReading) {
  return {
    table,
    format,
    encoding,
    delimiter,
    items,
    studies: rows.length,
    filed,
    labels: labels.length,
    repeatedRows,
    rejected,
    findings,
  };
}

function describe(reading: TableReading): string {
  const delimiter = reading.delimiter === '\t' ? 'tab' : reading.delimiter;
  return [
    `${reading.format}, ${reading.encoding}, delimiter ${delimiter}: read as table "${reading.table}"`,
    `${reading.items} items: ${reading.rows.length} studies, ${reading.filed} labels alone, ${reading.repeatedRows.length} repeated, ${reading.rejected.length} rejected; ${reading.labels.length} labels in all`,
    ...reading.rejected.map(({ row, reason }) => `row ${row} rejected (${reason.code}): ${reason.message}`),
    ...reading.findings.map(
      ({ row, code, message }) => `finding${row === undefined ? '' : ` in row ${row}`} (${code}): ${message}`,
    ),
  ].join('\n');
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
