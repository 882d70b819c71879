// The table of groups with their counts and figures, as several sections show it.
import type { ComponentChild, VNode } from 'preact';
import { figureCell } from './figure-cell.ts';
import { type FigureStyle, formatCount, formatFigure, formatPeople } from './format.ts';
import { crudeGroup, groupWords, siteGroups } from './groups.ts';
import { ageWords, deviceWords, sexWords } from './reasons.ts';
import { type Count, type Figure, type GroupResult, isSuppressed, isWhole, type Performance } from './record.ts';
import { dataTable, type TableRow } from './table.ts';

const CRUDE = 'All sites, crude (not pooled)';

/** The first page: the same in one line each, at the first threshold of the contract alone; why a figure cannot be told stands in its section. */
export function glanceTable(outcome: string, id: string, caption: string, groups: readonly GroupResult[]): VNode {
  const columns = mainColumns(groups).slice(0, 4);
  return resultTable({ outcome, id, caption, groups, columns, cell: formatFigure });
}

/** Ranking, calibration and decisions in one row. */
export function mainColumns(groups: readonly GroupResult[]): ResultColumn[] {
  return [
    ['AUROC', ({ auroc }) => auroc, 'fraction'],
    ['Observed / expected', ({ observedExpected }) => observedExpected, 'ratio'],
    ...(groups[0]?.thresholds ?? []).flatMap(({ name }, i): ResultColumn[] => [
      [`Sensitivity, ${name}, %`, (group) => group.thresholds[i].sensitivity, 'percent'],
      [`Specificity, ${name}, %`, (group) => group.thresholds[i].specificity, 'percent'],
    ]),
  ];
}

type ResultColumn = readonly [heading: string, of: (group: GroupResult) => Figure, style: FigureStyle];

interface ResultTable {
  readonly outcome: string;
  readonly id: string;
  readonly caption: string;
  readonly groups: readonly GroupResult[];
  readonly columns: readonly ResultColumn[];
  /** How a figure is shown; with its reason where it cannot be told, unless told otherwise. */
  readonly cell?: (figure: Figure, style: FigureStyle) => ComponentChild;
  readonly note?: string;
}

/** Rows of groups with their counts and some figures. */
export function resultTable({ outcome, id, caption, groups, columns, note, cell = figureCell }: ResultTable): VNode {
  const clustered = groups.some(({ n, subjects }) => n !== subjects && !isSuppressed(n));
  return dataTable({
    id,
    caption: `${caption}, with 95 % intervals`,
    columns: [
      { heading: 'Group' },
      { heading: 'Studies', numeric: true },
      ...(clustered ? [{ heading: 'People', numeric: true }] : []),
      { heading: `With ${outcome}`, numeric: true },
      ...columns.map(([heading]) => ({ heading, numeric: true })),
    ],
    rows: groups.map(
      (group): TableRow => ({
        heading: rowWords(group),
        cells: [
          formatCount(group.n),
          ...(clustered ? [formatCount(group.subjects)] : []),
          clustered ? countOfPeople(group.events, group.eventSubjects) : formatCount(group.events),
          ...columns.map(([, of, style]) => cell(of(group), style)),
        ],
      }),
    ),
    ...(note !== undefined && { note }),
  });
}

/** "169 (5 people)". */
const countOfPeople = (studies: Count, people: Count): string =>
  studies === 0 || isSuppressed(studies) ? formatCount(studies) : `${formatCount(studies)} (${formatPeople(people)})`;

/** The group as a row is headed. */
export function rowWords(group: GroupResult): string {
  if (group.site === null && isWhole(group)) return CRUDE;
  if (group.site === null && group.device !== null) return `${deviceWords(group.device)}, all sites (crude)`;
  if (group.site === null && group.sex !== null) return `${sexWords(group.sex)}, all sites (crude)`;
  if (group.site === null && group.ageBand !== null) return `${ageWords(group.ageBand)}, all sites (crude)`;
  return groupWords(group);
}

/** Each site, and all of them in one heap where there are several. */
export function withCrude(performance: Performance): GroupResult[] {
  const crude = crudeGroup(performance);
  const sites = siteGroups(performance);
  return crude === undefined || sites.length < 2 ? sites : [...sites, crude];
}
