import { type ModelContract, thresholdOf } from '#lib/inference/contract.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { clusterTotals } from '#lib/validation/cluster-totals.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { observedExpected } from '#lib/validation/observed-expected.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { probabilityLogits } from '#lib/validation/probability-logits.ts';
import { calibrationSlope } from '#lib/validation/recalibration.ts';
import {
  type RequiredSample,
  sampleForAuroc,
  sampleForNetBenefit,
  sampleForObservedExpected,
  sampleForSlope,
} from '#lib/validation/required-sample.ts';
import { LOGIT_LIMIT } from '../../calibration-plot.ts';
import type { ChapterInput, SharedView } from '../../chapter.ts';
import { MINIMUM_ROWS, peopleOf, predictionsOf } from '../../measure.ts';
import { type Count, SUPPRESSED, type Suppressed } from '../../record.ts';
import { type GroupRows, wholeGroups } from '../group-rows.ts';

export const CRITERIA = ['observedExpected', 'slope', 'auroc', 'netBenefit'] as const;
export type Criterion = (typeof CRITERIA)[number];

/**
 * Widths of 95 % intervals that Riley and others aim at (doi 10.1002/sim.9025): of O:E (relative to it: theirs is for an O:E of 1), slope,
 * AUROC and standardised net benefit.
 */
export const WANTED_WIDTHS: Readonly<Record<Criterion, number>> = {
  observedExpected: 0.2,
  slope: 0.2,
  auroc: 0.1,
  netBenefit: 0.2,
};

/** How precise one figure is and what it would take. */
export interface Precision {
  readonly criterion: Criterion;
  readonly wantedWidth: number;
  /** Upper less lower limit of the interval of this cohort, for O:E relative to the estimate; null where there is none. */
  readonly width: number | null;
  /** Studies that the width wanted takes, several of one person allowed for; null where it cannot be told. */
  readonly studies: number | null;
  /** The people and those with the outcome among the studies. */
  readonly people: number | null;
  readonly events: number | null;
}

export interface SitePrecision {
  /** null: all sites, crude. */
  readonly site: string | null;
  readonly n: Count;
  readonly subjects: Count;
  readonly events: Count;
  /** By criterion; or why nothing can be said. */
  readonly figures: readonly Precision[] | CannotTell | Suppressed;
}

export interface PrecisionOfStudy {
  /** The contract's first threshold, at whose sensitivity and specificity the net benefit is judged; null without a threshold. */
  readonly threshold: string | null;
  readonly sites: readonly SitePrecision[];
}

/** Null without a row. */
export function precisionOf(input: ChapterInput): PrecisionOfStudy | null {
  const wholes = wholeGroups(input);
  if (wholes.length === 0) return null;
  const first: Threshold | undefined = input.model.thresholds[0];
  return { threshold: first?.name ?? null, sites: wholes.map((whole) => sitePrecision(whole, first)) };
}

type Threshold = ModelContract['thresholds'][number];

function sitePrecision({ group, rows }: GroupRows, at: Threshold | undefined): SitePrecision {
  const events = rows.filter(({ label }) => label === 1).length;
  const n = rows.length;
  const counts = { site: group.site, n, subjects: peopleOf(rows), events };
  if (events === 0 || events === n) {
    return { ...counts, figures: { cannotTell: 'all studies have the same outcome', n, events } };
  }
  const [ill, well] = [1, 0].map((wanted) => peopleOf(rows.filter(({ label }) => label === wanted)));
  const scale = { prevalence: events / n, rowsOfPerson: n / counts.subjects };
  const predictions = predictionsOf(rows);
  const figures = [
    precision('observedExpected', predictions, scale, observedExpected, (wanted) => sampleForObservedExpected(wanted)),
    precision('slope', predictions, scale, slopeOf, (wanted) =>
      sampleForSlope(probabilityLogits(predictions.scores, LOGIT_LIMIT).logits, wanted),
    ),
    precision(
      'auroc',
      predictions,
      scale,
      (of) => auroc(of),
      (wanted, told) =>
        told !== undefined && told.estimate > 0 && told.estimate < 1
          ? sampleForAuroc(told.estimate, wanted)
          : undefined,
    ),
    ...(at === undefined ? [] : [ofNetBenefit(rows, at, scale)]),
  ];
  // As on the rest of the page: nothing is judged of fewer than ten people with the outcome, nor a specificity of fewer than ten
  // others. How many it would take can still be planned.
  const isJudged = (criterion: Criterion) =>
    ill >= MINIMUM_ROWS && counts.subjects >= MINIMUM_ROWS && (criterion !== 'netBenefit' || well >= MINIMUM_ROWS);
  return {
    ...counts,
    figures: figures.map((figure) => (isJudged(figure.criterion) ? figure : { ...figure, width: null })),
  };
}

