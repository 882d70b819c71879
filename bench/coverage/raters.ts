import type { Random } from '#lib/simulate/random.ts';
import { concordance } from '#lib/validation/concordance.ts';
import { kappa } from '#lib/validation/kappa.ts';
import { pairedDifference } from '#lib/validation/mcnemar.ts';
import { answeredClasses, handTill, macroAuroc, macroF1 } from '#lib/validation/multiclass.ts';
import { macroF1OfLabels, microF1OfLabels } from '#lib/validation/multilabel.ts';
import { normalCdf, normalQuantile } from '#lib/validation/normal.ts';
import { partialAuroc } from '#lib/validation/partial-auroc.ts';
import type { Family } from './families.ts';
import { type Scenario, shifted, told } from './scenario.ts';

/** Figures of reader studies, of several classes and of a part of the ROC curve. */
export const raterFamilies = (): Family[] => [
  {
    name: 'raters, common and rare findings',
    scenarios: [
      ratersScenario({ studies: 60, prevalence: 0.4, sensitivity: 0.85, specificity: 0.9 }),
      ratersScenario({ studies: 250, prevalence: 0.1, sensitivity: 0.85, specificity: 0.97 }),
      ratersScenario({ studies: 827, prevalence: 0.03, sensitivity: 0.9, specificity: 0.995 }),
    ],
  },
  {
    name: 'raters, several studies of a person',
    scenarios: [
      ratersScenario({ studies: 200, prevalence: 0.3, sensitivity: 0.85, specificity: 0.9, perPerson: 4 }),
      ratersScenario({ studies: 600, prevalence: 0.2, sensitivity: 0.9, specificity: 0.95, perPerson: 3 }),
    ],
  },
  { name: 'several classes', scenarios: [classesScenario(90, 1.2), classesScenario(300, 2)] },
  {
    name: 'a part of the curve',
    scenarios: [curveScenario(100, 0.3, 0.85), curveScenario(300, 0.1, 0.9), curveScenario(1500, 0.02, 0.8)],
  },
];

interface Raters {
  readonly studies: number;
  readonly prevalence: number;
  readonly sensitivity: number;
  readonly specificity: number;
  /** Studies of each person, who are alike half of the time. @default 1 */
  readonly perPerson?: number;
}

/** Two raters of one skill, their mistakes independent of each other; three findings. */
function ratersScenario(of: Raters): Scenario {
  const { studies, prevalence: p, sensitivity: se, specificity: sp, perPerson = 1 } = of;
  const clusters = Int32Array.from({ length: studies }, (_, row) => Math.floor(row / perPerson));
  const shared = perPerson === 1 ? {} : { clusters };
  const calls = p * se + (1 - p) * (1 - sp);
  const same = p * (se * se + (1 - se) ** 2) + (1 - p) * (sp * sp + (1 - sp) ** 2);
  const byChance = calls ** 2 + (1 - calls) ** 2;
  const ofReference = calls * p + (1 - calls) * (1 - p);
  const f1 = (2 * p * se) / (calls + p);
  return {
    name: `raters ${JSON.stringify(of)}`,
    truth: 0,
    draw(source) {
      const labels = [0, 1, 2].map(() => alike(source, clusters, () => source.bernoulli(p)));
      const answers = (): Uint8Array[] =>
        labels.map((truth) => {
          const [hit, alarm] = [se, 1 - sp].map((share) => alike(source, clusters, () => source.bernoulli(share)));
          return truth.map((label, row) => (label === 1 ? hit[row] : alarm[row]));
        });
      const [one, other] = [answers(), answers()];
      const right = (rater: Uint8Array[]): Uint8Array =>
        rater[0].map((answer, row) => Number(answer === labels[0][row]));
      const set = { names: ['a', 'b', 'c'], labels, ...shared };
      const off = (answer: Parameters<typeof told>[0], truth: number) => shifted(told(answer), truth);
      return {
        'kappa of two raters': off(
          kappa({ first: one[0], second: other[0], categories: 2, ...shared }),
          (same - byChance) / (1 - byChance),
        ),
        'kappa with the reference': off(
          kappa({ first: labels[0], second: one[0], categories: 2, ...shared }),
          (p * se + (1 - p) * sp - ofReference) / (1 - ofReference),
        ),
        'difference of two raters': off(pairedDifference({ first: right(one), second: right(other), ...shared }), 0),
        'macro F1 of labels': off(macroF1OfLabels(set, one), f1),
        'micro F1 of labels': off(microF1OfLabels(set, one), f1),
      };
    },
  };
}

