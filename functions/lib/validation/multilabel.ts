import { type BootstrapOptions, bootstrapCounts, countPatterns, type SumStatistic } from './bootstrap-counts.ts';
import type { Decisions } from './confusion.ts';
import { decisionMetrics } from './decision-metrics.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { type MeanAurocOptions, meanAuroc } from './mean-auroc.ts';

/** Several yes-or-no labels of the same rows. */
export interface LabelSet {
  readonly names: readonly string[];
  /** [label][row] */
  readonly labels: readonly Uint8Array[];
  readonly clusters?: Int32Array;
}

/** Unweighted mean of the AUROCs of all labels; rows take part in every one. */
export function macroAurocOfLabels(
  { names, labels, clusters }: LabelSet,
  scores: readonly Float64Array[],
  options: Omit<MeanAurocOptions, 'clusters'> = {},
): Estimate | CannotTell {
  const rows = Uint32Array.from(labels[0].keys());
  const parts = names.map((name, k) => ({ name, rows, scores: scores[k], labels: labels[k] }));
  return meanAuroc(parts, rows.length, 'mean AUROC of all labels', { ...options, ...(clusters && { clusters }) });
}

/** Unweighted mean of the F1 of all labels, rows (subjects where clusters are given) resampled with all their labels; BCa interval. */
export function macroF1OfLabels(
  { names, labels, clusters }: LabelSet,
  positive: readonly Uint8Array[],
  bootstrap: Pick<BootstrapOptions, 'random' | 'replicates'> & { readonly level?: number },
): Estimate | CannotTell {
  const columns = labels.flatMap((truth, k) => [
    truth.map((label, row) => label & positive[k][row]),
    truth.map((label, row) => label ^ positive[k][row]),
  ]);
  const patterns = countPatterns(columns, clusters);
  const level = checkedLevel(bootstrap.level);
  const right = patterns.totals.reduce((total, count, column) => total + (column % 2 === 0 ? count : 0), 0);
  const counts = { n: labels[0].length, events: right };
  const estimate = meanF1(patterns.totals);
  const empty = labels.findIndex((_, k) => patterns.totals[2 * k] + patterns.totals[2 * k + 1] === 0);
  if (empty >= 0) return { cannotTell: `nobody has label ${names[empty]} and nobody was given it`, ...counts };
  const [interval] = bootstrapCounts(patterns, [meanF1], { ...bootstrap, level });
  if (interval === undefined) return { cannotTell: 'the resampled answers do not vary', ...counts };
  const method = 'macro-averaged F1 of all labels, bootstrap BCa interval over subjects';
  return { estimate, ...interval, level, method, ...counts, ...(clusters && { clusters: patterns.subjects }) };
}

/** F1 of all labels in one heap (micro-averaged); a row's labels are a cluster. */
export function microF1OfLabels(
  { labels, clusters }: LabelSet,
  positive: readonly Uint8Array[],
): Estimate | CannotTell {
  const rows = labels[0].length;
  const flat = (columns: readonly Uint8Array[]): Uint8Array => {
    const into = new Uint8Array(rows * columns.length);
    for (const [k, column] of columns.entries()) into.set(column, k * rows);
    return into;
  };
  const owner = clusters ?? Int32Array.from({ length: rows }, (_, row) => row);
  const decisions: Decisions = {
    positive: flat(positive),
    labels: flat(labels),
    clusters: Int32Array.from({ length: rows * labels.length }, (_, place) => owner[place % rows]),
  };
  return decisionMetrics(decisions).f1;
}

/** Columns: true positives and errors (FP + FN) of each label in turn. A label absent from a resample is left out. */
const meanF1: SumStatistic = (totals) => {
  let [sum, present] = [0, 0];
  for (let column = 0; column < totals.length; column += 2) {
    const double = 2 * totals[column];
    if (double + totals[column + 1] === 0) continue;
    sum += double / (double + totals[column + 1]);
    present++;
  }
  return present === 0 ? Number.NaN : sum / present;
};
