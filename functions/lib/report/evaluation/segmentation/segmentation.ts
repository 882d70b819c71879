import type { VNode } from 'preact';
import { intervalFigure } from '../../chapters/interval-plot.ts';
import { type Cell, columnName, count, csv, figureCells, figureHeader } from '../../csv.ts';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { type FigureStyle, formatCount, formatNumber, HIDDEN } from '../../format.ts';
import { isSuppressed } from '../../record.ts';
import { dataTable } from '../../table.ts';
import { betweenSections, betweenTables } from '../between-section.ts';
import { comparisonSections } from '../comparison-section.ts';
import { comparisonTables } from '../comparison-words.ts';
import { wholeGroup } from '../group-words.ts';
import { groupWords } from '../groups.ts';
import { type EvaluationSection, type Kind, sameGroup } from '../kind.ts';
import { quartileText } from '../quartiles.ts';
import {
  MEASURES,
  type Measure,
  type SegmentationGroup,
  type SegmentationResults,
  type StructureResult,
} from './record.ts';
import { cells, share } from './share.ts';
import { cautions, headline, methods, points, styleOf } from './words.ts';

/** Reports on masks, such as the ventricles of a scan. */
export const segmentationKind: Kind<SegmentationResults> = {
  ...{ cells, share, headline, points, cautions, sections, methods, tables },
  described: (results) => ({
    headings: wholeGroup(results).structures.map(({ structure }) => `Reference has ${structure}`),
    cellsOf: (group) =>
      (results.groups.find((other) => sameGroup(other, group))?.structures ?? []).map(({ both, missed }) =>
        isSuppressed(both) || isSuppressed(missed) ? HIDDEN : formatCount(both + missed),
      ),
    note: 'Studies in whose reference the structure is drawn.',
  }),
};

const numeric = true;
const NEVER_POOLED =
  'Distances are not pooled: they are of the studies in which both masks have the structure, another choice of patients at every hospital.';
const NAMES: { readonly [Name in Measure]: (results: SegmentationResults) => readonly [string, FigureStyle] } = {
  dice: () => ['Dice', 'fraction'],
  jaccard: () => ['Jaccard', 'fraction'],
  hausdorff95: () => ['Hausdorff-95, mm', 'tenths'],
  surfaceDice: ({ toleranceMm }) => [`Surface Dice, ${toleranceMm} mm`, 'fraction'],
};

function sections(results: SegmentationResults): EvaluationSection[] {
  return [
    { id: 'structures', title: 'Structures', children: structureNodes(results) },
    ...(results.groups.length > 1 ? [{ id: 'groups', title: 'Sites and groups', children: byGroup(results) }] : []),
    ...betweenSections(results.between, styleOf, NEVER_POOLED),
    ...comparisonSections(results.comparison, styleOf),
    ...(results.studies.length === 0
      ? []
      : [{ id: 'worst', title: 'Studies to look at', children: [worstTable(results)] }]),
  ];
}

function structureNodes(results: SegmentationResults): VNode[] {
  const { structures } = wholeGroup(results);
  const headings = MEASURES.map((measure) => NAMES[measure](results)[0]);
  return [
    ...intervalFigure({
      id: 'structure-dice',
      title: 'Mean Dice by structure',
      style: 'fraction',
      ideal: 1,
      legend: 'Mean Dice with 95 % interval; dashed: the same voxels',
      rows: structures.map(({ structure, measures }) => ({ label: structure, figure: measures.dice.mean })),
    }),
    dataTable({
      id: 'structures-table',
      caption: 'Means over all studies by structure, with 95 % intervals',
      columns: [{ heading: 'Structure' }, ...headings.map((heading) => ({ heading, numeric }))],
      rows: structures.map(({ structure, measures }) => ({ heading: structure, cells: meanCells(results, measures) })),
    }),
    dataTable({
      id: 'structures-spread',
      caption: 'Median (quartiles) over all studies by structure',
      columns: [{ heading: 'Structure' }, ...headings.map((heading) => ({ heading, numeric }))],
      rows: structures.map(({ structure, measures }) => ({
        heading: structure,
        cells: MEASURES.map((measure) => quartileText(measures[measure].quartiles, NAMES[measure](results)[1])),
      })),
    }),
    dataTable({
      id: 'structures-presence',
      caption: 'Where structures are drawn, studies',
      columns: [
        { heading: 'Structure' },
        ...['In both', 'Missed', 'Only in the answer', 'In neither'].map((heading) => ({ heading, numeric })),
      ],
      rows: structures.map(({ structure, both, missed, invented, absent }) => ({
        heading: structure,
        cells: [both, missed, invented, absent].map(formatCount),
      })),
    }),
  ];
}

