import type { Random } from '#lib/simulate/random.ts';
import { logisticRegression } from '#lib/validation/logistic-regression.ts';
import { normalCdf } from '#lib/validation/normal.ts';
import type { Predictions } from '#lib/validation/predictions.ts';

/** People whose logit(score) is normal and whose outcome follows logit P = shift + tilt · logit(score). */
export interface Population {
  readonly centre: number;
  readonly spread: number;
  /** @default 0 */
  readonly shift?: number;
  /** @default 1 */
  readonly tilt?: number;
  /** Scores are the middles of steps of this width, which ties them. */
  readonly step?: number;
  /** A score at or above it is positive. */
  readonly threshold: number;
}

/** How many rows are drawn, and of whom. */
export interface Design {
  readonly subjects: number;
  /** Rows of each subject; `uneven`: one to nine, most have few. @default 1 */
  readonly rows?: number | 'uneven';
}

/** Standard deviation of what a second score adds to the logit of the first. */
const OTHER_NOISE = 1;
const POINTS = 20_001;
const REACH = 8;

export interface Drawn extends Predictions {
  /** A second score of the same rows: the first with noise. */
  readonly others: Float64Array;
}

/** Rows of one subject share half of the variance of their logit, and of the normal number whose place decides the label. */
export function drawRows(source: Random, population: Population, { subjects, rows = 1 }: Design): Drawn {
  const sizes = Array.from({ length: subjects }, () => (rows === 'uneven' ? unevenSize(source) : rows));
  const clusters = Int32Array.from(sizes.flatMap((size, subject) => new Array<number>(size).fill(subject)));
  const isShared = rows !== 1;
  const place = normals(source, clusters, subjects, isShared);
  const chance = normals(source, clusters, subjects, isShared);
  const logits = place.map((value) => population.centre + population.spread * value);
  const { shift = 0, tilt = 1 } = population;
  const labels = Uint8Array.from(logits, (logit, row) => Number(normalCdf(chance[row]) < expit(shift + tilt * logit)));
  const scores = logits.map((logit) => scoreOf(logit, population));
  const others = logits.map((logit) => logit + source.normal(0, OTHER_NOISE));
  return { scores, labels, others, ...(isShared && { clusters }) };
}

const unevenSize = (source: Random): number => 1 + Math.floor(9 * source.uniform() ** 3);

function normals(source: Random, clusters: Int32Array, subjects: number, isShared: boolean): Float64Array {
  if (!isShared) return Float64Array.from(clusters, () => source.normal());
  const own = Float64Array.from({ length: subjects }, () => source.normal());
  return Float64Array.from(clusters, (subject) => Math.SQRT1_2 * (own[subject] + source.normal()));
}

function scoreOf(logit: number, { step }: Population): number {
  const score = expit(logit);
  return step === undefined ? score : (Math.floor(score / step) + 0.5) * step;
}

/** The figures of the whole population. */
export interface Truths {
  readonly prevalence: number;
  readonly auroc: number;
  readonly aurocDifference: number;
  readonly sensitivity: number;
  readonly specificity: number;
  readonly positivePredictiveValue: number;
  readonly negativePredictiveValue: number;
  readonly observedExpected: number;
  readonly intercept: number;
  readonly slope: number;
  readonly brier: number;
  readonly averagePrecision: number;
}

/** Truths by summing over a fine grid of logits. */
export function truthsOf(population: Population): Truths {
  const { logits, scores, chances, weights } = gridOf(population);
  const total = (value: (point: number) => number): number =>
    weights.reduce((sum, weight, point) => sum + weight * value(point), 0);
  const prevalence = total((point) => chances[point]);
  const expected = total((point) => scores[point]);
  const called = (point: number): number => Number(scores[point] >= population.threshold);
  const found = total((point) => called(point) * chances[point]);
  const alarms = total((point) => called(point) * (1 - chances[point]));
  const auroc = gridArea(scores, chances, weights);
  return {
    prevalence,
    auroc,
    aurocDifference: auroc - noisyArea(logits, chances, weights),
    sensitivity: found / prevalence,
    specificity: 1 - alarms / (1 - prevalence),
    positivePredictiveValue: found / (found + alarms),
    negativePredictiveValue: (1 - prevalence - alarms) / (1 - found - alarms),
    observedExpected: prevalence / expected,
    ...gridRecalibration(scores, chances, weights),
    brier: total((point) => chances[point] * (1 - scores[point]) ** 2 + (1 - chances[point]) * scores[point] ** 2),
    averagePrecision: gridAveragePrecision(scores, chances, weights, prevalence),
  };
}

