import type { ClassesAnswers } from '#lib/cohort/evaluation/classes-answers.ts';
import type { ClassedStudies } from '../../classes/all-classes.ts';
import type { ClassColumns } from '../../classes/each-class.ts';

/** The answered studies of a group. */
export interface Columns extends ClassedStudies, ClassColumns {
  /** [class][study] */
  readonly scores: readonly Float64Array[] | null;
}

export function columnsOf(
  { classes, reference, answer, probabilities, studies }: ClassesAnswers,
  all: Uint32Array,
): Columns {
  const places = all.filter((place) => answer[place] < classes.length);
  const labels = Uint8Array.from(places, (place) => reference[place]);
  const answers = Uint8Array.from(places, (place) => answer[place]);
  const { clusters } = studies;
  return {
    ...{ names: classes, classes: classes.length, labels, answers },
    scores: probabilities?.map((of) => Float64Array.from(places, (place) => of[place])) ?? null,
    truth: classes.map((_, k) => labels.map((of) => Number(of === k))),
    positive: classes.map((_, k) => answers.map((of) => Number(of === k))),
    ...(clusters && { clusters: Int32Array.from(places, (place) => clusters[place]) }),
  };
}
