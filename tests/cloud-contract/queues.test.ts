// Messages: delivery, visibility, dead letters, limits, and the events of buckets.
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, test } from 'vitest';
import { failure, openSide, type QueueName } from './side.ts';

const side = await openSide();
const { s3, sqs, buckets, queues } = side;
afterAll(() => side.close());

const send = (queue: QueueName, MessageBody: string, extra: Partial<SendMessageCommandInput> = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl: queues[queue], MessageBody, ...extra }));
async function receive(queue: QueueName, extra: Partial<ReceiveMessageCommandInput> = {}) {
  const input = {
    QueueUrl: queues[queue],
    WaitTimeSeconds: 5,
    MessageSystemAttributeNames: ['All' as const],
    ...extra,
  };
  return (await sqs.send(new ReceiveMessageCommand(input))).Messages ?? [];
}
const remove = (queue: QueueName, ReceiptHandle: string | undefined) =>
  sqs.send(new DeleteMessageCommand({ QueueUrl: queues[queue], ReceiptHandle }));
const hide = (queue: QueueName, ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
  sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queues[queue], ReceiptHandle, VisibilityTimeout }));
const nothing = { WaitTimeSeconds: 0 };

describe(`messages (${side.name})`, () => {
  test('travel whole, with attributes, MD5s and what is known of them', async () => {
    // moto 5.2.5 with boto3 1.44.5, and the SDK of the service, compute the same digests; printf héllo | md5sum.
    const MessageAttributes = {
      zeta: { DataType: 'String', StringValue: 'ü' },
      alpha: { DataType: 'Number.int', StringValue: '42' },
      Bin: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255) },
    };
    const sent = await send('messages', 'héllo', { MessageAttributes });
    expect(sent.MD5OfMessageBody).toBe('be50e8478cf24ff3595bc7307fb91b50');
    expect(sent.MD5OfMessageAttributes).toBe('dfd0b8d7a04c130f2e0b24320e1d761b');
    const [message] = await receive('messages', { MessageAttributeNames: ['All'] });
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'héllo',
      MD5OfBody: sent.MD5OfMessageBody,
      MessageAttributes,
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d{13}$/) },
    });
    await remove('messages', message.ReceiptHandle);
  });

  test('are found by the names of their attributes', async () => {
    const value = { DataType: 'String', StringValue: 'x' };
    await send('messages', 'named', { MessageAttributes: { 'site.name': value, 'site.unit': value, other: value } });
    const [message] = await receive('messages', { MessageAttributeNames: ['site.*'] });
    expect(Object.keys(message.MessageAttributes ?? {}).sort()).toEqual(['site.name', 'site.unit']);
    await remove('messages', message.ReceiptHandle);
  });

  test('over 1 MiB are refused', async () => {
    expect((await failure(send('messages', 'x'.repeat(1_048_577))))[1]).toBe(400);
  });

  test('with characters that XML has not are refused', async () => {
    expect((await failure(send('messages', 'a\u0000b')))[1]).toBe(400);
  });

  test('a queue that is not there is QueueDoesNotExist, a handle that is none ReceiptHandleIsInvalid', async () => {
    const QueueUrl = `${queues.messages}-missing`;
    const missing = sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    expect(await failure(missing)).toEqual(['QueueDoesNotExist', 400]);
    expect((await failure(remove('messages', 'none')))[0]).toBe('ReceiptHandleIsInvalid');
  });
});

describe(`visibility (${side.name})`, () => {
  test('hides a received message until its time, counts what was received, and ends when told', async () => {
    await send('visibility', 'a');
    const [first] = await receive('visibility', { VisibilityTimeout: 1 });
    expect(await receive('visibility', nothing)).toEqual([]);
    const [second] = await receive('visibility', { VisibilityTimeout: 30 });
    expect(second.MessageId).toBe(first.MessageId);
    expect(second.Attributes?.ApproximateReceiveCount).toBe('2');
    await hide('visibility', second.ReceiptHandle, 0);
    const [third] = await receive('visibility');
    expect(third.Attributes?.ApproximateReceiveCount).toBe('3');
    await remove('visibility', third.ReceiptHandle);
    expect((await failure(hide('visibility', third.ReceiptHandle, 5)))[1]).toBe(400);
  });

  test('over 12 hours is refused', async () => {
    expect((await failure(receive('visibility', { VisibilityTimeout: 43_201 })))[1]).toBe(400);
  });
});

describe(`dead letters (${side.name})`, () => {
  test('get a message that was received twice, with its id and where it came from', async () => {
    const { MessageId } = await send('poison', 'bad');
    for (let round = 0; round < 2; round++) {
      const [message] = await receive('poison');
      await hide('poison', message.ReceiptHandle, 0);
    }
    expect(await receive('poison', { WaitTimeSeconds: 1 })).toEqual([]);
    const [dead] = await receive('dead');
    expect(dead).toMatchObject({ MessageId, Body: 'bad' });
    expect(dead.Attributes?.DeadLetterQueueSourceArn).toMatch(/poison$/);
    await remove('dead', dead.ReceiptHandle);
  });
});

describe(`waiting (${side.name})`, () => {
  test('a long poll gets a message that is sent while it waits', async () => {
    const polling = receive('poll', { WaitTimeSeconds: 10 });
    await send('poll', 'late');
    const [message] = await polling;
    expect(message.Body).toBe('late');
    await remove('poll', message.ReceiptHandle);
  });

  test('a delay of queue or message hides a message first', async () => {
    const plain = send('poll', 'delayed', { DelaySeconds: 1 });
    await Promise.all([plain, send('delayed', 'by queue')]);
    expect(await receive('delayed', nothing)).toEqual([]);
    expect(await receive('poll', nothing)).toEqual([]);
    const [[one], [other]] = await Promise.all([receive('poll'), receive('delayed')]);
    expect([one?.Body, other?.Body]).toEqual(['delayed', 'by queue']);
  });
});

