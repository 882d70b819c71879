// Every count of a report as a named cell, and the sums by which a reader could compute one from others.

import type { Description } from './description.ts';
import type { Sum } from './disclosure.ts';
import { openCount } from './open-count.ts';
import type {
  CalibrationPlot,
  Count,
  Group,
  GroupResult,
  Performance,
  ReportBody,
  ReportedFlow,
  SilenceResult,
} from './record.ts';
import { wholeOf } from './record.ts';

const GROUPINGS = ['site', 'sex', 'ageBand', 'device'] as const;
const SILENCE_SUMS = [
  ['events', 'silentEvents', 'events'],
  ['nonEvents', 'silentNonEvents', 'nonEvents'],
] as const;

export interface Cells {
  readonly counts: Map<string, number>;
  readonly sums: Sum[];
}

/** `primary/<site>/<sex>/<age band>/<device>`, with `*` for all. */
export function groupId(part: string, { site, sex, ageBand, device }: Group): string {
  return [part, site ?? '*', sex ?? '*', ageBand ?? '*', device ?? '*'].join('/');
}

export function flowId(site: string | null, ...rest: readonly string[]): string {
  return ['flow', site ?? '*', ...rest].join('/');
}

export const silenceId = (site: string | null, name: keyof SilenceResult): string => `silence/${site ?? '*'}/${name}`;

export function binId(part: string, site: string, kind: 'bin' | 'score', index: number): string {
  return `${part}/${site}/${kind} ${index}`;
}

/** The cells and sums of an internal report. */
export function cellsOf(body: ReportBody): Cells {
  const cells: Cells = { counts: new Map(), sums: [] };
  addFlow(cells, body.flow);
  addPerformance(cells, 'primary', body.primary);
  if (body.apparent !== null) addPerformance(cells, 'apparent', body.apparent);
  for (const column of body.table1) addDescription(cells, column);
  addMargins(cells, body.table1);
  addSilence(cells, body.silence);
  addScoredBy(cells, body);
  tieFlowToGroups(cells, body);
  return cells;
}

function put(cells: Cells, id: string, count: Count): void {
  cells.counts.set(id, openCount(count));
}

function addSum(cells: Cells, total: string, parts: readonly string[]): void {
  const present = parts.filter((id) => cells.counts.has(id));
  if (cells.counts.has(total) && present.length > 0) cells.sums.push({ total, parts: present });
}

function addFlow(cells: Cells, flows: readonly ReportedFlow[]): void {
  const codes = new Set<string>();
  for (const { site, steps, labels } of flows) {
    steps.forEach((step, i) => {
      put(cells, flowId(site, step.name), step.count);
      const lost = step.losses.map((loss) => flowId(site, step.name, loss.code));
      step.losses.forEach((loss, j) => {
        put(cells, lost[j], loss.count);
        codes.add(JSON.stringify([step.name, loss.code]));
      });
      if (i > 0) addSum(cells, flowId(site, steps[i - 1].name), [flowId(site, step.name), ...lost]);
    });
    for (const [name, count] of Object.entries(labels)) put(cells, flowId(site, `labels ${name}`), count);
    addSum(cells, flowId(site, 'labels rows'), [flowId(site, 'labels superseded'), flowId(site, 'labels studies')]);
    put(cells, flowId(site, 'labels matched'), difference(labels.studies, labels.unmatched));
    addSum(cells, flowId(site, 'labels studies'), [flowId(site, 'labels unmatched'), flowId(site, 'labels matched')]);
  }
  const sites = flows.flatMap(({ site }) => (site === null ? [] : [site]));
  const names = [...(flows[0]?.steps ?? []).map((step) => [step.name]), ...[...codes].map((code) => JSON.parse(code))];
  const labelNames = ['rows', 'superseded', 'studies', 'unmatched', 'matched'].map((name) => [`labels ${name}`]);
  for (const name of [...names, ...labelNames] as string[][])
    addSum(
      cells,
      flowId(null, ...name),
      sites.map((site) => flowId(site, ...name)),
    );
}

function difference(a: Count, b: Count): Count {
  return typeof a === 'number' && typeof b === 'number' ? a - b : a;
}

