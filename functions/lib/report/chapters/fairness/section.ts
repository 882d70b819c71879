import type { VNode } from 'preact';
import { list } from '../../answer.ts';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { type FigureStyle, formatCount, formatFigure } from '../../format.ts';
import { outcomeWords } from '../../outcome-words.ts';
import { isEstimate, type Report } from '../../record.ts';
import { dataTable, type TableRow } from '../../table.ts';
import { associationPart } from './association-part.ts';
import { gapPlot } from './gap-plot.ts';
import { gapTable } from './gap-table.ts';
import { intersectionPart } from './intersection-part.ts';
import { simulationPart } from './simulation-part.ts';
import { slicePart } from './slice-part.ts';
import type { FairnessColumn, FairnessGap, FairnessGroup, FairnessValue, SpreadResult } from './value.ts';
import { columnVerdicts, summary } from './verdicts.ts';
import { columnId, columnWords, gapFigure, groupInSentence, groupWords, judgedFigure, metricWords } from './words.ts';

/** What stands under the heading "Fairness": the verdicts in words, then columns, intersections, slices, thresholds, confounding. */
export function fairnessSection(value: FairnessValue, { cohort }: Report): (VNode | null)[] {
  const outcome = outcomeWords(cohort.label);
  const [threshold] = value.thresholds;
  return [
    element('p', null, summary(value)),
    element('p', { class: 'note' }, howToRead(value)),
    ...value.columns.flatMap((column) => columnPart(column, threshold, outcome)),
    ...leftOut(value),
    ...intersectionPart(value),
    ...slicePart(value),
    ...associationPart(value, outcome),
    ...simulationPart(value),
  ];
}

/** What the words of the verdicts mean. */
export function howToRead({
  families,
  margins,
  thresholds,
}: Pick<FairnessValue, 'families' | 'margins' | 'thresholds'>): string {
  const points = (share: number) => `${share * 100} points`;
  return `Gaps are group less reference, with 95 % intervals of their own; p-values are corrected for all ${families.performance} tests of this kind. “Equivalent” is said only where a gap of ${points(margins.rate)} (AUROC ${margins.auroc}; observed / expected a factor of ${margins.observedExpectedRatio}) is ruled out in both directions by corrected tests. “Could have seen” is the smallest gap that so many people would have shown with 80 % power. “Suggested” is below 5 % by itself but not after correction: neither a finding nor a reassurance. What cannot be told is not known: no difference found is no proof that there is none. Here a group needs ten people of either class; a figure of fewer may stand, with its interval, elsewhere in this report.${thresholds.length === 0 ? '' : ` Rates are at the threshold “${thresholds[0]}” unless another is named.`}`;
}

/** One column: verdicts, plots, extremes and, folded, all figures. */
export function columnPart(column: FairnessColumn, threshold: string | undefined, outcome: string): (VNode | null)[] {
  const { column: name, reference, peopleInSeveral, folded } = column;
  const several =
    peopleInSeveral === 0
      ? []
      : [
          `People with studies in several of these groups: ${formatCount(peopleInSeveral)}; their gaps are judged as if the groups were other people, which makes intervals too wide rather than too narrow.`,
        ];
  const others =
    folded === null
      ? []
      : [`The ${folded.values} smallest groups (${formatCount(folded.rows)} studies) are put together as “other”.`];
  return [
    element(
      'h3',
      { id: columnId([name]) },
      `${columnWords(name)}: compared with ${groupInSentence([name], reference)}`,
    ),
    element(
      'ul',
      null,
      columnVerdicts(column, threshold).map((text) => element('li', null, text)),
    ),
    plots(column, threshold),
    ...[...several, ...others].map((text) => element('p', { class: 'note' }, text)),
    spreadTable(column, threshold),
    element('details', null, [
      element('summary', null, `All figures by ${columnWords(name).toLowerCase()}`),
      groupTable(column, threshold, outcome),
      gapTable(columnId([name], 'gaps'), `Gaps by ${columnWords(name).toLowerCase()}`, [name], column.gaps),
      column.odds.length === 0 ? null : oddsTable(column),
    ]),
  ];
}

function plots({ column, gaps }: FairnessColumn, threshold: string | undefined): VNode | null {
  const panels = (['sensitivity', 'falsePositiveRate', 'auroc', 'calibration'] as const).flatMap((metric) => {
    const shown = gaps.filter((gap) => gap.metric === metric && (gap.threshold ?? threshold) === threshold);
    return shown.some((gap) => isEstimate(judgedFigure(gap))) ? [panel(column, shown)] : [];
  });
  if (panels.length === 0) return null;
  return element('div', null, [
    element('div', { class: 'plots' }, panels),
    element(
      'p',
      { class: 'note' },
      'Diamond: differs. Filled dot: equivalent. Ring: cannot be told. Band: the margin of equivalence. Dashed: no gap.',
    ),
  ]);
}

function panel(column: string, gaps: readonly FairnessGap[]): VNode {
  const [{ metric, threshold }] = gaps;
  const title = `${metricWords(metric, threshold)}: gaps by ${columnWords(column).toLowerCase()}`;
  return element('figure', null, [
    gapPlot(columnId([column], metric), title, column, gaps),
    element('figcaption', null, metricWords(metric, threshold)),
  ]);
}

