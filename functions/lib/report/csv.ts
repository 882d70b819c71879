// The tables of a report as CSV (RFC 4180): CRLF, quotes doubled, one header line, full precision, "hidden" for suppressed cells.

import type { Description } from './description.ts';
import { HIDDEN } from './format.ts';
import {
  type Count,
  type GroupResult,
  isEstimate,
  isSuppressed,
  type Performance,
  type ReadFigure,
  type Report,
} from './record.ts';

export type Cell = string | number | null;

/** Lines of RFC 4180; a cell that is null is empty. */
export function csv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]) => `${cells.map(cellText).join(',')}\r\n`;
  return [header, ...rows].map(line).join('');
}

function cellText(cell: Cell): string {
  const text = cell === null ? '' : safe(String(cell), cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A text that a spreadsheet would run as a formula gets an apostrophe before it (CWE-1236). */
function safe(text: string, cell: Cell): string {
  return typeof cell === 'string' && /^[=+\-@\t]/.test(text) ? `'${text}` : text;
}

/** Every table of the report by file name. */
export function tablesAsCsv(report: Report): Map<string, string> {
  return new Map([
    ['flow.csv', flowCsv(report)],
    ['table1.csv', table1Csv(report)],
    ['performance.csv', performanceCsv(report.primary)],
    ['thresholds.csv', thresholdsCsv(report.primary)],
    ['calibration-bins.csv', binsCsv(report.primary)],
    ['calibration-curves.csv', curvesCsv(report.primary)],
    ['scores.csv', scoresCsv(report.primary)],
    ['checklists.csv', checklistsCsv(report)],
    ...(report.silence.length === 0 ? [] : [['silence.csv', silenceCsv(report)] as const]),
    ...(report.apparent === null
      ? []
      : ([
          ['apparent-performance.csv', performanceCsv(report.apparent)],
          ['apparent-thresholds.csv', thresholdsCsv(report.apparent)],
        ] as const)),
  ]);
}

/** Empty where there is no such number. */
export function count(value: Count | null | undefined): Cell {
  return isSuppressed(value) ? HIDDEN : (value ?? null);
}

const ALL = 'all';

function checklistsCsv({ checklists }: Report): string {
  const rows = checklists.flatMap(({ id, items }) =>
    items.map(({ number, asks, answer }): Cell[] => [id, number, asks, answer.status, answer.text]),
  );
  return csv(['checklist', 'item', 'asks', 'status', 'answer'], rows);
}

/** camelCase as snake_case. */
export const columnName = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export function figureHeader(name: string): string[] {
  return [name, `${name}_lower`, `${name}_upper`, `${name}_cannot_tell`];
}

/** Empty where there is no such figure. */
export function figureCells(figure: ReadFigure | null | undefined): Cell[] {
  if (figure === null || figure === undefined) return [null, null, null, null];
  if (isSuppressed(figure)) return [HIDDEN, HIDDEN, HIDDEN, null];
  return isEstimate(figure)
    ? [figure.estimate, figure.lower, figure.upper, null]
    : [figure.point ?? null, null, null, figure.cannotTell];
}

const GROUP_HEADER = ['site', 'sex', 'age_band_years', 'device'] as const;

function groupCells({ site, sex, ageBand, device }: GroupResult): Cell[] {
  return [site ?? ALL, sex ?? ALL, ageBand ?? ALL, device ?? ALL];
}

function flowCsv({ flow }: Report): string {
  const rows = flow.flatMap(({ site, steps, labels }): Cell[][] => [
    ...steps.flatMap(({ name, count: left, losses }): Cell[][] => [
      ...losses.map((loss): Cell[] => [site ?? ALL, name, 'lost', loss.code, count(loss.count)]),
      [site ?? ALL, name, 'left', null, count(left)],
    ]),
    ...Object.entries(labels).map(([name, value]): Cell[] => [site ?? ALL, 'labels', name, null, count(value)]),
  ]);
  return csv(['site', 'step', 'what', 'reason', 'count'], rows);
}

function table1Csv({ table1 }: Report): string {
  const rows = table1.flatMap((column): Cell[][] => {
    const { site, age } = column;
    const cell = (name: string, value: Cell): Cell[] => [site ?? ALL, name, value];
    const ages = 'medianYears' in age ? age : undefined;
    const year = (value: number | { suppressed: true } | undefined) => (value === undefined ? null : count(value));
    return [
      cell('studies', count(column.n)),
      cell('people', count(column.subjects)),
      cell('women', count(column.women)),
      cell('men', count(column.men)),
      cell('sex_not_given', count(column.sexMissing)),
      cell('age_median_years', year(ages?.medianYears)),
      cell('age_lower_quartile_years', year(ages?.lowerQuartileYears)),
      cell('age_upper_quartile_years', year(ages?.upperQuartileYears)),
      cell('age_minimum_years', year(ages?.minimumYears)),
      cell('age_maximum_years', year(ages?.maximumYears)),
      cell('with_outcome', count(column.events)),
      ...figureHeader('prevalence').map((name, i) => cell(name, figureCells(column.prevalence)[i])),
      ...durationCells(column.duration).map(([name, value]) => cell(name, value)),
      ...column.categories.map(({ characteristic, value, n }) =>
        cell(`${characteristic.replace('group:', '')}=${value}`, count(n)),
      ),
      ...column.missing.map(({ field, missing }) => cell(`missing_${field}`, count(missing))),
    ];
  });
  return csv(['site', 'characteristic', 'value'], rows);
}

function durationCells(duration: Description['duration']): [string, Cell][] {
  if (duration === null) return [];
  const names = ['median', 'lowerQuartile', 'upperQuartile', 'minimum', 'maximum'] as const;
  return names.map((name) => [
    `duration_${name.replace('Quartile', '_quartile')}_seconds`,
    isSuppressed(duration) ? HIDDEN : count(duration[`${name}Seconds`]),
  ]);
}

function silenceCsv({ silence }: Report): string {
  const header = [
    ...['site', 'events', 'silent_events', 'non_events', 'silent_non_events'],
    ...['silent_share_of_events', 'silent_share_of_non_events'].flatMap(figureHeader),
    ...['threshold_name', ...['sensitivity_of_all', 'specificity_of_all'].flatMap(figureHeader)],
  ];
  const rows = silence.flatMap((result) =>
    result.thresholds.map(({ name, sensitivity, specificity }) => [
      result.site ?? ALL,
      ...[result.events, result.silentEvents, result.nonEvents, result.silentNonEvents].map(count),
      ...[result.silentShareOfEvents, result.silentShareOfNonEvents].flatMap(figureCells),
      name,
      ...[sensitivity, specificity].flatMap(figureCells),
    ]),
  );
  return csv(header, rows);
}

function performanceCsv({ groups }: Performance): string {
  const header = [
    ...GROUP_HEADER,
    ...['n', 'subjects', 'events', 'event_subjects', 'non_events', 'non_event_subjects'],
    ...['auroc', 'brier', 'observed_expected', 'calibration_intercept_logit'].flatMap(figureHeader),
  ];
  const rows = groups.map((group) => [
    ...groupCells(group),
    ...[group.n, group.subjects, group.events, group.eventSubjects, group.nonEvents, group.nonEventSubjects].map(count),
    ...[group.auroc, group.brier, group.observedExpected, group.calibrationIntercept].flatMap(figureCells),
  ]);
  return csv(header, rows);
}

function thresholdsCsv({ groups }: Performance): string {
  const header = [
    ...GROUP_HEADER,
    ...['threshold_name', 'threshold'],
    ...['true_positives', 'false_negatives', 'true_negatives', 'false_positives'],
    ...['sensitivity', 'specificity'].flatMap(figureHeader),
  ];
  const rows = groups.flatMap((group) =>
    group.thresholds.map((at) => [
      ...groupCells(group),
      at.name,
      at.threshold ?? '',
      ...[at.truePositives, at.falseNegatives, at.trueNegatives, at.falsePositives].map(count),
      ...[at.sensitivity, at.specificity].flatMap(figureCells),
    ]),
  );
  return csv(header, rows);
}

function binsCsv({ calibration }: Performance): string {
  const rows = calibration.flatMap(({ site, bins }) =>
    bins.map((bin, i) => [
      site,
      i + 1,
      count(bin.n),
      count(bin.events),
      count(bin.meanScore),
      ...figureCells(bin.observed),
    ]),
  );
  return csv(['site', 'bin', 'n', 'events', 'mean_score', ...figureHeader('observed')], rows);
}

function curvesCsv({ calibration }: Performance): string {
  const rows = calibration.flatMap(({ site, curve }) =>
    Array.isArray(curve) ? curve.map((point) => [site, point.score, point.observed, point.lower, point.upper]) : [],
  );
  return csv(['site', 'score', 'observed', 'observed_lower', 'observed_upper'], rows);
}

function scoresCsv({ calibration }: Performance): string {
  const rows = calibration.flatMap(({ site, histogram }) =>
    histogram.map((bin) => [site, bin.from, bin.to, count(bin.events), count(bin.nonEvents)]),
  );
  return csv(['site', 'score_from', 'score_to', 'events', 'non_events'], rows);
}
