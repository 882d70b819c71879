import { clusterTotals } from '../cluster-totals.ts';
import { type CannotTell, checkedLevel, type Estimate } from '../estimate.ts';
import { logitInterval } from '../influence-variance.ts';
import { normalMultiplier } from '../normal.ts';
import { sum } from '../sum.ts';
import { checkFollowUp, eventsUntil, type FollowUp, orderOf, tooFewEvents } from './follow-up.ts';
import { productLimit, survivalAt } from './product-limit.ts';

export interface ConcordanceOptions {
  readonly level?: number;
  /** Events after it do not count; everything counts unless given. Uno's C needs it. */
  readonly horizon?: number;
}

/** Fewer events, or events of fewer people, give no interval. */
const FEWEST_EVENTS = 10;

/** Harrell's C (doi 10.1001/jama.1982.03320430047030): of two people of whom it is known who had the event first, how often the higher score did. */
export const harrellC = (followUp: FollowUp, scores: Float64Array, options: ConcordanceOptions = {}) =>
  concordance(followUp, scores, EVEN, "Harrell's C", options);

/**
 * Uno's C (doi 10.1002/sim.4154): pairs weighted so that the result does not depend on who was censored when, up to a horizon. Where
 * events compete, whoever had one counts as never having the event, however early it came: with the weights of Wolbers et al. 2014
 * (doi 10.1093/biostatistics/kxt059), as `cindex` of R's pec.
 */
export function unoC(
  followUp: FollowUp,
  scores: Float64Array,
  options: ConcordanceOptions & { readonly horizon: number },
): Estimate | CannotTell {
  checkFollowUp(followUp);
  const competes = followUp.causes.some((cause) => cause > 1);
  const name = competes ? "Uno's C with competing events (Wolbers)" : "Uno's C";
  return concordance(followUp, scores, unoWeights(followUp), name, options);
}

/** Uno's C and what each row adds to it, the weights taken as known; undefined where no two people can be compared. */
export function unoInfluence(followUp: FollowUp, scores: Float64Array, horizon: number): Ranking | undefined {
  checkFollowUp(followUp);
  return rankingOf(followUp, scores, unoWeights(followUp), horizon);
}

interface Ranking {
  readonly estimate: number;
  /** Sums to 0. */
  readonly influence: Float64Array;
}

/** A pair of an event and somebody followed longer has the square of the event's weight. */
interface PairWeights {
  readonly at: (time: number) => number;
  /** Whoever had a competing event before is a pair too, with the product of both weights. */
  readonly competing: boolean;
}

const EVEN: PairWeights = { at: () => 1, competing: false };

function unoWeights(followUp: FollowUp): PairWeights {
  const uncensored = productLimit(followUp, (cause) => cause === 0);
  return { at: (time) => 1 / survivalAt(uncensored, time, true), competing: true };
}

function concordance(
  followUp: FollowUp,
  scores: Float64Array,
  weights: PairWeights,
  name: string,
  { horizon = Infinity, level: wanted }: ConcordanceOptions,
): Estimate | CannotTell {
  checkFollowUp(followUp);
  const level = checkedLevel(wanted);
  const n = scores.length;
  const events = eventsUntil(followUp, horizon);
  const few = tooFewEvents(followUp, horizon, FEWEST_EVENTS);
  if (few !== undefined) return { cannotTell: few, n, events };
  if (scores.every((score) => score === scores[0])) return { cannotTell: 'all scores are equal', n, events };
  const ranking = rankingOf(followUp, scores, weights, horizon);
  if (ranking === undefined) return { cannotTell: 'of no two people is it known who had the event first', n, events };
  const { estimate, influence } = ranking;
  const { clusters } = followUp;
  const totals = clusters === undefined ? influence : clusterTotals(clusters, [influence])[0];
  const error = Math.sqrt(sum(totals.map((value) => value * value)));
  const limits = logitLimits(estimate, error, normalMultiplier(level));
  if (limits === undefined) return { cannotTell: 'every pair is ordered alike', n, events };
  return {
    estimate,
    ...limits,
    level,
    method: `${name}, jackknife variance, logit interval`,
    n,
    events,
    ...(clusters !== undefined && { clusters: totals.length }),
  };
}

function rankingOf(
  followUp: FollowUp,
  scores: Float64Array,
  weights: PairWeights,
  horizon: number,
): Ranking | undefined {
  const { good, all } = pairSums(followUp, scores, weights, horizon);
  const pairs = sum(all) / 2;
  if (!(pairs > 0)) return undefined;
  const estimate = sum(good) / 2 / pairs;
  return { estimate, influence: good.map((value, row) => (value - estimate * all[row]) / pairs) };
}

/** Wald limits on the logit scale; undefined at 0 and 1. */
export function logitLimits(estimate: number, error: number, multiplier: number) {
  return estimate > 0 && estimate < 1 ? logitInterval(estimate, error ** 2, multiplier) : undefined;
}

interface PairSums {
  /** Weight of the pairs that each row is in and that are in the right order (ties half), and of all its pairs. */
  readonly good: Float64Array;
  readonly all: Float64Array;
}

