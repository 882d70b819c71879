import type { ClusteredCounts } from '../clustered-proportion.ts';

/** Counts of the rates at one threshold, with their sums over subjects. */
export interface ClusteredRates {
  readonly sensitivity: ClusteredCounts;
  readonly specificity: ClusteredCounts;
  readonly positivePredictiveValue: ClusteredCounts;
  readonly negativePredictiveValue: ClusteredCounts;
  readonly falsePositiveRate: ClusteredCounts;
  /** Rows at or above the threshold, among all. */
  readonly flagRate: ClusteredCounts;
}

/** Sums for each threshold: TP², TP · events, TN², TN · non-events, then of the positives subjects, TP · rows, rows², of the negatives the same. */
export const RATE_SUMS = 10;

/** Adds what one subject has at one threshold to the RATE_SUMS sums from `at` on. */
export function addRates(
  sums: Float64Array,
  at: number,
  events: number,
  nonEvents: number,
  truePositives: number,
  falsePositives: number,
): void {
  const trueNegatives = nonEvents - falsePositives;
  const positives = truePositives + falsePositives;
  const negatives = events + nonEvents - positives;
  sums[at] += truePositives * truePositives;
  sums[at + 1] += truePositives * events;
  sums[at + 2] += trueNegatives * trueNegatives;
  sums[at + 3] += trueNegatives * nonEvents;
  if (positives > 0) sums[at + 4]++;
  sums[at + 5] += truePositives * positives;
  sums[at + 6] += positives * positives;
  if (negatives > 0) sums[at + 7]++;
  sums[at + 8] += trueNegatives * negatives;
  sums[at + 9] += negatives * negatives;
}

/** Counts of a group at a threshold, and of its subjects. */
export interface RateCounts {
  readonly events: number;
  readonly nonEvents: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  /** Subjects with rows of each class, and Σ rows² of them. */
  readonly withEvents: number;
  readonly withNonEvents: number;
  readonly eventSquares: number;
  readonly nonEventSquares: number;
  /** All subjects, and Σ rows² of them. */
  readonly clusters: number;
  readonly rowSquares: number;
}

/** The rates from a group's RATE_SUMS sums. */
export function ratesOf(sums: Float64Array, counts: RateCounts): ClusteredRates {
  const { events, nonEvents, truePositives, falsePositives } = counts;
  const { eventSquares, nonEventSquares, rowSquares } = counts;
  const trueNegatives = nonEvents - falsePositives;
  const positives = truePositives + falsePositives;
  return {
    sensitivity: {
      ...{ events: truePositives, n: events, clusters: counts.withEvents },
      ...{ ofEvents: sums[0], ofBoth: sums[1], ofSizes: eventSquares },
    },
    specificity: {
      ...{ events: trueNegatives, n: nonEvents, clusters: counts.withNonEvents },
      ...{ ofEvents: sums[2], ofBoth: sums[3], ofSizes: nonEventSquares },
    },
    positivePredictiveValue: {
      ...{ events: truePositives, n: positives, clusters: sums[4] },
      ...{ ofEvents: sums[0], ofBoth: sums[5], ofSizes: sums[6] },
    },
    negativePredictiveValue: {
      ...{ events: trueNegatives, n: events + nonEvents - positives, clusters: sums[7] },
      ...{ ofEvents: sums[2], ofBoth: sums[8], ofSizes: sums[9] },
    },
    // Of the non-events all that are no true negatives, of the rows all that are no negatives.
    falsePositiveRate: {
      ...{ events: falsePositives, n: nonEvents, clusters: counts.withNonEvents },
      ...{ ofEvents: nonEventSquares - 2 * sums[3] + sums[2], ofBoth: nonEventSquares - sums[3] },
      ofSizes: nonEventSquares,
    },
    flagRate: {
      ...{ events: positives, n: events + nonEvents, clusters: counts.clusters },
      ...{ ofEvents: sums[6], ofBoth: (rowSquares + sums[6] - sums[9]) / 2, ofSizes: rowSquares },
    },
  };
}

/** The rates of independent rows: each is a subject of its own. */
export function independentRates({
  events,
  nonEvents,
  truePositives,
  falsePositives,
}: Pick<RateCounts, 'events' | 'nonEvents' | 'truePositives' | 'falsePositives'>): ClusteredRates {
  const trueNegatives = nonEvents - falsePositives;
  const positives = truePositives + falsePositives;
  const n = events + nonEvents;
  return {
    sensitivity: independentCounts(truePositives, events),
    specificity: independentCounts(trueNegatives, nonEvents),
    positivePredictiveValue: independentCounts(truePositives, positives),
    negativePredictiveValue: independentCounts(trueNegatives, n - positives),
    falsePositiveRate: independentCounts(falsePositives, nonEvents),
    flagRate: independentCounts(positives, n),
  };
}

/** So many events in so many rows, each of another subject. */
export const independentCounts = (events: number, n: number): ClusteredCounts => ({
  ...{ events, n, clusters: n, ofEvents: events, ofBoth: events, ofSizes: n },
});
