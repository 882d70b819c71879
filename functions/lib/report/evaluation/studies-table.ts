// internal/studies.parquet: answer and reference of every study behind the figures, so that two reports can be compared study by study.
import type { EvaluatedAnswers } from '#lib/cohort/evaluation/evaluated-answers.ts';
import { SITE } from '#lib/cohort/evaluation/evaluated-studies.ts';
import { type Column, readParquet, writeParquet } from '#lib/tables/parquet.ts';
import { numberClusters } from '#lib/validation/cluster-totals.ts';
import type { Results } from './kinds.ts';
import { probabilityStudiesParquet } from './probability/studies.ts';
import { MEASURES } from './segmentation/record.ts';
import { groupColumn } from './study-columns.ts';

/** One study: `site` (null without), `studyKey`, `subject` (the same number is the same person, in this run only), its groups and answers. */
export type StudyLine = Readonly<Record<string, string | number | null>>;

const COMMON: readonly Column<StudyLine>[] = [
  { name: 'site', type: 'STRING', nullable: true },
  { name: 'studyKey', type: 'STRING' },
  { name: 'subject', type: 'INT32' },
];

/** Kinds whose studies are read and written row by row: probabilities, of which there may be millions, are by column. */
export type KeptByRow = Exclude<Results, { readonly kind: 'probability' }>;

export const isKeptByRow = (results: Results): results is KeptByRow => results.kind !== 'probability';

export const riskColumn = (horizon: number): string => `risk ${horizon}`;
export const classColumn = (name: string): string => `probability ${name}`;
export const labelColumn = (label: string, what: 'reference' | 'answer' | 'score'): string => `${label} ${what}`;
export const structureColumn = (structure: string, what: string): string => `${structure} ${what}`;

const number = (name: string, nullable = false): Column<StudyLine> => ({ name, type: 'DOUBLE', nullable });
const text = (name: string, nullable = false): Column<StudyLine> => ({ name, type: 'STRING', nullable });
const yesOrNo = (name: string): Column<StudyLine> => ({ name, type: 'INT32', nullable: true });

/** Columns of the studies of a report, as its results name them. */
function studyColumns(results: KeptByRow): Column<StudyLine>[] {
  const titles = [
    ...new Set(results.groups.flatMap(({ group }) => (group === null || group === 'site' ? [] : [group]))),
  ];
  return [...COMMON, ...titles.map((title) => text(groupColumn(title))), ...ownColumns(results)];
}

function ownColumns(results: KeptByRow): Column<StudyLine>[] {
  switch (results.kind) {
    case 'continuous':
      return [number('answer'), number('reference')];
    case 'ordinal':
      return [text('answer'), text('reference'), number('score', true)];
    case 'time-to-event': {
      const cause: Column<StudyLine> = { name: 'cause', type: 'INT32' };
      return [number('time'), cause, number('score'), ...results.calibration.map(({ at }) => number(riskColumn(at)))];
    }
    case 'classes':
      return [
        text('answer', true),
        text('reference'),
        ...(results.probabilities ? results.classes.map((name) => number(classColumn(name), true)) : []),
      ];
    case 'labels':
      return results.labels.flatMap(({ name, answers, scores }) => [
        yesOrNo(labelColumn(name, 'reference')),
        ...(answers === 'none' ? [] : [yesOrNo(labelColumn(name, 'answer'))]),
        ...(scores === 'none' ? [] : [number(labelColumn(name, 'score'), true)]),
      ]);
    case 'segmentation':
      return results.groups[0].structures.flatMap(({ structure }) => [
        text(structureColumn(structure, 'presence')),
        ...MEASURES.map((measure) => number(structureColumn(structure, measure), true)),
      ]);
  }
}

/** The studies of a report as Parquet; undefined where there are too many to keep. */
export function studiesParquet(answers: EvaluatedAnswers, results: Results): Uint8Array | undefined {
  if ('table' in answers) return probabilityStudiesParquet(answers);
  if (!isKeptByRow(results)) throw new Error('evaluation: found figures of probabilities with answers of another kind');
  const { studies } = answers;
  const people = studies.clusters === undefined ? undefined : numberClusters(studies.clusters).places;
  const sites = studies.columns.find(({ name }) => name === SITE);
  const groups = studies.columns.filter(({ name }) => name !== SITE);
  const own = ownCells(answers);
  const lines = studies.keys.map(
    (studyKey, place): StudyLine => ({
      site: sites === undefined ? null : sites.values[sites.codes[place]],
      studyKey,
      subject: (people?.[place] ?? place) + 1,
      ...Object.fromEntries(groups.map(({ name, values, codes }) => [groupColumn(name), values[codes[place]]])),
      ...own(place),
    }),
  );
  return writeParquet(studyColumns(results), lines);
}

export const readStudies = (results: KeptByRow, bytes: Uint8Array): Promise<StudyLine[]> =>
  readParquet(studyColumns(results), bytes);

function ownCells(answers: EvaluatedAnswers): (place: number) => StudyLine {
  if ('measurements' in answers) {
    const { first, second } = answers.measurements;
    return (place) => ({ answer: first[place], reference: second[place] });
  }
  if ('followUp' in answers) {
    const { followUp, scores, horizons } = answers;
    const risks = horizons.flatMap(({ at, risks }) => (risks === null ? [] : [{ name: riskColumn(at), risks }]));
    return (place) => ({
      ...{ time: followUp.times[place], cause: followUp.causes[place], score: scores[place] },
      ...Object.fromEntries(risks.map(({ name, risks }) => [name, risks[place]])),
    });
  }
  if ('comparisons' in answers) {
    const names = answers.description.structures.map(({ name }) => name);
    return (place) =>
      Object.fromEntries(
        answers.comparisons[place].flatMap((comparison, k) =>
          (['presence', ...MEASURES] as const).map((what) => [structureColumn(names[k], what), comparison[what]]),
        ),
      );
  }
  if ('grades' in answers) {
    const { grades, answer, reference, scores } = answers;
    return (place) => ({
      ...{ answer: grades[answer[place]], reference: grades[reference[place]], score: scores?.[place] ?? null },
    });
  }
  if ('classes' in answers) {
    const { classes, answer, reference, probabilities } = answers;
    const told = (place: number): boolean => answer[place] < classes.length;
    return (place) => ({
      ...{ answer: told(place) ? classes[answer[place]] : null, reference: classes[reference[place]] },
      ...Object.fromEntries(
        (probabilities ?? []).map((of, k) => [classColumn(classes[k]), told(place) ? of[place] : null]),
      ),
    });
  }
  if ('labels' in answers) {
    return (place) =>
      Object.fromEntries(
        answers.labels.flatMap(({ name, hasReference, isAnswered, reference, positive, scores }) => {
          const ifAnswered = (of: ArrayLike<number>): number | null => (isAnswered[place] === 1 ? of[place] : null);
          return [
            [labelColumn(name, 'reference'), hasReference[place] === 1 ? reference[place] : null],
            ...(positive === null ? [] : [[labelColumn(name, 'answer'), ifAnswered(positive)]]),
            ...(scores === null ? [] : [[labelColumn(name, 'score'), ifAnswered(scores)]]),
          ];
        }),
      );
  }
  throw new Error('evaluation: found answers of which no studies are kept');
}
