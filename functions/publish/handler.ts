import { messageHandler } from '#lib/aws/handler.ts';
import { archivePorts } from '#lib/aws/ports.ts';
import { readUnitMessage } from '#lib/ledger/messages.ts';
import { publish } from './publish.ts';

const ports = archivePorts();

export const handler = messageHandler(({ body }) => publish(readUnitMessage(body), ports));
