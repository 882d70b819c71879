import type { Chapter } from '../../chapter.ts';
import { type Cell, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { usefulnessSection } from './section.ts';
import { shareUsefulness } from './share.ts';
import { type SiteUsefulness, type Usefulness, usefulnessOf } from './value.ts';
import { usefulnessCautions, usefulnessMethods } from './words.ts';

/** Decision curves, workload, and thresholds for what a hospital wants. */
export const usefulness: Chapter<Usefulness> = {
  title: 'Usefulness',
  repeatable: true,
  compute: usefulnessOf,
  share: shareUsefulness,
  section: usefulnessSection,
  tables: ({ sites }) =>
    new Map([
      ['usefulness-decision-curves.csv', curvesCsv(sites)],
      ['usefulness-workload.csv', workloadCsv(sites)],
      ['usefulness-thresholds.csv', thresholdsCsv(sites)],
    ]),
  methods: usefulnessMethods,
  cautions: usefulnessCautions,
  points: () => [],
};

const ALL = 'all';

function curvesCsv(sites: readonly SiteUsefulness[]): string {
  const header = [
    ...['site', 'n', 'events', 'threshold_probability'],
    ...['net_benefit', 'net_benefit_treat_all', 'net_benefit_over_treat_all'].flatMap(figureHeader),
  ];
  const rows = sites.flatMap(({ site, n, events, curve }) =>
    Array.isArray(curve)
      ? curve.map(({ threshold, netBenefit, treatAll, overTreatAll }): Cell[] => [
          ...[site ?? ALL, count(n), count(events), threshold],
          ...[netBenefit, treatAll, overTreatAll].flatMap(figureCells),
        ])
      : [],
  );
  return csv(header, rows);
}

function workloadCsv(sites: readonly SiteUsefulness[]): string {
  const header = [
    ...['site', 'threshold_name', 'prevalence'],
    ...['flagged', 'missed', 'false_alarms_per_true'].flatMap(figureHeader),
  ];
  const rows = sites.flatMap(({ site, workloads }) =>
    workloads.flatMap(({ name, seen, atPrevalence }) =>
      [{ ...seen, prevalence: 'as seen' }, ...atPrevalence].map((at): Cell[] => [
        ...[site ?? ALL, name, at.prevalence],
        ...[at.flagged, at.missed, at.falseAlarmsPerTrue].flatMap(figureCells),
      ]),
    ),
  );
  return csv(header, rows);
}

function thresholdsCsv(sites: readonly SiteUsefulness[]): string {
  const rows = sites.flatMap(({ site, sensitivities, highestBenefit }): Cell[][] => [
    ...sensitivities.map(({ sensitivity, threshold, specificity }): Cell[] => [
      ...[site ?? ALL, 'sensitivity', sensitivity],
      ...[threshold, specificity].flatMap(figureCells),
    ]),
    ...highestBenefit.map(({ probability, threshold }): Cell[] => [
      ...[site ?? ALL, 'highest net benefit at threshold probability', probability],
      ...figureCells(threshold),
      ...[null, null, null, null],
    ]),
  ]);
  return csv(['site', 'wanted', 'value', ...['threshold', 'specificity'].flatMap(figureHeader)], rows);
}