/** Half of a person's rows repeat the first. */
function alike(source: Random, clusters: Int32Array, draw: () => boolean): Uint8Array {
  const values = new Uint8Array(clusters.length);
  let first = 0;
  for (let row = 0; row < clusters.length; row++) {
    const isNew = row === 0 || clusters[row] !== clusters[row - 1];
    const own = Number(draw());
    if (isNew) first = own;
    values[row] = isNew || source.bernoulli(0.5) ? first : own;
  }
  return values;
}

/** Three classes, the score of the true one higher by `shift`; the same classes as an ordinal outcome with a score of its own. */
function classesScenario(rows: number, shift: number): Scenario {
  const area = normalCdf(shift / Math.SQRT2);
  const step = shift / 2;
  const right = shareOfHighest(shift);
  // Classes 0, 1 and 2 are equally frequent: two of the three pairs are one step apart.
  const ordered = (2 * normalCdf(step / Math.SQRT2) + normalCdf((2 * step) / Math.SQRT2)) / 3;
  return {
    name: `classes ${rows} ${shift}`,
    truth: 0,
    draw(source) {
      const labels = Uint8Array.from({ length: rows }, () => source.integer(0, 2));
      const scores = [0, 1, 2].map((k) => Float64Array.from(labels, (label) => source.normal(label === k ? shift : 0)));
      const ordinal = Float64Array.from(labels, (label) => source.normal(step * label));
      const input = { scores, labels };
      const answered = answeredClasses(input);
      const off = (answer: Parameters<typeof told>[0], truth: number) => shifted(told(answer), truth);
      return {
        'mean AUROC of classes': off(macroAuroc(input), area),
        "Hand and Till's M": off(handTill(input), area),
        'macro F1 of classes': off(macroF1({ labels, answered, classes: 3 }), right),
        'ordinal concordance': off(concordance({ scores: ordinal, categories: labels }), ordered),
      };
    },
  };
}

/** Chance that a normal number around `shift` is above two around 0; with classes alike also each one's F1. */
function shareOfHighest(shift: number): number {
  const points = 4000;
  let total = 0;
  for (let i = 0; i < points; i++) total += normalCdf(shift + normalQuantile((i + 0.5) / points)) ** 2 / points;
  return total;
}

/** Two normal scores of one spread. */
function curveScenario(rows: number, prevalence: number, area: number): Scenario {
  const shift = Math.SQRT2 * normalQuantile(area);
  const limit = 0.1;
  const points = 20_000;
  let part = 0;
  for (let i = 0; i < points; i++) {
    part += (normalCdf(shift + normalQuantile((limit * (i + 0.5)) / points)) * limit) / points;
  }
  const chance = limit ** 2 / 2;
  const truth = (1 + (part - chance) / (limit - chance)) / 2;
  return {
    name: `curve ${rows} ${prevalence} ${area}`,
    truth: 0,
    draw(source) {
      const labels = Uint8Array.from({ length: rows }, () => Number(source.bernoulli(prevalence)));
      const scores = Float64Array.from(labels, (label) => source.normal(label * shift));
      return { 'partial AUROC': shifted(told(partialAuroc({ scores, labels })), truth) };
    },
  };
}
