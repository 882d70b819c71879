import { bootstrapMetrics } from '#lib/validation/bootstrap-metrics.ts';
import type { Family } from './families.ts';
import { type Design, drawRows, type Population, truthsOf } from './population.ts';
import { type Scenario, shifted, told } from './scenario.ts';

const REPLICATES = 400;
const common: Population = { centre: -0.7, spread: 1.3, threshold: 0.35 };

/** The cluster bootstrap BCa intervals of figures that have another interval in the report, and of those that are resampled only. */
export const resampledFamilies = (): Family[] => {
  const family = (name: string, points: readonly (readonly [Population, Design])[]): Family => ({
    name,
    scenarios: points.map(([population, design]) => resampledScenario(population, design)),
  });
  return [
    family('BCa, small n', [
      [common, { subjects: 60 }],
      [common, { subjects: 200 }],
    ]),
    family('BCa, ties', [[{ ...common, step: 0.1 }, { subjects: 150 }]]),
    family('BCa, rare events', [[{ centre: -3.5, spread: 1.2, threshold: 0.06 }, { subjects: 600 }]]),
    family('BCa, clusters', [
      [common, { subjects: 40, rows: 4 }],
      [common, { subjects: 150, rows: 'uneven' }],
    ]),
  ];
};

function resampledScenario(population: Population, design: Design): Scenario {
  const truths = truthsOf(population);
  return {
    name: `bootstrap ${JSON.stringify([population, design])}`,
    truth: 0,
    draw(source) {
      const rows = drawRows(source, population, design);
      const found = bootstrapMetrics(rows, population.threshold, { random: source, replicates: REPLICATES });
      return {
        AUROC: shifted(told(found.auroc), truths.auroc),
        'average precision': shifted(told(found.averagePrecision), truths.averagePrecision),
        sensitivity: shifted(told(found.sensitivity), truths.sensitivity),
        specificity: shifted(told(found.specificity), truths.specificity),
        PPV: shifted(told(found.positivePredictiveValue), truths.positivePredictiveValue),
        'balanced accuracy': shifted(told(found.balancedAccuracy), (truths.sensitivity + truths.specificity) / 2),
      };
    },
  };
}
