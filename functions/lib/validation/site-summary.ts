import { type AurocEstimate, auroc } from './auroc.ts';
import { type CaseMixConcordance, caseMixConcordance } from './case-mix-concordance.ts';
import { countClusters } from './cluster-totals.ts';
import { type ClusteredCounts, clusteredCounts, clusteredProportion, effectiveRows } from './clustered-proportion.ts';
import { people } from './counted.ts';
import { type CannotTell, type Estimate, isCannotTell } from './estimate.ts';
import { logit } from './logit.ts';
import { normalMultiplier } from './normal.ts';
import { observedExpected } from './observed-expected.ts';
import type { Predictions } from './predictions.ts';
import { recalibration } from './recalibration.ts';
import { sum } from './sum.ts';

/** Why a hospital gives no figure. */
export interface Absent {
  readonly absent: string;
}

/** A figure of one hospital with its own interval, and the same on the scale on which it is pooled. */
export interface SiteEffect {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  /** Logit of an AUROC, ln of O:E, a slope as it is. */
  readonly value: number;
  /** Sampling variance of `value`. */
  readonly variance: number;
  /** Rows behind it. */
  readonly n: number;
  /** True where the figure stood at the end of its scale and half a row was moved so that it has a place on the pooling scale. */
  readonly corrected: boolean;
}

/** A share of one hospital: its counts are all that is needed to pool it. */
export interface SiteShare {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  readonly successes: number;
  readonly n: number;
  /** As many independent rows would be as uncertain; `n` where each row is another person. */
  readonly effectiveRows: number;
}

export interface ThresholdSummary {
  readonly name: string;
  readonly sensitivity: SiteShare | Absent;
  readonly specificity: SiteShare | Absent;
}

/** All that pooling needs of one hospital, and no row. */
export interface SiteSummary {
  readonly site: string;
  /** Null where hidden. */
  readonly n: number | null;
  readonly events: number | null;
  readonly auroc: SiteEffect | Absent;
  readonly observedExpected: SiteEffect | Absent;
  readonly calibrationSlope: SiteEffect | Absent;
  readonly thresholds: readonly ThresholdSummary[];
  readonly caseMix: CaseMixConcordance | Absent;
}

export interface SiteRows {
  readonly site: string;
  readonly predictions: Predictions;
  /** Which rows are positive at each operating threshold. */
  readonly thresholds: readonly { readonly name: string; readonly positive: Uint8Array }[];
  /** Limits scores to `clipTo … 1 − clipTo` where their logits are taken. */
  readonly clipTo: number;
}

const FEWEST_PEOPLE = 10;
/** Fewest events that the model expects before O:E is pooled: chosen by what it expects and not by what came, so that the choice favours no side. */
const FEWEST_EXPECTED = 10;
const LEVEL = 0.95;

/** The summary of one hospital. */
export function siteSummary({ site, predictions, thresholds, clipTo }: SiteRows): SiteSummary {
  const { scores, labels, clusters } = predictions;
  const people = clusters === undefined ? scores.length : countClusters(clusters);
  const withOutcome = peopleOfClass(predictions, 1);
  return {
    site,
    n: scores.length,
    events: sum(labels),
    auroc: rankingEffect(withOutcome, () => auroc(predictions, { level: LEVEL })),
    observedExpected: ratioEffect({ people, expected: sum(scores) }, () =>
      observedExpected(predictions, { level: LEVEL }),
    ),
    calibrationSlope: slopeEffect(recalibration(predictions, { level: LEVEL, clipTo }).slope),
    thresholds: thresholds.map(({ name, positive }) => ({
      name,
      sensitivity: shareAmong(predictions, 1, (row) => positive[row]),
      specificity: shareAmong(predictions, 0, (row) => 1 - positive[row]),
    })),
    caseMix: caseMixConcordance(predictions, { clipTo }),
  };
}

/** Narrows to a figure that is there. */
export function isPresent<Figure extends object>(figure: Figure): figure is Exclude<Figure, Absent> {
  return !('absent' in figure);
}

