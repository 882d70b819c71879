// Each of several classes against the rest.
import type { Estimate } from '#lib/validation/estimate.ts';
import type { Untold } from '../record.ts';
import { decisionFigures, scoreFigure, whyFew } from './one-against-rest.ts';

/** Answered studies, class by class; a study of several classes takes part in each of its own. */
export interface ClassColumns {
  /** In words. */
  readonly names: readonly string[];
  /** [class][study] */
  readonly truth: readonly Uint8Array[];
  readonly positive: readonly Uint8Array[];
  readonly clusters?: Int32Array;
}

const oneOf = ({ truth, clusters }: ClassColumns, k: number) => ({ labels: truth[k], ...(clusters && { clusters }) });

/** Why a class is described and not judged; undefined where enough people have it and enough have it not. */
export const whyNotJudged = (columns: ClassColumns, k: number): string | undefined =>
  whyFew(oneOf(columns, k), columns.names[k], `no answered study of class ${columns.names[k]}`);

/** What the answers say of a class. */
export function answerFigures(columns: ClassColumns, k: number) {
  const { sensitivity, specificity, positivePredictiveValue, f1 } = decisionFigures(
    { ...oneOf(columns, k), positive: columns.positive[k] },
    whyNotJudged(columns, k),
  );
  return { sensitivity, specificity, positivePredictiveValue, f1 };
}

/** What the probability of a class says. */
export function probabilityFigures(columns: ClassColumns, k: number, scores: Float64Array) {
  const predictions = { ...oneOf(columns, k), scores };
  const why = whyNotJudged(columns, k);
  return {
    auroc: scoreFigure('auroc', predictions, why),
    observedExpected: observedExpectedOf(columns, k, scores),
    slope: scoreFigure('slope', predictions, why),
  };
}

/** How common a class is by how common its probability says; interval of 95 % unless told. */
export const observedExpectedOf = (
  columns: ClassColumns,
  k: number,
  scores: Float64Array,
  options: { readonly level?: number } = {},
): Estimate | Untold =>
  scoreFigure('observedExpected', { ...oneOf(columns, k), scores }, whyNotJudged(columns, k), options);
