import type { Ports } from '../ports.ts';
import { sweepDrops } from './drops.ts';
import { sweepRuns } from './runs.ts';

/** Every 15 minutes: drops that stay open, runs that wait. */
export async function sweep(ports: Ports): Promise<void> {
  await sweepDrops(ports);
  await sweepRuns(ports);
}
