import type { VNode } from 'preact';
import type { PooledMeasure } from '#lib/validation/pooled-measure.ts';
import { isPresent, type SiteSummary } from '#lib/validation/site-summary.ts';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { formatFigure } from '../../format.ts';
import { type Figure, isEstimate, isSuppressed } from '../../record.ts';
import { dataTable } from '../../table.ts';
import { funnelPlot } from './funnel-plot.ts';
import { drawnMeasure, intervalText, measureId, measureName } from './measure-words.ts';
import { pooledForest } from './pooled-forest.ts';
import { influenceTable, pooledTable } from './pooled-tables.ts';
import type { Hospitals } from './value.ts';
import {
  asymmetryWords,
  caseMixReading,
  influenceWords,
  leadWords,
  leftOutWords,
  type Pooled,
  pooledOf,
} from './words.ts';
import { driftRatio, type YearFigures, type Years } from './years.ts';

const numeric = true;

/** What stands under the heading; `crude` is the AUROC of all studies in one heap, where one is reported. */
export function hospitalsSection(value: Hospitals, crude: Figure | undefined): (VNode | null)[] {
  const pooled = pooledOf(value);
  const lead = leadWords(value).filter((text) => text !== '');
  return [
    ...lead.map((text) => element('p', null, text)),
    ...(pooled.length === 0 ? [] : pooledPart(value, pooled, crude)),
    ...leftOutPart(value),
    ...influencePart(pooled),
    ...(value.summaries.some(({ caseMix }) => isPresent(caseMix)) ? caseMixPart(value.summaries) : []),
    ...funnelPart(value),
    ...(value.years === null ? [] : yearsPart(value.years)),
  ];
}

function pooledPart({ measures }: Hospitals, pooled: readonly Pooled[], crude: Figure | undefined): (VNode | null)[] {
  return [
    pooledTable(
      measures.map(drawnMeasure),
      'Predictive values, F1 and areas under precision and recall are never pooled.',
    ),
    crudeNote(pooled, crude),
    element('h3', { id: 'hospitals-forest' }, 'Hospital by hospital'),
    element(
      'p',
      { class: 'note' },
      `Squares: hospitals with their 95 % intervals, the area is the weight in the mean. Diamond: pooled figure with its interval.${pooled.some(({ figure }) => figure.prediction) ? ' Dashed bar: where a further hospital is expected.' : ''} An arrow: the interval goes on.${hasCorrected(measures) ? ' *: at the end of its scale, half a case moved to pool it.' : ''}`,
    ),
    element(
      'div',
      { class: 'plots' },
      pooled.map(({ measure }) =>
        element('figure', null, pooledForest(measureId(measure, measures.indexOf(measure)), drawnMeasure(measure))),
      ),
    ),
  ];
}

const hasCorrected = (measures: readonly PooledMeasure[]): boolean =>
  measures.some(({ sites }) => sites.some(({ corrected }) => corrected));

/** The crude figure beside the pooled one, so that nobody takes one for the other. */
function crudeNote(pooled: readonly Pooled[], crude: Figure | undefined): VNode | null {
  const ranking = pooled.find(({ measure }) => measure.measure === 'auroc');
  if (ranking === undefined || crude === undefined || isSuppressed(crude) || !isEstimate(crude)) return null;
  return element(
    'p',
    { class: 'note' },
    `Not the same: all studies in one heap give a crude AUROC of ${formatFigure(crude, 'fraction')}, the mean over hospitals is ${intervalText(ranking.figure, 'fraction')}. The crude figure also ranks patients of one hospital against those of another, which nobody does at the bedside.`,
  );
}

function leftOutPart(value: Hospitals): VNode[] {
  const words = leftOutWords(value);
  if (words.length === 0) return [];
  return [
    element('h3', null, 'Hospitals that take no part'),
    element(
      'ul',
      null,
      words.map((text) => element('li', null, text)),
    ),
  ];
}

function influencePart(pooled: readonly Pooled[]): VNode[] {
  const able = pooled.filter(({ measure }) => measure.sites.some(({ without }) => without !== null));
  if (able.length === 0) return [];
  const words = influenceWords(able.map(({ measure }) => measure));
  return [
    element('h3', { id: 'hospitals-influence' }, 'Without each hospital in turn'),
    element('p', null, words),
    ...able.map(({ measure }, place) => {
      const table = influenceTable(`influence-${place}`, drawnMeasure(measure));
      return place === 0 ? table : element('details', null, [element('summary', null, measureName(measure)), table]);
    }),
  ];
}

