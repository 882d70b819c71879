import type { VNode } from 'preact';
import { RESAMPLED_METRICS } from '#lib/validation/bootstrap-metrics.ts';
import { curvePlot, PLOT_SHAPES, type PlotMark } from '../../curve-plot.ts';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { formatCount, formatNumber } from '../../format.ts';
import { outcomeWords } from '../../outcome-words.ts';
import { isSuppressed, type Report } from '../../record.ts';
import { dataTable } from '../../table.ts';
import { DETAIL_METRICS, type DiscriminationDetail, type SiteDiscrimination } from './value.ts';
import { leadWords, METRIC_WORDS } from './words.ts';

const numeric = true;
/** Accuracy stands in the CSV: where few have the outcome it says little but that. */
const PAGE_METRICS = DETAIL_METRICS.filter((name) => name !== 'accuracy');

/** What stands under "Discrimination in detail". */
export function discriminationDetailSection(value: DiscriminationDetail, report: Report): (VNode | null)[] {
  const outcome = outcomeWords(report.cohort.label);
  return [
    element('p', null, leadWords(value, outcome)),
    rankingTable(value, outcome),
    ...curves(value, outcome),
    ...(value.sites[0]?.thresholds ?? []).flatMap(({ name }, i) => thresholdPart(value, name, i, outcome)),
  ];
}

function rankingTable({ sites }: DiscriminationDetail, outcome: string): VNode {
  return dataTable({
    id: 'ranking-detail',
    caption: 'Average precision and partial AUROC by hospital, with 95 % intervals',
    columns: [
      { heading: 'Hospital' },
      { heading: 'n', numeric },
      { heading: `With ${outcome}`, numeric },
      { heading: 'Average precision', numeric },
      { heading: 'Chance would give', numeric },
      { heading: 'Partial AUROC, specificity 0.9 to 1', numeric },
    ],
    rows: sites.map((site) => ({
      heading: site.site,
      cells: [
        formatCount(site.n),
        formatCount(site.events),
        figureCell(site.averagePrecision, 'fraction'),
        isSuppressed(site.baseline) ? 'hidden' : formatNumber(site.baseline, 'fraction'),
        figureCell(site.partialAuroc, 'fraction'),
      ],
    })),
    note: `Average precision: area under the precision-recall curve; a score that knows nothing gets the share of studies with ${outcome}, so compare within a hospital only. Partial AUROC: where few without ${outcome} are called positive; standardised, 0.5 is chance.`,
  });
}

function curves({ sites }: DiscriminationDetail, outcome: string): VNode[] {
  const drawn = sites.filter(({ curve }) => hasBothClasses(curve));
  if (drawn.length === 0) return [];
  const names = drawn[0].thresholds.map(({ name }, i) => `${PLOT_SHAPES[i % PLOT_SHAPES.length]}: “${name}”`);
  const marks = names.length === 0 ? '' : ` Marks: the thresholds of the contract (${names.join(', ')}).`;
  return [
    element('h3', { id: 'curves' }, 'Curves'),
    element(
      'p',
      { class: 'note' },
      `Solid: the model at every threshold; dashed: a score that knows nothing.${marks} ROC curve: how many with ${outcome} are found for how many false alarms. Precision-recall curve: how many of those called positive have ${outcome}.`,
    ),
    ...drawn.map((site, i) => element('div', { class: 'plots' }, [rocFigure(site, i), precisionFigure(site, i)])),
  ];
}

function hasBothClasses(curve: SiteDiscrimination['curve']): boolean {
  const last = curve[curve.length - 1];
  return last !== undefined && curve.length > 1 && last.truePositives > 0 && last.falsePositives > 0;
}

/** Marks where the counts at a threshold are shown. */
function marksOf(
  { thresholds }: SiteDiscrimination,
  at: (found: number, alarms: number, events: number, nonEvents: number) => readonly [x: number, y: number],
): PlotMark[] {
  return thresholds.flatMap(({ truePositives, falsePositives, trueNegatives, falseNegatives }, i): PlotMark[] => {
    const counts = [truePositives, falsePositives, trueNegatives, falseNegatives].map((count) =>
      isSuppressed(count) ? Number.NaN : count,
    );
    const [found, alarms, cleared, missed] = counts;
    const [x, y] = at(found, alarms, found + missed, alarms + cleared);
    return Number.isFinite(x) && Number.isFinite(y) ? [{ shape: PLOT_SHAPES[i % PLOT_SHAPES.length], x, y }] : [];
  });
}

