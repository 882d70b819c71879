import type { VNode } from 'preact';
import { curvePlot, markLegend, PLOT_SHAPES, type PlotMark } from '../curve-plot.ts';
import { element } from '../element.ts';
import { figureCell } from '../figure-cell.ts';
import { formatNumber } from '../format.ts';
import { isEstimate, isSuppressed } from '../record.ts';
import { dataTable } from '../table.ts';
import { isWholeGroup, type Ranking, type ReaderReport } from './record.ts';
import { lowerFirst, titleOf } from './words.ts';

/** Precision against recall: the curve of each model, the answers of all raters as points, and how well the scores order the studies. */
export function curvesSection(report: ReaderReport): VNode[] {
  const whole = report.rankings.filter(isWholeGroup);
  const free = report.raters.filter(({ formedReference }) => !formedReference);
  const legend = free.map(({ title }, i) => element('span', null, [markLegend(shapeOf(i)), ` ${title}`]));
  return [
    element(
      'p',
      null,
      'Line: the model at every threshold on its scores. Marks: the answers that were given. Dashed: a score that knows nothing.',
    ),
    element('p', { class: 'marks' }, legend),
    element(
      'div',
      { class: 'plots' },
      whole.map((ranking, i) => panel(report, ranking, i)),
    ),
    dataTable({
      id: 'ranking-table',
      caption: 'How well the scores order the studies, with 95 % intervals',
      columns: [
        { heading: 'Finding' },
        { heading: 'AUROC', numeric: true },
        { heading: 'Partial AUROC, specificity 0.9 to 1', numeric: true },
        { heading: 'Average precision', numeric: true },
        { heading: 'Share with the finding', numeric: true },
      ],
      rows: whole.map((ranking) => ({
        heading: headingOf(report, ranking),
        cells: [
          figureCell(ranking.auroc, 'fraction'),
          figureCell(ranking.partialAuroc, 'fraction'),
          figureCell(ranking.averagePrecision, 'fraction'),
          isSuppressed(ranking.baseline) ? 'hidden' : formatNumber(ranking.baseline, 'fraction'),
        ],
      })),
      note: 'Partial AUROC: standardised, 0.5 is chance. Average precision: chance is the share with the finding, so compare it within a finding only.',
    }),
  ];
}

const shapeOf = (place: number) => PLOT_SHAPES[place % PLOT_SHAPES.length];

function headingOf(report: ReaderReport, { label, rater }: Ranking): string {
  const finding = report.labels.find(({ id }) => id === label)?.title ?? label;
  const models = new Set(report.rankings.map((ranking) => ranking.rater));
  return models.size > 1 ? `${finding}, ${titleOf(report, rater)}` : finding;
}

function panel(report: ReaderReport, ranking: Ranking, i: number): VNode {
  const title = headingOf(report, ranking);
  const answers = report.raters
    .filter(({ formedReference }) => !formedReference)
    .flatMap((rater, place) => {
      const result = report.results.find(
        (other) => other.label === ranking.label && other.rater === rater.id && isWholeGroup(other),
      );
      const [recall, precision] = [result?.metrics.sensitivity, result?.metrics.positivePredictiveValue].map(
        (figure) =>
          figure === undefined || isSuppressed(figure)
            ? undefined
            : isEstimate(figure)
              ? figure.estimate
              : figure.point,
      );
      return recall === undefined || precision === undefined
        ? []
        : [{ rater, recall, precision, shape: shapeOf(place) }];
    });
  const said = answers.map(
    ({ rater, recall, precision }) =>
      `${lowerFirst(rater.title)} recall ${formatNumber(recall, 'fraction')}, precision ${formatNumber(precision, 'fraction')}`,
  );
  const base = isSuppressed(ranking.baseline) ? 0 : ranking.baseline;
  return element('figure', null, [
    element('figcaption', null, title),
    curvePlot({
      id: `pr-${i}`,
      title: `Precision against recall, ${title}`,
      description: said.length === 0 ? 'No answers that may be shown' : said.join('; '),
      xTitle: 'Recall',
      yTitle: 'Precision',
      curve: ranking.curve,
      chance: [
        [0, base],
        [1, base],
      ],
      marks: answers.map(({ shape, recall, precision }): PlotMark => ({ shape, x: recall, y: precision })),
    }),
  ]);
}
