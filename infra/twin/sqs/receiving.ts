// Receiving: the long poll, and a delivery as a consumer sees it.
import type { Clock, ReceivedMessage } from '#infra/twin/contract.ts';
import { type MessageAttributes, md5OfText } from './message-attributes.ts';
import type { Delivery, MessageStore, Queue } from './message-store.ts';
import type { Waiters } from './waiters.ts';

export interface ReceiveOptions {
  readonly maxMessages: number;
  readonly waitSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly signal?: AbortSignal;
}

/** Takes messages as soon as there is one, or none when the wait is over or aborted: then nothing was taken. */
export async function longPoll(
  { store, waiters, clock }: { readonly store: MessageStore; readonly waiters: Waiters; readonly clock: Clock },
  queue: Queue,
  { maxMessages, waitSeconds, visibilityTimeoutSeconds, signal }: ReceiveOptions,
): Promise<readonly Delivery[]> {
  const deadline = clock.now() + waitSeconds * 1000;
  for (;;) {
    if (signal?.aborted) return [];
    const taken = store.take(queue, maxMessages, visibilityTimeoutSeconds);
    const now = clock.now();
    if (taken.length > 0 || now >= deadline) return taken;
    const nextAt = Math.min(deadline, store.nextVisibleAt(queue) ?? deadline);
    await waiters.wait(queue.arn, Math.max(1, nextAt - now), signal);
  }
}

/** The delivery with all its attributes. */
export function describeDelivery({ row, receiveCount, firstReceivedAt, receiptHandle }: Delivery): ReceivedMessage {
  return {
    messageId: row.message_id,
    receiptHandle,
    body: row.body,
    attributes: {
      SenderId: row.sender,
      SentTimestamp: String(row.sent_at),
      ApproximateReceiveCount: String(receiveCount),
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      ...(row.group_id !== null && { MessageGroupId: row.group_id }),
      ...(row.trace_header !== null && { AWSTraceHeader: row.trace_header }),
      ...(row.source_arn !== null && { DeadLetterQueueSourceArn: row.source_arn }),
    },
    messageAttributes: row.attributes === '' ? {} : (JSON.parse(row.attributes) as MessageAttributes),
    md5OfBody: md5OfText(row.body),
  };
}