/** Every pair once for its earlier row, once for its later one; O(n log n) by counts in a tree over the ranks of the scores. */
function pairSums(followUp: FollowUp, scores: Float64Array, { at, competing }: PairWeights, horizon: number): PairSums {
  const { times, causes } = followUp;
  const order = orderOf(followUp);
  const ranks = ranksOf(scores);
  const good = new Float64Array(scores.length);
  const all = new Float64Array(scores.length);
  const isEvent = (row: number) => causes[row] === 1 && times[row] <= horizon;
  const add = (row: number, tree: RankTree, weight: number, wantsLower: boolean) => {
    const { below, level, total } = tree.around(ranks[row]);
    good[row] += weight * ((wantsLower ? below : total - below - level) + level / 2);
    all[row] += weight * total;
  };
  const later = new RankTree(scores.length);
  backwards(order, times, isEvent, {
    meet: (row) => add(row, later, at(times[row]) ** 2, true),
    pass: (row) => later.add(ranks[row], 1),
  });
  const earlier = new RankTree(scores.length);
  forwards(order, times, isEvent, {
    meet: (row) => add(row, earlier, 1, false),
    pass: (row) => earlier.add(ranks[row], at(times[row]) ** 2),
  });
  if (!competing || causes.every((cause) => cause < 2)) return { good, all };
  const isCompeting = (row: number) => causes[row] > 1;
  const ended = new RankTree(scores.length);
  strictly(order, times, {
    meet: (row) => isEvent(row) && add(row, ended, at(times[row]), true),
    pass: (row) => isCompeting(row) && ended.add(ranks[row], at(times[row])),
  });
  const happened = new RankTree(scores.length);
  strictly(order.toReversed(), times, {
    meet: (row) => isCompeting(row) && add(row, happened, at(times[row]), false),
    pass: (row) => isEvent(row) && happened.add(ranks[row], at(times[row])),
  });
  return { good, all };
}

interface Walk {
  readonly meet: (row: number) => unknown;
  readonly pass: (row: number) => unknown;
}

/** In the order given: every row meets those of other times before it. */
function strictly(order: Uint32Array, times: Float64Array, walk: Walk): void {
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && times[order[end]] === times[order[start]]) end++;
    const rows = order.subarray(start, end);
    for (const row of rows) walk.meet(row);
    for (const row of rows) walk.pass(row);
    start = end;
  }
}

/** From the last time to the first: events meet everybody who was followed longer, or as long and censored. */
function backwards(order: Uint32Array, times: Float64Array, isEvent: (row: number) => boolean, walk: Walk): void {
  for (let end = order.length; end > 0; ) {
    let start = end;
    while (start > 0 && times[order[start - 1]] === times[order[end - 1]]) start--;
    const rows = [...order.subarray(start, end)];
    for (const row of rows) if (!isEvent(row)) walk.pass(row);
    for (const row of rows) if (isEvent(row)) walk.meet(row);
    for (const row of rows) if (isEvent(row)) walk.pass(row);
    end = start;
  }
}

/** From the first time to the last: everybody meets the events before, those without an event also the ones of the same time. */
function forwards(order: Uint32Array, times: Float64Array, isEvent: (row: number) => boolean, walk: Walk): void {
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && times[order[end]] === times[order[start]]) end++;
    const rows = [...order.subarray(start, end)];
    for (const row of rows) if (isEvent(row)) walk.meet(row);
    for (const row of rows) if (isEvent(row)) walk.pass(row);
    for (const row of rows) if (!isEvent(row)) walk.meet(row);
    start = end;
  }
}

/** Ranks from 1, equal scores alike. */
function ranksOf(scores: Float64Array): Uint32Array {
  const wrong = scores.findIndex((score) => !Number.isFinite(score));
  if (wrong >= 0) throw new RangeError(`score at index ${wrong}: found ${scores[wrong]}, allowed: a finite number`);
  const sorted = [...new Set(scores.toSorted())];
  const ranks = new Map(sorted.map((score, rank) => [score, rank + 1]));
  return Uint32Array.from(scores, (score) => ranks.get(score) as number);
}

/** Sums of weights by rank (Fenwick 1994, doi 10.1002/spe.4380240306). */
class RankTree {
  readonly #sums: Float64Array;
  #total = 0;

  constructor(ranks: number) {
    this.#sums = new Float64Array(ranks + 1);
  }

  add(rank: number, weight: number): void {
    this.#total += weight;
    for (let i = rank; i < this.#sums.length; i += i & -i) this.#sums[i] += weight;
  }

  #until(rank: number): number {
    let total = 0;
    for (let i = rank; i > 0; i -= i & -i) total += this.#sums[i];
    return total;
  }

  /** Weights below a rank, at it, and in all. */
  around(rank: number): { readonly below: number; readonly level: number; readonly total: number } {
    const below = this.#until(rank - 1);
    return { below, level: this.#until(rank) - below, total: this.#total };
  }
}
