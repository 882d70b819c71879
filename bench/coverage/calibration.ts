import type { Random } from '#lib/simulate/random.ts';
import { brier } from '#lib/validation/brier.ts';
import { calibrationCurve } from '#lib/validation/calibration-curve.ts';
import { expit } from '#lib/validation/logit.ts';
import { normalCdf } from '#lib/validation/normal.ts';
import { observedExpected } from '#lib/validation/observed-expected.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { recalibration } from '#lib/validation/recalibration.ts';
import { type Interval, type Scenario, shifted, told } from './scenario.ts';

/** Standard deviation of logit(score). */
const SPREAD = 1.2;
/** Standard normal quantiles of the scores at which the curve is looked at. */
const CURVE_PLACES = { '10th': -1.2816, '50th': 0, '90th': 1.2816 };

export const calibrationScenarios: readonly Scenario[] = [
  independent(100, -1, 0),
  independent(300, -2.2, 0.4),
  independent(2000, -3, -0.3),
  clustered(60, 5, -0.5),
  clustered(200, 5, -1.5),
];

/** Labels drawn from logit P = shift + logit(score): the intercept is the shift. O:E has its own truth in each draw. */
function independent(n: number, centre: number, shift: number): Scenario {
  const truths: Truths = { centre, shift, brier: expectedBrier(centre, shift) };
  return {
    name: `calibration intercept ${shift}, logit scores around ${centre}, n ${n}`,
    truth: 0,
    draw(source) {
      const logits = Float64Array.from({ length: n }, () => source.normal(centre, SPREAD));
      const labels = Uint8Array.from(logits, (logit) => Number(source.bernoulli(expit(logit + shift))));
      return figures({ scores: logits.map(expit), labels }, truths);
    },
  };
}

/**
 * Rows of one subject share half of the variance of their logit(score), and half of that of the normal number which, by its
 * place in the distribution, makes the label: each label has exactly its score as probability, and those of a subject agree.
 */
function clustered(subjects: number, rows: number, centre: number): Scenario {
  const truths: Truths = { centre, shift: 0, brier: expectedBrier(centre, 0) };
  return {
    name: `calibration intercept 0, logit scores around ${centre}, ${subjects} subjects of ${rows} rows`,
    truth: 0,
    draw(source) {
      const clusters = Int32Array.from({ length: subjects * rows }, (_, row) => Math.floor(row / rows));
      const place = sharedNormals(source, clusters, subjects);
      const chance = sharedNormals(source, clusters, subjects);
      const scores = place.map((value) => expit(centre + SPREAD * value));
      const labels = Uint8Array.from(scores, (score, row) => Number(normalCdf(chance[row]) < score));
      const ignored = figures({ scores, labels }, truths);
      return {
        ...figures({ scores, labels, clusters }, truths),
        'intercept, clusters ignored': ignored.intercept,
        'slope, clusters ignored': ignored.slope,
        'Brier, clusters ignored': ignored.Brier,
      };
    },
  };
}

/** Standard normal numbers of which those of one cluster correlate by one half. */
function sharedNormals(source: Random, clusters: Int32Array, subjects: number): Float64Array {
  const shared = Float64Array.from({ length: subjects }, () => source.normal());
  return Float64Array.from(clusters, (subject) => Math.SQRT1_2 * (shared[subject] + source.normal()));
}

interface Truths {
  readonly centre: number;
  readonly shift: number;
  readonly brier: number;
}

function figures(
  input: Predictions,
  { centre, shift, brier: trueBrier }: Truths,
): Record<string, Interval | undefined> {
  const { intercept, slope } = recalibration(input);
  const mean = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const expected = mean(input.scores.map((score) => expit(Math.log(score / (1 - score)) + shift)));
  const curve = calibrationCurve(input);
  const atCurve = (place: number): Interval | undefined => {
    if ('cannotTell' in curve) return undefined;
    const wanted = expit(centre + SPREAD * place);
    const after = curve.predicted.findIndex((score) => score >= wanted);
    const point = after < 0 ? curve.predicted.length - 1 : after;
    const score = curve.predicted[point];
    const truth = expit(Math.log(score / (1 - score)) + shift);
    return { lower: curve.lower[point] - truth, upper: curve.upper[point] - truth };
  };
  return {
    intercept: shifted(told(intercept), shift),
    slope: shifted(told(slope), 1),
    'O:E': shifted(told(observedExpected(input)), expected / mean(input.scores)),
    Brier: shifted(told(brier(input)), trueBrier),
    ...Object.fromEntries(
      Object.entries(CURVE_PLACES).map(([name, place]) => [`curve at the ${name} percentile`, atCurve(place)]),
    ),
  };
}

/** Mean of (score − label)² over the distribution of the scores, by the trapezium rule over ten standard deviations. */
function expectedBrier(centre: number, shift: number): number {
  const step = 0.001;
  let total = 0;
  for (let z = -10; z <= 10; z += step) {
    const score = expit(centre + SPREAD * z);
    const chance = expit(centre + SPREAD * z + shift);
    const weight = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * step;
    total += weight * (chance * (1 - score) ** 2 + (1 - chance) * score ** 2);
  }
  return total;
}