function addPerformance(cells: Cells, part: string, { groups, calibration }: Performance): void {
  for (const group of groups) addGroup(cells, groupId(part, group), group);
  for (const group of groups) addPartitions(cells, part, group, groups);
  for (const plot of calibration) addCalibration(cells, part, plot);
}

/** The counts of a group by the names of their fields; thresholds are numbered. */
function groupCounts(group: GroupResult): [string, Count][] {
  const { n, events, nonEvents } = group;
  return [
    ['n', n],
    ['events', events],
    ['nonEvents', nonEvents],
    ...group.thresholds.flatMap((threshold, i): [string, Count][] => [
      [`truePositives ${i}`, threshold.truePositives],
      [`falseNegatives ${i}`, threshold.falseNegatives],
      [`trueNegatives ${i}`, threshold.trueNegatives],
      [`falsePositives ${i}`, threshold.falsePositives],
    ]),
  ];
}

function addGroup(cells: Cells, id: string, group: GroupResult): void {
  for (const [name, count] of groupCounts(group)) put(cells, `${id}/${name}`, count);
  for (const name of ['subjects', 'eventSubjects', 'nonEventSubjects'] as const)
    put(cells, `${id}/${name}`, group[name]);
  addSum(cells, `${id}/n`, [`${id}/events`, `${id}/nonEvents`]);
  group.thresholds.forEach((_, i) => {
    addSum(cells, `${id}/events`, [`${id}/truePositives ${i}`, `${id}/falseNegatives ${i}`]);
    addSum(cells, `${id}/nonEvents`, [`${id}/trueNegatives ${i}`, `${id}/falsePositives ${i}`]);
  });
}

/** A group is the sum of its sites, of its sexes and of its age bands, where the report has them. */
function addPartitions(cells: Cells, part: string, group: GroupResult, groups: readonly GroupResult[]): void {
  const whole = groupId(part, group);
  const partitions = GROUPINGS.filter((key) => group[key] === null).map((key) =>
    groups.filter((other) => isPartBy(key, other, group)),
  );
  for (const partition of partitions) {
    for (const [name] of groupCounts(group))
      addSum(
        cells,
        `${whole}/${name}`,
        partition.map((other) => `${groupId(part, other)}/${name}`),
      );
  }
}

function isPartBy(key: keyof Group, part: Group, whole: Group): boolean {
  const others = GROUPINGS.filter((other) => other !== key);
  return part[key] !== null && others.every((other) => part[other] === whole[other]);
}

function addCalibration(cells: Cells, part: string, { site, bins, histogram }: CalibrationPlot): void {
  const whole = groupId(part, wholeOf(site));
  bins.forEach((bin, i) => {
    const id = binId(part, site, 'bin', i);
    put(cells, `${id}/n`, bin.n);
    put(cells, `${id}/events`, bin.events);
    put(cells, `${id}/nonEvents`, difference(bin.n, bin.events));
    addSum(cells, `${id}/n`, [`${id}/events`, `${id}/nonEvents`]);
  });
  histogram.forEach((bin, i) => {
    const id = binId(part, site, 'score', i);
    put(cells, `${id}/events`, bin.events);
    put(cells, `${id}/nonEvents`, bin.nonEvents);
  });
  for (const name of ['n', 'events', 'nonEvents']) {
    addSum(
      cells,
      `${whole}/${name}`,
      bins.map((_, i) => `${binId(part, site, 'bin', i)}/${name}`),
    );
    addSum(
      cells,
      `${whole}/${name}`,
      histogram.map((_, i) => `${binId(part, site, 'score', i)}/${name}`),
    );
  }
}

function addDescription(cells: Cells, { site, n, women, men, sexMissing, missing, categories }: Description): void {
  const id = `table1/${site ?? '*'}`;
  for (const [name, count] of Object.entries({ women, men, sexMissing })) put(cells, `${id}/${name}`, count);
  const whole = `${groupId('primary', wholeOf(site))}/n`;
  addSum(cells, whole, [`${id}/women`, `${id}/men`, `${id}/sexMissing`]);
  const byCharacteristic = Map.groupBy(categories, ({ characteristic }) => characteristic);
  for (const [characteristic, counts] of byCharacteristic) {
    for (const { value, n: count } of counts) put(cells, `${id}/${characteristic} ${value}`, count);
    addSum(
      cells,
      whole,
      counts.map(({ value }) => `${id}/${characteristic} ${value}`),
    );
  }
  for (const { field, missing: count } of missing) {
    put(cells, `${id}/missing ${field}`, count);
    if (count === 0) continue;
    put(cells, `${id}/present ${field}`, difference(n, count));
    addSum(cells, whole, [`${id}/missing ${field}`, `${id}/present ${field}`]);
  }
}

