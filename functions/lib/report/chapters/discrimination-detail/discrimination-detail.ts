import { RESAMPLED_METRICS } from '#lib/validation/bootstrap-metrics.ts';
import type { Chapter } from '../../chapter.ts';
import { type Cell, columnName, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { discriminationDetailSection } from './section.ts';
import { shareDiscriminationDetail } from './share.ts';
import { DETAIL_METRICS, type DiscriminationDetail, discriminationDetailOf } from './value.ts';
import { discriminationCautions, discriminationMethods } from './words.ts';

/** Average precision, partial AUROC, predictive values, F1, Matthews correlation, confusion matrices and curves, by hospital. */
export const discriminationDetail: Chapter<DiscriminationDetail> = {
  title: 'Discrimination in detail',
  repeatable: true,
  compute: discriminationDetailOf,
  share: shareDiscriminationDetail,
  section: discriminationDetailSection,
  tables: (value) =>
    new Map([
      ['discrimination-detail.csv', rankings(value)],
      ['discrimination-detail-thresholds.csv', thresholds(value)],
      ['discrimination-detail-bootstrap.csv', bootstrap(value)],
      ['discrimination-detail-curves.csv', curves(value)],
    ]),
  methods: discriminationMethods,
  cautions: discriminationCautions,
  points: () => [],
};

function rankings({ sites }: DiscriminationDetail): string {
  const header = [
    'site',
    'n',
    'events',
    'share_with_outcome',
    ...['average_precision', 'partial_auroc'].flatMap(figureHeader),
  ];
  const rows = sites.map((site): Cell[] => [
    site.site,
    ...[site.n, site.events, site.baseline].map(count),
    ...[site.averagePrecision, site.partialAuroc].flatMap(figureCells),
  ]);
  return csv(header, rows);
}

function thresholds({ sites }: DiscriminationDetail): string {
  const cells = ['true_positives', 'false_positives', 'true_negatives', 'false_negatives'];
  const header = [
    'site',
    'threshold_name',
    ...cells,
    ...DETAIL_METRICS.flatMap((name) => figureHeader(columnName(name))),
  ];
  const rows = sites.flatMap(({ site, thresholds: all }) =>
    all.map((at): Cell[] => [
      ...[site, at.name],
      ...[at.truePositives, at.falsePositives, at.trueNegatives, at.falseNegatives].map(count),
      ...DETAIL_METRICS.flatMap((name) => figureCells(at.metrics[name])),
    ]),
  );
  return csv(header, rows);
}

function bootstrap({ sites }: DiscriminationDetail): string {
  const rows = sites.flatMap(({ site, thresholds: all }) =>
    all.flatMap((at) =>
      RESAMPLED_METRICS.map((name): Cell[] => [site, at.name, columnName(name), ...figureCells(at.resampled[name])]),
    ),
  );
  return csv(['site', 'threshold_name', 'metric', ...figureHeader('value')], rows);
}

function curves({ sites }: DiscriminationDetail): string {
  const rows = sites.flatMap(({ site, curve }) =>
    curve.map(({ score, truePositives, falsePositives }): Cell[] => [site, score, truePositives, falsePositives]),
  );
  return csv(['site', 'score_at_least', 'true_positives', 'false_positives'], rows);
}
