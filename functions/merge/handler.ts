import { tickHandler } from '#lib/aws/handler.ts';
import { archivePorts } from '#lib/aws/ports.ts';
import { merge } from './merge.ts';

const ports = archivePorts();

export const handler = tickHandler(() => merge(ports));
