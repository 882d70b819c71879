import type { VNode } from 'preact';
import { intervalFigure } from '../../chapters/interval-plot.ts';
import { type Cell, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { formatCount } from '../../format.ts';
import { dataTable } from '../../table.ts';
import { betweenSections, betweenTables } from '../between-section.ts';
import { comparisonSections } from '../comparison-section.ts';
import { comparisonTables } from '../comparison-words.ts';
import { gradeNodes, gradeTables } from '../grades-section.ts';
import { wholeGroup } from '../group-words.ts';
import { groupWords } from '../groups.ts';
import { type EvaluationSection, type Kind, sameGroup } from '../kind.ts';
import type { OrdinalResults } from './record.ts';
import { cells, share } from './share.ts';
import { cautions, headline, methods, points, styleOf, weightedKappa } from './words.ts';

/** Reports on answers in grades, such as the severity of a stenosis. */
export const ordinalKind: Kind<OrdinalResults> = {
  ...{ cells, share, headline, points, cautions, sections, methods, tables },
  described: ({ grades, groups }) => ({
    headings: grades.map((grade) => `Reference: ${grade}`),
    cellsOf: (group) => groups.find((other) => sameGroup(other, group))?.reference.map(formatCount) ?? [],
    note: 'Studies of each grade of the reference.',
  }),
};

const numeric = true;
const NEVER_POOLED =
  'Kappas and the share of equal grades are not pooled: they follow how common the grades are, which hospitals differ in.';

function sections(results: OrdinalResults): EvaluationSection[] {
  return [
    { id: 'agreement', title: 'Agreement with the reference', children: gradeNodes(results.agreement, 'grade') },
    { id: 'order', title: 'Order', children: orderNodes(results) },
    ...(results.groups.length > 1 ? [{ id: 'groups', title: 'Sites and groups', children: byGroup(results) }] : []),
    ...betweenSections(results.between, styleOf, NEVER_POOLED),
    ...comparisonSections(results.comparison, styleOf),
  ];
}

function orderNodes(results: OrdinalResults): VNode[] {
  const { concordance, somersD } = wholeGroup(results);
  return [
    element(
      'p',
      null,
      `Of two studies with different grades of the reference, how often the higher one has the higher ${results.ownScore ? 'score' : 'answer'}, equal ones half. 0.5 (Somers' D 0) is chance.`,
    ),
    dataTable({
      id: 'order-table',
      caption: 'Order of all studies, with 95 % intervals',
      columns: [{ heading: 'Figure' }, { heading: 'All studies', numeric }],
      rows: [
        { heading: 'Concordance (ordinal C)', cells: [figureCell(concordance, 'fraction')] },
        { heading: "Somers' D", cells: [figureCell(somersD, 'fraction')] },
      ],
    }),
  ];
}

function byGroup({ groups, agreement }: OrdinalResults): VNode[] {
  const kappa = agreement.quadraticKappa === null ? 'Kappa' : 'Kappa, quadratic weights';
  return [
    ...intervalFigure({
      id: 'group-kappa',
      title: `${kappa} by site and group`,
      style: 'ratio',
      ideal: 1,
      legend: `${kappa}, with 95 % interval; dashed: no difference at all`,
      rows: groups.map((group) => ({ label: groupWords(group), figure: weightedKappa(group.agreement) })),
    }),
    dataTable({
      id: 'groups-agreement',
      caption: 'Agreement and order by site and group, with 95 % intervals',
      columns: [
        { heading: 'Group' },
        ...['Same grade, %', kappa, 'Concordance', "Somers' D"].map((heading) => ({ heading, numeric })),
      ],
      rows: groups.map((group) => ({
        heading: groupWords(group),
        cells: [
          figureCell(group.agreement.same, 'percent'),
          figureCell(weightedKappa(group.agreement), 'ratio'),
          figureCell(group.concordance, 'fraction'),
          figureCell(group.somersD, 'fraction'),
        ],
      })),
    }),
  ];
}

function tables({ groups, grades, agreement, between, comparison }: OrdinalResults): ReadonlyMap<string, string> {
  const rows = groups.map((group): Cell[] => [
    group.group ?? 'all',
    group.value,
    ...group.reference.map(count),
    ...[group.agreement.same, weightedKappa(group.agreement), group.concordance, group.somersD].flatMap(figureCells),
  ]);
  const header = [
    ...['group', 'value', ...grades.map((grade) => `reference_${grade}`)],
    ...['same_grade', 'weighted_kappa', 'concordance', 'somers_d'].flatMap(figureHeader),
  ];
  return new Map([
    ...gradeTables(agreement),
    ['agreement-by-group.csv', csv(header, rows)],
    ...betweenTables(between),
    ...comparisonTables(comparison),
  ]);
}
