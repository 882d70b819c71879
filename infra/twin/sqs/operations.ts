// The operations of the HTTP interface: parameters in, a result in SQS's field names out.
import type { Authorize, Call, Clock, Principal } from '#infra/twin/contract.ts';
import { accessDenied, requireAccess } from './access.ts';
import { parseEntries, runEntries } from './batch.ts';
import { batchRefused, invalidAttributeName, invalidParameter, queueDoesNotExist, SqsError } from './errors.ts';
import { md5OfAttributes, md5OfText, parseMessageAttributes, selectAttributes } from './message-attributes.ts';
import type { Delivery, MessageStore, Queue } from './message-store.ts';
import { integer, optionalInteger, optionalText, type Parameters, text, texts } from './parameters.ts';
import { queueAttributes } from './queue-attributes.ts';
import { parseQueueUrl, queueUrl } from './queue-url.ts';
import { describeDelivery, longPoll } from './receiving.ts';
import { type Draft, draftBytes, sendDraft } from './sending.ts';
import type { Waiters } from './waiters.ts';

export interface Sqs {
  readonly store: MessageStore;
  readonly waiters: Waiters;
  readonly clock: Clock;
  readonly authorize: Authorize;
}

interface Operation {
  readonly parameters: readonly string[];
  readonly run: (sqs: Sqs, call: Call, parameters: Parameters) => object | Promise<object>;
}

const MAXIMUM_BATCH_BYTES = 1_048_576;
const MAXIMUM_DELAY_SECONDS = 900;
const MAXIMUM_VISIBILITY_SECONDS = 43_200;
const MESSAGE_FIELDS = [
  'MessageBody',
  'DelaySeconds',
  'MessageAttributes',
  'MessageSystemAttributes',
  'MessageGroupId',
  'MessageDeduplicationId',
];
const RECEIVE_FIELDS = [
  'AttributeNames',
  'MessageSystemAttributeNames',
  'MessageAttributeNames',
  'MaxNumberOfMessages',
  'VisibilityTimeout',
  'WaitTimeSeconds',
];
const SYSTEM_ATTRIBUTES = [
  'All',
  'SenderId',
  'SentTimestamp',
  'ApproximateReceiveCount',
  'ApproximateFirstReceiveTimestamp',
  'SequenceNumber',
  'MessageDeduplicationId',
  'MessageGroupId',
  'AWSTraceHeader',
  'DeadLetterQueueSourceArn',
];

export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['SendMessage', { parameters: ['QueueUrl', ...MESSAGE_FIELDS], run: sendMessage }],
  ['SendMessageBatch', { parameters: ['QueueUrl', 'Entries'], run: sendMessageBatch }],
  ['ReceiveMessage', { parameters: ['QueueUrl', ...RECEIVE_FIELDS], run: receiveMessage }],
  ['DeleteMessage', { parameters: ['QueueUrl', 'ReceiptHandle'], run: deleteMessage }],
  ['DeleteMessageBatch', { parameters: ['QueueUrl', 'Entries'], run: deleteMessageBatch }],
  [
    'ChangeMessageVisibility',
    { parameters: ['QueueUrl', 'ReceiptHandle', 'VisibilityTimeout'], run: changeVisibility },
  ],
  ['ChangeMessageVisibilityBatch', { parameters: ['QueueUrl', 'Entries'], run: changeVisibilityBatch }],
  ['GetQueueUrl', { parameters: ['QueueName', 'QueueOwnerAWSAccountId'], run: getQueueUrl }],
  ['GetQueueAttributes', { parameters: ['QueueUrl', 'AttributeNames'], run: getQueueAttributes }],
  ['ListQueues', { parameters: ['QueueNamePrefix', 'MaxResults', 'NextToken'], run: listQueues }],
  ['PurgeQueue', { parameters: ['QueueUrl'], run: purgeQueue }],
]);

/** The queue of the request's QueueUrl, once the caller is known to be allowed. */
function openQueue({ store, authorize }: Sqs, principal: Principal, action: string, parameters: Parameters): Queue {
  const { account, name } = parseQueueUrl(text(parameters, 'QueueUrl'));
  const queue = findQueue(store, name, account);
  requireAccess(authorize, principal, action, queue);
  return queue;
}

function findQueue(store: MessageStore, name: string, account?: string): Queue {
  for (const queue of store.queues.values()) {
    if (queue.name === name && (account === undefined || accountOf(queue) === account)) return queue;
  }
  throw queueDoesNotExist();
}

const accountOf = (queue: Queue): string => queue.arn.split(':')[4];

