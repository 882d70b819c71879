import type { ClassesAnswers } from '#lib/cohort/evaluation/classes-answers.ts';
import { comparedStudies, type FigureRule } from '../compared.ts';
import { answerRules, answerSamples, shareSample } from '../compared-answers.ts';
import type { ComparedResults } from '../compared-record.ts';
import { columnsOf } from './answered.ts';

/** Share of the studies that got an answer. */
export const ANSWERED = 'answered';

/** AUROC, sensitivity and specificity of every class among the answered studies, and the share that was answered. */
export function comparedClasses(answers: ClassesAnswers): ComparedResults {
  const { description, studies, classes, answer } = answers;
  const { acceptableGap = {}, namedBySilence = [] } = description;
  const { clusters } = studies;
  const isAnswered = (place: number): boolean => answer[place] < classes.length;
  const hasSilence = answer.some((_, place) => !isAnswered(place));
  const answered: FigureRule = {
    ...{ id: ANSWERED, name: 'Answered', pooledOn: 'logit', gap: 'share', ideal: null },
    acceptableGap: acceptableGap.rate,
  };
  const bySilence = namedBySilence.map(String);
  const named = [...classes.keys()].filter((k) => !bySilence.includes(classes[k]));
  return comparedStudies({
    studies,
    rules: [
      ...(hasSilence ? [answered] : []),
      ...named.flatMap((k) =>
        answerRules({ scores: answers.probabilities, positive: answer }, classes[k], k, acceptableGap),
      ),
    ],
    samplesOf: (places) => {
      const columns = columnsOf(answers, places);
      return [
        ...(hasSilence ? [shareSample(places, isAnswered, clusters)] : []),
        ...named.flatMap((k) =>
          answerSamples({
            ...columns,
            ...{ labels: columns.truth[k], positive: columns.positive[k], scores: columns.scores?.[k] ?? null },
          }),
        ),
      ];
    },
  });
}
