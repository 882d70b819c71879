// Who of the scored has a label, and what the figures are once that is allowed for.

import type { AnalysedRow, UnlabelledRow } from '#lib/cohort/select.ts';
import { fisherExact } from '#lib/drift/fisher-exact.ts';
import { thresholdOf } from '#lib/inference/contract.ts';
import { limitFigure } from '#lib/limits/figure.ts';
import { type AurocEstimate, auroc } from '#lib/validation/auroc.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { bestLabels } from '#lib/validation/label-bounds.ts';
import { proportion } from '#lib/validation/proportion.ts';
import {
  beggGreenes,
  type Verification,
  verificationProbabilities,
  weightedFigures,
} from '#lib/validation/selective-verification.ts';
import { threshold } from '#lib/validation/threshold.ts';
import type { ChapterInput, SharedView } from '../../chapter.ts';
import { clustersOf, MINIMUM_ROWS } from '../../measure.ts';
import { type Count, type Figure, SUPPRESSED, type Suppressed } from '../../record.ts';

const MEASURES = ['AUROC', 'sensitivity', 'specificity'] as const;

/** One figure as it is in the verified, and corrected in two ways. */
export interface CorrectedFigure {
  readonly measure: (typeof MEASURES)[number];
  /** Of the studies with a label, as everywhere else in the report. */
  readonly naive: AurocEstimate | Figure;
  /** By score bands; none of the AUROC. */
  readonly byBands: Figure | null;
  /** By inverse probability of verification. */
  readonly byWeights: Figure;
  /** Of all scored studies, with those labels for the others that make it smallest, and largest. */
  readonly worst: AurocEstimate | Figure;
  readonly best: AurocEstimate | Figure;
}

export interface VerificationAt {
  /** null: all hospitals together. */
  readonly site: string | null;
  readonly scored: Count;
  readonly verified: Count;
  /** Share with a label at or above the threshold, and below. */
  readonly shareAbove: Figure;
  readonly shareBelow: Figure;
  /** Fisher's test of these two. */
  readonly pValue: number | Suppressed | null;
  readonly figures: readonly CorrectedFigure[];
}

/** Verified studies that a score band must hold, so that its share says something. */
const FEWEST_IN_BAND = 10;
const MOST_BANDS = 5;

type Scored = AnalysedRow | UnlabelledRow;

/** By hospital and of all; empty where every scored study has a label. */
export function verificationOf({ rows, unlabelled, selection, sites, model }: ChapterInput): VerificationAt[] {
  const at = model.thresholds[0];
  // A label given with the score in sight verifies nothing: the study counts as not verified.
  const silent: readonly Scored[] = [...unlabelled, ...selection.unblinded];
  if (at === undefined || silent.length === 0 || rows.length === 0) return [];
  const verified = new Set<Scored>(rows);
  const of = (site: string | null): VerificationAt[] => {
    const studies = [...rows, ...silent].filter((row) => site === null || row.site === site);
    if (studies.length === 0 || (site !== null && studies.every((row) => verified.has(row)))) return [];
    const margins = Float64Array.from(studies, ({ score, file }) => score - thresholdOf(at, file));
    const labels = Int8Array.from(studies, (row) => (verified.has(row) && 'label' in row ? row.label : -1));
    const clusters = clustersOf(studies);
    const verification: Verification = {
      scores: Float64Array.from(studies, ({ score }) => score),
      margins,
      labels,
      strata: strataOf(studies, margins, labels),
      ...(clusters !== undefined && { clusters }),
    };
    return [
      { site, ...sharesOf(margins, labels), figures: figuresOf(verification, studies, rows, site, model.thresholds) },
    ];
  };
  const each = sites.flatMap(of);
  return sites.length > 1 ? [...each, ...of(null)] : each;
}

function sharesOf(margins: Float64Array, labels: Int8Array): Omit<VerificationAt, 'site' | 'figures'> {
  const count = (isAbove: boolean, onlyVerified: boolean) =>
    labels.filter((label, row) => margins[row] >= 0 === isAbove && (!onlyVerified || label >= 0)).length;
  const [above, below] = [true, false].map((isAbove) => ({ part: count(isAbove, true), whole: count(isAbove, false) }));
  return {
    scored: labels.length,
    verified: above.part + below.part,
    shareAbove: proportion(above.part, above.whole),
    shareBelow: proportion(below.part, below.whole),
    pValue:
      above.whole === 0 || below.whole === 0 ? null : fisherExact(above.part, above.whole, below.part, below.whole),
  };
}

function figuresOf(
  verification: Verification,
  studies: readonly Scored[],
  rows: readonly AnalysedRow[],
  site: string | null,
  thresholds: ChapterInput['model']['thresholds'],
): CorrectedFigure[] {
  const here = rows.filter((row) => site === null || row.site === site);
  const { worst, best } = boundsOf(verification);
  const bands = beggGreenes(verification);
  const weights = weighted(verification, studies);
  return MEASURES.map((measure) => ({
    measure,
    naive: limitFigure(
      { kind: 'bound', text: measure, measure, where: {}, side: 'lower', value: 0 },
      here,
      thresholds,
      0.95,
    ),
    byBands: measure === 'AUROC' ? null : bands[measure],
    byWeights: measure === 'AUROC' ? weights.auroc : weights[measure],
    worst: worst[measure],
    best: best[measure],
  }));
}

type Bounds = Readonly<Record<CorrectedFigure['measure'], Estimate | CannotTell>>;

