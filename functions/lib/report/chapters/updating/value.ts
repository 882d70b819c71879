import { random } from '#lib/simulate/random.ts';
import { brier } from '#lib/validation/brier.ts';
import { closedTest } from '#lib/validation/closed-test.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { fitUpdate, type UpdateMethod } from '#lib/validation/model-update.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { calibrationSlope } from '#lib/validation/recalibration.ts';
import { allowedUpdates, type HeldOutGains, offeredUpdate } from '#lib/validation/update-choice.ts';
import { updateGain } from '#lib/validation/update-gain.ts';
import { LOGIT_LIMIT } from '../../calibration-plot.ts';
import type { ChapterInput, SharedView } from '../../chapter.ts';
import { peopleOf, predictionsOf } from '../../measure.ts';
import { type Count, type Figure, isEstimate, SUPPRESSED, type Suppressed } from '../../record.ts';
import { wholeErrors } from '../calibration-detail/value.ts';
import { type GroupRows, wholeGroups } from '../group-rows.ts';

/** One update at one hospital: its coefficients there, and what it does to held-out people. */
export interface UpdateResult {
  readonly method: UpdateMethod;
  /** Of logit(new) = intercept + slope · logit(score), fitted to all local people; null for isotonic regression. */
  readonly intercept: number | Suppressed | null;
  readonly slope: number | Suppressed | null;
  readonly brierGain: Figure;
  readonly logLossGain: Figure;
  readonly slopeAfter: Figure;
  readonly iciAfter: Figure;
}

export interface SiteUpdating {
  readonly site: string;
  readonly n: Count;
  readonly events: Count;
  /** People with the outcome and without it. */
  readonly eventPeople: Count;
  readonly nonEventPeople: Count;
  readonly slopeBefore: Figure;
  readonly iciBefore: Figure;
  readonly brierBefore: Figure;
  /** What the closed test chooses and its p values; null where it cannot be made, or is hidden. */
  readonly test: {
    readonly choice: 'none' | UpdateMethod;
    readonly pOfAny: number;
    readonly pOfSlope: number | null;
  } | null;
  readonly updates: readonly UpdateResult[];
  /** The update that is offered; null where too few people carry one, or it is hidden. */
  readonly offered: UpdateMethod | 'none' | null;
}

export interface Updating {
  readonly sites: readonly SiteUpdating[];
}

/** Null without a row. */
export function updatingOf(input: ChapterInput): Updating | null {
  const sites = wholeGroups(input).filter(({ group }) => group.site !== null);
  return sites.length === 0 ? null : { sites: sites.map((site) => siteUpdating(site, input)) };
}

function siteUpdating(site: GroupRows, input: ChapterInput): SiteUpdating {
  const { group, rows } = site;
  const predictions = predictionsOf(rows);
  const withOutcome = rows.filter(({ label }) => label === 1);
  const [eventPeople, nonEventPeople] = [withOutcome, rows.filter(({ label }) => label === 0)].map(peopleOf);
  const source = random(`${input.seed}/updating/${group.site}`);
  const allowed = allowedUpdates({ fewerOfBoth: Math.min(eventPeople, nonEventPeople), all: peopleOf(rows) });
  const settings = { random: source, clipTo: LOGIT_LIMIT };
  const test =
    allowed.length === 0
      ? undefined
      : closedTest(predictions, { slopeAllowed: allowed.includes('slope'), clipTo: LOGIT_LIMIT });
  const isNeeded = test !== undefined && test.choice !== 'none';
  const updates = allowed
    .map((method) => updateResult(method, predictions, { ...settings, ...(test && { pOfNone: test.pOfAny }) }))
    .map((update) => (isNeeded ? update : withoutIntervals(update)));
  const slope = calibrationSlope(predictions, { clipTo: LOGIT_LIMIT });
  return {
    site: group.site ?? '',
    ...{ n: rows.length, events: withOutcome.length, eventPeople, nonEventPeople },
    slopeBefore: slope,
    iciBefore: wholeErrors(site, input).ici,
    brierBefore: isCannotTell(slope) ? slope : brier(predictions),
    test: test === undefined ? null : { ...test, pOfSlope: test.pOfSlope ?? null },
    updates,
    offered: allowed.length === 0 ? null : offeredUpdate(test, gainsOf(updates)),
  };
}

function updateResult(
  method: UpdateMethod,
  predictions: Predictions,
  settings: { readonly random: ReturnType<typeof random>; readonly clipTo: number; readonly pOfNone?: number },
): UpdateResult {
  const fit = fitUpdate(method, predictions, settings.clipTo);
  const gain = updateGain(method, predictions, settings);
  const figure = (of: (told: Exclude<typeof gain, CannotTell>) => Estimate | CannotTell) =>
    isCannotTell(gain) ? gain : of(gain);
  return {
    method,
    intercept: fit?.intercept ?? null,
    slope: fit?.slope ?? null,
    brierGain: figure(({ brierGain }) => brierGain),
    logLossGain: figure(({ logLossGain }) => logLossGain),
    slopeAfter: figure(({ slopeAfter }) => slopeAfter),
    iciAfter: figure(({ iciAfter }) => iciAfter),
  };
}

/** Where there is next to nothing to update, the interval of a gain holds it in 76 to 92 % only (docs/statistics.md): it is refused. */
function withoutIntervals(update: UpdateResult): UpdateResult {
  const refused = (gain: Figure): Figure =>
    isEstimate(gain)
      ? { cannotTell: 'the closed test chooses no update', point: gain.estimate, n: gain.n, events: gain.events }
      : gain;
  return { ...update, brierGain: refused(update.brierGain), logLossGain: refused(update.logLossGain) };
}

function gainsOf(updates: readonly UpdateResult[]): HeldOutGains {
  return Object.fromEntries(
    updates.flatMap(({ method, logLossGain }) => ('estimate' in logLossGain ? [[method, logLossGain]] : [])),
  );
}

/** A hospital with a hidden count keeps its figures inside. */
export function shareUpdating({ sites }: Updating, { isOpen }: SharedView): Updating {
  return { sites: sites.map((site) => (isOpen({ site: site.site }) ? site : closed(site))) };
}

function closed(site: SiteUpdating): SiteUpdating {
  const hidden = { slopeBefore: SUPPRESSED, iciBefore: SUPPRESSED, brierBefore: SUPPRESSED };
  const counts = { n: SUPPRESSED, events: SUPPRESSED, eventPeople: SUPPRESSED, nonEventPeople: SUPPRESSED };
  return { site: site.site, ...counts, ...hidden, test: null, updates: [], offered: null };
}
