import { meanAveragePrecision } from './average-precision.ts';
import { countPatterns, type SumStatistic } from './bootstrap-counts.ts';
import { clusteredProportion } from './clustered-proportion.ts';
import type { Decisions } from './confusion.ts';
import { decisionMetrics } from './decision-metrics.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { jackknifeShare } from './jackknife-share.ts';
import { type AurocPart, type MeanAurocOptions, meanAuroc } from './mean-auroc.ts';

/** Several yes-or-no labels of the same rows. */
export interface LabelSet {
  readonly names: readonly string[];
  /** [label][row] */
  readonly labels: readonly Uint8Array[];
  /** [label][row]: 1 where label and answer are known, which is everywhere without it. */
  readonly known?: readonly Uint8Array[];
  readonly clusters?: Int32Array;
}

interface Level {
  /** @default 0.95 */
  readonly level?: number;
}

const MINIMUM_ROWS = 10;

/** Unweighted mean of the AUROCs of all labels; rows take part in each that is known of them. */
export function macroAurocOfLabels(
  set: LabelSet,
  scores: readonly Float64Array[],
  options: Omit<MeanAurocOptions, 'clusters'> = {},
): Estimate | CannotTell {
  const { labels, clusters } = set;
  return meanAuroc(partsOf(set, scores), labels[0].length, 'mean AUROC of all labels', {
    ...options,
    ...(clusters && { clusters }),
  });
}

/** Unweighted mean of the average precisions of all labels; rows take part in each that is known of them. */
export function macroAveragePrecisionOfLabels(
  set: LabelSet,
  scores: readonly Float64Array[],
  options: { readonly level?: number } = {},
): Estimate | CannotTell {
  return meanAveragePrecision(partsOf(set, scores), set.labels[0].length, set.clusters, options);
}

function partsOf({ names, labels, known }: LabelSet, scores: readonly Float64Array[]): AurocPart[] {
  const all = Uint32Array.from(labels[0].keys());
  if (known === undefined) return names.map((name, k) => ({ name, rows: all, scores: scores[k], labels: labels[k] }));
  return names.map((name, k) => {
    const rows = all.filter((row) => known[k][row] === 1);
    return {
      name,
      rows,
      scores: Float64Array.from(rows, (row) => scores[k][row]),
      labels: Uint8Array.from(rows, (row) => labels[k][row]),
    };
  });
}

/** Unweighted mean of the F1 of all labels; interval by rows (subjects where clusters are given) left out with all their labels. */
export function macroF1OfLabels(
  set: LabelSet,
  positive: readonly Uint8Array[],
  options: Level = {},
): Estimate | CannotTell {
  const columns = set.labels.flatMap((truth, k) => [
    ifKnown(set, k, (row) => truth[row] & positive[k][row]),
    ifKnown(set, k, (row) => truth[row] ^ positive[k][row]),
  ]);
  return meanOfSums(set, columns, options, {
    statistic: meanF1,
    method: 'macro-averaged F1 of all labels',
    why: (name) => `nobody has label ${name} and nobody was given it`,
  });
}

/** Unweighted mean of the sensitivities (or specificities) of all labels, interval as of the mean F1. */
export function macroShareOfLabels(
  set: LabelSet,
  positive: readonly Uint8Array[],
  of: 'sensitivity' | 'specificity',
  options: Level = {},
): Estimate | CannotTell {
  const member = of === 'sensitivity' ? 1 : 0;
  const columns = set.labels.flatMap((truth, k) => [
    ifKnown(set, k, (row) => Number(truth[row] === member && positive[k][row] === member)),
    ifKnown(set, k, (row) => Number(truth[row] === member && positive[k][row] !== member)),
  ]);
  return meanOfSums(set, columns, options, {
    statistic: meanShare,
    method: `mean ${of} of all labels`,
    why: (name) => `nobody is ${member === 1 ? 'with' : 'without'} label ${name}`,
  });
}

const ifKnown = ({ known, labels }: LabelSet, k: number, of: (row: number) => number): Uint8Array =>
  labels[k].map((_, row) => (known === undefined || known[k][row] === 1 ? of(row) : 0));

