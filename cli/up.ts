import { mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { RefusedInput } from '#functions/errors.ts';
import type { FaultCounts } from '#infra/twin/faults/injector.ts';
import { type FaultPlan, readFaultPlan } from '#infra/twin/faults/plan.ts';
import { openCloud } from './cloud.ts';
import { createMirror, type Mirror } from './mirror.ts';
import { interrupted } from './serve.ts';
import { openSessionDesk } from './session-desk.ts';
import { addSite } from './sites.ts';
import { STATE_ROOT } from './state.ts';
import { announce, withdraw } from './target.ts';

const LOOK_EVERY_MS = 1000;
/** An hour a second: the sweep, every 15 minutes, takes about as long as it waits. */
const HIGHEST_SPEED = 3600;

interface Options {
  readonly folder: string;
  readonly state: string;
  readonly faults?: string;
  readonly speed: string;
}

/** `tricuspid up`: the embedded cloud stays, and a local folder is the way in and out. */
export function upCommand(): Command {
  return new Command('up')
    .description('keep the embedded cloud running; files put below <folder>/drops/<site>/ go in, receipts come back')
    .option('--folder <folder>', 'folder with sites/, drops/ and, later, receipts/', '.')
    .option('--state <folder>', "the cloud's state, kept from one start to the next", join(STATE_ROOT, 'up'))
    .option('--faults <file>', 'inject what goes wrong in a cloud, as this YAML file says (see docs/twin.md)')
    .option('--speed <n>', `clock of queues, schedules and retries, 1 to ${HIGHEST_SPEED} times the wall's`, '1')
    .addHelpText(
      'after',
      `
Sites are described in <folder>/sites/<site>.json (see docs/sites.md).
Examples:
  $ tricuspid up --folder ./hospitals
  $ tricuspid up --folder ./hospitals --faults faults.yaml --speed 60`,
    )
    .action(up);
}

async function up({ folder, state, speed, faults }: Options): Promise<void> {
  const plan = faults === undefined ? undefined : await faultsOf(faults);
  const times = speedOf(speed);
  await mkdir(state, { recursive: true });
  const cloud = await openCloud({ stateFolder: state, speed: times, ...(plan && { faults: plan }) });
  const desk = await openSessionDesk(cloud.uploaderAccount);
  try {
    await announce({ ...cloud.connection, desk: { address: desk.address, token: desk.token } });
    for (const file of await siteFiles(folder)) await addSite(cloud, await readFile(file, 'utf8'));
    process.stdout.write(
      `Up: ${cloud.connection.name}. Put files below ${join(folder, 'drops')}/<site>/ (Ctrl-C ends)\n`,
    );
    if (times !== 1) process.stdout.write(`Its clock runs ${times} times as fast as the wall's.\n`);
    if (plan) process.stdout.write(`${faults} injects faults: each is a line of ${join(state, 'logs/faults.log')}\n`);
    await untilInterrupted(await createMirror(folder, cloud.uploader, join(state, 'mirror.json')));
  } finally {
    await withdraw();
    await desk.close();
    await cloud.close();
    if (plan) process.stdout.write(`Faults injected: ${tallyOf(cloud.twin.injectedFaults())}\n`);
  }
}

async function faultsOf(file: string): Promise<FaultPlan> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new RefusedInput(`faults: found no file that can be read (${error.code}), expected YAML`);
  });
  return readFaultPlan(basename(file), text);
}

function speedOf(text: string): number {
  const speed = Number(text);
  if (speed >= 1 && speed <= HIGHEST_SPEED) return speed;
  throw new RefusedInput(`speed: found "${text}", allowed 1 to ${HIGHEST_SPEED}`);
}

const tallyOf = (counts: FaultCounts): string =>
  Object.entries(counts)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');

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
    const { sent, failed, receipts } = await look();
    for (const path of sent) process.stdout.write(`sent ${path}\n`);
    for (const path of failed) process.stdout.write(`not sent, tried again: ${path}\n`);
    if (receipts > 0) process.stdout.write(`${receipts} receipts came back\n`);
    await sleep(LOOK_EVERY_MS, undefined, { signal: end.signal }).catch(() => undefined);
  }
  await stopped;
}
