// Coverage of the intervals by simulation. By hand: node bench/coverage.ts [repetitions, 2000 unless told]. Prints a table.
import { type Random, random } from '#lib/simulate/random.ts';
import { type AurocEstimate, auroc } from '#lib/validation/auroc.ts';
import { clopperPearson } from '#lib/validation/clopper-pearson.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { normalCdf, normalQuantile } from '#lib/validation/normal.ts';
import { observedExpected } from '#lib/validation/observed-expected.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { proportion } from '#lib/validation/proportion.ts';
import { recalibration } from '#lib/validation/recalibration.ts';

interface Interval {
  readonly lower: number;
  readonly upper: number;
}
/** One repetition: the interval (nothing where it cannot be told) of each named method. */
type Scenario = {
  readonly name: string;
  readonly truth: number;
  readonly draw: (source: Random) => Record<string, Interval | undefined>;
};

const repetitions = Number(process.argv[2] ?? 2000);
const scenarios: Scenario[] = [
  ...[
    [12, 0.1],
    [30, 0.9],
    [100, 0.02],
    [300, 0.7],
  ].map(([n, truth]) => proportionScenario(n, truth)),
  clusteredProportionScenario(60, 3, 0.8),
  ...[
    [10, 10, 0.75],
    [10, 200, 0.8],
    [30, 60, 0.9],
    [20, 40, 0.97],
    [15, 15, 0.99],
    [200, 300, 0.97],
  ].map(([events, nonEvents, truth]) => aurocScenario(events, nonEvents, truth)),
  tiedScenario(40, 60),
  clusteredAurocScenario(40, 3),
  clusteredAurocScenario(150, 3),
  calibrationScenario(100, -1, 0),
  calibrationScenario(300, -2.2, 0.4),
  calibrationScenario(2000, -3, -0.3),
];

console.log(
  `| scenario | method | covers | interval too high | interval too low | cannot tell |\n|---|---|---|---|---|---|`,
);
for (const scenario of scenarios) report(scenario);

