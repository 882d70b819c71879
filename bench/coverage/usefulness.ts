import type { Random } from '#lib/simulate/random.ts';
import { random } from '#lib/simulate/random.ts';
import { binnedCalibration } from '#lib/validation/binned-calibration.ts';
import { calibrationError } from '#lib/validation/calibration-error.ts';
import { closedTest } from '#lib/validation/closed-test.ts';
import { decisionCurve } from '#lib/validation/decision-curve.ts';
import { fitUpdate } from '#lib/validation/model-update.ts';
import { normalCdf } from '#lib/validation/normal.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { quantiles } from '#lib/validation/quantiles.ts';
import { scaledBrier } from '#lib/validation/scaled-brier.ts';
import { thresholdForSensitivity, thresholdOfHighestNetBenefit } from '#lib/validation/threshold-choice.ts';
import { updateGain } from '#lib/validation/update-gain.ts';
import { workloadAtPrevalence } from '#lib/validation/workload.ts';
import { type Interval, type Scenario, shifted, told } from './scenario.ts';

const SPREAD = 1.2;
const POPULATION = 50_000;
const REPLICATES = 400;
const THRESHOLD = 0.2;
const PREVALENCE = 0.1;

interface World {
  readonly n: number;
  /** Rows of one person; those share half of the variance of score and of outcome. */
  readonly rows: number;
  readonly centre: number;
  /** logit P = intercept + slope · logit(score) + bend · (logit(score) − centre)². */
  readonly intercept: number;
  readonly slope: number;
  readonly bend: number;
}

const worlds: readonly World[] = [
  { n: 200, rows: 1, centre: -1, intercept: 0, slope: 1, bend: 0 },
  { n: 1000, rows: 1, centre: -2, intercept: 0, slope: 1, bend: 0 },
  { n: 300, rows: 1, centre: -1, intercept: 0.3, slope: 1, bend: 0 },
  { n: 150, rows: 1, centre: -1, intercept: 1, slope: 1, bend: 0 },
  { n: 1000, rows: 1, centre: -2, intercept: 0.5, slope: 1, bend: 0 },
  { n: 1000, rows: 1, centre: -1, intercept: 0, slope: 0.7, bend: 0 },
  { n: 1000, rows: 1, centre: -1, intercept: 0, slope: 1, bend: 0.15 },
  { n: 400, rows: 4, centre: -1, intercept: 0, slope: 1, bend: 0 },
  { n: 400, rows: 4, centre: -1, intercept: 0.4, slope: 1, bend: 0 },
];

const expit = (x: number) => 1 / (1 + Math.exp(-x));
const mean = (values: Float64Array) => values.reduce((total, value) => total + value, 0) / values.length;

const chanceIn =
  ({ centre, intercept, slope, bend }: World) =>
  (logit: number): number =>
    expit(intercept + slope * logit + bend * (logit - centre) ** 2);

function scenarioOf(world: World): Scenario {
  const { n, rows, centre, intercept, slope, bend } = world;
  const people = rows === 1 ? `n ${n}` : `${n / rows} people of ${rows} rows`;
  const truth = chanceIn(world);
  const source = random(`population ${JSON.stringify(world)}`);
  const logits = Float64Array.from({ length: POPULATION }, () => source.normal(centre, SPREAD));
  const population = { scores: logits.map(expit), chances: logits.map(truth) };
  return {
    name: `logit scores around ${centre}, intercept ${intercept}, slope ${slope}, bend ${bend}, ${people}`,
    truth: 0,
    draw: (draws) => figures(sampleOf(world, draws), population, draws),
  };
}

function sampleOf(world: World, source: Random): Predictions {
  const { n, rows, centre } = world;
  const truth = chanceIn(world);
  const clusters = Int32Array.from({ length: n }, (_, row) => Math.floor(row / rows));
  const normals = (): Float64Array => {
    if (rows === 1) return Float64Array.from(clusters, () => source.normal());
    const shared = Float64Array.from({ length: n / rows }, () => source.normal());
    return Float64Array.from(clusters, (person) => Math.SQRT1_2 * (shared[person] + source.normal()));
  };
  const logits = normals().map((place) => centre + SPREAD * place);
  const chance = normals();
  return {
    scores: logits.map(expit),
    labels: Uint8Array.from(logits, (logit, row) => Number(normalCdf(chance[row]) < truth(logit))),
    ...(rows > 1 && { clusters }),
  };
}

interface Population {
  readonly scores: Float64Array;
  /** P(event) of each score. */
  readonly chances: Float64Array;
}

function figures(sample: Predictions, population: Population, source: Random): Record<string, Interval | undefined> {
  const distance = calibrationError(sample, { random: source, replicates: REPLICATES });
  const binned = binnedCalibration(sample, { random: source, replicates: REPLICATES });
  const truths = truthsOf(sample, population);
  const [point] = decisionCurve(sample, [THRESHOLD]);
  const load = workloadAtPrevalence(sample, THRESHOLD, PREVALENCE);
  const answers = {
    ...{ ICI: distance.ici, E50: distance.e50, E90: distance.e90 },
    ...{ ECE: binned.ece, reliability: binned.reliability, resolution: binned.resolution },
    ...{ uncertainty: binned.uncertainty, 'scaled Brier': scaledBrier(sample) },
    ...{ 'net benefit': point.netBenefit, 'net benefit over treating all': point.overTreatAll },
    'flagged at prevalence 0.1': load.flagged,
    'false alarms per true at prevalence 0.1': load.falseAlarmsPerTrue,
    'threshold for sensitivity 0.9': thresholdForSensitivity(sample, 0.9),
    'threshold of highest net benefit': thresholdOfHighestNetBenefit(sample, THRESHOLD),
  };
  return {
    ...Object.fromEntries(
      Object.entries(answers).map(([name, answer]) => [
        name,
        shifted(told(answer), truths[name as keyof typeof truths]),
      ]),
    ),
    ...gains(sample, population, source),
  };
}

