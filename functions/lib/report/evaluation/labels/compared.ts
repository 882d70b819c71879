import type { LabelsAnswers } from '#lib/cohort/evaluation/labels-answers.ts';
import { aurocInterval } from '#lib/fairness/auroc-gap.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { concordanceInfluence } from '#lib/validation/concordance.ts';
import { isCannotTell } from '#lib/validation/estimate.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { MINIMUM_ROWS } from '../../measure.ts';
import { comparedStudies, type FigureRule, type GroupSample } from '../compared.ts';
import type { ComparedResults } from '../compared-record.ts';
import { type LabelColumns, labelTable } from './label-table.ts';

type Compared = 'sensitivity' | 'specificity' | 'auroc';

const WORDS = { sensitivity: 'Sensitivity', specificity: 'Specificity', auroc: 'AUROC' } as const;

/** The id of a figure of a label; labels are numbered, because their names may hold anything. */
export const comparedId = (name: Compared, label: number): string => `${name}/${label}`;

/** Sensitivity, specificity and AUROC of every label, all on the logit. */
export function comparedLabels(answers: LabelsAnswers): ComparedResults {
  const { description, studies, labels } = answers;
  const { acceptableGap = {} } = description;
  const named = labels.flatMap(({ positive, scores }, k) => [
    ...(scores === null ? [] : [{ name: 'auroc' as const, k }]),
    ...(positive === null ? [] : (['sensitivity', 'specificity'] as const).map((name) => ({ name, k }))),
  ]);
  return comparedStudies({
    studies,
    rules: named.map(
      ({ name, k }): FigureRule => ({
        id: comparedId(name, k),
        name: `${WORDS[name]}, ${labels[k].name}`,
        pooledOn: 'logit',
        ...(name === 'auroc'
          ? { gap: 'bounded', ideal: 0.5, acceptableGap: acceptableGap.auroc }
          : { gap: 'share', ideal: null, acceptableGap: acceptableGap.rate }),
      }),
    ),
    samplesOf: (places) => {
      const table = labelTable(answers, places);
      return named.map(({ name, k }) => sampleOf(name, table.labels[k]));
    },
  });
}

function sampleOf(name: Compared, { own }: LabelColumns): GroupSample {
  const { labels, clusters, scores, positive } = own;
  if (name === 'auroc')
    return rankingSample({ labels, scores: scores ?? new Float64Array(labels.length), ...(clusters && { clusters }) });
  const wanted = Number(name === 'sensitivity');
  const among = Uint32Array.from(labels.keys()).filter((row) => labels[row] === wanted);
  return {
    kind: 'share',
    outcomes: Uint8Array.from(among, (row) => Number(positive?.[row] === wanted)),
    clusters: clusters && Int32Array.from(among, (row) => clusters[row]),
  };
}

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
