import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { startTwinProcess, type TwinProcess } from '#infra/twin/process.ts';
import { startTwin } from '#infra/twin/twin.ts';
import { allow, eventually, queueWithFunction, role, temporaryFolder, writeAssembly } from './small-assembly.ts';

const bucketArn = { 'Fn::GetAtt': ['Drops', 'Arn'] };
const objectsArn = { 'Fn::Join': ['', [bucketArn, '/*']] };

/** Copies each drop to `done/`; a drop that was copied already is a success. Without the SDK, which is slow to load. */
const copy = queueWithFunction(
  'Copy',
  `const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, BUCKET } = process.env;
   const authorization = 'AWS4-HMAC-SHA256 Credential=' + AWS_ACCESS_KEY_ID + '/20260101/eu-central-1/s3/aws4_request';
   exports.handler = async ({ Records }) => {
     for (const { s3 } of Records.flatMap(({ body }) => JSON.parse(body).Records)) {
       const url = AWS_ENDPOINT_URL + '/' + BUCKET + '/' + s3.object.key.replace('drops/', 'done/');
       const { status } = await fetch(url, { method: 'PUT', body: 'x', headers: { authorization, 'if-none-match': '*' } });
       if (status !== 200 && status !== 412) throw new Error('status ' + status);
     }
   };`,
  { queue: { VisibilityTimeout: 5 }, properties: { Environment: { Variables: { BUCKET: { Ref: 'Drops' } } } } },
);

const queueArn = { 'Fn::GetAtt': ['CopyQueue', 'Arn'] };
const assembly = writeAssembly({
  functions: {
    Copy: {
      ...copy.functions.Copy,
      allows: [...(copy.functions.Copy.allows ?? []), allow('s3:PutObject', objectsArn)],
    },
    Quiet: { source: 'exports.handler = async () => 1;' },
    Spin: {
      source: 'exports.handler = async () => { console.log("spinning"); for (;;) {} };',
      properties: { Timeout: 600 },
    },
  },
  resources: {
    ...copy.resources,
    Drops: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        NotificationConfiguration: {
          QueueConfigurations: [
            {
              Event: 's3:ObjectCreated:*',
              Queue: queueArn,
              Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'drops/' }] } },
            },
          ],
        },
      },
    },
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'CopyQueue' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 's3.amazonaws.com' },
              Action: 'sqs:SendMessage',
              Resource: queueArn,
              Condition: { ArnEquals: { 'aws:SourceArn': bucketArn } },
            },
          ],
        },
      },
    },
    Site: role('ec2.amazonaws.com', [allow('s3:PutObject', objectsArn), allow('s3:ListBucket', bucketArn)]),
  },
  outputs: { SiteRoleArn: { Value: { 'Fn::GetAtt': ['Site', 'Arn'] } }, Bucket: { Value: { Ref: 'Drops' } } },
});

let twin: TwinProcess | undefined;

afterEach(async () => {
  await twin?.kill();
  twin = undefined;
});

async function clientOf({ endpoint, region, credentials }: TwinProcess): Promise<S3Client> {
  return new S3Client({ endpoint, region, credentials: await credentials('SiteRoleArn'), maxAttempts: 1 });
}

/** Drops objects one after the other, until the twin is gone; gives the number of the next that must be tried. */
async function dropUntilGone(client: S3Client, running: TwinProcess, from: number, to: number): Promise<number> {
  for (let index = from; index < to; index++) {
    const put = new PutObjectCommand({ Bucket: running.outputs.Bucket, Key: `drops/${index}`, Body: 'ecg' });
    const stored = await client.send(put).then(
      () => true,
      () => false,
    );
    if (!stored) return index;
  }
  return to;
}

function isRunning(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && !/\) Z /.test(readFileSync(path, 'utf8'));
}

describe('a twin that is killed', () => {
  it('goes on where it was: no object, event or message is lost', async () => {
    const stateFolder = temporaryFolder();
    const drops = 45;
    let next = 0;
    for (const afterDrops of [7, 20, 33]) {
      twin = await startTwinProcess({ assembly, stateFolder, maxWorkers: 2 });
      const site = await clientOf(twin);
      next = await dropUntilGone(site, twin, next, afterDrops);
      const rest = dropUntilGone(site, twin, next, drops);
      await twin.kill();
      next = await rest;
    }
    twin = await startTwinProcess({ assembly, stateFolder, maxWorkers: 2 });
    const client = await clientOf(twin);
    expect(await dropUntilGone(client, twin, next, drops)).toBe(drops);
    await twin.idle();
    const list = await client.send(new ListObjectsV2Command({ Bucket: twin.outputs.Bucket, Prefix: 'done/' }));
    const expected = Array.from({ length: drops }, (_, index) => `done/${index}`).sort();
    expect(list.Contents?.map(({ Key }) => Key)).toEqual(expected);
    await twin.stop();
  }, 60_000);

  it('takes its workers with it, the one in an endless loop at the latest when it starts again', async () => {
    const stateFolder = temporaryFolder();
    twin = await startTwinProcess({ assembly, stateFolder });
    const workers = () =>
      readdirSync(join(stateFolder, 'workers'))
        .map(Number)
        .filter((pid) => pid > 0);
    await twin.invoke('Quiet', {});
    const [quiet] = workers();
    const spinning = twin.invoke('Spin', {});
    const ended = expect(spinning).rejects.toThrow('the twin has ended');
    const log = join(stateFolder, 'logs', 'Small-Spin.log');
    await eventually(
      () => existsSync(log) && readFileSync(log, 'utf8').includes('spinning'),
      () => 'the function has not started',
    );
    const [spin] = workers().filter((pid) => pid !== quiet);
    await twin.kill();
    await ended;
    await eventually(
      () => !isRunning(quiet),
      () => `worker ${quiet} still runs`,
    );
    expect(isRunning(spin)).toBe(true);
    twin = await startTwinProcess({ assembly, stateFolder });
    await eventually(
      () => !isRunning(spin),
      () => `worker ${spin} still runs`,
    );
    await twin.stop();
  });
});

describe('the state folder', () => {
  it('is refused to a second twin while the first runs, and free when it has stopped', async () => {
    const stateFolder = temporaryFolder();
    const first = await startTwin({ assembly, stateFolder });
    const words = `${stateFolder} is used by another twin (process ${process.pid}); stop it or use another folder`;
    await expect(startTwin({ assembly, stateFolder })).rejects.toThrow(words);
    await expect(startTwinProcess({ assembly, stateFolder })).rejects.toThrow(words);
    await first.stop();
    await (await startTwin({ assembly, stateFolder })).stop();
  });

  it('is taken over from a process that is gone, also when its id has been given to another', async () => {
    const stateFolder = temporaryFolder();
    mkdirSync(stateFolder, { recursive: true });
    for (const holder of [
      { pid: 2 ** 22 + 1, startedAt: '1' },
      { pid: process.pid, startedAt: '1' },
    ]) {
      writeFileSync(join(stateFolder, 'twin.lock'), JSON.stringify(holder));
      await (await startTwin({ assembly, stateFolder })).stop();
    }
  });
});
