import type { SegmentationAnswers } from '#lib/cohort/evaluation/segmentation-answers.ts';
import { comparedStudies, type GroupSample } from '../compared.ts';
import type { ComparedResults } from '../compared-record.ts';
import { boundedMean } from './bounded-mean.ts';

/**
 * Mean Dice of each structure. Pooled on the logit: a Dice near 1 scatters less, so that on its own scale the best hospitals would weigh
 * most and a further hospital be expected above 1 (the reason for the logit of concordance, doi 10.1177/0962280217705678).
 */
export function comparedMasks({ description, comparisons, studies }: SegmentationAnswers): ComparedResults {
  const { structures, acceptableGap = {} } = description;
  return comparedStudies({
    studies,
    rules: structures.map(({ name }) => ({
      ...{ id: diceOf(name), name: `Mean Dice, ${name}`, pooledOn: 'logit', gap: 'difference', ideal: null },
      acceptableGap: acceptableGap.dice,
    })),
    samplesOf: (places) =>
      structures.map((_, k): GroupSample => {
        const told = Array.from(places).flatMap((place) => {
          const { dice } = comparisons[place][k];
          return dice === null ? [] : [{ place, dice }];
        });
        const values = Float64Array.from(told, ({ dice }) => dice);
        const clusters = studies.clusters && Int32Array.from(told, ({ place }) => studies.clusters?.[place] ?? 0);
        const figure = boundedMean(values, clusters, 1);
        const mean = 'cannotTell' in figure ? 0 : figure.estimate;
        return { kind: 'figure', figure, clusters, influence: values.map((value) => (value - mean) / values.length) };
      }),
  });
}

/** Id of the mean Dice of a structure. */
export const diceOf = (structure: string): string => `dice/${structure}`;
