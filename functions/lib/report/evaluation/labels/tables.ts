// The tables of a report on several labels as CSV.
import { DECISION_FIGURES } from '../../classes/one-against-rest.ts';
import { type Cell, columnName, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { comparedTables } from '../compared-tables.ts';
import { type LabelPair, type LabelResult, type LabelsResults, OVER_LABELS, type PairCounts } from './record.ts';

/** CSV text by file name. */
export function tables(results: LabelsResults): ReadonlyMap<string, string> {
  return new Map([
    ['findings.csv', findingsCsv(results)],
    ['findings-together.csv', overCsv(results)],
    ['findings-corrected.csv', claimsCsv(results)],
    ['findings-pairs.csv', pairsCsv(results)],
    ...(results.cardinality === null ? [] : [['findings-per-study.csv', cardinalityCsv(results.cardinality)] as const]),
    ...comparedTables(results),
  ]);
}

const RANKING = ['auroc', 'averagePrecision'] as const;
const CALIBRATION = ['observedExpected', 'intercept', 'slope'] as const;
const COUNTS = ['truePositives', 'falseNegatives', 'trueNegatives', 'falsePositives'] as const;

function findingsCsv({ groups, labels }: LabelsResults): string {
  const header = [
    ...['group', 'value', 'finding', 'threshold', 'n', 'reference_unknown', 'no_answer', 'events', 'non_events'],
    ...COUNTS.map(columnName),
    ...[...DECISION_FIGURES, ...RANKING].flatMap((name) => figureHeader(columnName(name))),
    'baseline',
    ...CALIBRATION.flatMap((name) => figureHeader(columnName(name))),
  ];
  const rows = groups.flatMap(({ group, value, labels: all }) =>
    all.map((label, k): Cell[] => [
      ...[group ?? 'all', value, label.label, labels[k].threshold],
      ...[label.n, label.unknown, label.unanswered, label.events, label.nonEvents].map(count),
      ...figuresOf(label),
    ]),
  );
  return csv(header, rows);
}

function figuresOf({ decisions, ranking, calibration }: LabelResult): Cell[] {
  return [
    ...COUNTS.map((name) => count(decisions?.[name])),
    ...DECISION_FIGURES.flatMap((name) => figureCells(decisions?.[name])),
    ...RANKING.flatMap((name) => figureCells(ranking?.[name])),
    count(ranking?.baseline),
    ...CALIBRATION.flatMap((name) => figureCells(calibration?.[name])),
  ];
}

function overCsv({ groups }: LabelsResults): string {
  const header = [
    ...[
      'group',
      'value',
      'means_over',
      'complete_studies',
      'all_right',
      'some_wrong',
      'answers_right',
      'answers_wrong',
    ],
    ...OVER_LABELS.flatMap((name) => figureHeader(columnName(name))),
  ];
  const rows = groups.map((of): Cell[] => [
    ...[of.group ?? 'all', of.value, of.judged.join('; ')],
    ...[of.complete, of.exact, of.inexact, of.right, of.wrong].map(count),
    ...OVER_LABELS.flatMap((name) => figureCells(of.over[name])),
  ]);
  return csv(header, rows);
}

function claimsCsv({ claims }: LabelsResults): string {
  const rows = claims.map(({ label, auroc, observedExpected }): Cell[] => [
    label,
    ...figureCells(auroc),
    ...figureCells(observedExpected),
  ]);
  return csv(['finding', ...figureHeader('auroc_corrected'), ...figureHeader('observed_expected_corrected')], rows);
}

const PAIR = ['both', 'onlyFirst', 'onlySecond', 'neither'] as const;

function pairsCsv({ pairs }: LabelsResults): string {
  const header = [
    ...['first', 'second'],
    ...['reference', 'answers', 'errors'].flatMap((of) => PAIR.map((name) => `${of}_${columnName(name)}`)),
    ...figureHeader('error_correlation_corrected'),
  ];
  const cells = (counts: PairCounts | null): Cell[] => PAIR.map((name) => count(counts?.[name]));
  const rows = pairs.map((pair: LabelPair): Cell[] => [
    ...[pair.first, pair.second],
    ...[pair.reference, pair.answers, pair.errors].flatMap(cells),
    ...figureCells(pair.errorCorrelation),
  ]);
  return csv(header, rows);
}

function cardinalityCsv({ counts }: NonNullable<LabelsResults['cardinality']>): string {
  const rows = counts.map(({ labels, reference, answer }): Cell[] => [labels, count(reference), count(answer)]);
  return csv(['findings', 'studies_by_reference', 'studies_by_answers'], rows);
}
