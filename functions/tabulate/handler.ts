import { batchHandler } from '#lib/aws/handler.ts';
import { archivePorts } from '#lib/aws/ports.ts';
import { readTabulateMessage } from '#lib/ledger/messages.ts';
import { tabulate } from './tabulate.ts';

const ports = archivePorts();

export const handler = batchHandler(readTabulateMessage, (messages) => tabulate(messages, ports));
