import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import { RefusedInput, RejectedDrop } from '#functions/errors.ts';
import { formatOf } from '#lib/formats/detect.ts';
import { openEcgDrop } from '#lib/formats/ecg-drop.ts';
import { readTable } from '#lib/formats/table.ts';
import { parseSite, type Site } from '#lib/sites/site.ts';
import { EXIT } from './exit.ts';
import { ecgLines, filesOf, inspectEcgs } from './inspect-ecgs.ts';
import { tableLines, tableSummary } from './inspect-table.ts';

interface Options {
  readonly site: string;
  readonly path?: string;
  readonly json?: boolean;
}

/** `tricuspid inspect`: what would intake make of this file? */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description(
      'what would intake make of this file? Reads a table as the site describes it, or the ECGs of a zip, a header or a manifest; nothing is sent or stored',
    )
    .argument('<file>', 'file that a site would drop')
    .requiredOption('--site <file>', 'description of the site, sites/<site>.json')
    .option('--path <path>', 'path below drops/<site>/, where it matters (tables without patient ids)')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nExits with 2 when intake would refuse the file.\nExamples:\n  $ tricuspid inspect heart.csv --site sites/cleveland.json\n  $ tricuspid inspect night.zip --site sites/cleveland.json',
    )
    .action(inspect);
}

async function inspect(file: string, options: Options): Promise<void> {
  const { site: siteFile, json } = options;
  const site = await readSite(siteFile);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(`inspect: found no file that can be read (${error.code}), expected ${basename(file)}`);
  });
  try {
    print(await describe(file, bytes, site, options));
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

/** As JSON or as lines. */
function describe(file: string, bytes: Uint8Array, site: Site, { path, json }: Options): Promise<string> {
  const name = path ?? basename(file);
  const format = formatOf(bytes, name);
  return format === 'table' ? describeTable(bytes, name, site, json) : describeEcgs(file, bytes, site, format, json);
}

async function describeTable(bytes: Uint8Array, name: string, site: Site, json?: boolean): Promise<string> {
  const reading = readTable(bytes, name, site);
  return json ? JSON.stringify(tableSummary(reading), null, 2) : tableLines(reading).join('\n');
}

async function describeEcgs(
  file: string,
  bytes: Uint8Array,
  site: Site,
  format: 'zip' | 'wfdb-header' | 'manifest',
  json?: boolean,
): Promise<string> {
  const inspected = inspectEcgs(openEcgDrop(await filesOf(file, bytes, format), site));
  return json ? JSON.stringify(inspected, null, 2) : ecgLines(inspected).join('\n');
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
