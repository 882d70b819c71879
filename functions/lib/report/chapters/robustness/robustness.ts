import type { Chapter } from '../../chapter.ts';
import { type Cell, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { robustnessOf } from './measure.ts';
import { robustnessSection } from './section.ts';
import { shareRobustness } from './share.ts';
import type { Fates, Robustness } from './value.ts';
import { robustnessCautions, robustnessMethods, robustnessPoints } from './words.ts';

/** What the model says of the same studies when their input is disturbed. */
export const robustness: Chapter<Robustness> = {
  title: 'Robustness',
  compute: robustnessOf,
  share: shareRobustness,
  section: robustnessSection,
  tables: (value) =>
    value.results.length === 0
      ? new Map()
      : new Map([
          ['robustness.csv', resultsTable(value)],
          ['robustness-decisions.csv', decisionsTable(value)],
        ]),
  methods: robustnessMethods,
  cautions: robustnessCautions,
  points: robustnessPoints,
};

const FATES = ['applied', 'answered', 'silent', 'refused', 'warned'] as const satisfies readonly (keyof Fates)[];

function resultsTable({ results }: Robustness): string {
  const header = [
    ...['id', 'family', 'name', 'size', 'source', 'everyday'],
    ...['with_outcome', 'without'].flatMap((group) => FATES.map((fate) => `${group}_${fate}`)),
    ...['auroc_change', 'score_moved_with_outcome', 'score_moved_without'].flatMap(figureHeader),
  ];
  const rows = results.map((result): Cell[] => [
    ...[result.id, result.family, result.name, result.size, result.source, result.expected ? 'yes' : 'no'],
    ...[result.withOutcome, result.without].flatMap((fates) => FATES.map((fate) => count(fates[fate]))),
    ...[result.auroc, result.shiftWith, result.shiftWithout].flatMap(figureCells),
  ]);
  return csv(header, rows);
}

function decisionsTable({ results }: Robustness): string {
  const figures = ['sensitivity_change', 'specificity_change', 'changed_with_outcome', 'changed_without'];
  const rows = results.flatMap(({ id, thresholds }) =>
    thresholds.map(({ name, sensitivity, specificity, flippedWith, flippedWithout }): Cell[] => [
      ...[id, name],
      ...[sensitivity, specificity, flippedWith, flippedWithout].flatMap(figureCells),
    ]),
  );
  return csv(['id', 'threshold_name', ...figures.flatMap(figureHeader)], rows);
}
