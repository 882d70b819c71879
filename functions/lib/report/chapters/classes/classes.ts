// Chapter "Classes": all answers of a model that tells several classes apart, not only the one in question.
import type { Chapter } from '../../chapter.ts';
import { CLASS_FIGURES, SUMMARY_FIGURES } from '../../classes/figure-words.ts';
import { type Cell, columnName, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { classesOf } from './compute.ts';
import { classesSection } from './section.ts';
import { shareClasses } from './share.ts';
import type { Classes } from './value.ts';
import { classCautions, classMethods } from './words.ts';

export const classes: Chapter<Classes> = {
  title: 'Classes',
  compute: classesOf,
  share: shareClasses,
  section: classesSection,
  tables: (value) =>
    value.absent !== null
      ? new Map()
      : new Map([
          ['classes.csv', figuresCsv(value)],
          ['classes-summary.csv', summaryCsv(value)],
          ['classes-matrix.csv', matrixCsv(value)],
          ['classes-mapping.csv', mappingCsv(value)],
          ['classes-left-out.csv', leftCsv(value)],
        ]),
  methods: classMethods,
  cautions: classCautions,
  points: () => [],
};

const ALL = 'all';

function figuresCsv({ sites }: Classes): string {
  const header = [
    'site',
    'class',
    'studies',
    'people',
    'no_answer',
    ...CLASS_FIGURES.flatMap((name) => figureHeader(columnName(name))),
  ];
  const rows = sites.flatMap(({ site, classes: all }) =>
    all.map((of): Cell[] => [
      ...[site ?? ALL, of.class, count(of.n), count(of.people), count(of.silent)],
      ...CLASS_FIGURES.flatMap((name) => figureCells(of.figures[name])),
    ]),
  );
  return csv(header, rows);
}

function summaryCsv({ sites }: Classes): string {
  const header = [
    'site',
    'studies',
    'people',
    'several_classes',
    'means_over',
    ...SUMMARY_FIGURES.flatMap((name) => figureHeader(columnName(name))),
  ];
  const rows = sites.map((of): Cell[] => [
    ...[of.site ?? ALL, count(of.n), count(of.subjects), count(of.several), of.judged.join(' ')],
    ...SUMMARY_FIGURES.flatMap((name) => figureCells(of.summary[name])),
  ]);
  return csv(header, rows);
}

function matrixCsv({ sites, classes: names }: Classes): string {
  const rows = sites.flatMap(({ site, matrix }) =>
    matrix.flatMap((counts, k) =>
      counts.map((studies, answer): Cell[] => [site ?? ALL, names[k], names[answer] ?? 'no answer', count(studies)]),
    ),
  );
  return csv(['site', 'reference', 'answer', 'studies'], rows);
}

function mappingCsv({ mapping }: Classes): string {
  const rows = mapping.map((entry): Cell[] => [
    ...[entry.label, entry.value, entry.meaning, entry.class],
    count(entry.studies),
  ]);
  return csv(['label', 'value', 'meaning', 'class', 'studies'], rows);
}

function leftCsv({ left }: Classes): string {
  return csv(
    ['site', 'reason', 'studies'],
    left.map(({ site, why, studies }): Cell[] => [site, why, count(studies)]),
  );
}
