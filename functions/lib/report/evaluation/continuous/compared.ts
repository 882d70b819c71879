import type { ContinuousAnswers } from '#lib/cohort/evaluation/continuous-answers.ts';
import { meanAbsoluteError } from '#lib/validation/agreement/absolute-error.ts';
import { blandAltman } from '#lib/validation/agreement/bland-altman.ts';
import { calibrationLine } from '#lib/validation/agreement/calibration-line.ts';
import { errorOfDeviation } from '#lib/validation/agreement/difference-spread.ts';
import type { PairedMeasurements } from '#lib/validation/agreement/measurements.ts';
import { numberClusters } from '#lib/validation/cluster-totals.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { studentTMultiplier } from '#lib/validation/student-t.ts';
import { comparedStudies, type GroupSample } from '../compared.ts';
import type { ComparedResults } from '../compared-record.ts';
import { measurementsOf } from './measurements-of-rows.ts';

/**
 * Bias on its own scale, standard deviation of the differences (Tipton and Shuster, doi 10.1002/sim.7352) and mean absolute error on the
 * logarithm, slope on its own. Intraclass correlations are not pooled: they follow how far apart patients lie, which hospitals differ in.
 */
export function comparedMeasurements({ description, measurements, studies }: ContinuousAnswers): ComparedResults {
  const { unit, acceptableGap = {} } = description;
  return comparedStudies({
    studies,
    rules: [
      {
        ...{ id: 'bias', name: `Bias, ${unit}`, pooledOn: 'identity', gap: 'difference', ideal: 0 },
        acceptableGap: acceptableGap.bias,
      },
      {
        ...{ id: 'standardDeviation', name: `Standard deviation of differences, ${unit}`, pooledOn: 'log', gap: null },
        ideal: null,
      },
      {
        ...{ id: 'meanAbsoluteError', name: `Mean absolute error, ${unit}`, pooledOn: 'log', gap: 'difference' },
        ...{ ideal: null, acceptableGap: acceptableGap.meanAbsoluteError },
      },
      { id: 'slope', name: 'Slope', pooledOn: 'identity', gap: null, ideal: 1 },
    ],
    samplesOf: (places) => samplesOf(measurementsOf(measurements, places)),
  });
}

function samplesOf(own: PairedMeasurements): GroupSample[] {
  const agreement = blandAltman(own);
  const line = calibrationLine(own);
  const { clusters } = own;
  const differences = own.first.map((value, row) => value - own.second[row]);
  const error = meanAbsoluteError(own);
  const slope = 'cannotTell' in line ? line : line.slope;
  return [
    {
      ...{ kind: 'figure', clusters, figure: 'cannotTell' in agreement ? agreement : agreement.bias },
      influence: influenceOfPeople(differences, clusters),
    },
    deviationSample(own),
    {
      ...{ kind: 'figure', clusters, figure: error },
      influence: differences.map((value) => (Math.abs(value) - estimateOf(error)) / differences.length),
    },
    { kind: 'error', figure: slope, standardError: errorOfLine(slope, clusters !== undefined) },
  ];
}

const estimateOf = (figure: Estimate | CannotTell): number => (isCannotTell(figure) ? 0 : figure.estimate);

/** Of the mean of people's means: each row its part of its person's distance from that. */
function influenceOfPeople(values: Float64Array, clusters: Int32Array | undefined): Float64Array {
  const { places, count } = numberClusters(clusters ?? Int32Array.from(values.keys()));
  const [totals, sizes] = [new Float64Array(count), new Float64Array(count)];
  values.forEach((value, row) => {
    totals[places[row]] += value;
    sizes[places[row]]++;
  });
  const means = totals.map((total, person) => total / sizes[person]);
  const mean = means.reduce((sum, value) => sum + value, 0) / count;
  return values.map((_, row) => (means[places[row]] - mean) / (count * sizes[places[row]]));
}

function deviationSample(own: PairedMeasurements): GroupSample {
  const agreement = blandAltman(own);
  if ('cannotTell' in agreement) return { kind: 'error', figure: agreement, standardError: 0 };
  const { bias, standardDeviation: estimate } = agreement;
  const standardError = errorOfDeviation(own);
  const half = (studentTMultiplier(bias.level, (bias.clusters ?? bias.n) - 1) * standardError) / estimate;
  const limits = { lower: estimate * Math.exp(-half), upper: estimate * Math.exp(half) };
  const method = 'standard deviation of differences, jackknife by person, interval on the logarithm';
  return { kind: 'error', figure: { ...bias, estimate, ...limits, method }, standardError };
}

/** From its Student's t interval. */
function errorOfLine(slope: Estimate | CannotTell, clustered: boolean): number {
  if (isCannotTell(slope)) return 0;
  const freedom = clustered ? (slope.clusters ?? slope.n) - 1 : slope.n - 2;
  return (slope.upper - slope.lower) / 2 / studentTMultiplier(slope.level, freedom);
}
