import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTwin, type Twin } from '#infra/twin/twin.ts';
import { allow, eventually, queueWithFunction, role, temporaryFolder, writeAssembly } from './small-assembly.ts';

/** Each batch is one line of the function's log: `BATCH [["body", receive count], …]`. */
const printBatch = `
  const bodies = Records.map(({ body, attributes }) => [body, Number(attributes.ApproximateReceiveCount)]);
  console.log('BATCH ' + JSON.stringify(bodies));`;

const reporting = { mapping: { FunctionResponseTypes: ['ReportBatchItemFailures'], BatchSize: 10 } };
const parts = [
  queueWithFunction(
    'Partial',
    `exports.handler = async ({ Records }) => {${printBatch}
      const bad = Records.filter(({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1');
      return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    };`,
    reporting,
  ),
  queueWithFunction(
    'Throwing',
    `exports.handler = async ({ Records }) => {${printBatch}
      if (Records.some(({ attributes }) => attributes.ApproximateReceiveCount === '1')) throw new Error('not yet');
    };`,
    reporting,
  ),
  queueWithFunction(
    'Hopeless',
    `exports.handler = async ({ Records }) => {${printBatch} throw new Error('never'); };`,
    {
      queue: {
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['HopelessDead', 'Arn'] }, maxReceiveCount: 2 },
      },
    },
  ),
  queueWithFunction('Window', `exports.handler = async ({ Records }) => {${printBatch}};`, {
    mapping: { BatchSize: 5, MaximumBatchingWindowInSeconds: 10 },
    queue: { VisibilityTimeout: 120 },
  }),
  queueWithFunction('Sized', `exports.handler = async ({ Records }) => {${printBatch}};`, {
    mapping: { BatchSize: 12, MaximumBatchingWindowInSeconds: 300 },
    queue: { VisibilityTimeout: 600 },
  }),
  queueWithFunction('Heavy', `exports.handler = async ({ Records }) => {console.log('COUNT ' + Records.length)};`, {
    mapping: { BatchSize: 10 },
    queue: { VisibilityTimeout: 600 },
  }),
  queueWithFunction(
    'Pair',
    `exports.handler = async ({ Records }) => {
      const from = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 100));
      console.log('SPAN ' + JSON.stringify([from, Date.now()]));
    };`,
    { mapping: { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } }, queue: { VisibilityTimeout: 600 } },
  ),
  queueWithFunction('Denied', `exports.handler = async ({ Records }) => {${printBatch}};`),
];
const functions = Object.assign({}, ...parts.map((part) => part.functions));
functions.Denied = { ...functions.Denied, allows: [] };
const resources = {
  ...Object.assign({}, ...parts.map((part) => part.resources)),
  HopelessDead: { Type: 'AWS::SQS::Queue' },
  Sender: role('ec2.amazonaws.com', [allow('sqs:SendMessage', '*')]),
};

let twin: Twin;
let client: SQSClient;
const stateFolder = temporaryFolder();

beforeAll(async () => {
  twin = await startTwin({ assembly: writeAssembly({ functions, resources }), stateFolder, speed: 10, maxWorkers: 16 });
  client = new SQSClient({ endpoint: twin.endpoint, region: twin.region, credentials: twin.credentials('Sender') });
});

afterAll(async () => {
  client?.destroy();
  await twin?.stop();
});

function urlOf(id: string): string {
  return `${twin.endpoint}/000000000000/Small-${id}Queue`;
}

/** In one call, so that the messages become visible together. */
async function send(id: string, bodies: readonly string[]): Promise<void> {
  const Entries = bodies.map((body, index) => ({ Id: String(index), MessageBody: body }));
  await client.send(new SendMessageBatchCommand({ QueueUrl: urlOf(id), Entries }));
}

function linesOf(id: string, word: string): string[] {
  const path = join(stateFolder, 'logs', `Small-${id}.log`);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  return lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
}

function batchesOf(id: string): [body: string, receiveCount: number][][] {
  return linesOf(id, 'BATCH').map((line) => JSON.parse(line));
}

