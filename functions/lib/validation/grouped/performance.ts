import { type AurocEstimate, aurocOf } from '../auroc.ts';
import { brierOf } from '../brier.ts';
import type { CalibrationGroup } from '../calibration-groups.ts';
import { type ClusteredCounts, proportionOfClusters } from '../clustered-proportion.ts';
import { type CannotTell, checkedLevel, type Estimate } from '../estimate.ts';
import type { LogisticRegression } from '../logistic-regression.ts';
import { observedExpectedOf } from '../observed-expected.ts';
import { countEventsOfProbabilities } from '../predictions.ts';
import { proportion } from '../proportion.ts';
import { recalibrationOf, tooFewSubjects } from '../recalibration.ts';
import type { ThresholdResult } from '../threshold.ts';
import { type ArrangedRows, arrange } from './arrange.ts';
import { type ClusteredRates, independentCounts, independentRates } from './clustered-rates.ts';
import { type ClusteredSpread, clusteredSpread } from './clustered-spread.ts';
import { countGroups, type GroupCounts } from './counts.ts';
import { type LogitBins, logitBins } from './logit-bins.ts';
import { rankWithinGroups } from './ranks.ts';
import { type GroupFits, recalibrateGroups } from './recalibrate-groups.ts';
import {
  clusterScoreGroups,
  countScoreGroups,
  type ScoreGroupClusters,
  type ScoreGroupCounts,
} from './score-group-counts.ts';
import { SCORE_GROUPS, scoreCuts } from './score-groups.ts';
import { type GroupSpread, independentSpread } from './spread.ts';
import {
  checkColumns,
  type GroupedPredictions,
  type Grouping,
  groupingsOf,
  groupOfRows,
  type PairRule,
  partsOfGroup,
} from './table.ts';

export interface GroupedOptions {
  /** Scores at or above one of these are positive. */
  readonly thresholds?: readonly number[];
  /** @default 0.95 */
  readonly level?: number;
  /** Limits scores to `clipTo … 1 − clipTo` where a logit is taken; without it a score of exactly 0 or 1 is an error. */
  readonly clipTo?: number;
  /** The combinations of every two columns too, or of those pairs of which it says so. @default true */
  readonly intersections?: boolean | PairRule;
}

/** A rate at a threshold, with what its effective size rests on. */
export interface GroupThreshold extends ThresholdResult {
  readonly counts: ClusteredRates;
}

/** The figures of one group, each as the function of the same name makes it from the rows of the group. */
export interface GroupPerformance {
  /** Columns and values that the rows share; empty: all rows. */
  readonly group: readonly { readonly column: string; readonly value: string }[];
  readonly n: number;
  readonly events: number;
  /** Subjects, where the table tells them. */
  readonly clusters?: number;
  /** Subjects with the event in any of their rows, and without it in any; rows where the table tells no subjects. */
  readonly withEvents: number;
  readonly withNonEvents: number;
  /** Sum of the scores. */
  readonly expected: number;
  /** Counts of the share with the event. */
  readonly prevalence: ClusteredCounts;
  readonly auroc: AurocEstimate | CannotTell;
  readonly brier: Estimate | CannotTell;
  readonly observedExpected: Estimate | CannotTell;
  readonly intercept: Estimate | CannotTell;
  readonly slope: Estimate | CannotTell;
  readonly calibrationGroups: readonly CalibrationGroup[];
  readonly thresholds: readonly GroupThreshold[];
}

/** Fewest rows of a rate, as in `threshold`. */
const MINIMUM_ROWS = 10;

/**
 * Figures of all rows, of every group of every column and of every intersection of two columns, in passes over sorted columns
 * instead of a selection and a sort for each group: O(rows · columns²) after one sort. Groups of a column without a row are left out.
 */