/** With labels for the others as the model says, or the opposite; for the AUROC with those that rank best, and worst. */
function boundsOf({ scores, margins, labels, clusters }: Verification): Readonly<Record<'worst' | 'best', Bounds>> {
  const all = Uint32Array.from(labels.keys());
  const [known, unknown] = [all.filter((row) => labels[row] >= 0), all.filter((row) => labels[row] < 0)];
  const filled = (found: (place: number) => number): Uint8Array => {
    const whole = Uint8Array.from(labels, (label) => Math.max(0, label));
    for (const [place, row] of unknown.entries()) whole[row] = found(place);
    return whole;
  };
  const figures = (sign: 1 | -1): Bounds => {
    const of = (rows: Uint32Array) => Float64Array.from(rows, (row) => sign * scores[row]);
    const ranked = bestLabels({ scores: of(known), labels: Uint8Array.from(known, (row) => labels[row]) }, of(unknown));
    const called = filled((place) => Number(margins[unknown[place]] >= 0 === (sign === 1)));
    const own = clusters && { clusters };
    const rates = threshold({ scores: margins, labels: called, ...own }, 0, { minimumRows: MINIMUM_ROWS });
    const { sensitivity, specificity } = rates;
    return { AUROC: auroc({ scores, labels: filled((place) => ranked[place]), ...own }), sensitivity, specificity };
  };
  return { worst: figures(-1), best: figures(1) };
}

/** Verification by logit of the score, its square, and the hospital. */
function weighted(verification: Verification, studies: readonly Scored[]) {
  const { scores, labels } = verification;
  const logits = scores.map((score) => Math.max(-8, Math.min(8, Math.log(score / (1 - score)))));
  const sites = [...new Set(studies.map(({ site }) => site))].slice(1);
  const columns = [
    logits,
    logits.map((logit) => logit * logit),
    ...sites.map((site) => Float64Array.from(studies, (row) => (row.site === site ? 1 : 0))),
  ];
  const probabilities = verificationProbabilities(labels, columns);
  if (probabilities !== undefined) return weightedFigures(verification, probabilities);
  const events = labels.filter((label) => label === 1).length;
  const silent: Estimate | CannotTell = {
    cannotTell: 'the probability of a label could not be estimated from the scores',
    n: labels.length,
    events,
  };
  return { auroc: silent, sensitivity: silent, specificity: silent };
}

/** Bands of the score within hospital and side of the threshold, with equally many verified studies each. */
function strataOf(studies: readonly Scored[], margins: Float64Array, labels: Int8Array): Int32Array {
  const strata = new Int32Array(studies.length);
  const order = Array.from(studies, (_, row) => row).sort((a, b) => margins[a] - margins[b]);
  const isVerified = (row: number) => labels[row] >= 0;
  const sides = [...Map.groupBy(order, (row) => margins[row] >= 0).values()];
  let next = 0;
  for (const rows of sides.flatMap((side) => hospitalsOf(side, studies, isVerified))) {
    const verified = rows.filter(isVerified).length;
    const bands = Math.max(1, Math.min(MOST_BANDS, Math.floor(verified / FEWEST_IN_BAND)));
    let seen = 0;
    for (const row of rows) {
      strata[row] = next + Math.min(bands - 1, Math.floor((seen * bands) / Math.max(1, verified)));
      if (isVerified(row)) seen++;
    }
    next += bands;
  }
  return strata;
}

/** One side of the threshold by hospital; those with too few verified studies together, the whole side where even that is too few. */
function hospitalsOf(side: readonly number[], studies: readonly Scored[], isVerified: (row: number) => boolean) {
  const isEnough = (rows: readonly number[]) => rows.filter(isVerified).length >= FEWEST_IN_BAND;
  const groups = [...Map.groupBy(side, (row) => studies[row].site).values()];
  const large = new Set(groups.filter(isEnough).flat());
  const rest = side.filter((row) => !large.has(row));
  if (rest.length === 0) return groups;
  return isEnough(rest) ? [...groups.filter(isEnough), rest] : [side];
}

/** Fewer studies without label, and the corrected figures would help to count them. */
const FEWEST_UNVERIFIED = 11;

/** Counts stay inside; corrected figures leave where the hospital is open and many are not verified. */
export function shareVerification(at: VerificationAt, view: SharedView): VerificationAt {
  const { scored, verified } = at;
  const isMany = typeof scored === 'number' && typeof verified === 'number' && scored - verified >= FEWEST_UNVERIFIED;
  const isOpen = isMany && view.isOpen({ site: at.site });
  const rounded = (figure: Figure): Figure =>
    isOpen && 'estimate' in figure ? { ...figure, ...roundedTo(figure), n: 0, events: 0 } : SUPPRESSED;
  return {
    site: at.site,
    ...{ scored: SUPPRESSED, verified: SUPPRESSED, shareAbove: SUPPRESSED, shareBelow: SUPPRESSED },
    pValue: at.pValue === null ? null : SUPPRESSED,
    figures: at.figures.map((figure) => ({
      measure: figure.measure,
      naive: view.isOpen({ site: at.site }) ? figure.naive : SUPPRESSED,
      byBands: figure.byBands === null ? null : rounded(figure.byBands),
      byWeights: rounded(figure.byWeights),
      worst: SUPPRESSED,
      best: SUPPRESSED,
    })),
  };
}

/** Two decimals: no more than a reader needs, too few to solve for a count. */
function roundedTo({ estimate, lower, upper }: Estimate): Pick<Estimate, 'estimate' | 'lower' | 'upper'> {
  const round = (value: number) => Math.round(value * 100) / 100;
  return { estimate: round(estimate), lower: round(lower), upper: round(upper) };
}
