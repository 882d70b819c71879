// The unmodified SDK client against the service over HTTP.
import type { Server } from 'node:http';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccessRequest } from '#infra/twin/contract.ts';
import { queueUrl } from '#infra/twin/sqs/queue-url.ts';
import { ACCOUNT, ARRIVALS, DEAD, openSqs, serve } from './setting.ts';

let service: ReturnType<typeof openSqs>;
let server: Server;
let base: string;
let client: SQSClient;
let QueueUrl: string;
let refused: string | undefined;

beforeEach(async () => {
  refused = undefined;
  const authorize = ({ action }: AccessRequest) => ({ allowed: action !== refused, reason: 'no policy allows it' });
  service = openSqs({ authorize });
  ({ server, base } = await serve((call) => service.sqs.handle(call)));
  client = new SQSClient({
    endpoint: base,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'A', secretAccessKey: 'B' },
    maxAttempts: 1,
  });
  QueueUrl = queueUrl(base, ACCOUNT, 'arrivals');
});

afterEach(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

const failure = async (run: Promise<unknown>) => {
  const error = await run.then(
    () => undefined,
    (caught: unknown) => caught as Error & { $metadata: { httpStatusCode: number }; Code?: string },
  );
  return { name: error?.name, status: error?.$metadata.httpStatusCode, code: error?.Code };
};

describe('messages', () => {
  test('travel with their attributes and the checksums that moto computes', async () => {
    // moto 5.2.5, boto3 1.44.5: send_message with these values returns the two digests.
    const attributes = {
      zeta: { DataType: 'String', StringValue: 'ü' },
      alpha: { DataType: 'Number.int', StringValue: '42' },
      Bin: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255) },
    };
    const sent = await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'héllo',
        MessageAttributes: attributes,
        MessageGroupId: 'leipzig',
      }),
    );
    expect(sent.MD5OfMessageBody).toBe('be50e8478cf24ff3595bc7307fb91b50');
    expect(sent.MD5OfMessageAttributes).toBe('dfd0b8d7a04c130f2e0b24320e1d761b');
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['MessageGroupId'],
      }),
    );
    expect(Messages[0]).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'héllo',
      Attributes: { MessageGroupId: 'leipzig' },
      MessageAttributes: attributes,
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
    });
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle, VisibilityTimeout: 5 }),
    );
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));
    expect((await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toBeUndefined();
  });

  test('of a batch succeed and fail one by one', async () => {
    const result = await client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', MessageBody: 'a' },
          { Id: 'bad', MessageBody: 'b\u0000' },
          { Id: 'late', MessageBody: 'c', DelaySeconds: 60 },
        ],
      }),
    );
    expect(result.Successful?.map(({ Id }) => Id)).toEqual(['good', 'late']);
    expect(result.Failed).toMatchObject([{ Id: 'bad', SenderFault: true, Code: 'InvalidMessageContents' }]);
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    expect(Messages.map(({ Body }) => Body)).toEqual(['a']);
    const { ReceiptHandle } = Messages[0];
    const changed = await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [{ Id: '1', ReceiptHandle, VisibilityTimeout: 1 }],
      }),
    );
    expect(changed.Successful).toEqual([{ Id: '1' }]);
    const deleted = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: '1', ReceiptHandle },
          { Id: '2', ReceiptHandle: 'x' },
        ],
      }),
    );
    expect(deleted).toMatchObject({ Successful: [{ Id: '1' }], Failed: [{ Id: '2', Code: 'ReceiptHandleIsInvalid' }] });
  });

  test('reach a long poll that was waiting', async () => {
    const polled = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    expect((await polled).Messages?.map(({ Body }) => Body)).toEqual(['a']);
  });

  test('are not taken by a long poll whose client has hung up', async () => {
    const abort = new AbortController();
    const arrived = new Promise<void>((resolve) => server.once('request', () => resolve()));
    const polled = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: abort.signal,
    });
    await arrived;
    const connections = () =>
      new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
    abort.abort();
    await expect(polled).rejects.toThrow();
    while ((await connections()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    service.sqs.send({ kind: 'service', service: 'test' }, ARRIVALS, 'a');
    expect(service.sqs.depth(ARRIVALS)).toMatchObject({ visible: 1, inFlight: 0 });
  });
});

describe('queues', () => {
  test('are found, listed and described', async () => {
    expect((await client.send(new GetQueueUrlCommand({ QueueName: 'arrivals' }))).QueueUrl).toBe(QueueUrl);
    const first = await client.send(new ListQueuesCommand({ MaxResults: 1 }));
    expect(first.QueueUrls).toEqual([QueueUrl]);
    const second = await client.send(new ListQueuesCommand({ MaxResults: 1, NextToken: first.NextToken }));
    expect(second.QueueUrls).toEqual([`${QueueUrl}-dead`]);
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({
      QueueArn: ARRIVALS,
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      CreatedTimestamp: String(Date.UTC(2026, 0, 1) / 1000),
      VisibilityTimeout: '30',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD, maxReceiveCount: 2 }),
    });
  });

  test('are purged at most once a minute', async () => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageGroupId: 'g' }));
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(service.sqs.depth(ARRIVALS).visible).toBe(0);
    expect(await failure(client.send(new PurgeQueueCommand({ QueueUrl })))).toMatchObject({
      name: 'PurgeQueueInProgress',
    });
    service.clock.advance(60);
    await client.send(new PurgeQueueCommand({ QueueUrl }));
  });
});

