import type { Random } from '#lib/simulate/random.ts';
import { type AurocEstimate, auroc } from '#lib/validation/auroc.ts';
import { normalCdf, normalMultiplier, normalQuantile } from '#lib/validation/normal.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { studentTMultiplier } from '#lib/validation/student-t.ts';
import { type Interval, type Scenario, told } from './scenario.ts';

const SCORE = 'score interval, t';
const LOGIT_T = 'DeLong logit, t';

export const aurocScenarios: readonly Scenario[] = [
  normal(30, 60, 0.9),
  normal(20, 40, 0.97),
  normal(15, 15, 0.99),
  normal(200, 300, 0.97),
  tied(40, 60),
  bothClasses(40, 3),
  bothClasses(150, 3),
  ownClass(6, 60, 3),
  ownClass(20, 20, 4),
];

/** Events and non-events of the table of small classes. */
export const SMALL_CLASSES: readonly (readonly [number, number])[] = [
  [5, 5],
  [5, 20],
  [5, 100],
  [6, 30],
  [8, 115],
  [115, 8],
  [10, 10],
  [10, 200],
  [15, 100],
  [30, 300],
];
export const SMALL_CLASS_AUROCS: readonly number[] = [0.6, 0.75, 0.85, 0.95];

/** What the scores of the events and non-events of a small-class scenario look like. */
export interface Shape {
  readonly name: string;
  /** Standard deviation of the events' scores; that of the non-events' is 1. */
  readonly eventSpread: number;
  /** Scores are rounded to whole standard deviations, which ties most of them. */
  readonly rounded: boolean;
}

export const SHAPES: readonly Shape[] = [
  { name: 'normal', eventSpread: 1, rounded: false },
  { name: 'rounded', eventSpread: 1, rounded: true },
  { name: 'events spread twice as far', eventSpread: 2, rounded: false },
];

/** Two normal classes with this AUROC before any rounding. */
export function smallClasses(events: number, nonEvents: number, area: number, shape: Shape): Scenario {
  const shift = Math.sqrt(1 + shape.eventSpread ** 2) * normalQuantile(area);
  return {
    name: `AUROC ${area}, ${events} events, ${nonEvents} non-events, ${shape.name}`,
    truth: shape.rounded ? roundedArea(shift) : area,
    draw(source) {
      const labels = Uint8Array.from({ length: events + nonEvents }, (_, row) => Number(row < events));
      const scores = Float64Array.from(labels, (label) => {
        const score = label === 1 ? source.normal(shift, shape.eventSpread) : source.normal();
        return shape.rounded ? Math.round(score) : score;
      });
      const answer = told<AurocEstimate>(auroc({ scores, labels }));
      return { [SCORE]: answer, [LOGIT_T]: answer && logitInterval(answer, answer.degreesOfFreedom ?? Infinity) };
    },
  };
}

/** AUROC of two normal scores of standard deviation 1, a shift apart, rounded to whole numbers. */
function roundedArea(shift: number): number {
  const chance = (level: number, mean: number): number => normalCdf(level + 0.5 - mean) - normalCdf(level - 0.5 - mean);
  let area = 0;
  for (let level = -12; level <= 16; level++) {
    area += chance(level, shift) * (normalCdf(level - 0.5) + chance(level, 0) / 2);
  }
  return area;
}

/** Two normal classes of equal variance: the AUROC is Φ(shift / √2). */
function normal(events: number, nonEvents: number, truth: number): Scenario {
  const shift = Math.SQRT2 * normalQuantile(truth);
  return {
    name: `AUROC ${truth}, ${events} events, ${nonEvents} non-events`,
    truth,
    draw(source) {
      const labels = Uint8Array.from({ length: events + nonEvents }, (_, row) => Number(row < events));
      return intervals({ labels, scores: Float64Array.from(labels, (label) => source.normal(shift * label)) });
    },
  };
}

function intervals(input: Predictions): Record<string, Interval | undefined> {
  const answer = told<AurocEstimate>(auroc(input));
  // At 0 and 1 DeLong's variance is 0 and its Wald interval the estimate itself.
  const wald = answer && (answer.wald ?? { lower: answer.estimate, upper: answer.estimate });
  return {
    'score interval, t, exact at 0 and 1': answer,
    'DeLong logit': answer && logitInterval(answer, Infinity),
    'DeLong Wald': wald,
  };
}

/** The interval on the logit scale of DeLong's or Obuchowski's variance; the exact one where there is none. */
function logitInterval(answer: AurocEstimate, degreesOfFreedom: number): Interval {
  const { estimate, standardError, level } = answer;
  if (standardError === undefined) return answer;
  const multiplier =
    degreesOfFreedom === Infinity ? normalMultiplier(level) : studentTMultiplier(level, degreesOfFreedom);
  const half = (multiplier * standardError) / (estimate * (1 - estimate));
  const odds = estimate / (1 - estimate);
  return { lower: odds / (odds + Math.exp(half)), upper: odds / (odds + Math.exp(-half)) };
}

/** Scores on five levels with shares 1..5 and 5..1 of 15: AUROC by counting over the 25 pairs of levels. */
function tied(events: number, nonEvents: number): Scenario {
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
      return intervals({ labels, scores });
    },
  };
}

/** Labels alternate by chance within the subject. */
function bothClasses(subjects: number, rows: number): Scenario {
  return sharedEffect(`${subjects} subjects of ${rows} rows`, subjects, rows, (source) => {
    const ill = Float64Array.from({ length: subjects }, () => (source.bernoulli(0.5) ? 0.9 : 0.1));
    return (subject) => source.bernoulli(ill[subject]);
  });
}

/** Every subject has rows of one class only. */
function ownClass(withEvents: number, without: number, rows: number): Scenario {
  const name = `${withEvents} subjects with ${rows} events each, ${without} with ${rows} non-events`;
  return sharedEffect(name, withEvents + without, rows, () => (subject) => subject < withEvents);
}

/** Rows of one subject share a normal effect (variance 1/2, as their own noise has); events score 1 higher. */
function sharedEffect(
  name: string,
  subjects: number,
  rows: number,
  labeller: (source: Random) => (subject: number) => boolean,
): Scenario {
  const truth = normalCdf(Math.SQRT1_2);
  return {
    name: `AUROC ${truth.toFixed(3)}, ${name}`,
    truth,
    draw(source) {
      const clusters = Int32Array.from({ length: subjects * rows }, (_, row) => Math.floor(row / rows));
      const effects = Float64Array.from({ length: subjects }, () => source.normal());
      const isEvent = labeller(source);
      const labels = Uint8Array.from(clusters, (subject) => Number(isEvent(subject)));
      const scores = Float64Array.from(
        clusters,
        (subject, row) => labels[row] + Math.SQRT1_2 * (effects[subject] + source.normal()),
      );
      const answer = told<AurocEstimate>(auroc({ scores, labels, clusters }));
      return {
        'Obuchowski, score interval, t': answer,
        'Obuchowski logit': answer && logitInterval(answer, Infinity),
        'score interval, t, clusters ignored': told(auroc({ scores, labels })),
      };
    },
  };
}
