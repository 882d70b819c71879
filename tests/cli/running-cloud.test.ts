// What an operator does to a cloud that runs: sites, models, status and doctor, found by folder and by environment variables.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectBucket } from '#lib/aws/connect.ts';
import { simulateHospitals } from '#lib/simulate/hospitals.ts';
import { type Ended, TRICUSPID, tricuspid, workFolder } from './command.ts';

// A twin starts, and the machine may be busy.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = workFolder();
const elsewhere = workFolder();
const {
  sites: [site],
} = simulateHospitals({ seed: 'operator', peoplePerSite: 12 });
const model = fileURLToPath(new URL('../fixtures/reference/inference/three-leads', import.meta.url));
const MODELS = fileURLToPath(new URL('../../models', import.meta.url));
const { name, version } = JSON.parse(readFileSync(`${model}/model.json`, 'utf8'));

const run = (...parameters: readonly string[]): Promise<Ended> => tricuspid(folder.path, ...parameters);

interface Announced {
  readonly intakeBucket: string;
  readonly archiveBucket: string;
  readonly auditQueueUrl: string;
  readonly operator: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
}

const announced = (): Announced => JSON.parse(readFileSync(folder.in('.tricuspid/up.json'), 'utf8'));

/** Whether each model version of the cloud is disabled. */
async function installed(): Promise<Readonly<Record<string, boolean>>> {
  const { models } = JSON.parse((await run('models', 'list', '--json')).stdout);
  const entries = models.map((model: { name: string; version: string; disabled: boolean }) => [
    `${model.name}@${model.version}`,
    model.disabled,
  ]);
  return Object.fromEntries(entries);
}

let stop: () => Promise<void>;

