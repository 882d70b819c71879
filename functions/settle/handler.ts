import { messageHandler } from '#lib/aws/handler.ts';
import { intakePorts } from '#lib/aws/ports.ts';
import { readDropMessage } from '#lib/ledger/messages.ts';
import { settle } from './settle.ts';

const ports = intakePorts();

export const handler = messageHandler(({ body }) => settle(readDropMessage(body), ports));