function caseMixPart(summaries: readonly SiteSummary[]): VNode[] {
  const rows = summaries.map(({ site, auroc, caseMix }) => {
    if (!isPresent(caseMix)) return { heading: site, cells: [caseMix.absent, '', '', '', ''] };
    const { benchmark, excess, recalibrated } = caseMix;
    return {
      heading: site,
      cells: [
        element('span', { class: 'cannot' }, caseMixReading(excess)),
        isPresent(auroc) ? intervalText(auroc, 'fraction') : element('span', { class: 'cannot' }, auroc.absent),
        figureCell(benchmark, 'fraction'),
        formatFigure(excess, 'fraction'),
        formatFigure(recalibrated, 'fraction'),
      ],
    };
  });
  return [
    element('h3', { id: 'hospitals-case-mix' }, 'Case-mix or model?'),
    element(
      'p',
      null,
      'An AUROC may be lower because patients are more alike (a narrower case-mix) or because the model fits worse. The benchmark is the AUROC that the scores of a hospital would have if each were exactly right there: where it is low, the case-mix explains a low AUROC; where the AUROC lies below it, the model does.',
    ),
    dataTable({
      id: 'case-mix-table',
      caption: 'AUROC beside what the case-mix lets expect, with 95 % intervals',
      columns: [
        { heading: 'Hospital' },
        { heading: 'Reading' },
        { heading: 'AUROC', numeric },
        { heading: 'Benchmark of the case-mix', numeric },
        { heading: 'AUROC less benchmark', numeric },
        { heading: 'Benchmark, scores recalibrated here', numeric },
      ],
      rows,
      note: 'The benchmark believes the scores: where they are far from right (see Calibration), read the recalibrated one. Intervals are not corrected for the number of hospitals.',
    }),
  ];
}

function funnelPart({ measures }: Hospitals): VNode[] {
  const able = measures.flatMap((measure, place) =>
    'cannotTell' in measure.asymmetry || 'cannotTell' in measure.pooled
      ? []
      : [{ measure, place, figure: measure.pooled }],
  );
  if (able.length === 0) return [];
  return [
    element('h3', { id: 'hospitals-funnel' }, 'Do small hospitals differ from large ones?'),
    element(
      'p',
      null,
      'Every hospital of the cohort is here, so that a lopsided funnel is no sign of unpublished results: it says that small hospitals have other patients, other labels or another use of the model. Lines: where 95 % of hospitals would lie if only chance set them apart.',
    ),
    element(
      'ul',
      null,
      able.map(({ measure }) => element('li', null, asymmetryWords(measure))),
    ),
    element(
      'div',
      { class: 'plots' },
      able.map(({ measure, place, figure }) =>
        element('figure', null, funnelPlot(`funnel-${place}-${measure.measure}`, measure, figure)),
      ),
    ),
  ];
}

function yearsPart(years: Years): VNode[] {
  const drift = driftRatio(years);
  const words =
    drift === null
      ? 'Whether calibration drifts from year to year cannot be told.'
      : `Given score and hospital, the odds of the outcome change by a factor of ${intervalText(drift, 'ratio')} per year${drift.lower > 1 || drift.upper < 1 ? ': calibration drifts' : '; no drift of calibration was seen'}.`;
  const undated =
    isSuppressed(years.undated) || years.undated === 0
      ? ''
      : ` ${years.undated} studies carry no year and are in no row.`;
  return [
    element('h3', { id: 'hospitals-years' }, 'Year by year'),
    element('p', null, `${words} Years are those of the reference standard.${undated}`),
    yearTable('years-all', 'All hospitals in one heap, by year', years.all),
    ...(isSuppressed(years.bySite) || (years.bySite as readonly YearFigures[]).length > 0
      ? [
          element('details', null, [
            element('summary', null, 'By hospital and year'),
            yearTable('years-sites', 'By hospital and year', years.bySite),
          ]),
        ]
      : []),
  ];
}

function yearTable(id: string, caption: string, rows: Years['all']): VNode {
  if (isSuppressed(rows))
    return element('p', { class: 'note' }, `${caption}: hidden, because a year has a count of 1 to 10.`);
  const cell = (figure: Figure, style: 'fraction' | 'ratio') => figureCell(figure, style);
  return dataTable({
    id,
    caption,
    columns: [
      { heading: 'Year' },
      { heading: 'Studies', numeric },
      { heading: 'With the outcome', numeric },
      { heading: 'AUROC', numeric },
      { heading: 'Observed / expected', numeric },
    ],
    rows: rows.map(({ site, year, n, events, auroc, observedExpected }) => ({
      heading: site === null ? String(year) : `${site}, ${year}`,
      cells: [String(n), String(events), cell(auroc, 'fraction'), cell(observedExpected, 'ratio')],
    })),
  });
}
