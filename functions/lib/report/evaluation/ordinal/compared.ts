import type { OrdinalAnswers } from '#lib/cohort/evaluation/ordinal-answers.ts';
import { concordance, concordanceInfluence } from '#lib/validation/concordance.ts';
import { isCannotTell } from '#lib/validation/estimate.ts';
import { comparedStudies, type FigureRule, type GroupSample, type SampleUse } from '../compared.ts';
import { shareSample } from '../compared-answers.ts';
import type { ComparedResults } from '../compared-record.ts';

/** Sensitivity and specificity of every grade or above, and the ordinal C, all on the logit. */
export function comparedGrades(answers: OrdinalAnswers): ComparedResults {
  const { description, grades, studies } = answers;
  const { acceptableGap = {} } = description;
  const cuts = grades.slice(1).flatMap((grade): FigureRule[] => {
    const common = { pooledOn: 'logit', gap: 'share', ideal: null, acceptableGap: acceptableGap.rate } as const;
    return [
      { ...common, id: sensitivityOf(grade), name: `Sensitivity, ${grade} or above` },
      { ...common, id: specificityOf(grade), name: `Specificity, ${grade} or above` },
    ];
  });
  return comparedStudies({
    studies,
    rules: [
      {
        ...{ id: 'concordance', name: 'Concordance (ordinal C)', pooledOn: 'logit', gap: 'bounded', ideal: 0.5 },
        acceptableGap: acceptableGap.concordance,
      },
      ...cuts,
    ],
    samplesOf: (places, use) => [
      rankingSample(answers, places, use),
      ...grades.slice(1).flatMap((_, i) => cutSamples(answers, places, i + 1)),
    ],
  });
}

export const sensitivityOf = (grade: string): string => `sensitivity/${grade}`;
export const specificityOf = (grade: string): string => `specificity/${grade}`;

/**
 * Fewer people apart from the most common grade take no part. The mean over hospitals of 5 to 8 covers 95 to 99 % (bench/coverage/pooled.ts);
 * a gap covers 87 to 93 % with as many, 93 to 96 % with 12 to 19 (bench/coverage/compared.ts).
 */
const FEWEST_APART = { pooling: 5, gap: 12 } as const;

function rankingSample(
  { answer, reference, scores, studies: { clusters } }: OrdinalAnswers,
  places: Uint32Array,
  use: SampleUse,
): GroupSample {
  const own = clusters && Int32Array.from(places, (place) => clusters[place]);
  const predictions = {
    scores: Float64Array.from(places, (place) => (scores ?? answer)[place]),
    categories: Uint8Array.from(places, (place) => reference[place]),
    ...(own && { clusters: own }),
  };
  const figure = concordance(predictions, { fewestApart: FEWEST_APART[use] });
  const influence = isCannotTell(figure)
    ? new Float64Array(places.length)
    : concordanceInfluence(predictions).influence;
  return { kind: 'figure', figure: { ...figure, events: figure.n }, clusters: own, influence };
}

/** Of those with this grade or above, who is found; of those below, who is cleared. */
function cutSamples(
  { answer, reference, studies: { clusters } }: OrdinalAnswers,
  places: Uint32Array,
  cut: number,
): GroupSample[] {
  return [true, false].map((above) => {
    const among = places.filter((place) => reference[place] >= cut === above);
    return shareSample(among, (place) => answer[place] >= cut === above, clusters);
  });
}
