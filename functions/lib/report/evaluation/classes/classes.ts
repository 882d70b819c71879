import { CLASS_FIGURES, SUMMARY_FIGURES } from '../../classes/figure-words.ts';
import { type Cell, columnName, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { formatCount } from '../../format.ts';
import { comparedTables } from '../compared-tables.ts';
import { type Kind, sameGroup } from '../kind.ts';
import type { ClassesResults } from './record.ts';
import { sections } from './section.ts';
import { cells, share } from './share.ts';
import { cautions, headline, methods, points } from './words.ts';

/** Reports on answers that are one of several classes, such as a rhythm. */
export const classesKind: Kind<ClassesResults> = {
  ...{ cells, share, headline, points, cautions, sections, methods, tables },
  described: ({ classes, groups }) => ({
    headings: classes.map((name) => `Reference: ${name}`),
    cellsOf: (group) =>
      groups.find((other) => sameGroup(other, group))?.classes.map((of) => formatCount(of.reference)) ?? [],
    note: 'Studies of each class of the reference, answered or not.',
  }),
  stepWords: {
    answered: 'Studies whose answer can be read, no answer included',
    analysed: 'Analysed: studies with a reference, no answer included',
  },
};

const COUNTS = ['truePositives', 'falseNegatives', 'trueNegatives', 'falsePositives', 'silent'] as const;

function tables(results: ClassesResults): ReadonlyMap<string, string> {
  const { classes, matrix, groups } = results;
  const places = matrix.flatMap((row, r) =>
    row.map((studies, a): Cell[] => [classes[r], classes[a] ?? 'no answer', count(studies)]),
  );
  const byClass = groups.flatMap(({ group, value, classes: all }) =>
    all.map((of): Cell[] => [
      ...[group ?? 'all', value, of.class, count(of.reference)],
      ...COUNTS.map((name) => count(of[name])),
      ...CLASS_FIGURES.flatMap((name) => figureCells(of.figures[name])),
    ]),
  );
  const together = groups.map((of): Cell[] => [
    ...[of.group ?? 'all', of.value],
    ...[of.answered, of.silent, of.right, of.wrong].map(count),
    of.judged.join('; '),
    ...[of.answeredShare, of.rightOfAll].flatMap(figureCells),
    ...SUMMARY_FIGURES.flatMap((name) => figureCells(of.summary[name])),
  ]);
  return new Map([
    ['confusion-matrix.csv', csv(['reference', 'answer', 'n'], places)],
    [
      'classes.csv',
      csv(
        [
          ...['group', 'value', 'class', 'studies'],
          ...COUNTS.map((name) => (name === 'silent' ? 'no_answer' : columnName(name))),
          ...CLASS_FIGURES.flatMap((name) => figureHeader(columnName(name))),
        ],
        byClass,
      ),
    ],
    [
      'classes-together.csv',
      csv(
        [
          ...['group', 'value', 'answered', 'no_answer', 'right', 'wrong', 'means_over'],
          ...['answered_share', 'right_of_all', ...SUMMARY_FIGURES.map(columnName)].flatMap(figureHeader),
        ],
        together,
      ),
    ],
    ...(results.claims.length === 0
      ? []
      : [
          [
            'classes-corrected.csv',
            csv(
              ['class', ...figureHeader('observed_expected_corrected')],
              results.claims.map((claim): Cell[] => [claim.class, ...figureCells(claim.observedExpected)]),
            ),
          ] as const,
        ]),
    ...comparedTables(results),
  ]);
}