function total(id: string): number {
  const { visible, inFlight, delayed } = twin.queues()[`Small-${id}Queue`];
  return visible + inFlight + delayed;
}

async function emptied(id: string): Promise<void> {
  await eventually(
    () => total(id) === 0,
    () => `${id}: ${total(id)} messages, batches ${JSON.stringify(batchesOf(id))}`,
  );
}

describe('an event-source mapping', () => {
  it('leaves only the messages that the function reports as failed', async () => {
    await send('Partial', ['a', 'bad', 'c']);
    await emptied('Partial');
    const seen = batchesOf('Partial').flat();
    expect(seen.sort()).toEqual([
      ['a', 1],
      ['bad', 1],
      ['bad', 2],
      ['c', 1],
    ]);
  });

  it('leaves the whole batch when the function throws', async () => {
    await send('Throwing', ['a', 'b']);
    await emptied('Throwing');
    expect(batchesOf('Throwing').flat().sort()).toEqual([
      ['a', 1],
      ['a', 2],
      ['b', 1],
      ['b', 2],
    ]);
    expect(readFileSync(join(stateFolder, 'logs', 'twin.log'), 'utf8')).toContain('batch of 2 failed: Error: not yet');
  });

  it('lets a message that always fails go to the dead letters', async () => {
    await send('Hopeless', ['x']);
    await eventually(
      () => twin.queues()['Small-HopelessDead'].visible === 1,
      () => JSON.stringify(twin.queues()),
    );
    expect(batchesOf('Hopeless')).toEqual([[['x', 1]], [['x', 2]]]);
    expect(total('Hopeless')).toBe(0);
  });

  it('collects until its window has passed', async () => {
    for (const body of ['a', 'b', 'c']) {
      await client.send(new SendMessageCommand({ QueueUrl: urlOf('Window'), MessageBody: body }));
    }
    await emptied('Window');
    expect(batchesOf('Window')).toEqual([
      [
        ['a', 1],
        ['b', 1],
        ['c', 1],
      ],
    ]);
  });

  it('does not wait for its window when the batch is full, with more messages than one receive gives', async () => {
    await send('Sized', ['1', '2', '3', '4', '5', '6', '7', '8']);
    await send('Sized', ['9', '10', '11', '12']);
    await emptied('Sized');
    expect(batchesOf('Sized').map((batch) => batch.length)).toEqual([12]);
  });

  it('splits what would be more than 6 MB in one event', async () => {
    const body = 'x'.repeat(900_000);
    for (let index = 0; index < 8; index++) {
      await client.send(new SendMessageCommand({ QueueUrl: urlOf('Heavy'), MessageBody: body }));
    }
    await emptied('Heavy');
    const counts = linesOf('Heavy', 'COUNT').map(Number);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(8);
    expect(Math.max(...counts)).toBeLessThanOrEqual(6);
  });

  it('runs as many batches at a time as its maximum concurrency, and no more', async () => {
    await send('Pair', ['1', '2', '3', '4', '5', '6', '7', '8']);
    await emptied('Pair');
    const spans = linesOf('Pair', 'SPAN').map((line) => JSON.parse(line) as [number, number]);
    const overlaps = spans.map(([at]) => spans.filter(([from, to]) => from <= at && at < to).length);
    expect(spans).toHaveLength(8);
    expect(Math.max(...overlaps)).toBe(2);
  });

  it('says which action the role of the function lacks, and takes no message', async () => {
    await send('Denied', ['a']);
    const log = () => readFileSync(join(stateFolder, 'logs', 'twin.log'), 'utf8');
    const words =
      'DeniedMapping: Small-Denied may not sqs:ReceiveMessage on arn:aws:sqs:eu-central-1:000000000000:Small-DeniedQueue';
    await eventually(() => log().includes(words), log);
    expect(twin.queues()['Small-DeniedQueue']).toMatchObject({ visible: 1, inFlight: 0 });
    expect(batchesOf('Denied')).toEqual([]);
  });
});
