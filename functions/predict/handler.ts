import { readEnvironment } from '#lib/aws/environment.ts';
import { messageHandler, receives } from '#lib/aws/handler.ts';
import { archivePorts } from '#lib/aws/ports.ts';
import { createLoader } from '#lib/inference/sessions.ts';
import { readPredictMessage } from '#lib/ledger/messages.ts';
import { predict } from './predict.ts';

/** Lambda gives one processor per 1,769 MB. */
const MEGABYTES_PER_PROCESSOR = 1769;

const memoryMb = Number(readEnvironment().AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? MEGABYTES_PER_PROCESSOR);
const threads = Math.max(1, Math.floor(memoryMb / MEGABYTES_PER_PROCESSOR));
const ports = archivePorts();
const models = createLoader(ports.archive, threads);

export const handler = messageHandler((record) =>
  predict(readPredictMessage(record.body), receives(record), { ...ports, models }),
);
