import type { Random } from '#lib/simulate/random.ts';
import { quantiles } from '#lib/validation/quantiles.ts';
import { sum } from '#lib/validation/sum.ts';

/** What a figure would be, and where its realised values would lie, if every score were the true probability. */
export interface Expected {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

export interface ExpectedPerformance {
  readonly n: number;
  /** Sum of the scores. */
  readonly expectedEvents: number;
  readonly auroc: Expected | undefined;
  readonly sensitivity: Expected | undefined;
  readonly specificity: Expected | undefined;
}

export interface ExpectedOptions {
  readonly random: Random;
  /** @default 1000 */
  readonly replicates?: number;
  /** Share of realised values in the range. @default 0.95 */
  readonly level?: number;
}

/**
 * Confidence-based performance estimation (CBPE; Kivimäki et al., doi 10.1613/jair.1.16709): performance without labels, from
 * scores that are taken for the probabilities of the outcome. `margins` are scores minus threshold: at or above 0 is positive.
 * The estimate is the expected confusion table and, for the AUROC, the expected share of ordered pairs; the range is that of
 * figures realised with outcomes drawn from the scores. Both say nothing about the model where the scores are not calibrated
 * here, or where the outcome no longer depends on the measurements as it did: that is an assumption, and no data without labels
 * can check it.
 */
export function expectedPerformance(
  scores: Float64Array,
  margins: Float64Array,
  { random, replicates = 1000, level = 0.95 }: ExpectedOptions,
): ExpectedPerformance {
  checkProbabilities(scores);
  const order = Int32Array.from({ length: scores.length }, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  const sorted = Float64Array.from(order, (row) => scores[row]);
  const positive = Uint8Array.from(order, (row) => (margins[row] >= 0 ? 1 : 0));
  const drawn = realised(sorted, positive, random, replicates);
  const expected = confusion(sorted, positive);
  const range = (estimate: number, values: number[]): Expected | undefined => {
    if (!Number.isFinite(estimate) || values.length < replicates / 2) return undefined;
    const [lower, upper] = quantiles(Float64Array.from(values).sort(), [(1 - level) / 2, (1 + level) / 2]);
    return { estimate, lower, upper };
  };
  return {
    n: scores.length,
    expectedEvents: sum(scores),
    auroc: range(expectedAuroc(sorted), drawn.auroc),
    sensitivity: range(expected.truePositives / expected.events, drawn.sensitivity),
    specificity: range(expected.trueNegatives / expected.nonEvents, drawn.specificity),
  };
}

function checkProbabilities(scores: Float64Array): void {
  const wrong = scores.findIndex((score) => !(score >= 0 && score <= 1));
  if (wrong >= 0) {
    throw new RangeError(`score at index ${wrong}: found ${scores[wrong]}, allowed: a probability between 0 and 1`);
  }
}

/** Events and non-events expected on either side of the threshold. */
function confusion(scores: Float64Array, positive: Uint8Array) {
  const events = sum(scores);
  const truePositives = sum(scores.map((score, row) => (positive[row] === 1 ? score : 0)));
  const trueNegatives = sum(scores.map((score, row) => (positive[row] === 1 ? 0 : 1 - score)));
  return { events, nonEvents: scores.length - events, truePositives, trueNegatives };
}

/** Σ s (1 − t) over pairs of different rows, those with s above t, ties half, by all pairs; ascending scores. */
function expectedAuroc(scores: Float64Array): number {
  let [below, ordered, rowsBelow] = [0, 0, 0];
  while (rowsBelow < scores.length) {
    let end = rowsBelow;
    let [events, nonEvents, own] = [0, 0, 0];
    for (; end < scores.length && scores[end] === scores[rowsBelow]; end++) {
      events += scores[end];
      nonEvents += 1 - scores[end];
      own += scores[end] * (1 - scores[end]);
    }
    ordered += events * below + (events * nonEvents - own) / 2;
    below += nonEvents;
    rowsBelow = end;
  }
  const events = sum(scores);
  const pairs = events * (scores.length - events) - sum(scores.map((score) => score * (1 - score)));
  return ordered / pairs;
}

/** Figures of outcomes drawn from the scores; a draw without events, or without others, has none. */
function realised(scores: Float64Array, positive: Uint8Array, random: Random, replicates: number) {
  const figures = { auroc: [] as number[], sensitivity: [] as number[], specificity: [] as number[] };
  const labels = new Uint8Array(scores.length);
  for (let round = 0; round < replicates; round++) {
    let [events, truePositives, falsePositives] = [0, 0, 0];
    for (let row = 0; row < scores.length; row++) {
      labels[row] = random.uniform() < scores[row] ? 1 : 0;
      events += labels[row];
      truePositives += labels[row] & positive[row];
      falsePositives += (1 - labels[row]) & positive[row];
    }
    const nonEvents = scores.length - events;
    if (events > 0) figures.sensitivity.push(truePositives / events);
    if (nonEvents > 0) figures.specificity.push(1 - falsePositives / nonEvents);
    if (events > 0 && nonEvents > 0) figures.auroc.push(orderedPairs(scores, labels) / (events * nonEvents));
  }
  return figures;
}

/** Pairs with the event scored higher, ties half; ascending scores. */
function orderedPairs(scores: Float64Array, labels: Uint8Array): number {
  let [below, ordered, start] = [0, 0, 0];
  while (start < scores.length) {
    let end = start;
    let events = 0;
    for (; end < scores.length && scores[end] === scores[start]; end++) events += labels[end];
    const nonEvents = end - start - events;
    ordered += events * (below + nonEvents / 2);
    below += nonEvents;
    start = end;
  }
  return ordered;
}
