import { type FollowUp, orderOf } from './follow-up.ts';

/** A survival curve at the times at which it steps, in rising order. */
export interface Steps {
  readonly times: Float64Array;
  /** Rows still followed just before each time. */
  readonly atRisk: Float64Array;
  /** Steps down at each time. */
  readonly falls: Float64Array;
  /** Probability of no step up to and including each time. */
  readonly survival: Float64Array;
}

/**
 * Product-limit curve (Kaplan and Meier 1958, doi 10.1080/01621459.1958.10501452) of the rows for which `falls` is true; the others
 * are censored. With censoring as the step (Graf's G) events of the same time leave the risk set first.
 */
export function productLimit(followUp: FollowUp, falls: (cause: number) => boolean): Steps {
  const { times, causes } = followUp;
  const order = orderOf(followUp);
  const ofCensoring = falls(0);
  const steps = { times: [] as number[], atRisk: [] as number[], falls: [] as number[], survival: [] as number[] };
  let survival = 1;
  for (let start = 0; start < order.length; ) {
    const time = times[order[start]];
    let end = start;
    let [fallen, events] = [0, 0];
    for (; end < order.length && times[order[end]] === time; end++) {
      fallen += Number(falls(causes[order[end]]));
      events += Number(causes[order[end]] !== 0);
    }
    const atRisk = order.length - start - (ofCensoring ? events : 0);
    if (fallen > 0) {
      survival *= 1 - fallen / atRisk;
      steps.times.push(time);
      steps.atRisk.push(atRisk);
      steps.falls.push(fallen);
      steps.survival.push(survival);
    }
    start = end;
  }
  const column = (values: number[]) => Float64Array.from(values);
  return {
    times: column(steps.times),
    atRisk: column(steps.atRisk),
    falls: column(steps.falls),
    survival: column(steps.survival),
  };
}

/** How many steps lie at or before a time; with `before` only those strictly before. */
export function stepsUntil({ times }: Pick<Steps, 'times'>, time: number, before = false): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before ? times[middle] < time : times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The curve at a time, or just before it. */
export function survivalAt(steps: Steps, time: number, before = false): number {
  const count = stepsUntil(steps, time, before);
  return count === 0 ? 1 : steps.survival[count - 1];
}
