import type { Random } from '#lib/simulate/random.ts';
import { bcaInterval, jackknifeAcceleration } from './bca.ts';
import { binomialDeviate } from './binomial-deviate.ts';
import { clusterTotals } from './cluster-totals.ts';

/** Subjects with equal counts, taken together: all that a statistic of sums can know of them. */
export interface CountPatterns {
  /** [pattern][column]: what one subject of this pattern adds to each sum. */
  readonly patterns: readonly Float64Array[];
  /** Subjects of each pattern. */
  readonly multiplicities: Float64Array;
  readonly subjects: number;
  /** Sums over all subjects. */
  readonly totals: Float64Array;
}

export interface BootstrapOptions {
  readonly random: Random;
  readonly level: number;
  /** @default 2000 */
  readonly replicates?: number;
}

export const DEFAULT_REPLICATES = 2000;

/** A statistic of sums over subjects. */
export type SumStatistic = (totals: Float64Array) => number;

/** Groups subjects (rows where no clusters are given) by their sums over the columns, in the order in which patterns appear. */
export function countPatterns(columns: readonly ArrayLike<number>[], clusters?: Int32Array): CountPatterns {
  const sums = clusters === undefined ? columns : clusterTotals(clusters, columns);
  const subjects = sums[0]?.length ?? 0;
  const places = new Map<string, number>();
  const patterns: Float64Array[] = [];
  const multiplicities: number[] = [];
  for (let subject = 0; subject < subjects; subject++) {
    const pattern = Float64Array.from(sums, (column) => column[subject]);
    const key = pattern.join();
    const place = places.get(key) ?? patterns.length;
    if (place === patterns.length) {
      places.set(key, place);
      patterns.push(pattern);
      multiplicities.push(0);
    }
    multiplicities[place]++;
  }
  return withTotals(columns.length, patterns, Float64Array.from(multiplicities));
}

function withTotals(columns: number, patterns: Float64Array[], multiplicities: Float64Array): CountPatterns {
  const totals = new Float64Array(columns);
  for (const [place, pattern] of patterns.entries()) addTimes(totals, pattern, multiplicities[place]);
  const subjects = multiplicities.reduce((total, count) => total + count, 0);
  return { patterns, multiplicities, subjects, totals };
}

/**
 * BCa intervals of statistics of sums, subjects drawn with replacement. Drawing N subjects is drawing how many of each pattern come: a
 * multinomial, made of one binomial per pattern, so that a replicate takes as long for ten million subjects as for ten.
 */
export function bootstrapCounts(
  counts: CountPatterns,
  statistics: readonly SumStatistic[],
  { random, level, replicates = DEFAULT_REPLICATES }: BootstrapOptions,
): ({ lower: number; upper: number } | undefined)[] {
  const drawn = replicateCounts(counts, statistics, random, replicates);
  return statistics.map((statistic, i) => {
    const acceleration = jackknifeAcceleration(leftOut(counts, statistic), counts.multiplicities);
    return bcaInterval(drawn[i], statistic(counts.totals), acceleration, level);
  });
}

/** Replicates of each statistic, [statistic][replicate]. */
export function replicateCounts(
  counts: CountPatterns,
  statistics: readonly SumStatistic[],
  random: Random,
  replicates: number,
): Float64Array[] {
  const drawn = statistics.map(() => new Float64Array(replicates));
  const totals = new Float64Array(counts.totals.length);
  for (let replicate = 0; replicate < replicates; replicate++) {
    drawTotals(counts, random, totals);
    for (let i = 0; i < statistics.length; i++) drawn[i][replicate] = statistics[i](totals);
  }
  return drawn;
}

function drawTotals({ patterns, multiplicities, subjects }: CountPatterns, random: Random, totals: Float64Array): void {
  totals.fill(0);
  let drawsLeft = subjects;
  let subjectsLeft = subjects;
  for (let place = 0; place < patterns.length && drawsLeft > 0; place++) {
    const isLast = place === patterns.length - 1;
    const times = isLast ? drawsLeft : binomialDeviate(random, drawsLeft, multiplicities[place] / subjectsLeft);
    addTimes(totals, patterns[place], times);
    drawsLeft -= times;
    subjectsLeft -= multiplicities[place];
  }
}

/** The statistic without one subject of each pattern. */
function leftOut({ patterns, totals }: CountPatterns, statistic: SumStatistic): Float64Array {
  const rest = new Float64Array(totals.length);
  return Float64Array.from(patterns, (pattern) => {
    rest.set(totals);
    addTimes(rest, pattern, -1);
    return statistic(rest);
  });
}

function addTimes(totals: Float64Array, pattern: Float64Array, times: number): void {
  for (let column = 0; column < totals.length; column++) totals[column] += times * pattern[column];
}
