import { tickHandler } from '#lib/aws/handler.ts';
import { archivePorts } from '#lib/aws/ports.ts';
import { sweep } from './sweep.ts';

const ports = archivePorts();

export const handler = tickHandler(() => sweep(ports));
