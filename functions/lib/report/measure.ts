import type { Relation } from '#functions/study.ts';
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { ageBand, ageBands, type SexGroup, sexGroup } from '#lib/fairness/groups.ts';
import { type ModelContract, thresholdOf } from '#lib/inference/contract.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { brier } from '#lib/validation/brier.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { observedExpected } from '#lib/validation/observed-expected.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { recalibration } from '#lib/validation/recalibration.ts';
import { threshold } from '#lib/validation/threshold.ts';
import { calibrationPlot, LOGIT_LIMIT } from './calibration-plot.ts';
import type { Group, GroupResult, Performance, ThresholdResult } from './record.ts';

type Thresholds = ModelContract['thresholds'];

/** Fewest rows for a figure whose own definition sets no minimum. */
export const MINIMUM_ROWS = 10;

const EVIDENCE: readonly Relation[] = ['external', 'left-out-site', 'left-out-fold', 'apparent'];
const SEXES: readonly SexGroup[] = ['female', 'male', 'unknown'];

/** Results by site, by sex and age band, and of all sites in one heap (crude). */
export function performanceOf(
  rows: readonly AnalysedRow[],
  sites: readonly string[],
  thresholds: Thresholds,
): Performance {
  const used = new Set(rows.map((row) => row.relation));
  const bySite = Map.groupBy(rows, (row) => row.site);
  const occupied = sites.filter((site) => bySite.has(site));
  return {
    relations: EVIDENCE.filter((relation) => used.has(relation)),
    groups: [
      ...occupied.flatMap((site) => groupResults(site, bySite.get(site) ?? [], thresholds)),
      ...groupResults(null, rows, thresholds),
    ],
    calibration: occupied.map((site) => calibrationPlot(site, predictionsOf(bySite.get(site) ?? []))),
  };
}

function groupResults(site: string | null, rows: readonly AnalysedRow[], thresholds: Thresholds): GroupResult[] {
  const bySex = Map.groupBy(rows, (row) => sexOf(row));
  const byAge = Map.groupBy(rows, (row) => ageBand(row.ageYears ?? null));
  const result = (sex: string | null, band: string | null, of: readonly AnalysedRow[]) =>
    groupResult({ site, sex, ageBand: band }, of, thresholds);
  return [
    result(null, null, rows),
    ...SEXES.flatMap((sex) => resultIfAny(bySex.get(sex), (of) => result(sex, null, of))),
    ...ageBands().flatMap((band) => resultIfAny(byAge.get(band), (of) => result(null, band, of))),
  ];
}

function resultIfAny(
  rows: readonly AnalysedRow[] | undefined,
  of: (rows: readonly AnalysedRow[]) => GroupResult,
): GroupResult[] {
  return rows === undefined ? [] : [of(rows)];
}

/** The sex as recorded; anything but F and M is its own group, `unknown`. */
export function sexOf({ sex }: AnalysedRow): SexGroup {
  return sexGroup(sex === 'F' || sex === 'M' ? sex : null);
}

function groupResult(group: Group, rows: readonly AnalysedRow[], thresholds: Thresholds): GroupResult {
  const predictions = predictionsOf(rows);
  const n = rows.length;
  const events = rows.reduce((sum, row) => sum + row.label, 0);
  const enough = (figure: () => Estimate | CannotTell): Estimate | CannotTell =>
    n < MINIMUM_ROWS ? { cannotTell: `${n} rows are fewer than ${MINIMUM_ROWS}`, n, events } : figure();
  return {
    ...group,
    n,
    subjects: new Set(rows.map(personOf)).size,
    events,
    nonEvents: n - events,
    auroc: auroc(predictions),
    brier: enough(() => brier(predictions)),
    observedExpected: enough(() => observedExpected(predictions)),
    calibrationIntercept: recalibration(predictions, { clipTo: LOGIT_LIMIT }).intercept,
    thresholds: thresholds.map((at) => thresholdResult(at, rows, predictions)),
  };
}

/** Each row at the threshold of the weights that scored it: a fold's was chosen without the site that it judges. */
function thresholdResult(
  at: Thresholds[number],
  rows: readonly AnalysedRow[],
  predictions: Predictions,
): ThresholdResult {
  const values = rows.map(({ file }) => thresholdOf(at, file));
  const margins = predictions.scores.map((score, n) => score - (values[n] as number));
  const {
    positivePredictiveValue: _ppv,
    negativePredictiveValue: _npv,
    ...result
  } = threshold({ ...predictions, scores: margins }, 0);
  const [only = at.value, ...others] = new Set(values);
  return { ...result, name: at.name, threshold: others.length === 0 ? only : null };
}

function personOf({ site, subjectKey }: AnalysedRow): string {
  return `${site}/${subjectKey}`;
}

/** Columns for the statistics; people are clusters only where someone has more than one row. */
export function predictionsOf(rows: readonly AnalysedRow[]): Predictions {
  const numbers = new Map<string, number>();
  const clusters = Int32Array.from(rows, (row) => {
    const key = personOf(row);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  return {
    scores: Float64Array.from(rows, (row) => row.score),
    labels: Uint8Array.from(rows, (row) => row.label),
    ...(numbers.size < rows.length && { clusters }),
  };
}
