import { messageHandler } from '#lib/aws/handler.ts';
import { archivePorts } from '#lib/aws/ports.ts';
import { readAuditMessage } from '#lib/ledger/messages.ts';
import { audit } from './audit.ts';

const ports = archivePorts();

export const handler = messageHandler(({ body }) => audit(readAuditMessage(body), ports));
