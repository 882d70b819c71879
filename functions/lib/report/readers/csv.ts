import { type Cell, columnName, count, csv, figureCells, figureHeader } from '../csv.ts';
import { HIDDEN } from '../format.ts';
import { METRICS, type ReaderGroup, type ReaderReport } from './record.ts';

const ALL = 'all';
const GROUP = ['sex', 'age_band_years'] as const;

/** Every table of a reader report by file name. */
export function readersCsv(report: ReaderReport): Map<string, string> {
  return new Map([
    ['studies.csv', studies(report)],
    ['results.csv', results(report)],
    ['summaries.csv', summaries(report)],
    ['comparisons.csv', comparisons(report)],
    ['agreement.csv', agreement(report)],
    ...(report.classes.length === 0
      ? []
      : [['classes.csv', classes(report)] as const, ['confusion-matrices.csv', matrices(report)] as const]),
    ...(report.rankings.length === 0
      ? []
      : [['ranking.csv', ranking(report)] as const, ['precision-recall.csv', curves(report)] as const]),
    ...(report.published.length === 0 ? [] : [['published.csv', published(report)] as const]),
  ]);
}

const groupCells = ({ sex, ageBand }: ReaderGroup): Cell[] => [sex ?? ALL, ageBand ?? ALL];

function studies({ groups, labels }: ReaderReport): string {
  const rows = groups.map((group) => [...groupCells(group), count(group.n), ...group.events.map(count)]);
  return csv([...GROUP, 'n', ...labels.map(({ id }) => `with ${id}`)], rows);
}

function results({ results: all }: ReaderReport): string {
  const header = [
    ...['label', 'rater', ...GROUP, 'true_positives', 'false_negatives', 'true_negatives', 'false_positives'],
    ...[...METRICS, 'kappa_with_reference'].flatMap((name) => figureHeader(columnName(name))),
  ];
  const rows = all.map((result) => [
    result.label,
    result.rater,
    ...groupCells(result),
    ...[result.truePositives, result.falseNegatives, result.trueNegatives, result.falsePositives].map(count),
    ...METRICS.flatMap((name) => figureCells(result.metrics[name])),
    ...figureCells(result.kappa),
  ]);
  return csv(header, rows);
}

function summaries({ summaries: all }: ReaderReport): string {
  const rows = all.map((summary) => [
    summary.rater,
    ...groupCells(summary),
    ...[summary.macroF1, summary.microF1, summary.macroAuroc].flatMap(figureCells),
  ]);
  return csv(['rater', ...GROUP, ...['macro_f1', 'micro_f1', 'macro_auroc'].flatMap(figureHeader)], rows);
}

function comparisons({ comparisons: all }: ReaderReport): string {
  const rows = all.map((comparison) => [
    ...[comparison.label, comparison.first, comparison.second, comparison.of],
    ...figureCells(comparison.difference),
    ...[comparison.onlyFirst, comparison.onlySecond].map(count),
    ...[comparison.pValue, comparison.exactPValue, comparison.adjustedPValue].map(count),
  ]);
  const header = [
    'label',
    'first',
    'second',
    'of',
    ...figureHeader('difference'),
    'only_first_right',
    'only_second_right',
  ];
  return csv([...header, 'p_mid', 'p_exact', 'p_holm'], rows);
}

function agreement({ agreements }: ReaderReport): string {
  const rows = agreements.map(({ label, first, second, kappa, observed }) => [
    ...[label, first, second],
    ...figureCells(kappa),
    count(observed),
  ]);
  return csv(['label', 'first', 'second', ...figureHeader('kappa'), 'same_answer'], rows);
}

function ranking({ rankings }: ReaderReport): string {
  const rows = rankings.map((of) => [
    of.label,
    of.rater,
    ...groupCells(of),
    ...[of.auroc, of.partialAuroc, of.averagePrecision].flatMap(figureCells),
    count(of.baseline),
  ]);
  const figures = ['auroc', 'partial_auroc', 'average_precision'].flatMap(figureHeader);
  return csv(['label', 'rater', ...GROUP, ...figures, 'share_with_finding'], rows);
}

function classes({ classes: all }: ReaderReport): string {
  const names = ['right_answers', 'macro_f1', 'kappa', 'kappa_quadratic', 'hand_till_m', 'concordance'];
  const rows = all.map((of) => [
    ...[of.column, of.rater],
    ...[of.accuracy, of.macroF1, of.kappa, of.weightedKappa, of.handTill, of.concordance].flatMap(figureCells),
  ]);
  return csv(['question', 'rater', ...names.flatMap(figureHeader)], rows);
}

function matrices({ classes: all }: ReaderReport): string {
  const rows = all.flatMap(({ column: question, rater, values, matrix }) =>
    values.flatMap((truth, k) => values.map((answer, j) => [question, rater, truth, answer, count(matrix[k][j])])),
  );
  return csv(['question', 'rater', 'reference', 'answer', 'n'], rows);
}

function curves({ rankings }: ReaderReport): string {
  const rows = rankings.flatMap(({ label, rater, curve }) =>
    curve.map(([recall, precision]) => [label, rater, recall, precision]),
  );
  return csv(['label', 'rater', 'recall', 'precision'], rows);
}

function published({ published: all }: ReaderReport): string {
  const rows = all.map((cell) => [
    ...[cell.label, cell.rater, cell.metric, cell.published],
    count(cell.computed),
    cell.agrees === null ? HIDDEN : String(cell.agrees),
  ]);
  return csv(['label', 'rater', 'metric', 'published', 'computed', 'agrees'], rows);
}
