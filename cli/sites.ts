import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { RefusedInput } from '#functions/errors.ts';
import { siteKey } from '#lib/ledger/keys.ts';
import { readJson, toJson } from '#lib/ledger/once.ts';
import { parseSite, type Site } from '#lib/sites/site.ts';
import { requireTarget, type Target } from './target.ts';

/** `tricuspid sites list|add`: which hospitals are set up, and how their tables look. */
export function sitesCommand(): Command {
  const command = new Command('sites')
    .description('the hospitals that are set up in the running or deployed cloud')
    .addHelpText('after', '\nExample:\n  $ tricuspid sites list');
  command
    .command('list')
    .description('sites with their tables')
    .option('--json', 'print as JSON')
    .addHelpText('after', '\nExample:\n  $ tricuspid sites list')
    .action(list);
  command
    .command('add <file>')
    .description('set up a site, or change how it is described, from sites/<site>.json')
    .addHelpText('after', '\nExample:\n  $ tricuspid sites add ./sites/northgate.json')
    .action(async (file: string) => {
      const site = await addSite(await requireTarget(), await textOf(file));
      process.stdout.write(`${site.site} is set up: ${site.tables.map(({ name }) => name).join(', ')}\n`);
    });
  return command;
}

/** Checks a description and writes it to the archive. */
export async function addSite({ operator }: Target, json: string): Promise<Site> {
  const site = parseSite(parseJson(json));
  await operator.archive.put(siteKey(site.site), toJson(site));
  return site;
}

async function list({ json }: { json?: boolean }): Promise<void> {
  const { archive } = (await requireTarget()).operator;
  const sites: Site[] = [];
  for await (const { key } of archive.list('sites/')) {
    const site = await readJson<Site>(archive, key);
    if (site) sites.push(site);
  }
  if (json) process.stdout.write(`${JSON.stringify({ sites }, null, 2)}\n`);
  else
    for (const site of sites)
      process.stdout.write(`${site.site}  ${site.name}  ${site.tables.map(({ name }) => name).join(', ')}\n`);
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(`site: found no file that can be read (${error.code}), expected sites/<site>.json`);
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RefusedInput(`site: found ${text.length} characters that are not JSON, expected a site description`, {
      cause,
    });
  }
}
