import { extremesCsv, gapsCsv, groupsCsv } from '../../chapters/fairness/tables.ts';
import { pooledCsv, sitesCsv } from '../../chapters/hospitals/tables.ts';
import { type Cell, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { isSuppressed } from '../../record.ts';
import type { ProbabilityFigures, ProbabilityResults } from './record.ts';

/** Every figure as CSV by file name. */
export function tables({ groups, pairs, hospitals, fairness }: ProbabilityResults): ReadonlyMap<string, string> {
  const single: Named[] = groups.map((group) => ({ names: [group.group ?? 'all', group.value], figures: group }));
  const combined: Named[] = pairs.flatMap(({ columns, combinations }) =>
    combinations.map((own) => ({ names: [columns[0], own.values[0], columns[1], own.values[1]], figures: own })),
  );
  const both = ['first_group', 'first_value', 'second_group', 'second_value'];
  return new Map([
    ['performance.csv', performanceCsv(['group', 'value'], single)],
    ['thresholds.csv', thresholdsCsv(['group', 'value'], single)],
    ['calibration-groups.csv', binsCsv(['group', 'value'], single)],
    ...(combined.length === 0
      ? []
      : ([
          ['combinations.csv', performanceCsv(both, combined)],
          ['combinations-thresholds.csv', thresholdsCsv(both, combined)],
          ['combinations-calibration.csv', binsCsv(both, combined)],
        ] as const)),
    ...(hospitals === null
      ? []
      : ([
          ['hospitals-pooled.csv', pooledCsv(hospitals)],
          ['hospitals-sites.csv', sitesCsv(hospitals)],
        ] as const)),
    ...(fairness === null
      ? []
      : ([
          ['fairness-groups.csv', groupsCsv(fairness)],
          ['fairness-gaps.csv', gapsCsv(fairness)],
          ['fairness-extremes.csv', extremesCsv(fairness)],
        ] as const)),
  ]);
}

interface Named {
  readonly names: readonly Cell[];
  readonly figures: ProbabilityFigures;
}

const FIGURES = ['prevalence', 'auroc', 'brier', 'observedExpected', 'intercept', 'slope'] as const;
const HEADINGS = [
  'prevalence',
  'auroc',
  'brier',
  'observed_expected',
  'calibration_intercept_logit',
  'calibration_slope',
];

function performanceCsv(header: readonly string[], rows: readonly Named[]): string {
  const counts = ['n', 'subjects', 'events', 'event_subjects', 'non_events', 'non_event_subjects'];
  return csv(
    [...header, ...counts, ...HEADINGS.flatMap(figureHeader)],
    rows.map(({ names, figures }) => [
      ...names,
      ...[
        ...[figures.n, figures.subjects, figures.events, figures.eventSubjects],
        ...[figures.nonEvents, figures.nonEventSubjects],
      ].map(count),
      ...FIGURES.flatMap((name) => figureCells(figures[name])),
    ]),
  );
}

function thresholdsCsv(header: readonly string[], rows: readonly Named[]): string {
  const counts = ['true_positives', 'false_negatives', 'false_positives', 'true_negatives'];
  const rates = ['sensitivity', 'specificity', 'positive_predictive_value', 'negative_predictive_value'];
  return csv(
    [...header, 'threshold_name', 'threshold', ...counts, ...rates.flatMap(figureHeader)],
    rows.flatMap(({ names, figures }) =>
      figures.thresholds.map((at): Cell[] => [
        ...[...names, at.name, at.threshold],
        ...[at.truePositives, at.falseNegatives, at.falsePositives, at.trueNegatives].map(count),
        ...[at.sensitivity, at.specificity, at.positivePredictiveValue, at.negativePredictiveValue].flatMap(
          figureCells,
        ),
      ]),
    ),
  );
}

function binsCsv(header: readonly string[], rows: readonly Named[]): string {
  return csv(
    [...header, 'tenth', 'n', 'events', 'mean_score', ...figureHeader('observed')],
    rows.flatMap(({ names, figures: { bins } }) =>
      isSuppressed(bins)
        ? []
        : bins.map((bin, place): Cell[] => [
            ...[...names, place + 1, count(bin.n), count(bin.events), count(bin.meanScore)],
            ...figureCells(bin.observed),
          ]),
    ),
  );
}