describe('refusals', () => {
  const entries = (count: number, body = 'a') =>
    Array.from({ length: count }, (_, i) => ({ Id: `${i}`, MessageBody: body }));

  test('carry the names that the SDK knows', async () => {
    const missing = queueUrl(base, ACCOUNT, 'nowhere');
    const refusal = client.send(new SendMessageCommand({ QueueUrl: missing, MessageBody: 'a' }));
    await expect(refusal).rejects.toBeInstanceOf(QueueDoesNotExist);
    expect(await failure(refusal)).toEqual({
      name: 'QueueDoesNotExist',
      status: 400,
      code: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });

  test.each([
    ['no entries', () => new SendMessageBatchCommand({ QueueUrl, Entries: [] }), 'EmptyBatchRequest'],
    [
      'eleven entries',
      () => new SendMessageBatchCommand({ QueueUrl, Entries: entries(11) }),
      'TooManyEntriesInBatchRequest',
    ],
    [
      'an id twice',
      () => new SendMessageBatchCommand({ QueueUrl, Entries: [...entries(1), ...entries(1)] }),
      'BatchEntryIdsNotDistinct',
    ],
    [
      'an id with a space',
      () => new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a b', MessageBody: 'a' }] }),
      'InvalidBatchEntryId',
    ],
    [
      'a batch over 1 MiB',
      () => new SendMessageBatchCommand({ QueueUrl, Entries: entries(2, 'a'.repeat(524_289)) }),
      'BatchRequestTooLong',
    ],
    [
      'a body over 1 MiB',
      () => new SendMessageCommand({ QueueUrl, MessageBody: 'a'.repeat(1_048_577) }),
      'InvalidParameterValue',
    ],
    ['an empty body', () => new SendMessageCommand({ QueueUrl, MessageBody: '' }), 'MissingParameter'],
    [
      'a delay over 15 minutes',
      () => new SendMessageCommand({ QueueUrl, MessageBody: 'a', DelaySeconds: 901 }),
      'InvalidParameterValue',
    ],
    [
      'a group id with a space',
      () => new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageGroupId: 'a b' }),
      'InvalidParameterValue',
    ],
    [
      'a deduplication id',
      () => new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageDeduplicationId: 'x' }),
      'InvalidParameterValue',
    ],
    [
      'eleven messages',
      () => new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 }),
      'InvalidParameterValue',
    ],
    ['a wait over 20 s', () => new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 21 }), 'InvalidParameterValue'],
    [
      'a text that is no handle',
      () => new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'x' }),
      'ReceiptHandleIsInvalid',
    ],
    [
      'an unknown attribute',
      () => new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Colour' as 'All'] }),
      'InvalidAttributeName',
    ],
  ])('%s', async (_what, command, name) => {
    // The union of command types has no common signature of send.
    expect((await failure(client.send(command() as SendMessageCommand))).name).toBe(name);
    expect(service.sqs.depth(ARRIVALS).visible).toBe(0);
  });

  test('a message that is not in flight', async () => {
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
    const change = { QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle, VisibilityTimeout: 9 };
    expect((await failure(client.send(new ChangeMessageVisibilityCommand(change)))).name).toBe('MessageNotInflight');
  });

  test('a call that policies do not allow is 403', async () => {
    refused = 'sqs:SendMessage';
    const send = client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    expect(await failure(send)).toEqual({ name: 'AccessDenied', status: 403, code: 'AccessDenied' });
    await expect(send).rejects.toThrow('is not authorized to perform: sqs:SendMessage because no policy allows it');
    refused = 'sqs:ListQueues';
    expect(await failure(client.send(new ListQueuesCommand({})))).toMatchObject({ status: 403 });
  });

  test('calls and protocols that the twin has not are 501', async () => {
    const create = client.send(new CreateQueueCommand({ QueueName: 'new' }));
    expect(await failure(create)).toMatchObject({ name: 'NotImplemented', status: 501 });
    const query = await fetch(base, { method: 'POST', body: 'Action=ListQueues' });
    expect(query.status).toBe(501);
    const unknown = await fetch(base, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSQS.SendMessage' },
      body: JSON.stringify({ QueueUrl, MessageBody: 'a', Colour: 'red' }),
    });
    expect(unknown.status).toBe(501);
    expect(await unknown.json()).toMatchObject({ message: 'parameter Colour is not implemented in the twin' });
  });
});
