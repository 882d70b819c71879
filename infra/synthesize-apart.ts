// Synthesis in a thread of its own. The CDK's objects are some hundred megabytes: in the twin's heap each collection of garbage would
// go through them, for as long as it runs.
import { once } from 'node:events';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type { SynthesisOptions } from '#infra/app.ts';

/** As synthesize (app.ts), which throws here too; nothing of the CDK stays in memory. */
export async function synthesizeApart(options: SynthesisOptions): Promise<void> {
  await once(new Worker(new URL(import.meta.url), { workerData: options }), 'exit');
}

if (!isMainThread && import.meta.main) {
  const { synthesize } = await import('#infra/app.ts');
  await synthesize(workerData as SynthesisOptions);
}