describe(`batches (${side.name})`, () => {
  const sendBatch = (Entries: { Id: string; MessageBody: string; DelaySeconds?: number }[]) =>
    sqs.send(new SendMessageBatchCommand({ QueueUrl: queues.batches, Entries }));
  const entries = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ Id: `e${index}`, MessageBody: String(index) }));

  test('hold 1 to 10 entries with different ids', async () => {
    expect(await failure(sendBatch(entries(11)))).toEqual(['TooManyEntriesInBatchRequest', 400]);
    expect(await failure(sendBatch([]))).toEqual(['EmptyBatchRequest', 400]);
    const same = { Id: 'a', MessageBody: 'x' };
    expect(await failure(sendBatch([same, same]))).toEqual(['BatchEntryIdsNotDistinct', 400]);
    const large = entries(2).map((entry) => ({ ...entry, MessageBody: 'x'.repeat(600_000) }));
    expect(await failure(sendBatch(large))).toEqual(['BatchRequestTooLong', 400]);
  });

  test('succeed entry by entry', async () => {
    const [good, bad] = entries(2);
    const { Successful, Failed } = await sendBatch([good, { ...bad, DelaySeconds: 901 }]);
    expect(Successful).toMatchObject([{ Id: 'e0', MD5OfMessageBody: 'cfcd208495d565ef66e7dff9f98764da' }]);
    expect(Failed).toMatchObject([{ Id: 'e1', SenderFault: true }]);
    await sendBatch(entries(9));
    const found = new Map<string | undefined, string | undefined>();
    while (found.size < 10) {
      for (const { MessageId, ReceiptHandle } of await receive('batches', { MaxNumberOfMessages: 10 })) {
        found.set(MessageId, ReceiptHandle);
      }
    }
    const Entries = [...found.values()].map((ReceiptHandle, index) => ({ Id: `d${index}`, ReceiptHandle }));
    const removal = new DeleteMessageBatchCommand({ QueueUrl: queues.batches, Entries });
    expect((await sqs.send(removal)).Successful).toHaveLength(10);
    expect((await failure(receive('batches', { MaxNumberOfMessages: 11 })))[1]).toBe(400);
  });
});

test('a queue says how many messages it holds', async () => {
  await send('visibility', 'counted');
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'VisibilityTimeout'] as const;
  const ask = new GetQueueAttributesCommand({ QueueUrl: queues.visibility, AttributeNames: [...names] });
  const { Attributes } = await sqs.send(ask);
  expect(Attributes).toEqual({
    ApproximateNumberOfMessages: '1',
    ApproximateNumberOfMessagesNotVisible: '0',
    VisibilityTimeout: '30',
  });
});

test.skipIf(!side.capabilities.fairGroups)(
  `a group with few messages does not wait behind one with many (${side.name}, skipped without fair queues)`,
  async () => {
    for (let index = 0; index < 30; index++) await send('fair', `large ${index}`, { MessageGroupId: 'large' });
    for (let index = 0; index < 2; index++) await send('fair', `small ${index}`, { MessageGroupId: 'small' });
    const received: (string | undefined)[] = [];
    while (received.length < 16) {
      received.push(...(await receive('fair', { MaxNumberOfMessages: 4 })).map(({ Body }) => Body));
    }
    expect(received.filter((body) => body?.startsWith('small'))).toHaveLength(2);
  },
);

describe(`events of a bucket (${side.name})`, () => {
  interface Event {
    readonly eventName: string;
    readonly s3: { readonly object: { readonly key: string; readonly size: number; readonly versionId: string } };
  }
  /** Events arrive in any order, and more than once; AWS sends a test event first. */
  async function eventsUntil(count: number): Promise<ReadonlyMap<string, Event>> {
    const found = new Map<string, Event>();
    for (let empty = 0; found.size < count && empty < 3; ) {
      const messages = await receive('events', { MaxNumberOfMessages: 10 });
      if (messages.length === 0) empty++;
      for (const { Body = '{}', ReceiptHandle } of messages) {
        const { Records = [] }: { Records?: Event[] } = JSON.parse(Body);
        for (const record of Records) found.set(record.s3.object.key, record);
        await remove('events', ReceiptHandle);
      }
    }
    return found;
  }

  test('reach the queue for the prefix and suffix of the filter only, with url-encoded keys', async () => {
    const Bucket = buckets.events;
    const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'hello' }));
    for (const Key of ['drops/a.txt', 'other/a.csv']) await put(Key);
    const { VersionId } = await put('drops/Jürgen + Söhne/a (1).csv');
    const where = { Bucket, Key: 'drops/parts.csv' };
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(where));
    const { ETag } = await s3.send(new UploadPartCommand({ ...where, UploadId, PartNumber: 1, Body: 'x' }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.send(new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload }));
    const found = await eventsUntil(2);
    // python3 -c "import urllib.parse; print(urllib.parse.quote_plus('drops/Jürgen + Söhne/a (1).csv', safe='/'))"
    const key = 'drops/J%C3%BCrgen+%2B+S%C3%B6hne/a+%281%29.csv';
    expect([...found.keys()].sort()).toEqual([key, 'drops/parts.csv']);
    expect(found.get(key)).toMatchObject({
      eventName: 'ObjectCreated:Put',
      s3: { object: { size: 5, versionId: VersionId } },
    });
    expect(found.get('drops/parts.csv')?.eventName).toBe('ObjectCreated:CompleteMultipartUpload');
  });
});
