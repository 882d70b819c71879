import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { RefusedInput } from '#functions/errors.ts';
import type { DropKind } from '#lib/simulate/hospital-site.ts';
import { type StreamOptions, simulateDrops, simulatedSites } from '#lib/simulate/hospitals.ts';
import { EXIT } from './exit.ts';
import { pace } from './pace.ts';
import { refusing } from './refusing.ts';
import { type Checked, checkLedger } from './simulate-check.ts';
import { writeSimulation } from './simulate-folder.ts';
import { type Load, putSimulation } from './simulate-load.ts';

interface Options {
  readonly sites: string;
  readonly studies: string;
  readonly kind: 'ecg' | 'measurements' | 'both';
  readonly seed: string;
  readonly to?: string;
  readonly rate?: string;
  readonly check?: boolean;
  readonly patience: string;
}

const kindsOf: Readonly<Record<Options['kind'], readonly DropKind[]>> = {
  ecg: ['ecg'],
  measurements: ['measurements'],
  both: ['measurements', 'ecg'],
};

/** `tricuspid simulate`: any number of invented hospitals and studies, into a folder or into the running or deployed cloud. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .description('invented hospitals drop any number of ECGs and tables whose outcome is known: smoke test, load test')
    .option('--sites <n>', 'hospitals', '4')
    .option('--studies <n>', 'studies of all hospitals together', '1000')
    .addOption(new Option('--kind <kind>', 'what is dropped').choices(Object.keys(kindsOf)).default('both'))
    .option('--seed <text>', 'seed of the simulation', 'simulated')
    .option('--to <folder>', 'write drops/, sites/ and the truth into a folder instead of a cloud')
    .option('--rate <n>', 'studies per second at most (default: as fast as they are made and taken)')
    .option('--check', 'wait until every drop has its receipt, and compare the ledger with the truth')
    .option('--patience <minutes>', 'with --check: give up after so long without a new receipt', '15')
    .addHelpText(
      'after',
      `
In a cloud the sites are called sim-<seed>-…, so that they are told from real ones. With --check another seed is needed every
time, and the exit code is 1 where ledger and truth differ.
Examples:
  $ tricuspid simulate --studies 200 --to ./simulated
  $ tricuspid up & tricuspid simulate --sites 10 --studies 5000 --seed monday --check`,
    )
    .action(simulate);
}

async function simulate(options: Options): Promise<void> {
  const { seed, to, check = false } = options;
  const stream: StreamOptions = {
    seed,
    sites: wholeNumber('sites', options.sites, 1000),
    studies: wholeNumber('studies', options.studies, 100_000_000),
    kinds: kindsOf[options.kind],
    ...(to === undefined && { prefix: `sim-${slug(seed)}-` }),
  };
  const rate = options.rate === undefined ? Number.POSITIVE_INFINITY : positive('rate', options.rate);
  const simulation = {
    stream,
    sites: simulatedSites(stream),
    drops: pace(
      refusing(() => simulateDrops(stream)),
      rate,
    ),
  };
  if (to === undefined) return load({ ...simulation, check, patienceMinutes: positive('patience', options.patience) });
  if (check) throw new RefusedInput('simulate: found --check with --to, accepted --check with a cloud');
  await mkdir(to, { recursive: true });
  const { drops, items, megabytes, seconds } = await writeSimulation(simulation, to);
  const speed = `${(stream.studies / seconds).toFixed(0)} studies/s`;
  print(`${drops} drops with ${items} items, ${megabytes.toFixed(1)} MB in ${to} (${seconds.toFixed(1)} s, ${speed})`);
}

async function load(request: Omit<Load, 'expectations'>): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'tricuspid-simulate-'));
  try {
    const put = await putSimulation({ ...request, expectations: join(work, 'expected.jsonl') }, print);
    if (request.check) report(await checkLedger(put));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function report({ lines, differences }: Checked): void {
  for (const line of lines) print(line);
  for (const difference of differences) print(`DIFFERENT: ${difference}`);
  if (differences.length === 0) print('The ledger is what the simulation is known to come to.');
  else process.exitCode = EXIT.failed;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

function wholeNumber(name: string, text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new RefusedInput(`${name}: found "${text}", accepted whole numbers from 1 to ${most}`);
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (number > 0) return number;
  throw new RefusedInput(`${name}: found "${text}", accepted numbers above 0`);
}

/** The seed as a part of a site's id. */
function slug(seed: string): string {
  const plain = seed
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 30);
  if (plain !== '') return plain;
  throw new RefusedInput(
    'seed: found no letter from a to z and no digit, accepted at least one for the ids of the sites',
  );
}
