import { describe, expect, it } from 'vitest';
import type { ReceivedMessage } from '#infra/twin/contract.ts';
import { batchResult, sqsRecord } from '#infra/twin/lambda/batch.ts';
import type { Outcome } from '#infra/twin/lambda/invocation.ts';

function message(messageId: string): ReceivedMessage {
  const attributes = { ApproximateReceiveCount: '1' };
  return {
    messageId,
    receiptHandle: `handle-${messageId}`,
    body: 'b',
    attributes,
    messageAttributes: {},
    md5OfBody: 'm',
  };
}

const messages = ['one', 'two', 'three'].map(message);

function returning(payload: string): Outcome {
  return { kind: 'returned', requestId: 'r', payload };
}

function doneIds(outcome: Outcome, reportsItemFailures = true): string[] {
  return batchResult(messages, outcome, reportsItemFailures).done.map(({ messageId }) => messageId);
}

// The cases of "Success and failure conditions" of the Lambda developer guide (services-sqs-errorhandling).
const all = ['one', 'two', 'three'];
const answers: readonly [payload: string, done: readonly string[]][] = [
  ['{"batchItemFailures":[]}', all],
  ['{"batchItemFailures":null}', all],
  ['{}', all],
  ['null', all],
  ['{"batchItemFailures":[{"itemIdentifier":"two"}]}', ['one', 'three']],
  ['{"batchItemFailures":[{"itemIdentifier":"two"},{"itemIdentifier":"one"}]}', ['three']],
  ['{"batchItemFailures":[{"itemIdentifier":""}]}', []],
  ['{"batchItemFailures":[{"itemIdentifier":null}]}', []],
  ['{"batchItemFailures":[{"messageId":"two"}]}', []],
  ['{"batchItemFailures":[{"itemIdentifier":"four"}]}', []],
  ['{"batchItemFailures":[null]}', []],
  ['{"batchItemFailures":"two"}', []],
  ['"done"', []],
  ['[]', []],
];

describe('the answer to a batch', () => {
  for (const [payload, done] of answers) {
    it(`${payload} leaves ${3 - done.length} of 3 messages in the queue`, () => {
      expect(doneIds(returning(payload))).toEqual(done);
    });
  }

  it('does not matter without ReportBatchItemFailures', () => {
    expect(doneIds(returning('{"batchItemFailures":[{"itemIdentifier":"two"}]}'), false)).toEqual(all);
  });

  it('leaves every message in the queue when the function has failed', () => {
    const failed: Outcome = { kind: 'failed', requestId: 'r', error: { errorType: 'T', errorMessage: 'm' } };
    expect(batchResult(messages, failed, true)).toEqual({ done: [], problem: 'T: m' });
    expect(batchResult(messages, failed, false)).toEqual({ done: [], problem: 'T: m' });
  });
});

describe('a record', () => {
  it('has the fields that Lambda gives it', () => {
    const attributes = {
      Kind: { DataType: 'String', StringValue: 'ecg' },
      Raw: { DataType: 'Binary', BinaryValue: 'AAE=' },
    };
    const received = { ...message('one'), messageAttributes: attributes };
    expect(sqsRecord(received, 'arn:aws:sqs:eu-central-1:000000000000:q')).toEqual({
      messageId: 'one',
      receiptHandle: 'handle-one',
      body: 'b',
      attributes: { ApproximateReceiveCount: '1' },
      messageAttributes: {
        Kind: { stringValue: 'ecg', stringListValues: [], binaryListValues: [], dataType: 'String' },
        Raw: { binaryValue: 'AAE=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
      },
      md5OfBody: 'm',
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:000000000000:q',
      awsRegion: 'eu-central-1',
    });
  });
});
