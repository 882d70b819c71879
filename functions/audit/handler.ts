import { messageHandler } from '#lib/aws/handler.ts';
import { archivePorts } from '#lib/aws/ports.ts';
import type { ModelLoader } from '#lib/inference/sessions.ts';
import { readAuditMessage } from '#lib/ledger/messages.ts';
import { audit } from './audit.ts';

const ports = archivePorts();

let loader: ModelLoader | undefined;

/** The ONNX runtime is loaded when the first run asks a model: most deliveries only look whether the ledger is complete. */
const models: ModelLoader = async (id) => {
  if (loader === undefined) {
    const { createLoader } = await import('#lib/inference/sessions.ts');
    loader = createLoader(ports.archive, 1);
  }
  return loader(id);
};

const stopwatch = { now: () => performance.now() };

export const handler = messageHandler(({ body }) => audit(readAuditMessage(body), { ...ports, models, stopwatch }));