beforeAll(async () => {
  // Its state lies elsewhere: the folder in which other commands look for it has to be made for it.
  const child = spawn(process.execPath, [TRICUSPID, 'up', '--state', 'kept/up'], {
    cwd: folder.path,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  stop = async () => {
    child.kill('SIGINT');
    await ended;
  };
  while (child.exitCode === null && !output.includes('Up:')) await sleep(50);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

afterAll(async () => {
  await stop();
  folder.remove();
  elsewhere.remove();
});

describe('the operator of a running cloud', () => {
  it('sets up a site and finds it in the list; a description that cannot be read changes nothing', async () => {
    writeFileSync(folder.in('site.json'), JSON.stringify(site));
    writeFileSync(folder.in('broken.json'), '{"site":');
    const before = await run('sites', 'list', '--json');
    expect(JSON.parse(before.stdout).sites).toEqual([]);
    expect(await run('sites', 'add', 'broken.json')).toMatchObject({ code: 2, stdout: '' });
    expect(await run('sites', 'add', 'site.json')).toMatchObject({ code: 0, stderr: '' });
    const after = await run('sites', 'list', '--json');
    expect(JSON.parse(after.stdout).sites.map(({ site }: { site: string }) => site)).toEqual([site.site]);
  });

  it('adds a model, stops it, takes it back, and is told of one that is not there', async () => {
    const absent = await run('models', 'disable', `${name}@${version}`);
    expect(absent.stderr).toContain(`models: found no ${name}@${version} in the cloud`);
    expect(absent.code).toBe(2);
    const added = await run('models', 'add', model);
    expect(added).toMatchObject({ code: 0, stderr: '', stdout: `installed ${name}@${version}\n` });
    const off = await run('models', 'disable', `${name}@${version}`);
    expect(off).toMatchObject({ code: 0, stdout: `${name}@${version} is disabled\n` });
    expect(await installed()).toMatchObject({ [`${name}@${version}`]: true, 'cad-measurements@1.0.0': false });
    expect((await run('models', 'list')).stdout).toMatch(new RegExp(`^disabled  ${name}@${version}  `, 'm'));
    const on = await run('models', 'enable', `${name}@${version}`);
    expect(on).toMatchObject({ code: 0, stdout: `${name}@${version} is enabled\n` });
    expect(await installed()).toMatchObject({ [`${name}@${version}`]: false });
  });

  it('lists what a deployment installed, and names a model whose contract cannot be read', async () => {
    const { archiveBucket, operator } = announced();
    const archive = connectBucket(operator, archiveBucket);
    await archive.create('models/half/2.0.0/model.json', '{"name": "half"}');
    const listed = await run('models', 'list');
    const twin = `the twin at ${operator.endpoint}: 4 installed`;
    expect(listed.stdout.split('\n')[0]).toBe(twin);
    expect(listed.stdout).toMatch(/^enabled {3}ecg-af@1\.0\.0 {2}\S.* \(from ecg; 6 weights; .+\)$/m);
    expect(listed.stdout).toMatch(
      /^enabled {3}half@2\.0\.0 {2}asked for no study: model half@2\.0\.0: model\.json: accepts: found /m,
    );
    expect(listed).toMatchObject({ code: 0, stderr: '' });
  });

  it('still lists the models of a folder when asked for them', async () => {
    const { cloud, models } = JSON.parse((await run('models', 'list', '--from', MODELS, '--json')).stdout);
    expect(cloud).toBeUndefined();
    expect(models.map(({ name }: { name: string }) => name)).toEqual(['cad-measurements', 'ecg-af']);
  });

  it('sees that nothing needs a person, and that the cloud answers', async () => {
    const status = await run('status');
    expect(status.stdout).toContain('Nothing needs a person.');
    expect(status.code).toBe(0);
    const doctor = await run('doctor');
    expect(doctor.stdout).toMatch(/^ok {4}cloud: the twin at http:\S+ answers$/m);
    expect(doctor).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('a stack that environment variables name', () => {
  function nameStack({ intakeBucket, archiveBucket, auditQueueUrl, operator }: Announced): void {
    vi.stubEnv('TRICUSPID_INTAKE_BUCKET', intakeBucket);
    vi.stubEnv('TRICUSPID_ARCHIVE_BUCKET', archiveBucket);
    vi.stubEnv('TRICUSPID_AUDIT_QUEUE_URL', auditQueueUrl);
    vi.stubEnv('AWS_ENDPOINT_URL', operator.endpoint);
    vi.stubEnv('AWS_REGION', operator.region);
    vi.stubEnv('AWS_ACCESS_KEY_ID', operator.credentials.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', operator.credentials.secretAccessKey);
  }

  it('is the cloud of every command, from any folder, with the credentials of the environment', async () => {
    nameStack(announced());
    const status = await tricuspid(elsewhere.path, 'status', '--json');
    expect(JSON.parse(status.stdout)).toMatchObject({ cloud: 'AWS', attention: false });
    const sites = await tricuspid(elsewhere.path, 'sites', 'list', '--json');
    expect(JSON.parse(sites.stdout).sites).toHaveLength(1);
    expect((await tricuspid(elsewhere.path, 'ledger', '--json')).code).toBe(0);
    const models = await tricuspid(elsewhere.path, 'models', 'list', '--json');
    expect(JSON.parse(models.stdout)).toMatchObject({ cloud: 'AWS' });
  });

  it('is refused when one of its variables is missing, although a twin runs in this folder', async () => {
    nameStack(announced());
    vi.stubEnv('TRICUSPID_ARCHIVE_BUCKET', undefined);
    const status = await run('status');
    expect(status.stderr).toContain(
      'cloud: found no TRICUSPID_ARCHIVE_BUCKET, expected all of TRICUSPID_INTAKE_BUCKET',
    );
    expect(status).toMatchObject({ code: 2, stdout: '' });
  });

  it('is asked for where there is neither a stack nor a twin', async () => {
    const status = await tricuspid(elsewhere.path, 'status');
    expect(status.stderr).toContain('cloud: found none, expected a twin started by `tricuspid up`');
    expect(status).toMatchObject({ code: 2, stdout: '' });
  });
});
