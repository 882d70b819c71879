import type { VNode } from 'preact';
import { element } from '../element.ts';
import { figureCell } from '../figure-cell.ts';
import { formatAge, formatCount, formatNumber, formatShare } from '../format.ts';
import { ageWords, sexWords } from '../reasons.ts';
import { isSuppressed } from '../record.ts';
import { dataTable } from '../table.ts';
import { isWholeGroup, type MetricName, type RaterResult, type ReaderGroup, type ReaderReport } from './record.ts';
import { labelTitle, titleOf } from './words.ts';

/** Metrics of the tables in a paper, in its words. */
const PAPER_METRICS: readonly (readonly [MetricName, string])[] = [
  ['positivePredictiveValue', 'Precision (positive predictive value)'],
  ['sensitivity', 'Recall (sensitivity)'],
  ['specificity', 'Specificity'],
  ['f1', 'F1 score'],
];

/** "Women", "Age 60+", "All". */
export const readerGroupWords = ({ sex, ageBand }: ReaderGroup): string =>
  sex !== null ? sexWords(sex) : ageBand !== null ? ageWords(ageBand) : 'All';

/** Studies by group with the number that has each finding, and who answered. */
export function studiesSection(report: ReaderReport): VNode[] {
  const { groups, labels, age, studies, n, referenceMethod, raters } = report;
  const years =
    age === null
      ? ''
      : ` Age: median ${formatAge(age.medianYears)} years, quartiles ${formatAge(age.lowerQuartileYears)} and ${formatAge(age.upperQuartileYears)}.`;
  const columns = [
    { heading: 'Group' },
    { heading: 'n', numeric: true },
    ...labels.map(({ title }) => ({ heading: title, numeric: true })),
  ];
  return [
    element('p', null, `${formatCount(n)} ${studies}.${years} Reference: ${referenceMethod}.`),
    dataTable({
      id: 'studies-table',
      caption: 'Studies with each finding by the reference',
      columns,
      rows: groups.map((group) => ({
        heading: readerGroupWords(group),
        cells: [formatCount(group.n), ...group.events.map((count) => formatShare(count, group.n))],
      })),
      note: 'One study may have several findings, or none.',
    }),
    element(
      'ul',
      null,
      raters.map(({ title, kind, formedReference }) =>
        element(
          'li',
          null,
          `${title}: ${formedReference ? 'formed the reference' : kind === 'model' ? 'model' : 'readers, one reading of each study'}`,
        ),
      ),
    ),
  ];
}

/** One table per metric as papers print them: findings down, raters across. */
export function paperTables(report: ReaderReport): VNode[] {
  const raters = report.raters.filter(({ formedReference }) => !formedReference);
  return [
    ...PAPER_METRICS.map(([metric, title]) =>
      dataTable({
        id: `table-${metric}`,
        caption: `${title}, with 95 % intervals`,
        columns: [{ heading: 'Finding' }, ...raters.map((rater) => ({ heading: rater.title, numeric: true }))],
        rows: [
          ...report.labels.map(({ id, title: heading }) => ({
            heading,
            cells: raters.map((rater) => figureCell(metricOf(report, id, rater.id, metric), 'fraction')),
          })),
          ...(metric === 'f1' ? [macroRow(report)] : []),
        ],
      }),
    ),
    element(
      'p',
      { class: 'note' },
      'Mean of all findings: unweighted, its interval by drawing studies with all their findings again and again.',
    ),
  ];
}

function macroRow({ raters, summaries }: ReaderReport) {
  const cells = raters
    .filter(({ formedReference }) => !formedReference)
    .map(({ id }) => summaries.find((summary) => summary.rater === id && isWholeGroup(summary)))
    .map((summary) => (summary === undefined ? '' : figureCell(summary.macroF1, 'fraction')));
  return { heading: 'Mean of all findings', cells, kind: 'strong' as const };
}

function metricOf({ results }: ReaderReport, label: string, rater: string, metric: MetricName) {
  const found = results.find((result) => result.label === label && result.rater === rater && isWholeGroup(result));
  if (found === undefined) throw new Error(`reader report: no result of ${rater} for ${label}`);
  return found.metrics[metric];
}

/** What the tables above do not have. */
const DETAIL_METRICS: readonly (readonly [MetricName, string])[] = [
  ['negativePredictiveValue', 'Negative predictive value'],
  ['balancedAccuracy', 'Balanced accuracy'],
  ['matthewsCorrelation', 'Matthews correlation'],
];

/** The confusion matrix of every rater, one table per finding; who formed the reference is left out. */
export function ratersSection(report: ReaderReport): VNode[] {
  const free = new Set(report.raters.filter(({ formedReference }) => !formedReference).map(({ id }) => id));
  const numeric = true;
  return report.labels.map(({ id, title }, k) =>
    dataTable({
      id: `details-${k}`,
      caption: `${title}: confusion matrices and further metrics, with 95 % intervals`,
      columns: [
        { heading: 'Rater' },
        { heading: 'Found', numeric },
        { heading: 'Missed', numeric },
        { heading: 'False alarms', numeric },
        { heading: 'Cleared', numeric },
        ...DETAIL_METRICS.map(([, heading]) => ({ heading, numeric })),
      ],
      rows: report.results
        .filter((result) => result.label === id && isWholeGroup(result) && free.has(result.rater))
        .map((result) => detailRow(report, result)),
    }),
  );
}

function detailRow(report: ReaderReport, result: RaterResult) {
  const { truePositives, falseNegatives, falsePositives, trueNegatives, metrics } = result;
  return {
    heading: titleOf(report, result.rater),
    cells: [
      ...[truePositives, falseNegatives, falsePositives, trueNegatives].map(formatCount),
      ...DETAIL_METRICS.map(([metric]) => figureCell(metrics[metric], 'fraction')),
    ],
  };
}

/** Published cells beside those computed here. */
export function publishedSection(report: ReaderReport): VNode[] {
  const { published, publishedDecimals } = report;
  const compared = published.filter(({ agrees }) => agrees !== null);
  const differing = compared.filter(({ agrees }) => agrees === false);
  const raters = [...new Set(published.map(({ rater }) => rater))];
  const said =
    differing.length === 0
      ? `All ${compared.length} published cells that are shown here come out the same to ${publishedDecimals} decimals from the published answers.`
      : `${compared.length - differing.length} of ${compared.length} published cells come out the same to ${publishedDecimals} decimals; ${differing.length} ${differing.length === 1 ? 'does' : 'do'} not, marked with “differs”.`;
  return [
    element('p', null, said),
    ...PAPER_METRICS.map(([metric, title]) =>
      dataTable({
        id: `published-${metric}`,
        caption: `${title}: published, and computed here`,
        columns: [
          { heading: 'Finding' },
          ...raters.map((rater) => ({ heading: titleOf(report, rater), numeric: true })),
        ],
        rows: report.labels.map(({ id }) => ({
          heading: labelTitle(report, id),
          cells: raters.map((rater) => publishedWords(report, id, rater, metric)),
        })),
      }),
    ),
  ];
}

function publishedWords({ published }: ReaderReport, label: string, rater: string, metric: MetricName): string {
  const cell = published.find((other) => other.label === label && other.rater === rater && other.metric === metric);
  if (cell === undefined) return 'not published';
  const { computed, agrees } = cell;
  const here = isSuppressed(computed)
    ? 'hidden'
    : computed === null
      ? 'not defined'
      : formatNumber(computed, 'fraction');
  return `${formatNumber(cell.published, 'fraction')}, ${here}${agrees === false ? ' differs' : ''}`;
}
