import type { Random } from '#lib/simulate/random.ts';
import { bcaInterval, jackknifeAcceleration } from './bca.ts';
import { type BootstrapOptions, DEFAULT_REPLICATES } from './bootstrap-counts.ts';
import { numberClusters } from './cluster-totals.ts';
import type { Predictions } from './predictions.ts';
import type { RankStatistic } from './rank-statistics.ts';
import {
  accumulate,
  type CumulativeCounts,
  cumulativeCounts,
  emptyCounts,
  type RankedRows,
  rankRows,
} from './ranked-rows.ts';

/** Most groups that the jackknife leaves out, one after the other. */
const MOST_JACKKNIFE_GROUPS = 200;

/** Rows in rank order, with the subject that each belongs to. */
interface Resampled {
  readonly ranked: RankedRows;
  readonly labels: Uint8Array;
  /** Place of the subject of each ranked row; undefined where each row is a subject. */
  readonly subjectOf: Int32Array | undefined;
  readonly subjects: number;
}

/**
 * BCa intervals of statistics of a curve over all thresholds, subjects drawn with replacement. The rows are sorted once: a replicate
 * counts how often each subject was drawn and makes one pass down the ranking. The acceleration leaves out one subject at a time, or
 * one of 200 random groups of subjects where there are more.
 */
export function bootstrapRanks(
  predictions: Predictions,
  statistics: readonly RankStatistic[],
  { random, level, replicates = DEFAULT_REPLICATES }: BootstrapOptions,
): ({ lower: number; upper: number } | undefined)[] {
  const rows = resampledRows(predictions);
  const whole = cumulativeCounts(rows.ranked, predictions.labels);
  const drawn = replicateRanks(rows, statistics, random, replicates);
  const leftOut = jackknifed(rows, statistics, random);
  return statistics.map((statistic, i) =>
    bcaInterval(drawn[i], statistic(whole), jackknifeAcceleration(leftOut[i]), level),
  );
}

/** Ranks the rows and numbers their subjects. */
export function resampledRows(predictions: Predictions): Resampled {
  const ranked = rankRows(predictions);
  const { labels, clusters } = predictions;
  const inOrder = Uint8Array.from(ranked.order, (row) => labels[row]);
  if (clusters === undefined) {
    return { ranked, labels: inOrder, subjectOf: undefined, subjects: labels.length };
  }
  const { places, count } = numberClusters(Int32Array.from(ranked.order, (row) => clusters[row]));
  return { ranked, labels: inOrder, subjectOf: places, subjects: count };
}

/** Replicates of each statistic, [statistic][replicate]. */
export function replicateRanks(
  rows: Resampled,
  statistics: readonly RankStatistic[],
  random: Random,
  replicates: number,
): Float64Array[] {
  const drawn = statistics.map(() => new Float64Array(replicates));
  const times = new Uint16Array(rows.subjects);
  const counts = emptyCounts(rows.ranked);
  for (let replicate = 0; replicate < replicates; replicate++) {
    drawSubjects(random, times);
    recount(rows, times, counts);
    for (let i = 0; i < statistics.length; i++) drawn[i][replicate] = statistics[i](counts);
  }
  return drawn;
}

/** How often each subject comes when as many as there are get drawn; a place is favoured by at most subjects / 2³². */
function drawSubjects({ uint32 }: Random, times: Uint16Array): void {
  const scale = times.length / 2 ** 32;
  times.fill(0);
  for (let draw = 0; draw < times.length; draw++) times[Math.floor(uint32() * scale)]++;
}

function recount({ ranked, labels, subjectOf }: Resampled, times: Uint16Array, into: CumulativeCounts): void {
  accumulate(ranked.groupEnds, labels, times, into, subjectOf);
}

function jackknifed(rows: Resampled, statistics: readonly RankStatistic[], random: Random): Float64Array[] {
  const groups = Math.min(MOST_JACKKNIFE_GROUPS, rows.subjects);
  const shuffled = random.shuffle(Uint32Array.from({ length: rows.subjects }, (_, subject) => subject));
  const counts = emptyCounts(rows.ranked);
  const values = statistics.map(() => new Float64Array(groups));
  const times = new Uint16Array(rows.subjects);
  for (let group = 0; group < groups; group++) {
    times.fill(1);
    for (let place = group; place < rows.subjects; place += groups) times[shuffled[place]] = 0;
    recount(rows, times, counts);
    statistics.forEach((statistic, i) => {
      values[i][group] = statistic(counts);
    });
  }
  return values;
}