export function groupedPerformance(table: GroupedPredictions, options: GroupedOptions = {}): GroupPerformance[] {
  countEventsOfProbabilities(table);
  const groupings = groupingsOf(table.columns, options.intersections ?? true);
  checkColumns(table);
  const arranged = arrange(table, options.clipTo);
  const settings = { level: checkedLevel(options.level), thresholds: options.thresholds ?? [] };
  const bins = logitBins(arranged.byScore.logits);
  const scratch = {
    groups: new Uint16Array(table.scores.length),
    groupsBySubject: new Uint16Array(arranged.subjects === undefined ? 0 : table.scores.length),
    halfCounts: new Uint32Array(table.scores.length),
    tenths: new Uint8Array(arranged.subjects === undefined ? 0 : table.scores.length),
    odds: arranged.subjects === undefined ? new Float64Array(0) : arranged.bySubject.logits.map(Math.exp),
  };
  return groupings.flatMap((grouping, place) =>
    performanceOfGrouping(grouping, columnsOf(groupings, place, table), arranged, bins, settings, scratch),
  );
}

/** Places of the columns of a grouping in the table. */
const columnsOf = (groupings: readonly Grouping[], place: number, { columns }: GroupedPredictions): number[] =>
  groupings[place].columns.map((column) => columns.indexOf(column));

interface Settings {
  readonly level: number;
  readonly thresholds: readonly number[];
}

interface Scratch {
  readonly groups: Uint16Array;
  readonly groupsBySubject: Uint16Array;
  readonly halfCounts: Uint32Array;
  /** Calibration group of each row by subject. */
  readonly tenths: Uint8Array;
  /** p / (1 − p) of each row by subject. */
  readonly odds: Float64Array;
}

function performanceOfGrouping(
  { size }: Grouping,
  columns: readonly number[],
  { byScore, bySubject, placeBySubject, subjects }: ArrangedRows,
  bins: LogitBins,
  settings: Settings,
  scratch: Scratch,
): GroupPerformance[] {
  const groupingOf = (of: ArrangedRows['byScore']): Grouping => ({
    columns: columns.map((column) => of.columns[column]),
    size,
  });
  const { thresholds } = settings;
  const groups = groupOfRows(groupingOf(byScore), scratch.groups);
  const counts = countGroups(byScore, groups, size, thresholds);
  const ranks = rankWithinGroups(byScore, groups, size, scratch.halfCounts, placeBySubject);
  const fits = recalibrateGroups(byScore, groups, counts, bins);
  const cuts = scoreCuts(byScore.scores, groups, counts.n);
  const own = subjects === undefined ? groups : groupOfRows(groupingOf(bySubject), scratch.groupsBySubject);
  const input = { rows: bySubject, groups: own, counts, ranks };
  const spreads =
    subjects === undefined
      ? independentSpread(input)
      : clusteredSpread({ ...input, subjects, odds: scratch.odds, fits, thresholds });
  const scoreGroups = countScoreGroups(byScore, groups, cuts, scratch.tenths, placeBySubject);
  const clusters =
    subjects && clusterScoreGroups(bySubject.labels, own, scratch.tenths, subjects, scoreGroups.n.length);
  return spreads.flatMap((spread, group) =>
    counts.n[group] === 0 && columns.length > 0
      ? []
      : [
          {
            group: partsOfGroup(groupingOf(byScore), group),
            ...figures({ group, counts, spread, fits: fits[group], settings }),
            calibrationGroups: calibrationGroupsOf(scoreGroups, clusters, group, settings.level),
          },
        ],
  );
}

interface GroupInput {
  readonly group: number;
  readonly counts: GroupCounts;
  readonly spread: GroupSpread | ClusteredSpread;
  readonly fits: GroupFits | undefined;
  readonly settings: Settings;
}

function figures(input: GroupInput): Omit<GroupPerformance, 'group' | 'calibrationGroups'> {
  const { group, counts, spread, settings } = input;
  const { level } = settings;
  const [n, events] = [counts.n[group], counts.events[group]];
  const clustered = 'clusters' in spread;
  const subjects = clustered ? { clusters: spread.clusters } : {};
  const withEvents = clustered ? spread.withEvents : events;
  const withNonEvents = clustered ? spread.withNonEvents : n - events;
  const all = { n, events, ...subjects };
  const independent = clustered ? spread.clusters : n;
  const squares = spread.lossSquares;
  const expected = counts.expected[group];
  const ratioSquares = clustered ? spread.ratioSquares : 0;
  return {
    ...{ ...all, withEvents, withNonEvents, expected },
    prevalence: clustered ? spread.prevalence : independentCounts(events, n),
    auroc: aurocOf({ auroc: spread.auroc, ...all, withEvents, withNonEvents }, spread.aurocVariance, { level }),
    brier: brierOf({ estimate: counts.loss[group] / n, ...all, squares, independent }, level),
    observedExpected: observedExpectedOf({ ...all, expected, squares: ratioSquares }, level),
    ...recalibrated(input, { ...all, withEvents, withNonEvents }),
    thresholds: settings.thresholds.map((_, place) => ratesAt(input, place)),
  };
}

