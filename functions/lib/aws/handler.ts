// From an event to steps: one message at a time, each failing by itself, nothing of a failure's text that is not ours.
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { verdict } from '#functions/errors.ts';
import { describeFailure } from '#functions/failure.ts';
import { logger } from './observe.ts';

/** A function behind a queue. The step sees one message; failed messages stay in the queue. */
export function messageHandler(step: (record: SQSRecord) => Promise<void>) {
  const one = (record: SQSRecord): Promise<void> => logged(() => step(record));
  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger))
    .handler(
      async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
        processPartialResponse(event, one, new BatchProcessor(EventType.SQS), {
          context,
          throwOnFullBatchFailure: false,
        }),
    );
}

/** A function behind a queue whose step takes a batch as one; when the batch fails, each message is tried alone. */
export function batchHandler<T>(read: (body: string) => T, step: (messages: readonly T[]) => Promise<void>) {
  const alone = (record: SQSRecord): Promise<void> => logged(() => step([read(record.body)]));
  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger))
    .handler(async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
      try {
        await step(event.Records.map((record) => read(record.body)));
        return { batchItemFailures: [] };
      } catch (error) {
        logger.warn('batch failed, trying each message alone', describeFailure(error));
      }
      return processPartialResponse(event, alone, new BatchProcessor(EventType.SQS), {
        context,
        throwOnFullBatchFailure: false,
      });
    });
}

/** A function behind a schedule. */
export function tickHandler(step: () => Promise<void>) {
  return middy<unknown, void>()
    .use(injectLambdaContext(logger))
    .handler(async (): Promise<void> => logged(step));
}

/** Logs a failure without its text and throws one that says no more. */
async function logged(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    logger.error('step failed', { ...describeFailure(error), verdict: verdict(error) });
    throw new Error('step failed: its log line has the cause');
  }
}

/** How often the queue has delivered a message. */
export const receives = (record: SQSRecord): number => Number(record.attributes.ApproximateReceiveCount);