const meanCells = (results: SegmentationResults, measures: StructureResult['measures']) =>
  MEASURES.map((measure) => figureCell(measures[measure].mean, NAMES[measure](results)[1]));

function byGroup(results: SegmentationResults): VNode[] {
  return [
    ...wholeGroup(results).structures.flatMap(({ structure }, k) => [
      element('h3', null, structure),
      ...intervalFigure({
        id: `group-dice-${k}`,
        title: `Mean Dice of ${structure} by site and group`,
        style: 'fraction',
        ideal: 1,
        legend: 'Mean Dice with 95 % interval; dashed: the same voxels',
        rows: results.groups.map((group) => ({
          label: groupWords(group),
          figure: group.structures[k].measures.dice.mean,
        })),
      }),
      dataTable({
        id: `groups-${k}`,
        caption: `${structure}: means by site and group, with 95 % intervals`,
        columns: [
          { heading: 'Group' },
          ...MEASURES.map((measure) => ({ heading: NAMES[measure](results)[0], numeric })),
        ],
        rows: results.groups.map((group) => ({
          heading: groupWords(group),
          cells: meanCells(results, group.structures[k].measures),
        })),
      }),
    ]),
  ];
}

const WORST = 5;

/** The lowest Dice of each structure, by row of the table. */
function worstTable(results: SegmentationResults): VNode {
  const rows = wholeGroup(results).structures.flatMap(({ structure }) =>
    results.studies
      .filter((study) => study.structure === structure && study.dice !== null)
      .sort((a, b) => (a.dice ?? 0) - (b.dice ?? 0) || a.row - b.row)
      .slice(0, WORST),
  );
  return dataTable({
    id: 'worst-table',
    caption: `The ${WORST} lowest Dice of each structure`,
    columns: [
      { heading: 'Structure' },
      ...['Row of the table', 'Dice', 'Hausdorff-95, mm'].map((heading) => ({ heading, numeric })),
    ],
    rows: rows.map(({ structure, row, dice, hausdorff95 }) => ({
      heading: structure,
      cells: [
        String(row),
        formatNumber(dice ?? 0, 'fraction'),
        hausdorff95 === null ? 'not defined' : formatNumber(hausdorff95, 'tenths'),
      ],
    })),
    note: 'Single studies: not in the shareable edition.',
  });
}

function tables({ groups, studies, between, comparison }: SegmentationResults): ReadonlyMap<string, string> {
  const rowsOf = (group: SegmentationGroup): Cell[][] =>
    group.structures.map(({ structure, both, missed, invented, absent, measures }) => [
      group.group ?? 'all',
      group.value,
      structure,
      ...[both, missed, invented, absent].map(count),
      ...MEASURES.flatMap((measure) => figureCells(measures[measure].mean)),
    ]);
  const header = [
    ...['group', 'value', 'structure', 'in_both', 'missed', 'invented', 'absent'],
    ...MEASURES.flatMap((measure) => figureHeader(columnName(measure))),
  ];
  return new Map([
    ['structures.csv', csv(header, groups.flatMap(rowsOf))],
    ...betweenTables(between),
    ...comparisonTables(comparison),
    ...(studies.length === 0
      ? []
      : [
          [
            'studies.csv',
            csv(
              ['row', 'structure', 'presence', ...MEASURES.map(columnName)],
              studies.map((study) => [
                study.row,
                study.structure,
                study.presence,
                ...MEASURES.map((measure) => study[measure]),
              ]),
            ),
          ] as const,
        ]),
  ]);
}