function parseDraft(parameters: Parameters): Draft {
  const messageGroupId = optionalText(parameters, 'MessageGroupId');
  const delaySeconds = optionalInteger(parameters, 'DelaySeconds', [0, MAXIMUM_DELAY_SECONDS]);
  if (optionalText(parameters, 'MessageDeduplicationId') !== undefined) {
    throw new SqsError(
      'InvalidParameterValue',
      'The request includes MessageDeduplicationId, which is not valid for this queue type',
    );
  }
  const { AWSTraceHeader, ...others } = parseMessageAttributes(parameters.MessageSystemAttributes);
  for (const name of Object.keys(others)) {
    throw invalidParameter('MessageSystemAttributes', name, 'must be AWSTraceHeader');
  }
  return {
    body: text(parameters, 'MessageBody'),
    attributes: parseMessageAttributes(parameters.MessageAttributes),
    ...(AWSTraceHeader?.StringValue !== undefined && { traceHeader: AWSTraceHeader.StringValue }),
    ...(messageGroupId !== undefined && { messageGroupId }),
    ...(delaySeconds !== undefined && { delaySeconds }),
  };
}

function sendOne(sqs: Sqs, principal: Principal, queue: Queue, parameters: Parameters): object {
  const draft = parseDraft(parameters);
  const MessageId = sendDraft(sqs.store, principal, queue, draft);
  const trace = draft.traceHeader;
  const md5 = md5OfAttributes(draft.attributes);
  const md5OfSystem = trace && md5OfAttributes({ AWSTraceHeader: { DataType: 'String', StringValue: trace } });
  return {
    MessageId,
    MD5OfMessageBody: md5OfText(draft.body),
    ...(md5 !== undefined && { MD5OfMessageAttributes: md5 }),
    ...(md5OfSystem !== undefined && { MD5OfMessageSystemAttributes: md5OfSystem }),
  };
}

function sendMessage(sqs: Sqs, { principal }: Call, parameters: Parameters): object {
  return sendOne(sqs, principal, openQueue(sqs, principal, 'sqs:SendMessage', parameters), parameters);
}