function addMargins(cells: Cells, columns: readonly Description[]): void {
  const sites = columns.flatMap(({ site }) => (site === null ? [] : [site]));
  const fields = (columns[0]?.missing ?? []).map(({ field }) => `missing ${field}`);
  const categories = (columns[0]?.categories ?? []).map(({ characteristic, value }) => `${characteristic} ${value}`);
  for (const name of ['women', 'men', 'sexMissing', ...fields, ...categories])
    addSum(
      cells,
      `table1/*/${name}`,
      sites.map((site) => `table1/${site}/${name}`),
    );
}

/** All labelled studies are those that were answered, which the results count, and those that were not. */
function addSilence(cells: Cells, silence: readonly SilenceResult[]): void {
  for (const result of silence) {
    const whole = groupId('primary', wholeOf(result.site));
    for (const [all, silent, answered] of SILENCE_SUMS) {
      put(cells, silenceId(result.site, all), result[all]);
      put(cells, silenceId(result.site, silent), result[silent]);
      addSum(cells, silenceId(result.site, all), [`${whole}/${answered}`, silenceId(result.site, silent)]);
    }
  }
  const sites = silence.flatMap(({ site }) => (site === null ? [] : [site]));
  for (const name of ['events', 'nonEvents', 'silentEvents', 'silentNonEvents'] as const)
    addSum(
      cells,
      silenceId(null, name),
      sites.map((site) => silenceId(site, name)),
    );
}

function addScoredBy(cells: Cells, body: ReportBody): void {
  const bySite = Map.groupBy(body.provenance.scoredBy, (entry) => entry.site);
  for (const [site, entries] of bySite) {
    for (const { file, n } of entries) put(cells, `file/${site}/${file}`, n);
    addSum(
      cells,
      flowId(site, 'labelled'),
      entries.map(({ file }) => `file/${site}/${file}`),
    );
  }
}

/** The flow ends with the counts that the results start from, and Table 1 counts the sexes that the results split by. */
function tieFlowToGroups(cells: Cells, { flow, primary }: ReportBody): void {
  for (const { site } of flow) {
    const whole = wholeOf(site);
    addSum(cells, flowId(site, 'primary'), [`${groupId('primary', whole)}/n`]);
    addSum(cells, flowId(site, 'primary', 'apparent'), [`${groupId('apparent', whole)}/n`]);
  }
  const columns: Readonly<Record<string, string>> = { female: 'women', male: 'men', unknown: 'sexMissing' };
  for (const group of primary.groups) {
    const column = `table1/${group.site ?? '*'}`;
    const n = [`${groupId('primary', group)}/n`];
    if (group.sex !== null) addSum(cells, `${column}/${columns[group.sex]}`, n);
    if (group.device !== null) addSum(cells, `${column}/device ${group.device}`, n);
  }
}

const MAIN_STEPS: readonly string[] = ['labelled', 'primary'];

/**
 * How much a reader loses with a cell; complements are taken where it is least. Plots go first, then thresholds and
 * missing fields, losses and middle steps of the flow, groups and crude figures; the results of a site go last.
 */
export function costOf(id: string): number {
  const [part, site, sex, band, device] = id.split('/');
  if (part === 'flow') return flowCost(id.split('/'));
  if (/(bin|score) \d+/.test(id)) return 0;
  if (/(missing|present|Positives|Negatives)/.test(id)) return site === '*' ? 1 : 2;
  if (part === 'silence') return site === '*' ? 2 : 3;
  if (part === 'table1' || sex !== '*' || band !== '*' || device !== '*') return site === '*' ? 3 : 4;
  if (id.endsWith('/n')) return 8;
  return site === '*' ? 3 : 5;
}

function flowCost([, , step, loss]: readonly string[]): number {
  if (loss !== undefined || step.startsWith('labels ')) return 2;
  if (MAIN_STEPS.includes(step)) return 8;
  return step === 'received' ? 4 : 3;
}
