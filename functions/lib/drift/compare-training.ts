// The people of a cohort against those whom the model contract says it was trained on: as far as it says so.
import { isMeasurementsContract, type ModelContract } from '#lib/inference/contract.ts';
import type { EcgContract } from '#lib/inference/ecg-contract.ts';
import type { MeasurementsContract } from '#lib/inference/measurements-contract.ts';
import { type DriftTest, type Share, shareTest } from './compare-populations.ts';
import { numbersOf, type Person } from './population.ts';

export interface TrainingComparison {
  /** People, or recordings, of the training. */
  readonly n: number;
  readonly tests: readonly DriftTest[];
  /** What the contract does not record, so that it cannot be compared. */
  readonly notRecorded: readonly string[];
}

/**
 * Prevalence, women and, as the share above the median of the training, age or duration. `leftOut` is a hospital that the weights in use
 * never saw: its people are no part of the reference.
 */
export function compareWithTraining(
  model: ModelContract,
  current: readonly Person[],
  leftOut: string | undefined,
): TrainingComparison {
  return isMeasurementsContract(model) ? withHospitals(model, current, leftOut) : withRecordings(model, current);
}

function withHospitals({ training }: MeasurementsContract, current: readonly Person[], leftOut: string | undefined) {
  const sites = training.sites.filter(({ site }) => site !== leftOut);
  const n = sites.reduce((all, site) => all + site.n, 0);
  const total = (of: (site: (typeof sites)[number]) => number): Share => ({
    part: Math.round(sites.reduce((all, site) => all + of(site), 0)),
    whole: n,
  });
  const median = weightedMedian(sites.map(({ ageMedian, n: weight }) => ({ value: ageMedian, weight })));
  const tests = [
    ...shareTest(
      'prevalence',
      null,
      total((site) => site.n * site.prevalence),
      prevalence(current),
    ),
    ...shareTest(
      'measurement',
      'sex (share of women)',
      total((site) => site.women),
      women(current),
    ),
    ...(median === undefined
      ? []
      : aboveMedian(`age (share above ${median} years)`, n, median, numbersOf(current, 'age'))),
  ];
  return { n, tests, notRecorded: ['other measurements', 'what was missing', 'scores', 'recorders'] };
}

function withRecordings({ training, positive }: EcgContract, current: readonly Person[]) {
  const { classes, n, durationSeconds } = training;
  // The classes as the source has them, where the training took a selection: the scores are calibrated to those.
  const counts = training.publishedClasses ?? classes;
  const whole = Object.values(counts).reduce((all, count) => all + count, 0);
  const durations = numbersOf(current, 'durationSeconds');
  const tests = [
    ...shareTest('prevalence', null, { part: counts[positive] ?? 0, whole }, prevalence(current)),
    ...aboveMedian(`durationSeconds (share above ${durationSeconds.median} s)`, n, durationSeconds.median, durations),
  ];
  const silent = (['age', 'sex', 'dates', 'sites', 'people'] as const).filter((name) =>
    training[name].startsWith('not recorded'),
  );
  return { n, tests, notRecorded: [...silent, 'scores', 'sampling rates'] };
}

/** A median test: half of the training lies above its median, and of values equal to it half count as above. */
function aboveMedian(field: string, n: number, median: number, values: Float64Array): DriftTest[] {
  const ties = values.filter((value) => value === median).length;
  const above = Math.round(values.filter((value) => value > median).length + ties / 2);
  return shareTest('measurement', field, { part: Math.floor(n / 2), whole: n }, { part: above, whole: values.length });
}

const prevalence = (people: readonly Person[]): Share => {
  const labelled = people.filter(({ label }) => label !== undefined);
  return { part: labelled.filter(({ label }) => label === 1).length, whole: labelled.length };
};

const women = (people: readonly Person[]): Share => {
  const told = people.filter(({ measurements }) => measurements.sex === 'F' || measurements.sex === 'M');
  return { part: told.filter(({ measurements }) => measurements.sex === 'F').length, whole: told.length };
};

/** The hospitals' medians, weighed by their people: close to the median of all where hospitals resemble each other. */
function weightedMedian(values: readonly { readonly value: number; readonly weight: number }[]): number | undefined {
  const sorted = values.toSorted((a, b) => a.value - b.value);
  const half = sorted.reduce((all, { weight }) => all + weight, 0) / 2;
  let below = 0;
  return sorted.find(({ weight }) => {
    below += weight;
    return below >= half;
  })?.value;
}
