// Cold start of each bundled handler against the least it needs: importing the same SDK clients, making them and, where the function
// carries the ONNX runtime, opening its session. Fresh processes in turn, timed inside from the first line of the script, so that
// Node's own start counts on neither side. By hand: node bench/cold-start.ts [rounds, 15 unless told]. Prints ratios.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { INFERENCE_FUNCTIONS } from '#infra/bundle.ts';

const rounds = Number(process.argv[2] ?? 15);
const repository = resolve(import.meta.dirname, '..');
const model = join(repository, 'models/ecg-af');
const folder = mkdtempSync(join(repository, '.bench-cold-start-'));
const environment = {
  ...{ ARCHIVE_BUCKET: 'archive', INTAKE_BUCKET: 'intake', IDENTITY_KEY_ID: 'key', MAX_DROP_BYTES: '1' },
  ...{ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's', LAMBDA_TASK_ROOT: repository },
  ...{ AWS_LAMBDA_FUNCTION_NAME: 'bench', POWERTOOLS_SERVICE_NAME: 'bench', DEAD_LETTERS: '{}' },
};

/** Clients that a handler's bundle holds, by package. */
const CLIENTS: Readonly<Record<string, string>> = {
  '@aws-sdk/client-s3': 'S3Client',
  '@aws-sdk/client-sqs': 'SQSClient',
  '@aws-sdk/client-kms': 'KMSClient',
};

async function bundle(name: string, contents: string): Promise<{ file: string; clients: readonly string[] }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: repository, loader: 'ts' },
    ...{ bundle: true, write: false, metafile: true, minify: true, platform: 'node', target: 'node24', format: 'cjs' },
    ...{ external: ['onnxruntime-node'], logLevel: 'silent', outdir: folder },
  });
  const file = join(folder, `${name}.cjs`);
  writeFileSync(file, outputFiles[0]?.contents ?? '');
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0),
  );
  return { file, clients: Object.keys(CLIENTS).filter((client) => used.some((path) => path.includes(`${client}/`))) };
}

/** What both sides do besides importing, as a line of script. */
const least = (clients: readonly string[], inference: boolean): string =>
  [
    ...clients.map((client) => `import { ${CLIENTS[client]} } from '${client}'; new ${CLIENTS[client]}({});`),
    ...(inference
      ? [`import { InferenceSession } from 'onnxruntime-node'; import { readFileSync } from 'node:fs';`]
      : []),
    inference
      ? `const options = { executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1, graphOptimizationLevel: 'all' } as const;
         export const ready = InferenceSession.create(readFileSync('${join(model, 'all.onnx')}'), options);`
      : 'export const ready = Promise.resolve();',
  ].join('\n');

/** The handler, and for `predict` the model that its first message needs. */
const ours = (name: string): string =>
  name === 'predict'
    ? `export { handler } from './functions/predict/handler.ts';
       import { createLoader } from '#lib/inference/sessions.ts';
       import { folderArchive } from './bench/folder-archive.ts';
       export const ready = createLoader(folderArchive('${model}'), 1)({ model: 'ecg-af', version: '1.0.0' })
         .then((loaded) => loaded.session('all.onnx'));`
    : `export { handler } from './functions/${name}/handler.ts'; export const ready = Promise.resolve();`;

/** Milliseconds from the first line to ready, in a fresh process. */
function start(file: string): number {
  const script = `const t = performance.now(); Promise.resolve(require(${JSON.stringify(file)}).ready).then(() => { console.log(performance.now() - t); process.exit(); })`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  const milliseconds = Number(stdout.trim().split('\n').at(-1));
  if (!(milliseconds > 0)) throw new Error(`bench: found no time from ${file}: ${stderr.slice(0, 2000)}`);
  return milliseconds;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];

mkdirSync(folder, { recursive: true });
try {
  const names = readdirSync(join(repository, 'functions'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'lib')
    .map(({ name }) => name);
  for (const name of names) {
    const inference = INFERENCE_FUNCTIONS.includes(name);
    const handler = await bundle(name, ours(name));
    const peer = await bundle(`${name}-least`, least(handler.clients, inference));
    const pairs = Array.from({ length: rounds + 2 }, () => [start(handler.file), start(peer.file)] as const).slice(2);
    const [a, b] = [median(pairs.map(([own]) => own)), median(pairs.map(([, other]) => other))];
    const ratio = median(pairs.map(([own, other]) => own / other));
    console.log(
      `${name.padEnd(10)} ${a.toFixed(0).padStart(4)} ms, least ${b.toFixed(0).padStart(4)} ms: ${ratio.toFixed(2)}  (${handler.clients.map((client) => client.slice(16)).join(', ')}${inference ? ', onnxruntime' : ''})`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
