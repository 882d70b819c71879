// Attributes of a queue as GetQueueAttributes shows them.
import { invalidAttributeName, notImplemented } from './errors.ts';
import type { MessageStore, Queue } from './message-store.ts';

// The twin does not know these here: policies live with IAM.
const NOT_SHOWN = ['Policy', 'RedriveAllowPolicy'];
// Of FIFO queues: valid names, without a value on standard queues.
const FIFO_ONLY = ['FifoQueue', 'ContentBasedDeduplication', 'DeduplicationScope', 'FifoThroughputLimit'];

export function queueAttributes(store: MessageStore, queue: Queue, names: readonly string[]): Record<string, string> {
  const all = describe(store, queue);
  if (names.includes('All')) return all;
  for (const name of names) {
    if (NOT_SHOWN.includes(name)) throw notImplemented(`queue attribute ${name}`);
    const known = Object.hasOwn(all, name) || OPTIONAL.includes(name) || FIFO_ONLY.includes(name);
    if (!known) throw invalidAttributeName(name);
  }
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

const OPTIONAL = ['RedrivePolicy', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds'];

function describe(store: MessageStore, queue: Queue): Record<string, string> {
  const { visible, inFlight, delayed } = store.depth(queue);
  const created = String(Math.floor(queue.createdAt / 1000));
  const { redrive } = queue;
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: created,
    LastModifiedTimestamp: created,
    VisibilityTimeout: String(queue.visibilityTimeoutSeconds),
    MaximumMessageSize: String(queue.maximumMessageBytes),
    MessageRetentionPeriod: String(queue.retentionSeconds),
    DelaySeconds: String(queue.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(queue.receiveWaitSeconds),
    SqsManagedSseEnabled: String(queue.kmsKeyArn === undefined),
    ...(queue.kmsKeyArn !== undefined && { KmsMasterKeyId: queue.kmsKeyArn, KmsDataKeyReusePeriodSeconds: '300' }),
    ...(redrive !== undefined && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: redrive.deadLetterArn,
        maxReceiveCount: redrive.maxReceiveCount,
      }),
    }),
  };
}
