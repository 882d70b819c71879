import { type Random, random } from '#lib/simulate/random.ts';
import { binnedCalibration } from '#lib/validation/binned-calibration.ts';
import { brier } from '#lib/validation/brier.ts';
import { type CalibrationError, calibrationError } from '#lib/validation/calibration-error.ts';
import { replicatesFor } from '#lib/validation/outcome-cells.ts';
import { calibrationSlope, tooFewForCalibration } from '#lib/validation/recalibration.ts';
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
const ofPart = ({ rows }: GroupRows): Effort => ({ replicates: Math.min(400, replicatesFor(rows.length)) });

/** Null without a row. */
export function calibrationDetailOf(input: ChapterInput): CalibrationDetail | null {
  const { seed } = input;
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
    wholes: wholes.map((whole) => calibrationOf(whole, wholeErrors(whole, input), seed, {})),
    parts: told.map((part) => calibrationOf(part, errorsOf(part, seed, ofPart(part)), seed, ofPart(part))),
    untold: parts.filter((part) => !told.includes(part)).map(({ group }) => group),
  };
}

interface Effort {
  readonly replicates?: number;
}

type Resampling = Pick<ChapterInput, 'rows' | 'seed'>;

/** Of the hospitals of a report, by its rows and by seed and site. */
const known = new WeakMap<Resampling['rows'], Map<string, CalibrationError>>();

/** ICI, E50 and E90 of a hospital or of all, the same numbers in every chapter that shows them: computed once. */
export function wholeErrors(whole: GroupRows, { rows, seed }: Resampling): CalibrationError {
  const ofReport = known.get(rows) ?? new Map<string, CalibrationError>();
  known.set(rows, ofReport);
  const name = `${seed}/${whole.group.site}`;
  const errors = ofReport.get(name) ?? errorsOf(whole, seed, {});
  ofReport.set(name, errors);
  return errors;
}

const errorsOf = ({ group, rows }: GroupRows, seed: string, effort: Effort): CalibrationError =>
  calibrationError(predictionsOf(rows), { ...effort, random: sourceOf(seed, group, 'curve'), clipTo: LOGIT_LIMIT });

const sourceOf = (seed: string, { site, sex, ageBand, device }: Group, figures: 'curve' | 'bins'): Random =>
  random(`${seed}/calibration ${figures}/${JSON.stringify([site, sex, ageBand, device])}`);

function calibrationOf(of: GroupRows, errors: CalibrationError, seed: string, effort: Effort): GroupCalibration {
  const { group, rows } = of;
  const predictions = predictionsOf(rows);
  const events = rows.filter(({ label }) => label === 1).length;
  const refusal = tooFewForCalibration(predictions, events);
  const { p, ...distances } = errors;
  return {
    ...group,
    n: rows.length,
    events,
    slope: calibrationSlope(predictions, { clipTo: LOGIT_LIMIT }),
    ...distances,
    p: p ?? null,
    brier: refusal ?? brier(predictions),
    scaledBrier: refusal ?? scaledBrier(predictions),
    ...binnedCalibration(predictions, { ...effort, random: sourceOf(seed, group, 'bins') }),
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
