import type { ComponentChild, VNode } from 'preact';
import { intervalFigure } from '../../chapters/interval-plot.ts';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { formatCount, formatFigure, formatNumber, formatPlain } from '../../format.ts';
import { isSuppressed } from '../../record.ts';
import { dataTable, type TableRow } from '../../table.ts';
import { betweenSections } from '../between-section.ts';
import { comparisonSections } from '../comparison-section.ts';
import { wholeGroup } from '../group-words.ts';
import { groupWords } from '../groups.ts';
import type { EvaluationSection } from '../kind.ts';
import { calibrationPlot, incidencePlot } from './plots.ts';
import type { HorizonCalibration, HorizonResult, RiskGroup, TimeToEventResults } from './record.ts';
import { lastOf, styleOf, timeWords } from './words.ts';

/** What a report on an event in time shows beside the answer. */
export function sections(results: TimeToEventResults): EvaluationSection[] {
  return [
    { id: 'discrimination', title: 'Who has the event first', children: discrimination(results) },
    ...(results.calibration.length === 0
      ? []
      : [{ id: 'calibration', title: 'Predicted and observed risk', children: calibration(results) }]),
    { id: 'incidence', title: 'Incidence by predicted risk', children: incidence(results) },
    ...(results.groups.length > 1 ? [{ id: 'groups', title: 'Sites and groups', children: byGroup(results) }] : []),
    ...betweenSections(results.between, styleOf, NEVER_POOLED),
    ...comparisonSections(results.comparison, styleOf),
  ];
}

const numeric = true;
const NEVER_POOLED =
  "Harrell's C is not pooled, since it depends on how long a hospital follows its patients; Brier scores are not, since they follow how common the event is.";

function discrimination(results: TimeToEventResults): VNode[] {
  const whole = wholeGroup(results);
  const last = timeWords(results, lastOf(whole).at);
  const rows: TableRow[] = [
    { heading: `Harrell's C, up to ${last}`, cells: [figureCell(whole.harrellC, 'fraction')] },
    { heading: `Uno's C, up to ${last}`, cells: [figureCell(whole.unoC, 'fraction')] },
    ...whole.horizons.map(({ at, auroc }) => ({
      heading: `AUROC at ${timeWords(results, at)}`,
      cells: [figureCell(auroc, 'fraction')],
    })),
  ];
  return [
    element(
      'p',
      null,
      'Concordance: of two people of whom it is known who had the event first, how often that one had the higher risk. AUROC at a horizon: of one with the event by then and one known to be without. 0.5 is chance.',
    ),
    dataTable({
      id: 'discrimination-table',
      caption: 'Discrimination of all studies, with 95 % intervals',
      columns: [{ heading: 'Figure' }, { heading: 'All studies', numeric }],
      rows,
    }),
  ];
}

function calibration(results: TimeToEventResults): VNode[] {
  const whole = wholeGroup(results);
  const headings = ['Predicted, %', 'Observed, %', 'O:E', 'Slope', 'Brier score', 'Brier score, everybody alike'];
  const shown = results.calibration.flatMap((of) => {
    const horizon = whole.horizons.find(({ at }) => at === of.at);
    return horizon === undefined ? [] : [{ of, horizon }];
  });
  return [
    element(
      'p',
      null,
      'O:E above 1: more had the event than predicted. Slope below 1: high risks too high and low ones too low. The Brier score is the mean squared error of the risk, to be held against that of a model that gives everybody the mean risk.',
    ),
    dataTable({
      id: 'calibration-table',
      caption: 'Calibration of all studies by horizon, with 95 % intervals',
      columns: [{ heading: 'Horizon' }, ...headings.map((heading) => ({ heading, numeric }))],
      rows: shown.map(({ of, horizon }) => ({
        heading: timeWords(results, of.at),
        cells: [
          expectedText(horizon),
          figureCell(horizon.observed, 'percent'),
          ...[horizon.observedExpected, horizon.slope].map((figure) => cellOr(figure, 'ratio')),
          cellOr(horizon.brier, 'fraction'),
          figureCell(of.nullBrier, 'fraction'),
        ],
      })),
    }),
    element(
      'div',
      { class: 'plots' },
      results.calibration.map((of) => calibrationFigure(results, of)),
    ),
  ];
}

const cellOr = (figure: HorizonResult['slope'], style: 'ratio' | 'fraction'): ComponentChild =>
  figure === null ? 'no risk given' : figureCell(figure, style);

function expectedText({ expected }: HorizonResult): string {
  if (expected === null) return 'no risk given';
  return isSuppressed(expected) ? 'hidden' : formatNumber(expected, 'percent');
}

function calibrationFigure(results: TimeToEventResults, calibration: HorizonCalibration): VNode {
  const { at, bins, curve } = calibration;
  const when = timeWords(results, at);
  const missing =
    'cannotTell' in curve
      ? ` No smooth curve: ${curve.cannotTell}.`
      : 'suppressed' in curve
        ? ' The smooth curve is hidden.'
        : '';
  const id = `calibration-bins-${String(at).replace('.', '-')}`;
  return element('figure', null, [
    element('h3', null, `At ${when}`),
    calibrationPlot(results, calibration),
    element(
      'figcaption',
      null,
      `${bins.length === 0 ? 'People grouped by risk are shown in the internal edition only' : 'Dots with bars: people of about the same risk'}; line and band: smooth curve; dashed: right.${missing}`,
    ),
    element('details', null, [
      element('summary', null, `Numbers of the picture, ${when}`),
      ...(bins.length === 0
        ? []
        : [
            dataTable({
              id,
              caption: `Groups by predicted probability at ${when}`,
              columns: [
                { heading: 'Mean predicted, %' },
                { heading: 'Studies', numeric },
                { heading: 'With the event', numeric },
                { heading: 'Observed, %', numeric },
              ],
              rows: bins.map((bin) => ({
                heading: isSuppressed(bin.predicted) ? 'hidden' : formatNumber(bin.predicted, 'percent'),
                cells: [formatCount(bin.n), formatCount(bin.events), formatFigure(bin.observed, 'percent')],
              })),
            }),
          ]),
      curveTable(`${id}-curve`, when, curve),
    ]),
  ]);
}