function rocFigure(site: SiteDiscrimination, i: number): VNode {
  const last = site.curve[site.curve.length - 1];
  const marks = marksOf(site, (found, alarms, events, nonEvents) => [alarms / nonEvents, found / events]);
  return element('figure', null, [
    element('figcaption', null, `${site.site}: ROC curve`),
    curvePlot({
      id: `roc-${i}`,
      title: `ROC curve at ${site.site}`,
      description: described(site, marks, '1 − specificity', 'sensitivity'),
      xTitle: '1 − specificity',
      yTitle: 'Sensitivity',
      curve: [
        [0, 0],
        ...site.curve.map(({ truePositives, falsePositives }): [number, number] => [
          falsePositives / last.falsePositives,
          truePositives / last.truePositives,
        ]),
      ],
      chance: [
        [0, 0],
        [1, 1],
      ],
      marks,
    }),
  ]);
}

function precisionFigure(site: SiteDiscrimination, i: number): VNode {
  const last = site.curve[site.curve.length - 1];
  const base = last.truePositives / (last.truePositives + last.falsePositives);
  const marks = marksOf(site, (found, alarms, events) => [found / events, found / (found + alarms)]);
  return element('figure', null, [
    element('figcaption', null, `${site.site}: precision-recall curve`),
    curvePlot({
      id: `precision-recall-${i}`,
      title: `Precision-recall curve at ${site.site}`,
      description: described(site, marks, 'sensitivity (recall)', 'positive predictive value (precision)'),
      xTitle: 'Sensitivity (recall)',
      yTitle: 'Precision',
      curve: site.curve
        .filter(({ truePositives }) => truePositives > 0)
        .map(({ truePositives, falsePositives }) => [
          truePositives / last.truePositives,
          truePositives / (truePositives + falsePositives),
        ]),
      chance: [
        [0, base],
        [1, base],
      ],
      marks,
    }),
  ]);
}

function described({ site, thresholds }: SiteDiscrimination, marks: readonly PlotMark[], x: string, y: string): string {
  if (marks.length < thresholds.length || marks.length === 0)
    return `Curve at ${site}; its points are in discrimination-detail-curves.csv`;
  const words = marks.map(
    (mark, i) =>
      `at “${thresholds[i].name}” ${x} ${formatNumber(mark.x, 'fraction')}, ${y} ${formatNumber(mark.y, 'fraction')}`,
  );
  return `${words.join('; ')}. All points are in discrimination-detail-curves.csv`;
}

function thresholdPart({ sites }: DiscriminationDetail, name: string, i: number, outcome: string): VNode[] {
  return [
    element('h3', { id: `detail-threshold-${i}` }, `At the threshold “${name}”`),
    dataTable({
      id: `confusion-${i}`,
      caption: `Confusion matrices at “${name}”`,
      columns: [
        { heading: 'Hospital' },
        { heading: `Positive, with ${outcome}`, numeric },
        { heading: 'Positive, without', numeric },
        { heading: `Negative, with ${outcome}`, numeric },
        { heading: 'Negative, without', numeric },
      ],
      rows: sites.map(({ site, thresholds }) => ({
        heading: site,
        cells: [
          formatCount(thresholds[i].truePositives),
          formatCount(thresholds[i].falsePositives),
          formatCount(thresholds[i].falseNegatives),
          formatCount(thresholds[i].trueNegatives),
        ],
      })),
    }),
    dataTable({
      id: `metrics-${i}`,
      caption: `Predictive values and summary metrics at “${name}”, with 95 % intervals`,
      columns: [{ heading: 'Hospital' }, ...PAGE_METRICS.map((metric) => ({ heading: METRIC_WORDS[metric], numeric }))],
      rows: sites.map(({ site, thresholds }) => ({
        heading: site,
        cells: PAGE_METRICS.map((metric) => figureCell(thresholds[i].metrics[metric], 'fraction')),
      })),
      note: 'All but balanced accuracy depend on how common the outcome is at the hospital.',
    }),
    element('details', null, [
      element('summary', null, `Bootstrap intervals at “${name}”, for comparison`),
      dataTable({
        id: `resampled-${i}`,
        caption: `Cluster bootstrap (BCa) intervals at “${name}”`,
        columns: [{ heading: 'Metric' }, ...sites.map(({ site }) => ({ heading: site, numeric }))],
        rows: RESAMPLED_METRICS.map((metric) => ({
          heading: METRIC_WORDS[metric],
          cells: sites.map(({ thresholds }) => figureCell(thresholds[i].resampled[metric], 'fraction')),
        })),
      }),
    ]),
  ];
}
