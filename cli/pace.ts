import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedDrop } from '#lib/simulate/drop.ts';

/** The drops, no faster than so many studies per second on average. */
export async function* pace(drops: Iterable<SimulatedDrop>, studiesPerSecond: number): AsyncGenerator<SimulatedDrop> {
  const start = performance.now();
  let studies = 0;
  for (const drop of drops) {
    const waitMs = start + (1000 * studies) / studiesPerSecond - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    yield drop;
    studies += drop.truth.items - drop.truth.filed;
  }
}
