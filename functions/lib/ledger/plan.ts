// Plans of whole drops, and the one way to store a plan.
import { RejectedDrop } from '#functions/errors.ts';
import type { Bucket } from '#functions/ports.ts';
import type { Finding, Plan, Reason } from '#functions/study.ts';
import { dropOf } from './attempt.ts';
import { planKey } from './keys.ts';
import { once } from './once.ts';

const NO_ITEMS = {
  items: 0,
  units: [],
  repeatedUnits: [],
  repeatedRows: [],
  rejected: [],
  filed: 0,
  findings: [],
} as const satisfies Partial<Plan>;

/** A drop that was refused or quarantined whole counts as one item. */
export function wholeDrop(state: 'rejected' | 'quarantined', site: string, dropKey: string, reason: Reason): Plan {
  return {
    site,
    dropKey,
    state,
    reason,
    ...NO_ITEMS,
    items: 1,
  };
}

/** The plan of a part of a set: it has no items of its own, they are those of the drop that closes the set. */
export const memberPlan = (site: string, dropKey: string, of: string, findings: readonly Finding[] = []): Plan => ({
  site,
  dropKey,
  state: 'member',
  of: dropOf(of),
  ...NO_ITEMS,
  findings,
});

/** The plan of a drop that its site must repair; any other failure is thrown on. */
export function rejectedBy(error: unknown, site: string, dropKey: string): Plan {
  if (error instanceof RejectedDrop)
    return wholeDrop('rejected', site, dropKey, { code: error.code, message: error.message });
  throw error;
}

/** The plan that is stored: this one, or an earlier one that counts instead. */
export const createdPlan = (archive: Bucket, plan: Plan): Promise<Plan> =>
  once(archive, planKey(plan.site, plan.dropKey), plan);
