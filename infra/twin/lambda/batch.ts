import type { ReceivedMessage } from '../contract.ts';
import type { Outcome } from './invocation.ts';

/** A record as Lambda hands it to a function for a message of a queue. */
export function sqsRecord(message: ReceivedMessage, queueArn: string): object {
  const attributes = Object.entries(message.messageAttributes).map(([name, attribute]) => [
    name,
    {
      ...(attribute.StringValue !== undefined && { stringValue: attribute.StringValue }),
      ...(attribute.BinaryValue !== undefined && { binaryValue: attribute.BinaryValue }),
      stringListValues: [],
      binaryListValues: [],
      dataType: attribute.DataType,
    },
  ]);
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.attributes,
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(':')[3],
  };
}

/** Which messages of a batch are done and may be deleted, and why the others are not. */
export interface BatchResult {
  readonly done: readonly ReceivedMessage[];
  readonly problem?: string;
}

/**
 * Reads a function's answer as Lambda does: without ReportBatchItemFailures any return is success of all; with it, an
 * empty or absent list is success, and anything malformed or unknown fails the whole batch
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export function batchResult(
  messages: readonly ReceivedMessage[],
  outcome: Outcome,
  reportsItemFailures: boolean,
): BatchResult {
  if (outcome.kind === 'failed') {
    return { done: [], problem: `${outcome.error.errorType}: ${outcome.error.errorMessage}` };
  }
  if (!reportsItemFailures) return { done: messages };
  const answer = parse(outcome.payload);
  if (answer === null) return { done: messages };
  if (typeof answer !== 'object' || Array.isArray(answer)) {
    return { done: [], problem: 'the answer is not an object with batchItemFailures: the whole batch fails' };
  }
  return withFailures(messages, (answer as { batchItemFailures?: unknown }).batchItemFailures ?? []);
}

function withFailures(messages: readonly ReceivedMessage[], failures: unknown): BatchResult {
  if (!Array.isArray(failures)) {
    return { done: [], problem: 'batchItemFailures is not a list: the whole batch fails' };
  }
  const known = new Set(messages.map(({ messageId }) => messageId));
  const named = failures.map((item: { itemIdentifier?: unknown } | null) => item?.itemIdentifier);
  const unknown = named.filter((id) => typeof id !== 'string' || !known.has(id));
  if (unknown.length > 0) {
    return {
      done: [],
      problem: `itemIdentifier ${JSON.stringify(unknown[0])} is not in the batch: the whole batch fails`,
    };
  }
  return { done: messages.filter(({ messageId }) => !named.includes(messageId)) };
}

function parse(payload: string): unknown {
  return payload === '' ? null : JSON.parse(payload);
}
