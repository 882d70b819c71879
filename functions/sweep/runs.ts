// Runs that wait for the ledger are audited again at every tick; at its deadline a run goes on with what there is.
import { RUNS_PREFIX, runKey } from '#lib/cohort/run.ts';
import type { Ports } from '../ports.ts';

/** Sends audit for every run that has neither ended well nor failed. */
export async function sweepRuns(ports: Ports): Promise<void> {
  const files = new Map<string, Set<string>>();
  for await (const { key } of ports.archive.list(RUNS_PREFIX)) {
    const [run, file] = key.slice(RUNS_PREFIX.length).split('/') as [string, string];
    files.set(run, (files.get(run) ?? new Set()).add(file));
  }
  for (const [run, present] of files) {
    if (present.has('plan.json') && !present.has('_SUCCESS') && !present.has('_FAILED')) {
      await ports.queues.send('audit', 'runs', [{ run }]);
      ports.log.info('open run audited again', { plan: runKey(run, 'plan.json') });
    }
  }
}
