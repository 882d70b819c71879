import { cohortScenario } from './figures.ts';
import type { Design, Population } from './population.ts';
import type { Scenario } from './scenario.ts';

/** Scenarios that are hard in one way; a figure's coverage is its mean over them. */
export interface Family {
  readonly name: string;
  readonly scenarios: readonly Scenario[];
}

const common: Population = { centre: -0.7, spread: 1.3, threshold: 0.35 };
const rare: Population = { centre: -4, spread: 1.2, threshold: 0.05 };

const family = (name: string, points: readonly (readonly [Population, Design])[]): Family => ({
  name,
  scenarios: points.map(([population, design]) => cohortScenario(population, design)),
});

/** What cohorts look like: every figure of one cohort is looked at in each. */
export const cohortFamilies = (): Family[] => [
  family('small n', [
    [{ ...common, centre: 0 }, { subjects: 40 }],
    [common, { subjects: 60 }],
    [common, { subjects: 100 }],
    [common, { subjects: 200 }],
  ]),
  family('ties', [
    [{ ...common, step: 0.1 }, { subjects: 80 }],
    [{ ...common, step: 0.1 }, { subjects: 300 }],
    [{ ...common, step: 0.25 }, { subjects: 150 }],
  ]),
  family('rare events', [
    [rare, { subjects: 400 }],
    [rare, { subjects: 1500 }],
    [{ ...rare, centre: -5 }, { subjects: 2000 }],
  ]),
  family('well separated', [
    [{ ...common, spread: 4 }, { subjects: 80 }],
    [{ ...common, centre: -3, spread: 3, threshold: 0.2 }, { subjects: 400 }],
  ]),
  family('miscalibrated', [
    [{ ...common, shift: -0.6, tilt: 0.6 }, { subjects: 150 }],
    [{ ...common, shift: 0.8, tilt: 1.6 }, { subjects: 400 }],
  ]),
  family('clusters', [
    [common, { subjects: 30, rows: 4 }],
    [common, { subjects: 60, rows: 5 }],
    [common, { subjects: 200, rows: 3 }],
  ]),
  family('uneven clusters', [
    [common, { subjects: 60, rows: 'uneven' }],
    [
      { ...common, centre: -2 },
      { subjects: 250, rows: 'uneven' },
    ],
  ]),
];
