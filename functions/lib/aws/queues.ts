import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { TransientFailure } from '#functions/errors.ts';
import type { QueueMessages, QueueName, Queues } from '#functions/ports.ts';
import { transientOr } from './transient.ts';

/** Most entries that SQS takes in one batch. */
const BATCH = 10;

/** SQS, in batches; a message that a batch could not take is a failure of the call, and like what SQS answers for the moment one for now. */
export function sqsQueues(client: SQSClient, urls: Readonly<Partial<Record<QueueName, string>>>): Queues {
  return {
    async send<Q extends QueueName>(queue: Q, group: string, messages: readonly QueueMessages[Q][]) {
      const QueueUrl = urls[queue];
      if (QueueUrl === undefined)
        throw new Error(`queues: found a message for ${queue}, allowed ${Object.keys(urls).join(', ')}`);
      for (let start = 0; start < messages.length; start += BATCH) {
        const Entries = messages.slice(start, start + BATCH).map((message, n) => ({
          Id: String(n),
          MessageBody: JSON.stringify(message),
          MessageGroupId: group,
        }));
        const { Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries })).catch((error) => {
          throw transientOr('SQS', error);
        });
        if (Failed?.length)
          throw new TransientFailure(
            `SQS: found ${Failed.length} messages not taken (${Failed[0]?.Code}), expected all`,
          );
      }
    },
  };
}