const slopeOf = (predictions: Predictions) => calibrationSlope(predictions, { clipTo: LOGIT_LIMIT });

interface Scale {
  readonly prevalence: number;
  readonly rowsOfPerson: number;
}

type Wanted = { readonly prevalence: number; readonly width: number };

function precision(
  criterion: Criterion,
  predictions: Predictions,
  { prevalence, rowsOfPerson }: Scale,
  figure: (of: Predictions) => Estimate | CannotTell,
  sample: (wanted: Wanted, told: Estimate | undefined) => RequiredSample | undefined,
): Precision {
  const answer = figure(predictions);
  const wantedWidth = WANTED_WIDTHS[criterion];
  const told = isCannotTell(answer) ? undefined : answer;
  const needed = sample({ prevalence, width: wantedWidth }, told);
  const effect = told === undefined ? 1 : designEffect(predictions, figure, told);
  const unit = criterion === 'observedExpected' ? told?.estimate : 1;
  const width = told === undefined || !unit ? null : (told.upper - told.lower) / unit;
  return { criterion, wantedWidth, width, ...inflated(needed, effect, rowsOfPerson, prevalence) };
}

const NOTHING = { studies: null, people: null, events: null };

/** How many times more studies it takes because several are of one person: the squared ratio of the widths with and without that. */
function designEffect(
  { scores, labels, clusters }: Predictions,
  figure: (of: Predictions) => Estimate | CannotTell,
  told: Estimate,
): number {
  if (clusters === undefined) return 1;
  const alone = figure({ scores, labels });
  return isCannotTell(alone) ? 1 : Math.max(1, ((told.upper - told.lower) / (alone.upper - alone.lower)) ** 2);
}

function inflated(needed: RequiredSample | undefined, effect: number, rowsOfPerson: number, prevalence: number) {
  if (needed === undefined || !Number.isFinite(needed.rows)) return NOTHING;
  const studies = Math.ceil(needed.rows * effect - 1e-9);
  return { studies, people: Math.ceil(studies / rowsOfPerson - 1e-9), events: Math.ceil(studies * prevalence - 1e-9) };
}

/** The width reached is that of the same formula at this number of studies. */
function ofNetBenefit(rows: GroupRows['rows'], at: Threshold, { prevalence, rowsOfPerson }: Scale): Precision {
  const wantedWidth = WANTED_WIDTHS.netBenefit;
  const called = (label: number) => {
    const own = rows.filter((row) => row.label === label);
    return own.filter((row) => row.score >= thresholdOf(at, row.file)).length / own.length;
  };
  const threshold = rows.reduce((total, { file }) => total + thresholdOf(at, file), 0) / rows.length;
  if (!(threshold > 0 && threshold < 1)) return { criterion: 'netBenefit', wantedWidth, width: null, ...NOTHING };
  const point = { threshold, sensitivity: called(1), specificity: 1 - called(0) };
  const needed = sampleForNetBenefit(point, { prevalence, width: wantedWidth });
  const effect = designOfRates(rows, at);
  const studies = needed.rows * effect;
  const width = studies > 0 ? wantedWidth * Math.sqrt(studies / rows.length) : null;
  return { criterion: 'netBenefit', wantedWidth, width, ...inflated(needed, effect, rowsOfPerson, prevalence) };
}

/** Design effect of being called right, which a net benefit is made of. */
function designOfRates(rows: GroupRows['rows'], at: Threshold): number {
  const { clusters } = predictionsOf(rows);
  if (clusters === undefined) return 1;
  const right = Uint8Array.from(rows, (row) => Number(row.score >= thresholdOf(at, row.file) === (row.label === 1)));
  const mean = right.reduce((total, value) => total + value, 0) / right.length;
  const [totals] = clusterTotals(clusters, [Float64Array.from(right, (value) => value - mean)]);
  const squares = totals.reduce((total, value) => total + value * value, 0);
  const binomial = mean * (1 - mean) * right.length;
  return binomial > 0 ? Math.max(1, ((totals.length / Math.max(1, totals.length - 1)) * squares) / binomial) : 1;
}

/** A hospital with a hidden count keeps its figures inside: each of them tells its share with the outcome. All together only if all are open. */
export function sharePrecision({ threshold, sites }: PrecisionOfStudy, { isOpen }: SharedView): PrecisionOfStudy {
  return {
    threshold,
    sites: sites.map((site) =>
      isOpen({ site: site.site })
        ? site
        : { site: site.site, n: SUPPRESSED, subjects: SUPPRESSED, events: SUPPRESSED, figures: SUPPRESSED },
    ),
  };
}