function recalibrated(
  { spread, fits, settings }: GroupInput,
  counts: { n: number; events: number; clusters?: number; withEvents: number; withNonEvents: number },
): Pick<GroupPerformance, 'intercept' | 'slope'> {
  const refusal = tooFewSubjects({ ...counts, clustered: counts.clusters !== undefined });
  if (refusal !== undefined) return { intercept: refusal, slope: refusal };
  const clustered = 'clusters' in spread;
  const offset = clustered ? fits?.offset && offsetSandwich(fits.offset, spread) : fits?.offset;
  const slope = clustered ? fits?.slope && slopeSandwich(fits.slope, spread) : fits?.slope;
  return recalibrationOf(offset, slope, counts, settings.level);
}

type Fit = Pick<LogisticRegression, 'coefficients' | 'covariance'>;

/** Liang and Zeger's variance times G / (G − 1), as in `logisticRegression`. */
function offsetSandwich({ coefficients, covariance }: Fit, { clusters, offsetSquares }: ClusteredSpread): Fit {
  const variance = covariance[0][0] ** 2 * (clusters / (clusters - 1)) * offsetSquares;
  return { coefficients, covariance: [Float64Array.of(variance)] };
}

function slopeSandwich({ coefficients, covariance }: Fit, { clusters, slopeSquares }: ClusteredSpread): Fit {
  const [aa, ab, bb] = slopeSquares.map((value) => (clusters / (clusters - 1)) * value);
  const entry = (left: Float64Array, right: Float64Array): number =>
    left[0] * (aa * right[0] + ab * right[1]) + left[1] * (ab * right[0] + bb * right[1]);
  const rows = covariance.map((left) => Float64Array.from(covariance, (right) => entry(left, right)));
  return { coefficients, covariance: rows };
}

function ratesAt({ group, counts, spread, settings }: GroupInput, place: number): GroupThreshold {
  const { level, thresholds } = settings;
  const slot = group * thresholds.length + place;
  const [truePositives, falsePositives] = [counts.truePositives[slot], counts.falsePositives[slot]];
  const [events, nonEvents] = [counts.events[group], counts.n[group] - counts.events[group]];
  const clustered = 'clusters' in spread;
  const rates = clustered
    ? spread.rates[place]
    : independentRates({ events, nonEvents, truePositives, falsePositives });
  const options = { level, minimumRows: MINIMUM_ROWS };
  const rate = (of: ClusteredCounts): Estimate | CannotTell =>
    clustered ? proportionOfClusters(of, options) : proportion(of.events, of.n, options);
  return {
    threshold: thresholds[place],
    ...{ truePositives, falsePositives, trueNegatives: nonEvents - falsePositives },
    falseNegatives: events - truePositives,
    sensitivity: rate(rates.sensitivity),
    specificity: rate(rates.specificity),
    positivePredictiveValue: rate(rates.positivePredictiveValue),
    negativePredictiveValue: rate(rates.negativePredictiveValue),
    counts: rates,
  };
}

function calibrationGroupsOf(
  { n, events, expected, from, to }: ScoreGroupCounts,
  clusters: readonly ScoreGroupClusters[] | undefined,
  group: number,
  level: number,
): CalibrationGroup[] {
  const places = Array.from({ length: SCORE_GROUPS }, (_, tenth) => group * SCORE_GROUPS + tenth);
  return places
    .filter((at) => n[at] > 0)
    .map((at) => ({
      meanPredicted: expected[at] / n[at],
      from: from[at],
      to: to[at],
      observed:
        clusters === undefined
          ? proportion(events[at], n[at], { level })
          : proportionOfClusters({ events: events[at], n: n[at], ...clusters[at] }, { level }),
    }));
}
