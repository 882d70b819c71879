import type { VNode } from 'preact';
import { list } from '../../answer.ts';
import { calibrationFigure } from '../../calibration-figure.ts';
import { intersectionPart } from '../../chapters/fairness/intersection-part.ts';
import { columnPart, howToRead, leftOut } from '../../chapters/fairness/section.ts';
import { summary } from '../../chapters/fairness/verdicts.ts';
import { columnWords } from '../../chapters/fairness/words.ts';
import { hospitalsSection } from '../../chapters/hospitals/section.ts';
import { intervalFigure } from '../../chapters/interval-plot.ts';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { forestPlot } from '../../forest-plot.ts';
import { formatCount } from '../../format.ts';
import { dataTable } from '../../table.ts';
import { wholeGroup } from '../group-words.ts';
import { groupWords } from '../groups.ts';
import type { EvaluationSection } from '../kind.ts';
import type { Combination, ComparedGroups, ProbabilityPair, ProbabilityResults } from './record.ts';

const numeric = true;

/** More rows than this are folded, and no plot of them is drawn open. */
const MOST_OPEN = 40;

export function sections(results: ProbabilityResults): EvaluationSection[] {
  const { fairness, hospitals, thresholds } = results;
  return [
    { id: 'discrimination', title: 'Discrimination', children: discrimination(results) },
    { id: 'calibration', title: 'Calibration', children: calibration(results) },
    ...(thresholds.length === 0
      ? []
      : [{ id: 'decisions', title: 'Decisions at thresholds', children: decisions(results) }]),
    ...(hospitals === null
      ? []
      : [
          {
            id: 'hospitals',
            title: 'Between hospitals',
            children: folded(
              `Pooled over ${hospitals.summaries.length} hospitals`,
              hospitals.summaries.length,
              hospitalsSection(hospitals, wholeGroup(results).auroc),
            ),
          },
        ]),
    ...(fairness === null ? [] : [{ id: 'fairness', title: 'Gaps between groups', children: gaps(results, fairness) }]),
    ...(results.pairs.length === 0
      ? []
      : [{ id: 'combinations', title: 'Combinations of two columns', children: combinations(results) }]),
  ];
}

/** The children, behind a line to open where they are many. */
function folded(title: string, rows: number, children: readonly (VNode | null)[]): (VNode | null)[] {
  return rows <= MOST_OPEN ? [...children] : [element('details', null, [element('summary', null, title), ...children])];
}

function discrimination({ groups, event }: ProbabilityResults): (VNode | null)[] {
  const plot = element('figure', null, [
    forestPlot(
      'group-auroc',
      'AUROC by site and group',
      groups.map((group) => ({ label: groupWords(group), figure: group.auroc })),
    ),
  ]);
  return folded(`AUROC of ${groups.length} sites and groups`, groups.length, [
    plot,
    dataTable({
      id: 'discrimination-table',
      caption: `Order and error of the probabilities of ${event}, with 95 % intervals`,
      columns: [
        { heading: 'Group' },
        ...['Studies', 'With the event', 'With the event, %', 'AUROC', 'Brier score'].map((heading) => ({
          heading,
          numeric,
        })),
      ],
      rows: groups.map((group) => ({
        heading: groupWords(group),
        cells: [
          formatCount(group.n),
          formatCount(group.events),
          figureCell(group.prevalence, 'percent'),
          figureCell(group.auroc, 'fraction'),
          figureCell(group.brier, 'fraction'),
        ],
      })),
      note: 'AUROC 0.5 is chance. The Brier score is the mean squared error of the probability; it depends on how common the event is, so that groups in which it is not equally common are not comparable by it.',
    }),
  ]);
}

function calibration(results: ProbabilityResults): (VNode | null)[] {
  const { groups, event } = results;
  const ratio = intervalFigure({
    id: 'group-oe',
    title: 'Observed / expected by site and group',
    style: 'ratio',
    ideal: 1,
    legend: 'Observed / expected, with 95 % interval; dashed: right',
    rows: groups.map((group) => ({ label: groupWords(group), figure: group.observedExpected })),
  });
  return [
    element('div', { class: 'plots' }, [calibrationFigure(results.calibration, 'all', event)]),
    ...folded(`Calibration of ${groups.length} sites and groups`, groups.length, [
      ...ratio,
      dataTable({
        id: 'calibration-table',
        caption: 'Calibration by site and group, with 95 % intervals',
        columns: [
          { heading: 'Group' },
          ...['Observed / expected', 'Intercept (logit)', 'Slope'].map((heading) => ({ heading, numeric })),
        ],
        rows: groups.map((group) => ({
          heading: groupWords(group),
          cells: [group.observedExpected, group.intercept, group.slope].map((figure) => figureCell(figure, 'ratio')),
        })),
        note: 'Right: observed / expected 1, intercept 0, slope 1. The tenths of the score of every site and group stand in calibration-groups.csv.',
      }),
    ]),
  ];
}