/** Every fifth point of the smooth curve. */
function curveTable(id: string, when: string, curve: HorizonCalibration['curve']): VNode | null {
  if ('cannotTell' in curve || 'suppressed' in curve) return null;
  return dataTable({
    id,
    caption: `Smooth curve at ${when}`,
    columns: [{ heading: 'Predicted, %' }, { heading: 'Observed, % (95 % interval)', numeric }],
    rows: curve
      .filter((_, i) => i % 5 === 0)
      .map(({ predicted, observed, lower, upper }) => {
        const [middle, low, high] = [observed, lower, upper].map((share) => formatNumber(share, 'percent'));
        return { heading: formatNumber(predicted, 'percent'), cells: [`${middle} (${low} to ${high})`] };
      }),
  });
}

function incidence(results: TimeToEventResults): VNode[] {
  const { riskGroups, hasCompeting } = results;
  return [
    element(
      'p',
      null,
      `${hasCompeting ? 'Cumulative incidence with competing events (Aalen-Johansen)' : 'One minus Kaplan-Meier'}, with pointwise 95 % bands. Lines well apart: the ranking tells people apart.`,
    ),
    riskGroups.every(({ curve }) => curve.length === 0)
      ? element('p', null, 'No curves: too few people or events.')
      : element('figure', null, [
          incidencePlot(results),
          element(
            'figcaption',
            null,
            'Drawn at fortieths of the last horizon, in the shareable edition at fewer times; numbers below.',
          ),
        ]),
    element('details', null, [
      element('summary', null, 'Numbers of the picture'),
      ...riskGroups.map((group, i) => riskTable(results, group, i)),
    ]),
  ];
}

const MOST_ROWS = 9;

function riskTable(results: TimeToEventResults, { name, n, events, curve }: RiskGroup, i: number): VNode {
  const step = Math.max(1, Math.ceil(curve.length / (MOST_ROWS - 1)));
  const shown = curve.filter((_, place) => (curve.length - 1 - place) % step === 0);
  return dataTable({
    id: `risk-${i}`,
    caption: `${name}: ${formatCount(n)} studies, ${formatCount(events)} with the event by the last horizon`,
    columns: [
      { heading: `Time, ${results.timeUnit}` },
      { heading: 'Still followed', numeric },
      { heading: 'Had the event', numeric },
      { heading: 'Incidence, %', numeric },
    ],
    rows: shown.map((point) => ({
      heading: formatPlain(Number(point.time.toPrecision(4))),
      cells: [
        formatCount(point.atRisk),
        formatCount(point.events),
        `${formatNumber(point.incidence, 'percent')} (${formatNumber(point.lower, 'percent')} to ${formatNumber(point.upper, 'percent')})`,
      ],
    })),
  });
}

function byGroup(results: TimeToEventResults): VNode[] {
  const { groups } = results;
  const last = timeWords(results, lastOf(groups[0]).at);
  const hasRisks = lastOf(groups[0]).observedExpected !== null;
  const headings = [
    'Had the event',
    "Harrell's C",
    'AUROC',
    'Observed, %',
    'Predicted, %',
    'O:E',
    'Slope',
    'Brier score',
  ];
  const plot = (id: string, title: string, legend: string, ideal: number, of: 'harrellC' | 'observedExpected') =>
    intervalFigure({
      ...{ id, title, ideal, legend },
      style: of === 'harrellC' ? 'fraction' : 'ratio',
      rows: groups.flatMap((group) => {
        const figure = of === 'harrellC' ? group.harrellC : lastOf(group).observedExpected;
        return figure === null ? [] : [{ label: groupWords(group), figure }];
      }),
    });
  return [
    element('div', { class: 'plots' }, [
      ...plot(
        'group-c',
        "Harrell's C by site and group",
        "Harrell's C with 95 % interval; dashed: chance",
        0.5,
        'harrellC',
      ),
      ...(hasRisks
        ? plot(
            'group-oe',
            'O:E by site and group',
            `O:E at ${last} with 95 % interval; dashed: right`,
            1,
            'observedExpected',
          )
        : []),
    ]),
    ...groups[0].horizons.map(({ at }, k) =>
      dataTable({
        id: `groups-${k}`,
        caption: `By site and group at ${timeWords(results, at)}, with 95 % intervals; C is up to ${last}`,
        columns: [{ heading: 'Group' }, ...headings.map((heading) => ({ heading, numeric }))],
        rows: groups.map((group) => {
          const horizon = group.horizons[k];
          return {
            heading: groupWords(group),
            cells: [
              formatCount(horizon.events),
              figureCell(group.harrellC, 'fraction'),
              figureCell(horizon.auroc, 'fraction'),
              figureCell(horizon.observed, 'percent'),
              expectedText(horizon),
              cellOr(horizon.observedExpected, 'ratio'),
              cellOr(horizon.slope, 'ratio'),
              cellOr(horizon.brier, 'fraction'),
            ],
          };
        }),
      }),
    ),
  ];
}
