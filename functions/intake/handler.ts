import { messageHandler } from '#lib/aws/handler.ts';
import { insidePorts } from '#lib/aws/ports.ts';
import { readDropMessage } from '#lib/ledger/messages.ts';
import { intake } from './intake.ts';

const ports = insidePorts();

export const handler = messageHandler(({ body }) => intake(readDropMessage(body), ports));
