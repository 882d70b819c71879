import { type Cell, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { betweenTables } from '../between-section.ts';
import { comparisonTables } from '../comparison-words.ts';
import { gradeTables } from '../grades-section.ts';
import { type Kind, sameGroup } from '../kind.ts';
import { quartileText } from '../quartiles.ts';
import type { ContinuousResults, SizeBin } from './record.ts';
import { sections } from './section.ts';
import { cells, share } from './share.ts';
import { cautions, headline, measureStyle, methods, points } from './words.ts';

/** Reports on a continuous answer, such as an ejection fraction. */
export const continuousKind: Kind<ContinuousResults> = {
  ...{ cells, share, headline, points, cautions, sections, methods, tables },
  described: (results) => ({
    headings: [`Answer, ${results.unit}`, `Reference, ${results.unit}`],
    cellsOf: (group) => {
      const own = results.groups.find((other) => sameGroup(other, group));
      return [own?.answer ?? null, own?.reference ?? null].map((quartiles) =>
        quartileText(quartiles, measureStyle(results)),
      );
    },
    note: 'Answer and reference: median (quartiles).',
  }),
};

const FIGURES = [
  ['bias', 'bias'],
  ['lowerLimit', 'lower_limit_of_agreement'],
  ['upperLimit', 'upper_limit_of_agreement'],
  ['meanAbsoluteError', 'mean_absolute_error'],
  ['iccAgreement', 'icc_2_1'],
  ['iccConsistency', 'icc_3_1'],
  ['slope', 'slope'],
  ['intercept', 'intercept'],
] as const;

function tables(results: ContinuousResults): ReadonlyMap<string, string> {
  const rows = results.groups.map((group): Cell[] => [
    group.group ?? 'all',
    group.value,
    ...FIGURES.flatMap(([name]) => figureCells(group[name])),
    ...(group.acceptable === null ? [] : figureCells(group.acceptable.share)),
    ...(group.classes === null
      ? []
      : [...figureCells(group.classes.same), ...figureCells(group.classes.quadraticKappa ?? group.classes.kappa)]),
  ]);
  const header = [
    'group',
    'value',
    ...FIGURES.flatMap(([, name]) => figureHeader(name)),
    ...(results.acceptableDifference === null ? [] : figureHeader('within_acceptable_difference')),
    ...(results.classes === null ? [] : [...figureHeader('same_class'), ...figureHeader('weighted_kappa')]),
  ];
  return new Map([
    ['agreement.csv', csv(header, rows)],
    ['difference-by-size.csv', binCsv('mean_difference', results.differenceBySize)],
    ['reference-by-answer.csv', binCsv('mean_reference', results.referenceByAnswer)],
    ...(results.classes === null ? [] : gradeTables(results.classes)),
    ...betweenTables(results.between),
    ...comparisonTables(results.comparison),
  ]);
}

function binCsv(name: string, bins: readonly SizeBin[]): string {
  const rows = bins.map((bin) => [count(bin.size), count(bin.n), ...figureCells(bin.figure)]);
  return csv(['mean_size', 'n', ...figureHeader(name)], rows);
}