function report({ name, truth, draw }: Scenario): void {
  const source = random(`coverage/${name}`);
  const counts = new Map<string, { covered: number; truthBelow: number; truthAbove: number; untold: number }>();
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [method, interval] of Object.entries(draw(source))) {
      const count = counts.get(method) ?? { covered: 0, truthBelow: 0, truthAbove: 0, untold: 0 };
      counts.set(method, count);
      if (interval === undefined) count.untold++;
      else if (truth < interval.lower) count.truthBelow++;
      else if (truth > interval.upper) count.truthAbove++;
      else count.covered++;
    }
  }
  for (const [method, { covered, truthBelow, truthAbove, untold }] of counts) {
    const told = Math.max(1, repetitions - untold);
    const percent = (count: number): string => `${((100 * count) / told).toFixed(1)} %`;
    const cells = [name, method, percent(covered), percent(truthBelow), percent(truthAbove), String(untold)];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

function told<T extends Interval>(answer: T | { readonly cannotTell: string }): T | undefined {
  return 'cannotTell' in answer ? undefined : answer;
}

function proportionScenario(n: number, truth: number): Scenario {
  return {
    name: `proportion ${truth}, n ${n}`,
    truth,
    draw(source) {
      let count = 0;
      for (let row = 0; row < n; row++) count += Number(source.bernoulli(truth));
      return {
        'Wilson, exact at 0 and n': told(proportion(count, n)),
        'Clopper-Pearson': clopperPearson(count, n, 0.95),
      };
    },
  };
}

/** Each subject repeats its first outcome with probability one half: a correlation of about 0.25 between rows. */
function clusteredProportionScenario(subjects: number, rows: number, truth: number): Scenario {
  return {
    name: `proportion ${truth}, ${subjects} subjects of ${rows} rows`,
    truth,
    draw(source) {
      const outcomes = new Uint8Array(subjects * rows);
      for (let subject = 0; subject < subjects; subject++) {
        const own = source.bernoulli(truth);
        for (let row = 0; row < rows; row++) {
          outcomes[subject * rows + row] = Number(source.bernoulli(0.5) ? own : source.bernoulli(truth));
        }
      }
      const clusters = Int32Array.from(outcomes, (_, row) => Math.floor(row / rows));
      return {
        'Rao-Scott Wilson': told(clusteredProportion(outcomes, clusters)),
        'Wilson, clusters ignored': told(clusteredProportion(outcomes, undefined)),
      };
    },
  };
}

/** Two normal classes of equal variance: the AUROC is Φ(shift / √2). */
function aurocScenario(events: number, nonEvents: number, truth: number): Scenario {
  const shift = Math.SQRT2 * normalQuantile(truth);
  return {
    name: `AUROC ${truth}, ${events} events, ${nonEvents} non-events`,
    truth,
    draw(source) {
      const labels = Uint8Array.from({ length: events + nonEvents }, (_, row) => Number(row < events));
      return aurocIntervals({ labels, scores: Float64Array.from(labels, (label) => source.normal(shift * label)) });
    },
  };
}

function aurocIntervals(input: Predictions): Record<string, Interval | undefined> {
  const answer = told<AurocEstimate>(auroc(input));
  // At 0 and 1 DeLong's variance is 0 and its Wald interval the estimate itself.
  const wald = answer && (answer.wald ?? { lower: answer.estimate, upper: answer.estimate });
  return { 'logit, exact at 0 and 1': answer, 'DeLong Wald': wald };
}

/** Scores on five levels with shares 1..5 and 5..1 of 15: AUROC by counting over the 25 pairs of levels. */
function tiedScenario(events: number, nonEvents: number): Scenario {
  const share = [1, 2, 3, 4, 5];
  let truth = 0;
  for (let x = 0; x < 5; x++) {
    for (let y = 0; y < 5; y++) truth += ((x > y ? 1 : x === y ? 0.5 : 0) * share[x] * share[4 - y]) / 225;
  }
  const levels = share.flatMap((count, level) => new Array<number>(count).fill(level));
  return {
    name: `AUROC ${truth.toFixed(3)} on five tied levels, ${events} events, ${nonEvents} non-events`,
    truth,
    draw(source) {
      const labels = Uint8Array.from({ length: events + nonEvents }, (_, row) => Number(row < events));
      const scores = Float64Array.from(labels, (label) =>
        label === 1 ? source.pick(levels) : 4 - source.pick(levels),
      );
      return aurocIntervals({ labels, scores });
    },
  };
}

/** Rows of one subject share a normal effect (variance 1, as their own noise); labels alternate by chance within the subject. */
function clusteredAurocScenario(subjects: number, rows: number): Scenario {
  const truth = normalCdf(1 / Math.sqrt(2));
  return {
    name: `AUROC ${truth.toFixed(3)}, ${subjects} subjects of ${rows} rows`,
    truth,
    draw(source) {
      const clusters = Int32Array.from({ length: subjects * rows }, (_, row) => Math.floor(row / rows));
      const effects = Float64Array.from({ length: subjects }, () => source.normal());
      const ill = Float64Array.from({ length: subjects }, () => (source.bernoulli(0.5) ? 0.9 : 0.1));
      const labels = Uint8Array.from(clusters, (subject) => Number(source.bernoulli(ill[subject])));
      const scale = Math.SQRT1_2;
      const scores = Float64Array.from(
        clusters,
        (subject, row) => labels[row] + scale * (effects[subject] + source.normal()),
      );
      return {
        'Obuchowski logit': told(auroc({ scores, labels, clusters })),
        'DeLong logit, clusters ignored': told(auroc({ scores, labels })),
      };
    },
  };
}

/** Labels drawn from logit P = shift + logit(score): the intercept is the shift. O:E has its own truth in each draw. */
function calibrationScenario(n: number, centre: number, shift: number): Scenario {
  const expit = (x: number): number => 1 / (1 + Math.exp(-x));
  return {
    name: `calibration intercept ${shift}, logit scores around ${centre}, n ${n}`,
    truth: 0,
    draw(source) {
      const logits = Float64Array.from({ length: n }, () => source.normal(centre, 1.2));
      const scores = logits.map(expit);
      const labels = Uint8Array.from(logits, (logit) => Number(source.bernoulli(expit(logit + shift))));
      const { intercept, slope } = recalibration({ scores, labels });
      const ratio = told(observedExpected({ scores, labels }));
      const mean = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
      const trueRatio = mean(logits.map((logit) => expit(logit + shift))) / mean(scores);
      return {
        intercept: shifted(told(intercept), shift),
        slope: shifted(told(slope), 1),
        'O:E': shifted(ratio, trueRatio),
      };
    },
  };
}

/** The interval about its distance from the truth, so that methods of different truths share one table. */
function shifted(interval: Interval | undefined, truth: number): Interval | undefined {
  return interval && { lower: interval.lower - truth, upper: interval.upper - truth };
}