interface MeanOfSums {
  /** Of two columns per label; the first counts what is right. */
  readonly statistic: SumStatistic;
  readonly method: string;
  /** Why nothing can be told where both columns of a label are empty. */
  readonly why: (name: string) => string;
}

function meanOfSums(
  { names, labels, clusters }: LabelSet,
  columns: readonly Uint8Array[],
  options: Level,
  { statistic, method, why }: MeanOfSums,
): Estimate | CannotTell {
  const patterns = countPatterns(columns, clusters);
  const level = checkedLevel(options.level);
  const right = patterns.totals.reduce((total, count, column) => total + (column % 2 === 0 ? count : 0), 0);
  const counts = { n: labels[0].length, events: right };
  const empty = labels.findIndex((_, k) => patterns.totals[2 * k] + patterns.totals[2 * k + 1] === 0);
  if (empty >= 0) return { cannotTell: why(names[empty]), ...counts };
  const interval = jackknifeShare(patterns, statistic, level);
  if (interval === undefined) return { cannotTell: 'the answers do not vary', ...counts };
  return {
    estimate: statistic(patterns.totals),
    ...interval,
    level,
    method: `${method}, jackknife over people, logit interval`,
    ...counts,
    ...(clusters && { clusters: patterns.subjects }),
  };
}

/** F1 of all labels in one heap (micro-averaged); a row's labels are a cluster. */
export function microF1OfLabels(set: LabelSet, positive: readonly Uint8Array[]): Estimate | CannotTell {
  return decisionMetrics(heapOf(set, positive)).f1;
}

/** Share of all answers about labels that are wrong (Hamming loss); a row's labels are a cluster. */
export function hammingLoss(set: LabelSet, positive: readonly Uint8Array[]): Estimate | CannotTell {
  const { labels, positive: called, clusters } = heapOf(set, positive);
  const wrong = labels.map((label, place) => label ^ called[place]);
  return clusteredProportion(wrong, clusters, { minimumRows: MINIMUM_ROWS });
}

/** Share of rows of which all labels are right (subset accuracy), of those of which all are known. */
export function exactMatch(set: LabelSet, positive: readonly Uint8Array[]): Estimate | CannotTell {
  const { labels, clusters } = set;
  const rows = completeRows(set);
  const right = Uint8Array.from(rows, (row) => Number(labels.every((truth, k) => truth[row] === positive[k][row])));
  return clusteredProportion(right, clusters && Int32Array.from(rows, (row) => clusters[row]), {
    minimumRows: MINIMUM_ROWS,
  });
}

/** Rows of which every label is known. */
function completeRows({ labels, known }: LabelSet): Uint32Array {
  const all = Uint32Array.from(labels[0].keys());
  return known === undefined ? all : all.filter((row) => known.every((of) => of[row] === 1));
}

/** All answers about labels in one heap, those of a row (of a subject where clusters are given) as a cluster. */
function heapOf({ labels, known, clusters }: LabelSet, positive: readonly Uint8Array[]): Required<Decisions> {
  const rows = labels[0].length;
  const places = Uint32Array.from({ length: rows * labels.length }, (_, place) => place).filter(
    (place) => known === undefined || known[Math.floor(place / rows)][place % rows] === 1,
  );
  const flat = (columns: readonly Uint8Array[]): Uint8Array =>
    Uint8Array.from(places, (place) => columns[Math.floor(place / rows)][place % rows]);
  return {
    positive: flat(positive),
    labels: flat(labels),
    clusters: Int32Array.from(places, (place) => (clusters === undefined ? place % rows : clusters[place % rows])),
  };
}

/** Mean over labels of a share of two columns each, right and wrong. A label that is absent without a subject is left out. */
const meanOver =
  (shareOf: (right: number, wrong: number) => number): SumStatistic =>
  (totals) => {
    let [sum, present] = [0, 0];
    for (let column = 0; column < totals.length; column += 2) {
      if (totals[column] + totals[column + 1] === 0) continue;
      sum += shareOf(totals[column], totals[column + 1]);
      present++;
    }
    return present === 0 ? Number.NaN : sum / present;
  };

/** Columns: true positives and errors (FP + FN) of each label in turn. */
const meanF1 = meanOver((found, errors) => (2 * found) / (2 * found + errors));
const meanShare = meanOver((right, wrong) => right / (right + wrong));
