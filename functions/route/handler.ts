import { readEnvironment, required } from '#lib/aws/environment.ts';
import { messageHandler } from '#lib/aws/handler.ts';
import { insidePorts } from '#lib/aws/ports.ts';
import { readArrivals } from '#lib/ledger/arrival.ts';
import { route } from './route.ts';

const ports = insidePorts();
const limits = { maximumDropBytes: Number(required(readEnvironment(), 'MAX_DROP_BYTES')) };

export const handler = messageHandler(async ({ body }) => {
  for (const arrival of readArrivals(body)) await route(arrival, ports, limits);
});
