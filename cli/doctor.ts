import { statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { contractsIn } from './contracts.ts';
import { EXIT } from './exit.ts';
import { SHIPPED_MODELS } from './shipped.ts';
import { findTarget } from './target.ts';

const MINIMUM_NODE = 24;
const MINIMUM_FREE_MB = 500;

interface Check {
  readonly name: string;
  /** What was found; a throw says what is wrong. */
  run(): Promise<string>;
}

const CHECKS: readonly Check[] = [
  { name: 'Node', run: checkNode },
  { name: 'disk', run: checkDisk },
  { name: 'loopback', run: checkLoopback },
  { name: 'models', run: checkModels },
  { name: 'template', run: checkTemplate },
  { name: 'cloud', run: checkCloud },
];

/** `tricuspid doctor`: will it run here? */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check what this machine needs to run the project, one line each')
    .addHelpText('after', '\nExits with 1 when a check fails.\nExample:\n  $ tricuspid doctor')
    .action(doctor);
}

async function doctor(): Promise<void> {
  for (const { name, run } of CHECKS) {
    try {
      process.stdout.write(`ok    ${name}: ${await run()}\n`);
    } catch (error) {
      process.stdout.write(`FAIL  ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = EXIT.failed;
    }
  }
}

async function checkNode(): Promise<string> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < MINIMUM_NODE)
    throw new Error(`found ${process.version}, expected ${MINIMUM_NODE} or newer (npm ci installs it)`);
  return `${process.version} on ${process.platform} ${process.arch}`;
}

async function checkDisk(): Promise<string> {
  const { bavail, bsize } = await statfs(tmpdir());
  const freeMb = Math.floor((bavail * bsize) / 2 ** 20);
  if (freeMb < MINIMUM_FREE_MB)
    throw new Error(`found ${freeMb} MB free for temporary files, expected ${MINIMUM_FREE_MB} MB`);
  return `${freeMb} MB free for temporary files`;
}

async function checkLoopback(): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => server.close((error) => (error ? reject(error) : resolve())));
  });
  return 'a server on 127.0.0.1 can be started';
}

/** Loads onnxruntime and computes every golden vector. */
async function checkModels(): Promise<string> {
  const { verifyModel } = await import('#lib/inference/golden.ts');
  const { folderReader } = await import('#lib/local/folder.ts');
  const verified: string[] = [];
  for (const { folder, contract } of await contractsIn(SHIPPED_MODELS)) {
    await verifyModel(contract, folderReader(folder));
    verified.push(`${contract.name}@${contract.version}`);
  }
  return `golden vectors of ${verified.join(', ')} computed`;
}

async function checkTemplate(): Promise<string> {
  const { mkdtemp, rm } = await import('node:fs/promises');
  const { synthesize } = await import('#infra/app.ts');
  const work = await mkdtemp(join(tmpdir(), 'tricuspid-doctor-'));
  try {
    await synthesize({ outdir: join(work, 'cdk.out'), buildFolder: join(work, 'dist'), checks: false });
    return 'synthesizes';
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function checkCloud(): Promise<string> {
  const target = await findTarget();
  if (target === undefined) return 'none running or named by the environment (that is fine)';
  await target.operator.archive.has('sites/none.json');
  return `${target.name} answers`;
}
