import type { VNode } from 'preact';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { type FigureStyle, formatCount, formatNumber } from '../../format.ts';
import { outcomeWords } from '../../outcome-words.ts';
import { type Figure, isEstimate, isSuppressed, type Report } from '../../record.ts';
import { dataTable } from '../../table.ts';
import { placeWords } from '../group-words.ts';
import { intervalPlot } from '../interval-plot.ts';
import type { CalibrationDetail, GroupCalibration } from './value.ts';
import { crudeWords, leadWords, pWords } from './words.ts';

const numeric = true;

type Column = readonly [heading: string, of: (group: GroupCalibration) => Figure, style: FigureStyle];

const DISTANCES: readonly Column[] = [
  ['Slope', ({ slope }) => slope, 'ratio'],
  ['ICI', ({ ici }) => ici, 'fraction'],
  ['E50', ({ e50 }) => e50, 'fraction'],
  ['E90', ({ e90 }) => e90, 'fraction'],
  ['ECE, debiased', ({ ece }) => ece, 'fraction'],
];

const PARTS_OF_BRIER: readonly Column[] = [
  ['Brier score', ({ brier }) => brier, 'fraction'],
  ['Scaled Brier score', ({ scaledBrier }) => scaledBrier, 'fraction'],
  ['Reliability (less is better)', ({ reliability }) => reliability, 'fraction'],
  ['Resolution (more is better)', ({ resolution }) => resolution, 'fraction'],
  ['Uncertainty of the outcome', ({ uncertainty }) => uncertainty, 'fraction'],
];

/** What stands under "Calibration in detail". */
export function calibrationDetailSection(value: CalibrationDetail, report: Report): (VNode | null)[] {
  const outcome = outcomeWords(report.cohort.label);
  if (value.parts.length === 0 && value.wholes.every(isUntold)) return untoldPart(value);
  const crude = crudeWords(value);
  const rows = value.wholes.map((group) => ({ label: placeWords(group), figure: group.slope }));
  return [
    element('p', null, leadWords(value)),
    element('figure', null, [
      intervalPlot({
        id: 'calibration-slopes',
        title: 'Calibration slope by hospital',
        style: 'ratio',
        ideal: 1,
        legend: 'Calibration slope with 95 % interval; dashed: right (1)',
        rows,
      }),
      element(
        'figcaption',
        null,
        'Slope below 1: high probabilities are too high and low ones too low. Above 1: they lie too close together.',
      ),
    ]),
    table(
      'calibration-distances',
      'How far predicted probabilities lie from observed shares',
      value.wholes,
      DISTANCES,
      outcome,
      true,
    ),
    crude === null ? null : element('p', null, crude),
    element(
      'p',
      { class: 'note' },
      'ICI, E50, E90: mean, median and 90th percentile of the distance between a predicted probability and the smooth calibration curve; 0.050 means 5 percentage points. ECE: the same mean over ten groups of the score, without what chance alone adds. Test: p of the curve being the diagonal; a small n passes it easily.',
    ),
    table('brier-parts', 'Brier score and what it is made of', value.wholes, PARTS_OF_BRIER, outcome, false),
    element(
      'p',
      { class: 'note' },
      'Brier score = reliability − resolution + uncertainty. Scaled Brier score: 1 is perfect, 0 as good as telling everyone the share of this hospital, below 0 worse than that.',
    ),
    ...groupPart(value, outcome, report.audience === 'shareable' && !report.publicData),
  ];
}

const isUntold = (group: GroupCalibration): boolean =>
  [...DISTANCES, ...PARTS_OF_BRIER].every(([, of]) => 'cannotTell' in of(group));

/** Each hospital with its reason, once; tables would only repeat them. */
function untoldPart(value: CalibrationDetail): VNode[] {
  const reasons = value.wholes.map((group) => {
    const why = 'cannotTell' in group.slope ? group.slope.cannotTell : '';
    return element('li', null, `${placeWords(group)}: ${why}.`);
  });
  return [element('p', null, leadWords(value)), element('ul', null, reasons)];
}

function groupPart({ parts, untold }: CalibrationDetail, outcome: string, isShared: boolean): VNode[] {
  const leftOut = isShared ? [element('p', { class: 'note' }, 'Groups with a hidden count are left out.')] : [];
  const few =
    untold.length === 0
      ? []
      : [
          element(
            'p',
            { class: 'note' },
            `Not told, because fewer than 20 people have ${outcome} or fewer than 20 have not: ${untold.map(placeWords).join('; ')}.`,
          ),
        ];
  if (parts.length === 0) return [...few, ...leftOut];
  const columns = [...DISTANCES.slice(0, 2), ...PARTS_OF_BRIER.slice(0, 2)];
  const [shown, folded] = splitBy(parts, ({ site }) => site === null);
  const first = shown.length === 0 ? folded : shown;
  return [
    element('h3', { id: 'calibration-groups' }, 'Groups of people'),
    table('calibration-parts', 'Calibration by group', first, columns, outcome, true),
    ...(shown.length === 0 || folded.length === 0
      ? []
      : [
          element('details', null, [
            element('summary', null, 'Groups at each hospital'),
            table('calibration-parts-sites', 'Calibration by group at each hospital', folded, columns, outcome, true),
          ]),
        ]),
    ...few,
    ...leftOut,
  ];
}

const splitBy = <T>(all: readonly T[], wanted: (one: T) => boolean): [T[], T[]] => [
  all.filter(wanted),
  all.filter((one) => !wanted(one)),
];

function table(
  id: string,
  caption: string,
  groups: readonly GroupCalibration[],
  columns: readonly Column[],
  outcome: string,
  withTest: boolean,
): VNode {
  const told = groups.some((group) => columns.some(([, of]) => isEstimate(of(group)) || isSuppressed(of(group))));
  return dataTable({
    id,
    caption: `${caption}, with 95 % intervals`,
    columns: [
      { heading: 'Group' },
      { heading: 'n', numeric },
      { heading: `With ${outcome}`, numeric },
      ...columns.map(([heading]) => ({ heading, numeric })),
      ...(withTest && told ? [{ heading: 'Test', numeric }] : []),
    ],
    rows: groups.map((group) => ({
      heading: placeWords(group),
      cells: [
        formatCount(group.n),
        formatCount(group.events),
        ...cells(group, columns),
        ...(withTest && told ? [pWords(group.p)] : []),
      ],
    })),
  });
}

/** The reason for silence once, in the first cell; a dash in the others that have the same. */
function cells(group: GroupCalibration, columns: readonly Column[]) {
  const reasons = new Set<string>();
  return columns.map(([, of, style]) => {
    const figure = of(group);
    if (isEstimate(figure) || isSuppressed(figure)) return figureCell(figure, style);
    if (reasons.has(figure.cannotTell))
      return figure.point === undefined ? 'cannot tell' : formatNumber(figure.point, style);
    reasons.add(figure.cannotTell);
    return figureCell(figure, style);
  });
}
