import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { openCloud } from './cloud.ts';
import { createMirror, type Mirror } from './mirror.ts';
import { interrupted } from './serve.ts';
import { addSite } from './sites.ts';
import { STATE_ROOT } from './state.ts';
import { announce, withdraw } from './target.ts';

const LOOK_EVERY_MS = 1000;

interface Options {
  readonly folder: string;
  readonly state: string;
}

/** `tricuspid up`: the embedded cloud stays, and a local folder is the way in and out. */
export function upCommand(): Command {
  return new Command('up')
    .description('keep the embedded cloud running; files put below <folder>/drops/<site>/ go in, receipts come back')
    .option('--folder <folder>', 'folder with sites/, drops/ and, later, receipts/', '.')
    .option('--state <folder>', "the cloud's state, kept from one start to the next", join(STATE_ROOT, 'up'))
    .addHelpText(
      'after',
      '\nSites are described in <folder>/sites/<site>.json (see docs/sites.md).\nExample:\n  $ tricuspid up --folder ./hospitals',
    )
    .action(up);
}

async function up({ folder, state }: Options): Promise<void> {
  await mkdir(state, { recursive: true });
  const cloud = await openCloud({ stateFolder: state });
  try {
    await announce(cloud.connection);
    for (const file of await siteFiles(folder)) await addSite(cloud, await readFile(file, 'utf8'));
    process.stdout.write(
      `Up: ${cloud.connection.name}. Put files below ${join(folder, 'drops')}/<site>/ (Ctrl-C ends)\n`,
    );
    await untilInterrupted(await createMirror(folder, cloud.uploader, join(state, 'mirror.json')));
  } finally {
    await withdraw();
    await cloud.close();
  }
}

async function siteFiles(folder: string): Promise<readonly string[]> {
  const sites = join(folder, 'sites');
  await mkdir(sites, { recursive: true });
  const names = await readdir(sites);
  return names.filter((name) => name.endsWith('.json')).map((name) => join(sites, name));
}

async function untilInterrupted(look: Mirror): Promise<void> {
  const end = new AbortController();
  const stopped = interrupted().then(() => end.abort());
  while (!end.signal.aborted) {
    const { sent, receipts } = await look();
    for (const path of sent) process.stdout.write(`sent ${path}\n`);
    if (receipts > 0) process.stdout.write(`${receipts} receipts came back\n`);
    await sleep(LOOK_EVERY_MS, undefined, { signal: end.signal }).catch(() => undefined);
  }
  await stopped;
}