function truthsOf(sample: Predictions, population: Population) {
  const { scores, chances } = population;
  const away = scores.map((score, i) => Math.abs(score - chances[i])).sort();
  const [median, ninetieth] = quantiles(away, [0.5, 0.9]);
  const share = mean(chances);
  const uncertainty = share * (1 - share);
  const brier = loss(population, scores, squared);
  const { ece, reliability } = binsOf(sample.scores, population);
  const odds = THRESHOLD / (1 - THRESHOLD);
  const at = (weight: (i: number) => number) =>
    scores.reduce((total, score, i) => total + (score >= THRESHOLD ? weight(i) : 0), 0) / POPULATION;
  const [found, alarmed] = [at((i) => chances[i]), at((i) => 1 - chances[i])];
  const benefit = found - odds * alarmed;
  const [sensitivity, alarms] = [found / share, alarmed / (1 - share)];
  return {
    ...{ ICI: mean(away), E50: median, E90: ninetieth, ECE: ece, reliability },
    ...{ resolution: reliability + uncertainty - brier, uncertainty, 'scaled Brier': 1 - brier / uncertainty },
    ...{ 'net benefit': benefit, 'net benefit over treating all': benefit - (share - (1 - share) * odds) },
    'flagged at prevalence 0.1': PREVALENCE * sensitivity + (1 - PREVALENCE) * alarms,
    'false alarms per true at prevalence 0.1': ((1 - PREVALENCE) * alarms) / (PREVALENCE * sensitivity),
    'threshold for sensitivity 0.9': eventQuantile(population, 0.1),
    'threshold of highest net benefit': crossing(population),
  };
}

/** Distances of the sample's own bins in the population. */
function binsOf(sample: Float64Array, { scores, chances }: Population) {
  const sorted = sample.toSorted();
  const tops = Array.from({ length: 10 }, (_, bin) => sorted[Math.ceil(((bin + 1) * sample.length) / 10) - 1]);
  const sums = tops.map(() => ({ count: 0, score: 0, chance: 0 }));
  scores.forEach((score, i) => {
    const bin = sums[Math.min(9, tops.filter((top) => top < score).length)];
    bin.count++;
    bin.score += score;
    bin.chance += chances[i];
  });
  let ece = 0;
  let reliability = 0;
  for (const { count, score, chance } of sums) {
    ece += Math.abs(score - chance) / POPULATION;
    if (count > 0) reliability += (score - chance) ** 2 / count / POPULATION;
  }
  return { ece, reliability };
}

function eventQuantile({ scores, chances }: Population, share: number): number {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  const wanted = share * mean(chances) * POPULATION;
  let passed = 0;
  for (const i of order) {
    passed += chances[i];
    if (passed >= wanted) return scores[i];
  }
  return 1;
}

/** The score whose chance is the threshold. */
function crossing({ scores, chances }: Population): number {
  const nearest = scores.reduce(
    (best, _, i) => (Math.abs(chances[i] - THRESHOLD) < Math.abs(chances[best] - THRESHOLD) ? i : best),
    0,
  );
  return scores[nearest];
}

const squared = (probability: number, chance: number) =>
  chance * (1 - probability) ** 2 + (1 - chance) * probability ** 2;
const logarithmic = (probability: number, chance: number) =>
  -chance * Math.log(probability) - (1 - chance) * Math.log1p(-probability);

function loss({ chances }: Population, probabilities: Float64Array, of: typeof squared): number {
  return probabilities.reduce((total, probability, i) => total + of(probability, chances[i]), 0) / POPULATION;
}

/** The gain that the update fitted to this sample brings in the population; as in a report, told only where the closed test chooses an update. */
function gains(sample: Predictions, population: Population, source: Random): Record<string, Interval | undefined> {
  const test = closedTest(sample, { slopeAllowed: true, clipTo: 1e-6 });
  const methods = ['intercept', 'slope'] as const;
  const names = (method: string) =>
    [`Brier gain of updating, ${method}`, `log-loss gain of updating, ${method}`] as const;
  if (test === undefined || test.choice === 'none')
    return Object.fromEntries(methods.flatMap((method) => names(method).map((name) => [name, undefined])));
  const options = { random: source, clipTo: 1e-6, rounds: 3, replicates: 2, pOfNone: test.pOfAny };
  const entries = methods.flatMap((method): [string, Interval | undefined][] => {
    const answer = updateGain(method, sample, options);
    const update = fitUpdate(method, sample);
    const [ofBrier, ofLogLoss] = names(method);
    if ('cannotTell' in answer || update === undefined)
      return [
        [ofBrier, undefined],
        [ofLogLoss, undefined],
      ];
    const after = update.apply(population.scores);
    const gain = (of: typeof squared) => loss(population, population.scores, of) - loss(population, after, of);
    return [
      [ofBrier, shifted(told(answer.brierGain), gain(squared))],
      [ofLogLoss, shifted(told(answer.logLossGain), gain(logarithmic))],
    ];
  });
  return Object.fromEntries(entries);
}

export const usefulnessScenarios: readonly Scenario[] = worlds.map(scenarioOf);
