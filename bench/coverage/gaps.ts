import { gapsBetween } from '#lib/fairness/compare-groups.ts';
import { DEFAULT_MARGINS } from '#lib/fairness/gap.ts';
import { type DecidedPredictions, groupFigures } from '#lib/fairness/group-figures.ts';
import type { Family } from './families.ts';
import { type Design, drawRows, type Population, truthsOf } from './population.ts';
import { type Interval, type Scenario, shifted, told } from './scenario.ts';

type GroupDesign = readonly [Population, Design];

const common: Population = { centre: -0.5, spread: 1.3, threshold: 0.35 };
const rare: Population = { centre: -3.2, spread: 1.2, threshold: 0.08 };

/** Gaps between two groups as the report tells them. */
export const gapFamilies = (): Family[] => {
  const family = (name: string, pairs: readonly (readonly [GroupDesign, GroupDesign])[]): Family => ({
    name,
    scenarios: pairs.map(([group, reference]) => gapScenario(group, reference)),
  });
  const worse: Population = { ...common, shift: 0.4, tilt: 0.6 };
  return [
    family('two groups', [
      [
        [common, { subjects: 80 }],
        [common, { subjects: 120 }],
      ],
      [
        [worse, { subjects: 100 }],
        [common, { subjects: 400 }],
      ],
      [
        [{ ...common, step: 0.1 }, { subjects: 100 }],
        [{ ...worse, step: 0.1 }, { subjects: 100 }],
      ],
    ]),
    family('two groups, rare events', [
      [
        [rare, { subjects: 300 }],
        [rare, { subjects: 900 }],
      ],
      [
        [{ ...rare, shift: 0.5 }, { subjects: 400 }],
        [rare, { subjects: 400 }],
      ],
    ]),
    family('two groups, clusters', [
      [
        [common, { subjects: 40, rows: 4 }],
        [common, { subjects: 80, rows: 3 }],
      ],
      [
        [worse, { subjects: 60, rows: 'uneven' }],
        [common, { subjects: 120, rows: 'uneven' }],
      ],
    ]),
  ];
};

function gapScenario([population, design]: GroupDesign, [other, otherDesign]: GroupDesign): Scenario {
  const [truths, others] = [truthsOf(population), truthsOf(other)];
  const flagged = ({ sensitivity, specificity, prevalence }: typeof truths): number =>
    sensitivity * prevalence + (1 - specificity) * (1 - prevalence);
  const figureOf = {
    sensitivity: (of: typeof truths) => of.sensitivity,
    falsePositiveRate: (of: typeof truths) => 1 - of.specificity,
    positivePredictiveValue: (of: typeof truths) => of.positivePredictiveValue,
    flagRate: flagged,
    auroc: (of: typeof truths) => of.auroc,
  };
  return {
    name: `gap ${JSON.stringify([population, design, other, otherDesign])}`,
    truth: 0,
    draw(source) {
      const one = figuresOf('group', drawRows(source, population, design), population.threshold);
      const two = figuresOf('reference', drawRows(source, other, otherDesign), other.threshold);
      const gaps = gapsBetween(one, two, DEFAULT_MARGINS);
      const intervals: Record<string, Interval | undefined> = {};
      for (const [metric, of] of Object.entries(figureOf)) {
        const gap = gaps.find((found) => found.metric === metric);
        if (gap === undefined) throw new Error(`coverage: found no gap in ${metric}, expected one`);
        intervals[`gap in ${metric}`] = shifted(told(gap.difference), of(truths) - of(others));
        if (metric === 'sensitivity')
          intervals['ratio of sensitivities'] = shifted(told(gap.ratio), of(truths) / of(others));
      }
      const calibration = gaps.find(({ metric }) => metric === 'calibration');
      const ratio = truths.observedExpected / others.observedExpected;
      intervals['ratio of O:E'] = calibration && shifted(told(calibration.ratio), ratio);
      intervals['gap in calibration intercept'] =
        calibration && shifted(told(calibration.difference), truths.intercept - others.intercept);
      return intervals;
    },
  };
}

function figuresOf(group: string, rows: ReturnType<typeof drawRows>, threshold: number) {
  const flagged = Uint8Array.from(rows.scores, (score) => Number(score >= threshold));
  const all: DecidedPredictions = { ...rows, decisions: [{ threshold: 'decision', flagged }] };
  return groupFigures(group, all, Uint32Array.from(rows.scores.keys()), { clipTo: 1e-6 });
}
