import type { Closed, Plan, Tally } from '#functions/study.ts';

export const NOTHING: Tally = { published: 0, abstained: 0, filed: 0, repeated: 0, rejected: 0, quarantined: 0 };

/** What has become of the items of a drop: from its plan and the closed records of its units, in any order. */
export function tally(plan: Plan, closed: readonly Closed[]): Tally {
  const sum = (pick: (unit: Closed) => number): number => closed.reduce((total, unit) => total + pick(unit), 0);
  const whole = plan.state === 'planned' ? 0 : plan.items;
  return {
    published: sum((unit) => unit.published),
    abstained: sum((unit) => unit.abstained),
    filed: plan.filed,
    repeated: plan.repeatedRows.length + plan.repeatedUnits.reduce((total, unit) => total + unit.items, 0),
    rejected: plan.rejected.length + (plan.state === 'rejected' ? whole : 0),
    quarantined: sum((unit) => unit.quarantined) + (plan.state === 'quarantined' ? whole : 0),
  };
}

/** Items in outcomes; equals `plan.items` once every unit of the plan is closed. */
export const counted = (outcomes: Tally): number => Object.values(outcomes).reduce((total, n) => total + n, 0);
