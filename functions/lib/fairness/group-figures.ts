import { type AurocEstimate, auroc } from '#lib/validation/auroc.ts';
import { countClusters, numberClusters } from '#lib/validation/cluster-totals.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { people } from '#lib/validation/counted.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { observedExpected } from '#lib/validation/observed-expected.ts';
import { type Predictions, selectRows } from '#lib/validation/predictions.ts';
import { calibrationIntercept } from '#lib/validation/recalibration.ts';
import { type EffectiveCounts, effectiveCounts } from './effective-counts.ts';
import type { GapMetric } from './gap.ts';

/** Which rows are flagged at an operating threshold. */
export interface Decision {
  readonly threshold: string;
  /** 1 where the score is at or above the threshold of the weights that gave it. */
  readonly flagged: Uint8Array;
}

export interface DecidedPredictions extends Predictions {
  readonly decisions: readonly Decision[];
}

/** Fewest people in a denominator, and in either class of an AUROC or of O:E, that are compared with others. */
export const FEWEST_PEOPLE = 10;

export type RateMetric = Exclude<GapMetric, 'auroc' | 'calibration'>;

export interface Rate {
  readonly metric: RateMetric;
  readonly threshold: string;
  readonly figure: Estimate | CannotTell;
  readonly counts: EffectiveCounts;
}

/** The four counts at a threshold, in rows. */
export interface Confusion {
  readonly threshold: string;
  readonly truePositives: number;
  readonly falseNegatives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
}

/** Everything of one group that gaps are made of. */
export interface GroupFigures {
  readonly group: string;
  readonly n: number;
  readonly people: number;
  readonly events: number;
  /** People with the outcome in any of their rows, and people without it in any: one may be both. */
  readonly eventPeople: number;
  readonly nonEventPeople: number;
  readonly prevalence: Estimate | CannotTell;
  readonly confusions: readonly Confusion[];
  readonly rates: readonly Rate[];
  readonly auroc: AurocEstimate | CannotTell;
  readonly observedExpected: Estimate | CannotTell;
  /** Calibration intercept, in logits; needs 20 people of either class. */
  readonly intercept: Estimate | CannotTell;
}

export interface FigureOptions {
  /** Scores are limited to this and 1 less this before their logit is taken. */
  readonly clipTo: number;
  /** Leaves out the calibration intercept, which costs most. */
  readonly withoutIntercept?: boolean;
}

/** Figures of the rows of one group. */
export function groupFigures(
  group: string,
  all: DecidedPredictions,
  rows: Uint32Array,
  { clipTo, withoutIntercept = false }: FigureOptions,
): GroupFigures {
  const own = compact(selectRows(all, rows));
  const { labels, clusters } = own;
  const n = labels.length;
  const people = clusters === undefined ? n : countClusters(clusters);
  const prevalence = clusteredProportion(labels, clusters, { minimumRows: FEWEST_PEOPLE });
  const decisions = all.decisions.map(({ threshold, flagged }) => ({
    threshold,
    flagged: Uint8Array.from(rows, (row) => flagged[row]),
  }));
  const events = labels.reduce((sum, label) => sum + label, 0);
  const [nonEventPeople, eventPeople] = [0, 1].map((label) => peopleWith(label, own));
  return {
    ...{ group, n, people, events, eventPeople, nonEventPeople, prevalence },
    confusions: decisions.map((decision) => confusionOf(labels, decision)),
    rates: decisions.flatMap((decision) => ratesOf(own, decision)),
    auroc: auroc(own, { minimumPerClass: FEWEST_PEOPLE }),
    observedExpected: ratioOf(own, { n, events, eventPeople, nonEventPeople }),
    intercept: withoutIntercept
      ? { cannotTell: 'not computed for intersections', n, events }
      : calibrationIntercept(own, { clipTo }),
  };
}

/** People numbered anew within the group: what counts by person then needs room for the group's own, not for everybody. */
const compact = ({ scores, labels, clusters }: Predictions): Predictions => ({
  scores,
  labels,
  ...(clusters && { clusters: numberClusters(clusters).places }),
});

function confusionOf(labels: Uint8Array, { threshold, flagged }: Decision): Confusion {
  const counts = [0, 0, 0, 0];
  for (let row = 0; row < labels.length; row++) counts[2 * labels[row] + flagged[row]] += 1;
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts;
  return { threshold, truePositives, falseNegatives, falsePositives, trueNegatives };
}

/** Of each rate the rows of its denominator, and which of them count. */
const RATES: Readonly<
  Record<RateMetric, { of: (label: number, flag: number) => boolean; counts: (label: number, flag: number) => boolean }>
> = {
  sensitivity: { of: (label) => label === 1, counts: (_, flag) => flag === 1 },
  falsePositiveRate: { of: (label) => label === 0, counts: (_, flag) => flag === 1 },
  positivePredictiveValue: { of: (_, flag) => flag === 1, counts: (label) => label === 1 },
  negativePredictiveValue: { of: (_, flag) => flag === 0, counts: (label) => label === 0 },
  flagRate: { of: () => true, counts: (_, flag) => flag === 1 },
};

function ratesOf({ labels, clusters }: Predictions, { threshold, flagged }: Decision): Rate[] {
  return Object.entries(RATES).map(([metric, { of, counts }]) => {
    const members = membersOf((row) => of(labels[row], flagged[row]), labels.length);
    const outcomes = Uint8Array.from(members, (row) => Number(counts(labels[row], flagged[row])));
    const whose = clusters && Int32Array.from(members, (row) => clusters[row]);
    return {
      metric: metric as RateMetric,
      threshold,
      figure: clusteredProportion(outcomes, whose, { minimumRows: FEWEST_PEOPLE }),
      counts: effectiveCounts(outcomes, whose),
    };
  });
}

function membersOf(isMember: (row: number) => boolean, rows: number): Int32Array {
  const members = new Int32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) if (isMember(row)) members[count++] = row;
  return members.subarray(0, count);
}

/** People with a row of this label. */
function peopleWith(label: number, { labels, clusters }: Predictions): number {
  if (clusters === undefined) return labels.reduce((sum, value) => sum + Number(value === label), 0);
  return countClusters(clusters.filter((_, row) => labels[row] === label));
}

type ClassCounts = Pick<GroupFigures, 'n' | 'events' | 'eventPeople' | 'nonEventPeople'>;

function ratioOf(own: Predictions, counts: ClassCounts): Estimate | CannotTell {
  return tooFewPeople(counts) ?? observedExpected(own);
}

/** Why a group is not compared in AUROC and O:E, or nothing. */
export function tooFewPeople({ n, events, eventPeople, nonEventPeople }: ClassCounts): CannotTell | undefined {
  if (Math.min(eventPeople, nonEventPeople) >= FEWEST_PEOPLE) return undefined;
  const cannotTell = `${people(eventPeople)} with and ${nonEventPeople} without the outcome: at least ${FEWEST_PEOPLE} of each are needed`;
  return { cannotTell, n, events };
}
