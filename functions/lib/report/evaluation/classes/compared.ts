import type { ClassesAnswers } from '#lib/cohort/evaluation/classes-answers.ts';
import { comparedStudies, type FigureRule, type GroupSample } from '../compared.ts';
import type { ComparedResults } from '../compared-record.ts';
import { rankingSample } from '../labels/compared.ts';

type Compared = 'sensitivity' | 'specificity' | 'auroc';

const WORDS = { sensitivity: 'Sensitivity', specificity: 'Specificity', auroc: 'AUROC' } as const;

/** Share of the studies that got an answer. */
export const ANSWERED = 'answered';
/** The id of a figure of a class; classes are numbered, because their names may hold anything. */
export const comparedId = (name: Compared, of: number): string => `${name}/${of}`;

/** Sensitivity, specificity and AUROC of every class among the answered studies, and the share that was answered; all on the logit. */
export function comparedClasses(answers: ClassesAnswers): ComparedResults {
  const { description, studies, classes, probabilities, answer } = answers;
  const { acceptableGap = {} } = description;
  const share = { pooledOn: 'logit', gap: 'share', ideal: null, acceptableGap: acceptableGap.rate } as const;
  const isSilent = answer.some((of) => of === classes.length);
  const bySilence = (description.namedBySilence ?? []).map(String);
  const figures: readonly Compared[] = [
    ...(probabilities === null ? [] : (['auroc'] as const)),
    'sensitivity',
    'specificity',
  ];
  const named = classes.flatMap((of, k) => (bySilence.includes(of) ? [] : figures.map((name) => ({ name, k }))));
  return comparedStudies({
    studies,
    rules: [
      ...(isSilent ? [{ ...share, id: ANSWERED, name: 'Answered' }] : []),
      ...named.map(({ name, k }): FigureRule => {
        const own = { id: comparedId(name, k), name: `${WORDS[name]}, ${classes[k]}` };
        return name === 'auroc'
          ? { ...own, pooledOn: 'logit', gap: 'bounded', ideal: 0.5, acceptableGap: acceptableGap.auroc }
          : { ...own, ...share };
      }),
    ],
    samplesOf: (places) => {
      const answered = places.filter((place) => answer[place] < classes.length);
      return [
        ...(isSilent ? [shareSample(answers, places, (place) => answer[place] < classes.length)] : []),
        ...named.map(({ name, k }) => sampleOf(answers, answered, name, k)),
      ];
    },
  });
}

function sampleOf(answers: ClassesAnswers, answered: Uint32Array, name: Compared, k: number): GroupSample {
  const { answer, reference, probabilities, studies } = answers;
  if (name !== 'auroc') {
    const isOwn = name === 'sensitivity';
    const among = answered.filter((place) => (reference[place] === k) === isOwn);
    return shareSample(answers, among, (place) => (answer[place] === k) === isOwn);
  }
  const { clusters } = studies;
  return rankingSample({
    scores: Float64Array.from(answered, (place) => probabilities?.[k][place] ?? 0),
    labels: Uint8Array.from(answered, (place) => Number(reference[place] === k)),
    ...(clusters && { clusters: Int32Array.from(answered, (place) => clusters[place]) }),
  });
}

const shareSample = (
  { studies: { clusters } }: ClassesAnswers,
  among: Uint32Array,
  isRight: (place: number) => boolean,
): GroupSample => ({
  kind: 'share',
  outcomes: Uint8Array.from(among, (place) => Number(isRight(place))),
  clusters: clusters && Int32Array.from(among, (place) => clusters[place]),
});
