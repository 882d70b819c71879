// Chapter "Prediction sets": how often sets of answers hold the right one, measured by group, promised for none.
import type { Chapter } from '../../chapter.ts';
import { type Cell, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { HIDDEN } from '../../format.ts';
import { isSuppressed } from '../../record.ts';
import { conformalOf } from './compute.ts';
import { conformalSection } from './section.ts';
import { shareConformal } from './share.ts';
import { type Conformal, isCalibrated } from './value.ts';
import { conformalCautions, conformalMethods } from './words.ts';

export const conformal: Chapter<Conformal> = {
  title: 'Prediction sets',
  compute: conformalOf,
  share: shareConformal,
  section: conformalSection,
  tables: (value) =>
    new Map([
      ['conformal.csv', coverageCsv(value)],
      ['conformal-calibrations.csv', calibrationsCsv(value)],
    ]),
  methods: conformalMethods,
  cautions: conformalCautions,
  points: () => [],
};

const HALVES = 'half of each';
const SHARES = ['coverage', 'one_answer', 'several_answers', 'no_answer', 'right_where_one'];

function coverageCsv({ questions }: Conformal): string {
  const header = [
    ...['question', 'level', 'method', 'left_out', 'column', 'group', 'studies', 'people', 'not_judged', 'verdict'],
    ...['answers_per_set', ...SHARES.flatMap(figureHeader)],
  ];
  const rows = questions.flatMap(({ about, calibrations }) =>
    calibrations
      .filter(isCalibrated)
      .flatMap(({ level, method, leftOut, groups }) =>
        groups.map((group): Cell[] => [
          ...[about, level, method, leftOut ?? HALVES, group.column, group.group],
          ...[count(group.n), count(group.people), count(group.notJudged), group.verdict, count(group.meanSize)],
          ...[group.coverage, group.single, group.several, group.none, group.singleRight].flatMap(figureCells),
        ]),
      ),
  );
  return csv(header, rows);
}

function calibrationsCsv({ questions }: Conformal): string {
  const header = [
    ...['question', 'level', 'method', 'left_out', 'answer', 'calibrated_people', 'threshold'],
    ...['chance_lower', 'chance_upper', 'cannot_tell'],
  ];
  const rows = questions.flatMap(({ about, answers, calibrations }) =>
    calibrations.flatMap((one): Cell[][] => {
      const base = [about, one.level, one.method, one.leftOut ?? HALVES];
      if (!isCalibrated(one))
        return [[...base, null, null, null, null, null, isSuppressed(one.cannotTell) ? HIDDEN : one.cannotTell]];
      const { calibrated, thresholds, chance } = one;
      const chances =
        chance === null ? [null, null] : isSuppressed(chance) ? [HIDDEN, HIDDEN] : [chance.lower, chance.upper];
      return calibrated.map((people, k) => [
        ...base,
        ...[calibrated.length === 1 ? 'all' : answers[k], count(people)],
        ...[isSuppressed(thresholds) ? HIDDEN : thresholds[k], ...chances, null],
      ]);
    }),
  );
  return csv(header, rows);
}
