// Yes-or-no answers about each study, one for every class or finding: what hospitals are pooled and groups compared by.
import { aurocInterval } from '#lib/fairness/auroc-gap.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { concordanceInfluence } from '#lib/validation/concordance.ts';
import { isCannotTell } from '#lib/validation/estimate.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { MINIMUM_ROWS } from '../measure.ts';
import type { StyleOf } from './between-section.ts';
import type { FigureRule, GroupSample } from './compared.ts';

/** Acceptable gaps of the evaluation file. */
export interface AnswerGaps {
  readonly rate?: number | undefined;
  readonly auroc?: number | undefined;
}

/**
 * AUROC where there are scores, sensitivity and specificity where there are answers, all on the logit; they are numbered, because names may
 * hold anything.
 */
export function answerRules(
  { scores, positive }: { readonly scores: object | null; readonly positive: object | null },
  name: string,
  k: number,
  gaps: AnswerGaps,
): FigureRule[] {
  const rate = { pooledOn: 'logit', gap: 'share', ideal: null, acceptableGap: gaps.rate } as const;
  const ranking = { pooledOn: 'logit', gap: 'bounded', ideal: 0.5, acceptableGap: gaps.auroc } as const;
  return [
    ...(scores === null ? [] : [{ ...ranking, id: `auroc/${k}`, name: `AUROC, ${name}` }]),
    ...(positive === null
      ? []
      : [
          { ...rate, id: `sensitivity/${k}`, name: `Sensitivity, ${name}` },
          { ...rate, id: `specificity/${k}`, name: `Specificity, ${name}` },
        ]),
  ];
}

/** In the order of the rules. */
export function answerSamples({
  labels,
  clusters,
  scores,
  positive,
}: Pick<Predictions, 'labels' | 'clusters'> & {
  readonly scores: Float64Array | null;
  readonly positive: Uint8Array | null;
}): GroupSample[] {
  return [
    ...(scores === null ? [] : [rankingSample({ labels, scores, ...(clusters && { clusters }) })]),
    ...(positive === null
      ? []
      : [1, 0].map((wanted) => {
          const among = Uint32Array.from(labels.keys()).filter((row) => labels[row] === wanted);
          return shareSample(among, (row) => positive[row] === wanted, clusters);
        })),
  ];
}

/** A share of these rows. */
export const shareSample = (
  among: Uint32Array,
  isRight: (row: number) => boolean,
  clusters: Int32Array | undefined,
): GroupSample => ({
  kind: 'share',
  outcomes: Uint8Array.from(among, (row) => Number(isRight(row))),
  clusters: clusters && Int32Array.from(among, (row) => clusters[row]),
});

/** AUROC with what each row adds to it, and its own interval: with few people of a class one on the logit scale is too narrow. */
export function rankingSample(predictions: Predictions): GroupSample {
  const { labels, scores, clusters } = predictions;
  const figure = auroc(predictions, { minimumPerClass: MINIMUM_ROWS });
  return {
    kind: 'figure',
    figure,
    clusters,
    ...(!isCannotTell(figure) && { limitsAt: (level: number) => aurocInterval(figure, level) }),
    influence: isCannotTell(figure)
      ? new Float64Array(labels.length)
      : concordanceInfluence({ scores, categories: labels }).influence,
  };
}

/** How these figures are written. */
export const answerStyle: StyleOf = (figure) => (figure.startsWith('auroc') ? 'fraction' : 'percent');