function sendMessageBatch(sqs: Sqs, { principal }: Call, parameters: Parameters): object {
  const queue = openQueue(sqs, principal, 'sqs:SendMessage', parameters);
  const entries = parseEntries(parameters, MESSAGE_FIELDS);
  const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (bytes > MAXIMUM_BATCH_BYTES) {
    throw batchRefused(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${MAXIMUM_BATCH_BYTES} bytes. You have sent ${bytes} bytes`,
    );
  }
  return runEntries(entries, (entry) => sendOne(sqs, principal, queue, entry));
}

/** Bytes of an entry that may turn out to be refused by itself. */
function entryBytes(entry: Parameters): number {
  try {
    return draftBytes(parseDraft(entry));
  } catch (error) {
    if (!(error instanceof SqsError)) throw error;
    return Buffer.byteLength(optionalText(entry, 'MessageBody') ?? '');
  }
}

async function receiveMessage(sqs: Sqs, { principal, response }: Call, parameters: Parameters): Promise<object> {
  const queue = openQueue(sqs, principal, 'sqs:ReceiveMessage', parameters);
  const systemNames = [...texts(parameters, 'AttributeNames'), ...texts(parameters, 'MessageSystemAttributeNames')];
  const attributeNames = texts(parameters, 'MessageAttributeNames');
  for (const name of systemNames) if (!SYSTEM_ATTRIBUTES.includes(name)) throw invalidAttributeName(name);
  const visibility = optionalInteger(parameters, 'VisibilityTimeout', [0, MAXIMUM_VISIBILITY_SECONDS]);
  const options = {
    maxMessages: optionalInteger(parameters, 'MaxNumberOfMessages', [1, 10]) ?? 1,
    waitSeconds: optionalInteger(parameters, 'WaitTimeSeconds', [0, 20]) ?? queue.receiveWaitSeconds,
    visibilityTimeoutSeconds: visibility ?? queue.visibilityTimeoutSeconds,
  };
  // A client that has hung up must not take messages with it.
  const gone = new AbortController();
  const hangUp = () => gone.abort();
  response.once('close', hangUp);
  if (response.destroyed) hangUp();
  try {
    const deliveries = await longPoll(sqs, queue, { ...options, signal: gone.signal });
    if (deliveries.length === 0) return {};
    return { Messages: deliveries.map((delivery) => toMessage(delivery, systemNames, attributeNames)) };
  } finally {
    response.off('close', hangUp);
  }
}

function toMessage(delivery: Delivery, systemNames: readonly string[], attributeNames: readonly string[]): object {
  const { messageId, receiptHandle, body, md5OfBody, attributes, messageAttributes } = describeDelivery(delivery);
  const system = Object.entries(attributes).filter(
    ([name]) => systemNames.includes('All') || systemNames.includes(name),
  );
  const selected = selectAttributes(messageAttributes, attributeNames);
  const md5 = md5OfAttributes(selected);
  return {
    MessageId: messageId,
    ReceiptHandle: receiptHandle,
    Body: body,
    MD5OfBody: md5OfBody,
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(md5 !== undefined && { MessageAttributes: selected, MD5OfMessageAttributes: md5 }),
  };
}

function deleteMessage(sqs: Sqs, { principal }: Call, parameters: Parameters): object {
  const queue = openQueue(sqs, principal, 'sqs:DeleteMessage', parameters);
  sqs.store.remove(queue, text(parameters, 'ReceiptHandle'));
  return {};
}

function deleteMessageBatch(sqs: Sqs, { principal }: Call, parameters: Parameters): object {
  const queue = openQueue(sqs, principal, 'sqs:DeleteMessage', parameters);
  return runEntries(parseEntries(parameters, ['ReceiptHandle']), (entry) => {
    sqs.store.remove(queue, text(entry, 'ReceiptHandle'));
    return {};
  });
}

function changeOne({ store }: Sqs, queue: Queue, parameters: Parameters): object {
  const seconds = integer(parameters, 'VisibilityTimeout', [0, MAXIMUM_VISIBILITY_SECONDS]);
  store.changeVisibility(queue, text(parameters, 'ReceiptHandle'), seconds);
  return {};
}

function changeVisibility(sqs: Sqs, { principal }: Call, parameters: Parameters): object {
  return changeOne(sqs, openQueue(sqs, principal, 'sqs:ChangeMessageVisibility', parameters), parameters);
}

function changeVisibilityBatch(sqs: Sqs, { principal }: Call, parameters: Parameters): object {
  const queue = openQueue(sqs, principal, 'sqs:ChangeMessageVisibility', parameters);
  const entries = parseEntries(parameters, ['ReceiptHandle', 'VisibilityTimeout']);
  return runEntries(entries, (entry) => changeOne(sqs, queue, entry));
}

const urlOf = (call: Call, queue: Queue): string =>
  queueUrl(`http://${call.request.headers.host ?? call.url.host}`, accountOf(queue), queue.name);

function getQueueUrl(sqs: Sqs, call: Call, parameters: Parameters): object {
  const owner = optionalText(parameters, 'QueueOwnerAWSAccountId');
  const queue = findQueue(sqs.store, text(parameters, 'QueueName'), owner);
  requireAccess(sqs.authorize, call.principal, 'sqs:GetQueueUrl', queue);
  return { QueueUrl: urlOf(call, queue) };
}

function getQueueAttributes(sqs: Sqs, { principal }: Call, parameters: Parameters): object {
  const queue = openQueue(sqs, principal, 'sqs:GetQueueAttributes', parameters);
  return { Attributes: queueAttributes(sqs.store, queue, texts(parameters, 'AttributeNames')) };
}

function listQueues(sqs: Sqs, call: Call, parameters: Parameters): object {
  const action = 'sqs:ListQueues';
  const decision = sqs.authorize({ principal: call.principal, action, resourceArn: '*', context: {} });
  if (!decision.allowed) throw accessDenied(call.principal, action, decision.reason);
  const prefix = optionalText(parameters, 'QueueNamePrefix') ?? '';
  const after = optionalText(parameters, 'NextToken') ?? '';
  const most = optionalInteger(parameters, 'MaxResults', [1, 1000]);
  const found = [...sqs.store.queues.values()]
    .filter(({ name }) => name.startsWith(prefix) && name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = found.slice(0, most ?? 1000);
  const more = most !== undefined && found.length > page.length;
  return { QueueUrls: page.map((queue) => urlOf(call, queue)), ...(more && { NextToken: page[page.length - 1].name }) };
}

function purgeQueue(sqs: Sqs, { principal }: Call, parameters: Parameters): object {
  const queue = openQueue(sqs, principal, 'sqs:PurgeQueue', parameters);
  if (sqs.store.purge(queue)) return {};
  throw new SqsError('PurgeQueueInProgress', 'Only one PurgeQueue operation is allowed every 60 seconds', {
    queryCode: 'AWS.SimpleQueueService.PurgeQueueInProgress',
    status: 403,
  });
}
