import { type Random, random } from '#lib/simulate/random.ts';
import { binnedCalibration } from '#lib/validation/binned-calibration.ts';
import { brier } from '#lib/validation/brier.ts';
import { calibrationError } from '#lib/validation/calibration-error.ts';
import { recalibration, tooFewForCalibration } from '#lib/validation/recalibration.ts';
import { scaledBrier } from '#lib/validation/scaled-brier.ts';
import { LOGIT_LIMIT } from '../../calibration-plot.ts';
import type { ChapterInput, SharedView } from '../../chapter.ts';
import { predictionsOf } from '../../measure.ts';
import { type Count, type Figure, type Group, SUPPRESSED } from '../../record.ts';
import { type GroupRows, partsOf, wholeGroups } from '../group-rows.ts';

/** Figures of the calibration of one group; the ratio and the intercept stand in the core of the report. */
export interface GroupCalibration extends Group {
  readonly n: Count;
  readonly events: Count;
  readonly slope: Figure;
  readonly ici: Figure;
  readonly e50: Figure;
  readonly e90: Figure;
  /** p of the test that the smooth curve is the diagonal; null where there is none, or it is hidden. */
  readonly p: number | null;
  readonly ece: Figure;
  readonly brier: Figure;
  readonly scaledBrier: Figure;
  readonly reliability: Figure;
  readonly resolution: Figure;
  readonly uncertainty: Figure;
}

export interface CalibrationDetail {
  /** Hospitals, and all of them (crude) where there are several. */
  readonly wholes: readonly GroupCalibration[];
  /** Sexes, age bands and recorders that carry the figures. */
  readonly parts: readonly GroupCalibration[];
  /** Groups that do not: fewer than 20 people with or without the outcome. */
  readonly untold: readonly Group[];
}

/** Groups are many: fewer resamples than for a hospital. */
const REPLICATES_OF_PART = 400;

/** Null without a row. */
export function calibrationDetailOf(input: ChapterInput): CalibrationDetail | null {
  const wholes = wholeGroups(input);
  if (wholes.length === 0) return null;
  const parts = wholes.flatMap(partsOf).filter(({ rows }) => rows.length > 0);
  const carries = ({ rows }: GroupRows): boolean => {
    const predictions = predictionsOf(rows);
    const events = rows.filter(({ label }) => label === 1).length;
    return tooFewForCalibration(predictions, events) === undefined;
  };
  const told = parts.filter(carries);
  return {
    wholes: wholes.map((whole) => calibrationOf(whole, input.seed, {})),
    parts: told.map((part) => calibrationOf(part, input.seed, { replicates: REPLICATES_OF_PART })),
    untold: parts.filter((part) => !told.includes(part)).map(({ group }) => group),
  };
}

/** The resampling of a group's ICI, so that the same figure is the same number in every chapter. */
export const sourceOf = (seed: string, { site, sex, ageBand, device }: Group): Random =>
  random(`${seed}/calibration/${JSON.stringify([site, sex, ageBand, device])}`);

function calibrationOf(
  { group, rows }: GroupRows,
  seed: string,
  effort: { readonly replicates?: number },
): GroupCalibration {
  const predictions = predictionsOf(rows);
  const source = sourceOf(seed, group);
  const events = rows.filter(({ label }) => label === 1).length;
  const refusal = tooFewForCalibration(predictions, events);
  const { p, ...distances } = calibrationError(predictions, { ...effort, random: source, clipTo: LOGIT_LIMIT });
  return {
    ...group,
    n: rows.length,
    events,
    slope: recalibration(predictions, { clipTo: LOGIT_LIMIT }).slope,
    ...distances,
    p: p ?? null,
    brier: refusal ?? brier(predictions),
    scaledBrier: refusal ?? scaledBrier(predictions),
    ...binnedCalibration(predictions, { ...effort, random: source }),
  };
}

/**
 * Hospitals with a hidden count keep their figures inside. Groups with one are left out altogether: whether such a group is told or untold
 * would say whether its own count is small or another's.
 */
export function shareCalibrationDetail(value: CalibrationDetail, { isOpen }: SharedView): CalibrationDetail {
  const open = (group: Group): boolean => isOpen(groupOf(group));
  return {
    wholes: value.wholes.map((group) => (open(group) ? group : closed(group))),
    parts: value.parts.filter(open),
    untold: value.untold.filter(open),
  };
}

export const groupOf = ({ site, sex, ageBand, device }: Group): Group => ({ site, sex, ageBand, device });

function closed(group: GroupCalibration): GroupCalibration {
  const hidden = { n: SUPPRESSED, events: SUPPRESSED, slope: SUPPRESSED, ici: SUPPRESSED, e50: SUPPRESSED };
  const more = { e90: SUPPRESSED, ece: SUPPRESSED, brier: SUPPRESSED, scaledBrier: SUPPRESSED };
  return {
    ...group,
    ...hidden,
    ...more,
    p: null,
    reliability: SUPPRESSED,
    resolution: SUPPRESSED,
    uncertainty: SUPPRESSED,
  };
}
