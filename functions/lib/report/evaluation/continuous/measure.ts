import type { ContinuousAnswers } from '#lib/cohort/evaluation/continuous-answers.ts';
import { random } from '#lib/simulate/random.ts';
import { meanAbsoluteError } from '#lib/validation/agreement/absolute-error.ts';
import { blandAltman } from '#lib/validation/agreement/bland-altman.ts';
import { calibrationLine } from '#lib/validation/agreement/calibration-line.ts';
import { intraclass } from '#lib/validation/agreement/intraclass.ts';
import type { PairedMeasurements } from '#lib/validation/agreement/measurements.ts';
import { countClusters } from '#lib/validation/cluster-totals.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { meanOfRows } from '#lib/validation/mean-of-rows.ts';
import { sum } from '#lib/validation/sum.ts';
import { MINIMUM_ROWS } from '../../measure.ts';
import { type GradeAgreement, type Graded, gradeAgreement, gradeSummary } from '../grades.ts';
import { type GroupPlaces, groupsOf } from '../groups.ts';
import { quartilesOf } from '../quartiles.ts';
import { comparedMeasurements } from './compared.ts';
import { measurementsOf } from './measurements-of-rows.ts';
import type { ContinuousGroup, ContinuousResults, SizeBin } from './record.ts';

const MOST_POINTS = 2000;
const BINS = 10;
/** Smallest bin of a picture. */
const FEWEST_IN_BIN = 11;

/** Agreement and calibration of a continuous answer: all studies, by site and group. */
export function continuousResults(answers: ContinuousAnswers, seed: string): ContinuousResults {
  const { description, measurements, studies } = answers;
  const { first, second, clusters } = measurements;
  const sizes = first.map((value, row) => (value + second[row]) / 2);
  const differences = first.map((value, row) => value - second[row]);
  return {
    kind: 'continuous',
    quantity: description.quantity,
    unit: description.unit,
    acceptableDifference: description.acceptableDifference ?? null,
    groups: groupsOf(studies).map((group) => groupResults(answers, group)),
    differenceBySize: sizeBins(sizes, differences, clusters),
    referenceByAnswer: sizeBins(first, second, clusters),
    classes: classesOf(answers),
    ...comparedMeasurements(answers),
    points: drawnPoints(measurements, seed),
  };
}

function classesOf({ description, measurements }: ContinuousAnswers): GradeAgreement | null {
  return description.classes === undefined ? null : gradeAgreement(graded(measurements, description.classes));
}

function graded(
  { first, second, clusters }: PairedMeasurements,
  { cutPoints, names }: { readonly cutPoints: readonly number[]; readonly names: readonly string[] },
): Graded {
  const classOf = (value: number): number => cutPoints.filter((cut) => value >= cut).length;
  return {
    names,
    answer: Uint8Array.from(first, classOf),
    reference: Uint8Array.from(second, classOf),
    ...(clusters !== undefined && { clusters }),
  };
}

function groupResults({ description, measurements }: ContinuousAnswers, group: GroupPlaces): ContinuousGroup {
  const own = measurementsOf(measurements, group.places);
  const { acceptableDifference, classes } = description;
  const agreement = blandAltman(own);
  const untold = 'cannotTell' in agreement ? agreement : undefined;
  const told = 'cannotTell' in agreement ? undefined : agreement;
  const line = calibrationLine(own);
  const rated = { raters: [own.first, own.second], ...(own.clusters && { clusters: own.clusters }) };
  return {
    group: group.group,
    value: group.value,
    answer: quartilesOf(own.first),
    reference: quartilesOf(own.second),
    bias: told?.bias ?? { ...lacking(untold), ...biasOf(own) },
    lowerLimit: told?.lowerLimit ?? lacking(untold),
    upperLimit: told?.upperLimit ?? lacking(untold),
    meanAbsoluteError: meanAbsoluteError(own),
    iccAgreement: intraclass(rated, 'agreement'),
    iccConsistency: intraclass(rated, 'consistency'),
    slope: 'cannotTell' in line ? line : line.slope,
    intercept: 'cannotTell' in line ? line : line.intercept,
    trend: told?.trend ?? null,
    acceptable: acceptableDifference === undefined ? null : acceptableShare(own, acceptableDifference),
    classes: classes === undefined ? null : gradeSummary(graded(own, classes)),
  };
}

type CannotTell = Exclude<ReturnType<typeof blandAltman>, { readonly bias: unknown }>;

function lacking(untold: CannotTell | undefined): CannotTell {
  if (untold === undefined) throw new Error('evaluation: limits of agreement are neither told nor refused');
  return untold;
}

/** Few people are described without an interval. */
function biasOf({ first, second }: PairedMeasurements): { readonly point?: number } {
  return first.length === 0 ? {} : { point: (sum(first) - sum(second)) / first.length };
}

function acceptableShare({ first, second, clusters }: PairedMeasurements, most: number) {
  // 62.1 − 52.1 is 10 and a rounding error.
  const inside = Uint8Array.from(first, (value, row) => Number(Math.abs(value - second[row]) <= most * (1 + 1e-9)));
  const count = sum(inside);
  return {
    inside: count,
    outside: inside.length - count,
    share: clusteredProportion(inside, clusters, { minimumRows: MINIMUM_ROWS }),
  };
}

/** Bins of equal size by `sizes`, at most ten and none of fewer than 11 studies, with the mean of `values` in each. */
function sizeBins(sizes: Float64Array, values: Float64Array, clusters: Int32Array | undefined): SizeBin[] {
  const order = Uint32Array.from(sizes.keys()).sort((a, b) => sizes[a] - sizes[b] || a - b);
  const bins = Math.min(BINS, Math.floor(order.length / FEWEST_IN_BIN));
  return Array.from({ length: bins }, (_, bin): SizeBin => {
    const rows = order.slice(Math.round((bin * order.length) / bins), Math.round(((bin + 1) * order.length) / bins));
    const people = clusters && Int32Array.from(rows, (row) => clusters[row]);
    return {
      n: rows.length,
      subjects: people === undefined ? rows.length : countClusters(people),
      size: sum(Float64Array.from(rows, (row) => sizes[row])) / rows.length,
      figure: meanOfRows(
        Float64Array.from(rows, (row) => values[row]),
        people,
      ),
    };
  });
}

/** Single studies for the pictures: all, or a random draw where they are many. */
function drawnPoints({ first, second }: PairedMeasurements, seed: string): [number, number][] {
  const rows = Uint32Array.from(first.keys());
  if (rows.length > MOST_POINTS) random(`${seed}/points`).shuffle(rows);
  return Array.from(rows.subarray(0, MOST_POINTS), (row): [number, number] => [first[row], second[row]]);
}
