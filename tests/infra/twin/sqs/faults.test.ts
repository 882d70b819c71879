import type { Server } from 'node:http';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from 'vitest';
import { createInjector } from '#infra/twin/faults/injector.ts';
import { parseFaultPlan } from '#infra/twin/faults/plan.ts';
import { queueUrl } from '#infra/twin/sqs/queue-url.ts';
import { ACCOUNT, ARRIVALS, openSqs, ROLE, serve } from './setting.ts';

let server: Server;
let client: SQSClient;
afterEach(() => {
  client?.destroy();
  server?.closeAllConnections();
  server?.close();
});

async function open(fault: object, maxAttempts = 1) {
  const plan = parseFaultPlan('test', { seed: 'sqs', faults: [{ probability: 1, atMost: 1, ...fault }] });
  const service = openSqs({ injector: createInjector({ plan, functions: [], log: () => undefined }) });
  const served = await serve((call) => service.sqs.handle(call));
  server = served.server;
  const credentials = { accessKeyId: 'A', secretAccessKey: 'B' };
  client = new SQSClient({ endpoint: served.base, region: 'eu-central-1', credentials, maxAttempts });
  const QueueUrl = queueUrl(served.base, ACCOUNT, 'arrivals');
  return {
    ...service,
    send: (MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl, MessageBody })),
    QueueUrl,
  };
}

describe('an unavailable SQS', () => {
  test('answers 503 and takes nothing; the next call is taken', async () => {
    const { send, takeBodies } = await open({ fault: 'sqs-unavailable' });
    await expect(send('first')).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    await send('second');
    expect(await takeBodies()).toEqual(['second']);
  });

  test('is tried again by an unmodified client', async () => {
    const { send, takeBodies } = await open({ fault: 'sqs-unavailable' }, 3);
    await send('first');
    expect(await takeBodies()).toEqual(['first']);
  });

  test('refuses the polls for functions too, and the deletion of what they have done', async () => {
    const { send, sqs, take } = await open({ fault: 'sqs-unavailable', atMost: 2, operation: 'DeleteMessageBatch' });
    await send('first');
    const [{ receiptHandle }] = await take();
    const remove = () => sqs.deleteBatch(ROLE, ARRIVALS, [receiptHandle]);
    expect(remove).toThrow('temporary failure');
    expect(sqs.depth(ARRIVALS)).toMatchObject({ inFlight: 1 });
    expect(remove).toThrow('temporary failure');
    remove();
    expect(sqs.depth(ARRIVALS)).toMatchObject({ inFlight: 0, visible: 0 });
  });
});

describe('a lost answer', () => {
  test('breaks the line when the messages are taken, so that a client that tries again sends them twice', async () => {
    const { QueueUrl, takeBodies } = await open({ fault: 'sqs-lost-answer', operation: 'SendMessageBatch' }, 3);
    const Entries = ['a', 'b'].map((MessageBody) => ({ Id: MessageBody, MessageBody }));
    const { Successful } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful).toHaveLength(2);
    expect((await takeBodies()).sort()).toEqual(['a', 'a', 'b', 'b']);
  });

  test('of a poll leaves the messages in flight until their time is over', async () => {
    const { send, takeBodies, clock } = await open({ fault: 'sqs-lost-answer', operation: 'ReceiveMessage' });
    await send('first');
    await expect(takeBodies()).rejects.toThrow('the line broke before the answer');
    expect(await takeBodies()).toEqual([]);
    clock.advance(31);
    expect(await takeBodies()).toEqual(['first']);
  });
});

describe('messages that are held', () => {
  test('stay in flight whatever time passes, and come back their visibility timeout after the last look', async () => {
    const { send, sqs, take, takeBodies, clock } = await open({ fault: 'sqs-unavailable', operation: 'PurgeQueue' });
    await send('first');
    const [{ receiptHandle }] = await take();
    const release = sqs.hold([receiptHandle]);
    clock.advance(31);
    expect(await takeBodies()).toEqual([]);
    clock.advance(3600);
    expect(await takeBodies()).toEqual([]);
    expect(sqs.depth(ARRIVALS)).toMatchObject({ inFlight: 1, visible: 0 });
    release();
    clock.advance(31);
    expect(await takeBodies()).toEqual(['first']);
  });
});
