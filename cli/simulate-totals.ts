import type { SimulatedDrop } from '#lib/simulate/drop.ts';
import { type Expected, sumOf } from '#lib/simulate/truth.ts';

/** What a site's ledger must come to. */
export interface SiteTotals extends Expected {
  readonly objects: number;
}

/** Adds a drop to the totals of its site. */
export function addToTotals(totals: Map<string, SiteTotals>, { truth, objects }: SimulatedDrop): void {
  const before = totals.get(truth.site);
  totals.set(truth.site, {
    ...sumOf(before ? [before, truth] : [truth]),
    objects: (before?.objects ?? 0) + objects.length,
  });
}