/** An AUROC, not asked for where too few people have the outcome. */
export function rankingEffect(withOutcome: number, ranking: () => AurocEstimate | CannotTell): SiteEffect | Absent {
  if (withOutcome < FEWEST_PEOPLE)
    return { absent: `${people(withOutcome)} with the outcome, fewer than ${FEWEST_PEOPLE}` };
  const figure = ranking();
  if (isCannotTell(figure)) return { absent: figure.cannotTell };
  const { estimate, standardError } = figure;
  if (standardError === undefined) return { ...shown(figure), ...separatedRanking(figure), corrected: true };
  const onLogit = standardError / (estimate * (1 - estimate));
  return { ...shown(figure), value: logit(estimate), variance: onLogit * onLogit, corrected: false };
}

/** Every pair ordered alike: the pairs behind the exact interval as trials, half a trial added to both sides. */
function separatedRanking({ estimate, lower, upper }: Estimate): { value: number; variance: number } {
  const bound = estimate === 1 ? lower : 1 - upper;
  const pairs = Math.round(Math.log((1 - LEVEL) / 2) / Math.log(bound));
  const value = Math.log((pairs + 0.5) / 0.5);
  return { value: estimate === 1 ? value : -value, variance: 1 / (pairs + 0.5) + 1 / 0.5 };
}

/** Observed by expected, not asked for where too few people or expected events are behind it. */
export function ratioEffect(
  { people: count, expected }: { readonly people: number; readonly expected: number },
  ratio: () => Estimate | CannotTell,
): SiteEffect | Absent {
  if (count < FEWEST_PEOPLE) return { absent: `${people(count)}, fewer than ${FEWEST_PEOPLE}` };
  if (expected < FEWEST_EXPECTED) {
    return { absent: `the model expects ${expected.toFixed(1)} events, fewer than ${FEWEST_EXPECTED}` };
  }
  const figure = ratio();
  if (isCannotTell(figure)) return { absent: figure.cannotTell };
  const { events, n, estimate, upper } = figure;
  if (events > 0 && events < n) {
    return {
      ...shown(figure),
      value: Math.log(estimate),
      variance: squaredError(Math.log(upper / estimate)),
      corrected: false,
    };
  }
  const share = events === 0 ? 0.5 / count : 1 - 0.5 / count;
  const variance = (1 - share) / (share * count);
  return { ...shown(figure), value: Math.log((share * n) / expected), variance, corrected: true };
}

/** A calibration slope with its variance. */
export function slopeEffect(slope: Estimate | CannotTell): SiteEffect | Absent {
  if (isCannotTell(slope)) return { absent: slope.cannotTell };
  const { estimate, upper } = slope;
  return { ...shown(slope), value: estimate, variance: squaredError(upper - estimate), corrected: false };
}

/** Squared standard error of a Wald interval from its half width. */
const squaredError = (half: number): number => (half / normalMultiplier(LEVEL)) ** 2;

const shown = ({ estimate, lower, upper, n }: Estimate) => ({ estimate, lower, upper, n });

/** Share of successes among the rows of one class. */
function shareAmong(
  { labels, clusters }: Predictions,
  label: number,
  success: (row: number) => number,
): SiteShare | Absent {
  const rows = Array.from(labels.keys()).filter((row) => labels[row] === label);
  const outcomes = Uint8Array.from(rows, success);
  const own = clusters && Int32Array.from(rows, (row) => clusters[row]);
  const figure = clusteredProportion(outcomes, own, { level: LEVEL, minimumRows: FEWEST_PEOPLE });
  return shareEffect(figure, own && (() => clusteredCounts(outcomes, own)));
}

/** A share, with its effective size where several rows may be of one person. */
export function shareEffect(
  figure: Estimate | CannotTell,
  counts: (() => ClusteredCounts) | undefined,
): SiteShare | Absent {
  if (isCannotTell(figure)) return { absent: figure.cannotTell };
  // As in the interval: where each row is another person, none is discounted.
  const plain = counts === undefined || figure.clusters === figure.n;
  return {
    ...shown(figure),
    successes: figure.events,
    effectiveRows: plain ? figure.n : effectiveRows(counts()),
  };
}

function peopleOfClass({ labels, clusters }: Predictions, label: number): number {
  const rows = Array.from(labels.keys()).filter((row) => labels[row] === label);
  return clusters === undefined ? rows.length : new Set(rows.map((row) => clusters[row])).size;
}
