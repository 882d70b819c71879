// Answers about simulated people, of several kinds: what groups, hospitals and models are compared by.
import type { EvaluatedStudies } from '#lib/cohort/evaluation/evaluated-studies.ts';
import { bisect } from '#lib/fairness/bisect.ts';
import type { comparedGrades } from '#lib/report/evaluation/ordinal/compared.ts';
import type { comparedMasks } from '#lib/report/evaluation/segmentation/compared.ts';
import type { comparedRisks } from '#lib/report/evaluation/time-to-event/compared.ts';
import type { Random } from '#lib/simulate/random.ts';
import { normalCdf } from '#lib/validation/normal.ts';

export interface Groups {
  /** People of the group and of the reference. */
  readonly people: readonly [number, number];
  /** Studies of each person. @default 1 */
  readonly studies?: number;
  /** Studies of a person fall into either group by chance: the sizes are those of the studies. */
  readonly both?: boolean;
}

export interface Drawn {
  readonly person: Int32Array;
  /** 1: in the group that is compared. */
  readonly group: Int32Array;
  /** What a person adds to every study. */
  readonly own: Float64Array;
}

export function drawPeople(source: Random, { people: [a, b], studies = 1, both = false }: Groups): Drawn {
  const person = Int32Array.from({ length: (a + b) * studies }, (_, row) => Math.floor(row / studies));
  const group = Int32Array.from(person, (one) => Number(both ? source.uniform() < a / (a + b) : one < a));
  const persons = Float64Array.from({ length: a + b }, () => source.normal());
  return { person, group, own: Float64Array.from(person, (one) => persons[one]) };
}

export function studiesOf({ person, group }: Drawn, title: string, values: readonly string[]): EvaluatedStudies {
  const isClustered = new Set(person).size < person.length;
  return {
    rows: Uint32Array.from(person.keys()),
    keys: [],
    ...(isClustered && { clusters: person }),
    knowsSubjects: true,
    columns: [{ name: title, values, codes: Uint8Array.from(group) }],
    flow: [],
  };
}

export const common = { title: 'x', quantity: 'x', columns: { study: 'id', answer: 'a', reference: 'r' } } as const;

export type Noise = (row: number) => number;

export function drawGrades(
  source: Random,
  studies: EvaluatedStudies,
  noise: Noise,
): Parameters<typeof comparedGrades>[0] {
  const truth = Float64Array.from(studies.rows, noise);
  const gradeOf = (value: number): number => Number(value > 0) + Number(value > 1);
  return {
    description: { ...common, answer: 'ordinal', grades: [0, 1, 2] },
    studies,
    grades: ['0', '1', '2'],
    reference: Uint8Array.from(truth, gradeOf),
    answer: Uint8Array.from(truth, (value) => gradeOf(value + 0.6 * source.normal())),
    scores: truth.map((value) => value + 0.6 * source.normal()),
  };
}

/** Left-skewed, mean 0.88. */
export function drawMasks(
  source: Random,
  studies: EvaluatedStudies,
  noise: Noise,
): Parameters<typeof comparedMasks>[0] {
  return {
    description: { ...common, answer: 'segmentation', structures: [{ value: 1, name: 'x' }], toleranceMm: 1 },
    studies,
    comparisons: Array.from(studies.rows, (row) => [
      comparisonOf(1 - 0.12 * Math.exp(0.5 * noise(row)) * exponential(source)),
    ]),
    withoutSpacing: 0,
    masks: { files: 0, sha256: '' },
  };
}

export const exponential = (source: Random): number => -Math.log(1 - source.uniform());

export const comparisonOf = (dice: number) => ({
  presence: 'both' as const,
  dice: Math.max(0, dice),
  jaccard: null,
  hausdorff95: null,
  surfaceDice: null,
});

export function drawTimes(
  source: Random,
  studies: EvaluatedStudies,
  noise: Noise,
): Parameters<typeof comparedRisks>[0] {
  const x = Float64Array.from(studies.rows, noise);
  const rows = Array.from(x, (value) => {
    const [event, other, end] = [
      exponential(source) * 9 * Math.exp(-value),
      exponential(source) * 25,
      1 + 11 * source.uniform(),
    ];
    const time = Math.min(event, other, end);
    return { time, cause: time === event ? 1 : time === other ? 2 : 0 };
  });
  const risks = x.map((value) => -Math.expm1((-5 * Math.exp(0.8 * value)) / 11));
  return {
    description: {
      ...{ title: 'x', answer: 'time-to-event', event: 'x', timeUnit: 'years' },
      ...{ columns: { study: 'id', time: 't', event: 'e' }, codes: { censored: 0, event: 1, competing: [2] } },
      horizons: [{ at: 5, risk: 'r' }],
    },
    studies,
    followUp: {
      times: Float64Array.from(rows, ({ time }) => time),
      causes: Uint8Array.from(rows, ({ cause }) => cause),
      ...(studies.clusters && { clusters: studies.clusters }),
    },
    horizons: [{ at: 5, risks }],
    scores: x,
  };
}

/** Grades 0, 1 and 2 of so many people in each group, and normal scores of which this share of pairs is ordered as it should be. */
export interface RankedGroup {
  readonly counts: readonly number[];
  readonly concordance: number;
}

/** Groups called h0, h1 and so on, of one study each person. */
export function drawRankedGrades(
  source: Random,
  title: string,
  groups: readonly RankedGroup[],
): Parameters<typeof comparedGrades>[0] {
  const rows = groups.flatMap(({ counts, concordance }, group) => {
    const step = stepOf(counts, concordance);
    return counts.flatMap((count, grade) =>
      Array.from({ length: count }, () => ({ group, grade, mean: grade * step })),
    );
  });
  const group = Int32Array.from(rows, (row) => row.group);
  const reference = Uint8Array.from(rows, ({ grade }) => grade);
  return {
    description: { ...common, answer: 'ordinal', grades: [0, 1, 2] },
    studies: studiesOf(
      { person: Int32Array.from(group.keys()), group, own: new Float64Array(group.length) },
      title,
      groups.map((_, place) => `h${place}`),
    ),
    grades: ['0', '1', '2'],
    ...{ reference, answer: reference, scores: Float64Array.from(rows, ({ mean }) => source.normal(mean)) },
  };
}

/** How far apart the normal scores of neighbouring grades lie where this share of pairs is ordered as it should be. */
function stepOf([low, middle, high]: readonly number[], share: number): number {
  const [near, far] = [low * middle + middle * high, low * high];
  const ordered = (step: number): number =>
    (near * normalCdf(step / Math.SQRT2) + far * normalCdf((2 * step) / Math.SQRT2)) / (near + far);
  return bisect((step) => ordered(step) - share, -5, 9);
}