function decisions({ groups, thresholds }: ProbabilityResults): (VNode | null)[] {
  return thresholds.flatMap(({ name, value }, place) =>
    folded(`At “${name}”, ${groups.length} sites and groups`, groups.length, [
      dataTable({
        id: `decisions-${place}`,
        caption: `A score of ${value} or above is positive (“${name}”), with 95 % intervals`,
        columns: [
          { heading: 'Group' },
          ...['True positives', 'False negatives', 'False positives', 'True negatives'].map((heading) => ({
            heading,
            numeric,
          })),
          ...['Sensitivity, %', 'Specificity, %', 'Positive predictive value, %', 'Negative predictive value, %'].map(
            (heading) => ({ heading, numeric }),
          ),
        ],
        rows: groups.map((group) => {
          const at = group.thresholds[place];
          return {
            heading: groupWords(group),
            cells: [
              ...[at.truePositives, at.falseNegatives, at.falsePositives, at.trueNegatives].map(formatCount),
              ...[at.sensitivity, at.specificity, at.positivePredictiveValue, at.negativePredictiveValue].map(
                (figure) => figureCell(figure, 'percent'),
              ),
            ],
          };
        }),
      }),
    ]),
  );
}

function gaps({ event }: ProbabilityResults, fairness: ComparedGroups): (VNode | null)[] {
  const [threshold] = fairness.thresholds;
  return [
    element('p', null, summary(fairness)),
    element('p', { class: 'note' }, howToRead(fairness)),
    ...fairness.columns.flatMap((column) =>
      folded(
        `${columnWords(column.column)}: ${column.groups.length} groups`,
        column.groups.length,
        columnPart(column, threshold, event),
      ),
    ),
    ...leftOut(fairness),
    ...intersectionPart(fairness),
  ];
}

/** Combinations of each pair on the page: the largest, in order of size. */
const LISTED = 12;

function combinations({ pairs }: ProbabilityResults): (VNode | null)[] {
  const shown = pairs.filter(({ hidden }) => !hidden);
  const hidden = pairs.filter((pair) => pair.hidden);
  const all = shown.reduce((sum, pair) => sum + pair.combinations.length, 0);
  const counted = `${formatCount(all)} combinations of ${shown.length} ${shown.length === 1 ? 'pair' : 'pairs'} of columns. Up to ${LISTED} of each pair are listed here, those with most studies; all of them with all figures stand in combinations.csv, combinations-thresholds.csv and combinations-calibration.csv.`;
  const small = `Hidden, because a combination or one of its groups is small: ${list(hidden.map(pairWords))}.`;
  return [
    shown.length === 0 ? null : element('p', null, counted),
    hidden.length === 0 ? null : element('p', null, small),
    ...shown.map((pair, place) =>
      element('details', null, [element('summary', null, pairWords(pair)), combinationTable(pair, place)]),
    ),
  ];
}

const pairWords = ({ columns }: ProbabilityPair): string => columns.map((column) => columnWords(column)).join(' and ');

function combinationTable(pair: ProbabilityPair, place: number): VNode {
  const size = ({ n }: Combination): number => (typeof n === 'number' ? n : 0);
  const largest = pair.combinations.toSorted((a, b) => size(b) - size(a)).slice(0, LISTED);
  return dataTable({
    id: `combinations-${place}`,
    caption: `${pairWords(pair)}: ${largest.length} of ${pair.combinations.length} combinations, with 95 % intervals`,
    columns: [
      { heading: 'Combination' },
      ...['Studies', 'With the event', 'AUROC', 'Brier score', 'Observed / expected', 'Slope'].map((heading) => ({
        heading,
        numeric,
      })),
    ],
    rows: largest.map((own) => ({
      heading: own.values.join(', '),
      cells: [
        formatCount(own.n),
        formatCount(own.events),
        figureCell(own.auroc, 'fraction'),
        figureCell(own.brier, 'fraction'),
        figureCell(own.observedExpected, 'ratio'),
        figureCell(own.slope, 'ratio'),
      ],
    })),
  });
}