/** Worst and best group of each figure. */
function spreadTable({ column, spreads }: FairnessColumn, threshold: string | undefined): VNode | null {
  const shown = spreads.filter(
    (spread) =>
      (spread.threshold ?? threshold) === threshold &&
      spread.metric !== 'flagRate' &&
      !('cannotTell' in spread.minimum),
  );
  if (shown.length === 0) return null;
  const style = ({ metric }: SpreadResult): FigureStyle =>
    metric === 'auroc' ? 'fraction' : metric === 'calibration' ? 'ratio' : 'percent';
  const named = (group: string | null) => (group === null ? '–' : groupWords([column], group));
  return dataTable({
    id: columnId([column], 'spread'),
    caption: `Lowest and highest group by ${columnWords(column).toLowerCase()}, simultaneous 95 % intervals`,
    columns: [
      { heading: 'Figure' },
      { heading: 'Lowest group' },
      { heading: 'Lowest', numeric: true },
      { heading: 'Highest group' },
      { heading: 'Highest', numeric: true },
      { heading: 'Highest less lowest', numeric: true },
    ],
    rows: shown.map((spread) => ({
      heading: metricWords(spread.metric, spread.threshold),
      cells: [
        named(spread.lowest),
        figureCell(spread.minimum, style(spread)),
        named(spread.highest),
        figureCell(spread.maximum, style(spread)),
        apartText(spread),
      ],
    })),
    note: [
      'The intervals hold whichever group is the worst; the distance between the extremes grows with the number of groups even where none differ.',
      ...leftOutWords(column, shown),
    ].join(' '),
  });
}

/** Which groups a figure was too uncertain of to be an extreme: they may well lie beyond those named. */
function leftOutWords(column: string, spreads: readonly SpreadResult[]): string[] {
  const out = spreads.filter(({ leftOut }) => leftOut.length > 0);
  if (out.length === 0) return [];
  const said = out.map(
    ({ metric, threshold, leftOut }) =>
      `${metricWords(metric, threshold)} of ${list(leftOut.map((group) => groupInSentence([column], group)))}`,
  );
  return [`Too few people to take part, so that they may lie further out: ${said.join('; ')}.`];
}

/** The distance in the unit of gaps, without a sign: it has none. */
function apartText({ metric, difference }: SpreadResult): string {
  return metric === 'calibration' ? formatFigure(difference, 'ratio') : gapFigure(metric, difference).replace('+', '');
}

const RATES_SHOWN = [
  'sensitivity',
  'falsePositiveRate',
  'positivePredictiveValue',
  'negativePredictiveValue',
  'flagRate',
] as const;

/** Every group by itself, at the first threshold. */
function groupTable(
  { column, reference, groups }: FairnessColumn,
  threshold: string | undefined,
  outcome: string,
): VNode {
  const rateOf = ({ rates }: FairnessGroup, metric: string) =>
    rates.find((rate) => rate.metric === metric && rate.threshold === threshold)?.figure;
  const shown = threshold === undefined ? [] : RATES_SHOWN;
  return dataTable({
    id: columnId([column], 'groups'),
    caption: `Groups by ${columnWords(column).toLowerCase()}${threshold === undefined ? '' : `, at “${threshold}”`}, with 95 % intervals`,
    columns: [
      { heading: 'Group' },
      { heading: 'n', numeric: true },
      { heading: 'People', numeric: true },
      { heading: `With ${outcome}`, numeric: true },
      { heading: `Share with ${outcome}, %`, numeric: true },
      ...shown.map((metric) => ({ heading: `${metricWords(metric, null)}, %`, numeric: true })),
      { heading: 'AUROC', numeric: true },
      { heading: 'Observed / expected', numeric: true },
      { heading: 'Intercept (logit)', numeric: true },
    ],
    rows: groups.map(
      (group): TableRow => ({
        heading: `${groupWords([column], group.group)}${group.group === reference ? ' (reference)' : ''}`,
        cells: [
          formatCount(group.n),
          formatCount(group.people),
          formatCount(group.events),
          figureCell(group.prevalence, 'percent'),
          ...shown.map((metric) => {
            const figure = rateOf(group, metric);
            return figure === undefined ? '–' : figureCell(figure, 'percent');
          }),
          figureCell(group.auroc, 'fraction'),
          figureCell(group.observedExpected, 'ratio'),
          figureCell(group.intercept, 'ratio'),
        ],
      }),
    ),
  });
}

function oddsTable({ column, odds }: FairnessColumn): VNode {
  return dataTable({
    id: columnId([column], 'odds'),
    caption: `Equalized odds by ${columnWords(column).toLowerCase()}: the larger gap of sensitivity and false positive rate`,
    columns: [{ heading: 'Group' }, { heading: 'Threshold' }, { heading: 'Larger gap, points', numeric: true }],
    rows: odds.map(({ group, threshold, gap }) => ({
      heading: groupWords([column], group),
      cells: [threshold, isEstimate(gap) ? formatFigure(gap, 'percent').replace(' %', '') : figureCell(gap, 'percent')],
    })),
  });
}

/** Columns that were not compared, and why. */
export function leftOut({ single, refused }: Pick<FairnessValue, 'single' | 'refused'>): VNode[] {
  const one =
    single.length === 0
      ? []
      : [
          `Everybody is in one group of ${list(single.map((name) => columnWords(name).toLowerCase()))}: nothing to compare.`,
        ];
  return [...one, ...refused.map(({ refused: why }) => `Not compared: ${why}.`)].map((text) =>
    element('p', null, text),
  );
}