interface Grid {
  readonly logits: Float64Array;
  readonly scores: Float64Array;
  readonly chances: Float64Array;
  /** Add up to 1. */
  readonly weights: Float64Array;
}

function gridOf(population: Population): Grid {
  const { centre, spread, shift = 0, tilt = 1 } = population;
  const places = Float64Array.from({ length: POINTS }, (_, point) => -REACH + (2 * REACH * point) / (POINTS - 1));
  const densities = places.map((place) => Math.exp((-place * place) / 2));
  const total = densities.reduce((sum, density) => sum + density, 0);
  const logits = places.map((place) => centre + spread * place);
  return {
    logits,
    scores: logits.map((logit) => scoreOf(logit, population)),
    chances: logits.map((logit) => expit(shift + tilt * logit)),
    weights: densities.map((density) => density / total),
  };
}

/** Weights of events and non-events at each distinct score, ascending (the grid ascends). */
function levels(scores: Float64Array, chances: Float64Array, weights: Float64Array) {
  const found: { events: number; nonEvents: number }[] = [];
  for (let point = 0; point < scores.length; point++) {
    if (point === 0 || scores[point] !== scores[point - 1]) found.push({ events: 0, nonEvents: 0 });
    const level = found[found.length - 1];
    level.events += weights[point] * chances[point];
    level.nonEvents += weights[point] * (1 - chances[point]);
  }
  return found;
}

function gridArea(scores: Float64Array, chances: Float64Array, weights: Float64Array): number {
  let [below, wins, allEvents] = [0, 0, 0];
  for (const { events, nonEvents } of levels(scores, chances, weights)) {
    wins += events * (below + nonEvents / 2);
    below += nonEvents;
    allEvents += events;
  }
  return wins / (allEvents * below);
}

function gridAveragePrecision(
  scores: Float64Array,
  chances: Float64Array,
  weights: Float64Array,
  prevalence: number,
): number {
  let [events, all, area] = [0, 0, 0];
  for (const level of levels(scores, chances, weights).reverse()) {
    events += level.events;
    all += level.events + level.nonEvents;
    area += (level.events / prevalence) * (events / all);
  }
  return area;
}

/** AUROC of the logit with normal noise, over every fortieth point of the grid. */
function noisyArea(logits: Float64Array, chances: Float64Array, weights: Float64Array): number {
  const points = Array.from(logits.keys()).filter((point) => point % 40 === 0);
  let [wins, pairs] = [0, 0];
  for (const event of points) {
    const weight = weights[event] * chances[event];
    for (const other of points) {
      const pair = weight * weights[other] * (1 - chances[other]);
      pairs += pair;
      wins += pair * normalCdf((logits[event] - logits[other]) / (Math.SQRT2 * OTHER_NOISE));
    }
  }
  return wins / pairs;
}

/** The logistic fits of the whole population: each point once with the event and once without, weighted. */
function gridRecalibration(scores: Float64Array, chances: Float64Array, weights: Float64Array) {
  const count = scores.length;
  const logits = Float64Array.from({ length: 2 * count }, (_, at) => {
    const score = scores[at % count];
    return Math.log(score) - Math.log1p(-score);
  });
  const labels = Uint8Array.from({ length: 2 * count }, (_, at) => Number(at < count));
  const ofLabel = Float64Array.from({ length: 2 * count }, (_, at) =>
    at < count ? weights[at] * chances[at] : weights[at - count] * (1 - chances[at - count]),
  );
  const ones = new Float64Array(2 * count).fill(1);
  const offset = logisticRegression({ columns: [ones], labels, offset: logits, weights: ofLabel });
  const slope = logisticRegression({ columns: [ones, logits], labels, weights: ofLabel });
  if (offset === undefined || slope === undefined) throw new Error('population: found no logistic fit, expected one');
  return { intercept: offset.coefficients[0], slope: slope.coefficients[1] };
}

export const expit = (x: number): number => 1 / (1 + Math.exp(-x));
