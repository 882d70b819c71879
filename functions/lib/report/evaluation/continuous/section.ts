import type { ComponentChild, VNode } from 'preact';
import { intervalFigure } from '../../chapters/interval-plot.ts';
import { element } from '../../element.ts';
import { figureCell } from '../../figure-cell.ts';
import { formatCount, formatFigure, formatNumber } from '../../format.ts';
import { isEstimate, isSuppressed } from '../../record.ts';
import { dataTable } from '../../table.ts';
import { betweenSections } from '../between-section.ts';
import { comparisonSections } from '../comparison-section.ts';
import { gradeNodes } from '../grades-section.ts';
import { wholeGroup } from '../group-words.ts';
import { groupWords } from '../groups.ts';
import type { EvaluationSection } from '../kind.ts';
import { agreementPlot, calibrationPlot } from './plots.ts';
import type { ContinuousResults, SizeBin } from './record.ts';
import { measureStyle, points, styleOf } from './words.ts';

/** What a report on a continuous answer shows beside the answer. */
export function sections(results: ContinuousResults): EvaluationSection[] {
  const { classes, groups } = results;
  return [
    { id: 'agreement', title: 'Agreement with the reference', children: agreement(results) },
    { id: 'calibration', title: 'Calibration of the answers', children: calibration(results) },
    ...(classes === null
      ? []
      : [{ id: 'classes', title: 'Agreement on classes', children: gradeNodes(classes, 'class') }]),
    ...(groups.length > 1 ? [{ id: 'groups', title: 'Sites and groups', children: byGroup(results) }] : []),
    ...betweenSections(results.between, styleOf(results), NEVER_POOLED),
    ...comparisonSections(results.comparison, styleOf(results)),
  ];
}

const NEVER_POOLED =
  'Intraclass correlations are not pooled: they follow how far apart the patients of a hospital lie (doi:10.1016/0010-4825(90)90013-F).';

function agreement(results: ContinuousResults): VNode[] {
  const { unit, acceptableDifference } = results;
  const style = measureStyle(results);
  const whole = wholeGroup(results);
  const rows: readonly (readonly [string, ComponentChild])[] = [
    ['Bias (answer minus reference)', figureCell(whole.bias, style)],
    ['Lower limit of agreement', figureCell(whole.lowerLimit, style)],
    ['Upper limit of agreement', figureCell(whole.upperLimit, style)],
    ['Mean absolute error', figureCell(whole.meanAbsoluteError, style)],
    ['ICC(2,1), absolute agreement', figureCell(whole.iccAgreement, 'fraction')],
    ['ICC(3,1), consistency', figureCell(whole.iccConsistency, 'fraction')],
    ...(whole.acceptable === null
      ? []
      : [
          [
            `Within ${acceptableDifference} ${unit} of the reference`,
            figureCell(whole.acceptable.share, 'percent'),
          ] as const,
        ]),
  ];
  return [
    element('p', null, points(results)[0]?.brief ?? ''),
    dataTable({
      id: 'agreement-table',
      caption: `Agreement of all studies, with 95 % intervals; differences in ${unit}`,
      columns: [{ heading: 'Figure' }, { heading: 'All studies', numeric: true }],
      rows: rows.map(([heading, cell]) => ({ heading, cells: [cell] })),
      note: 'Absolute agreement counts a constant difference against the answer, consistency forgives it.',
    }),
    element('figure', null, [
      agreementPlot(results),
      element(
        'figcaption',
        null,
        `Difference against size. Lines: bias and limits of agreement with their intervals${acceptableDifference === null ? '' : '; dashed: the acceptable difference'}. Dots with bars: mean difference of studies of about the same size.${pointsWords(results)}`,
      ),
      binTable(
        'agreement-bins',
        'Mean difference by size',
        ['Mean of answer and reference', 'Mean difference'],
        results.differenceBySize,
        results,
      ),
    ]),
  ];
}

function pointsWords({ points: drawn }: ContinuousResults): string {
  if (drawn.length === 0) return ' Single studies are shown in the internal edition only.';
  return drawn.length < 2000 ? ' Small dots: single studies.' : ' Small dots: 2,000 single studies, drawn at random.';
}

function calibration(results: ContinuousResults): VNode[] {
  const { slope, intercept } = wholeGroup(results);
  const style = measureStyle(results);
  return [
    element(
      'p',
      null,
      `Reference = intercept + slope × answer, with slope ${formatFigure(slope, 'ratio')} and intercept ${formatFigure(intercept, style)}${isEstimate(intercept) ? ` ${results.unit}` : ''}. Slope 1 and intercept 0: an answer means what it says.`,
    ),
    element('figure', null, [
      calibrationPlot(results),
      element(
        'figcaption',
        null,
        `Reference against answer. Dashed: equal; line: least squares; dots with bars: mean reference of studies with about the same answer.${pointsWords(results)}`,
      ),
      binTable(
        'calibration-bins',
        'Mean reference by answer',
        ['Mean answer', 'Mean reference'],
        results.referenceByAnswer,
        results,
      ),
    ]),
  ];
}

function binTable(
  id: string,
  caption: string,
  [size, mean]: readonly [string, string],
  bins: readonly SizeBin[],
  results: ContinuousResults,
): VNode {
  const style = measureStyle(results);
  return element('details', null, [
    element('summary', null, `Numbers of the picture: ${caption.toLowerCase()}`),
    dataTable({
      id,
      caption: `${caption}, ${results.unit}`,
      columns: [
        { heading: size },
        { heading: 'Studies', numeric: true },
        { heading: `${mean} (95 % interval)`, numeric: true },
      ],
      rows: bins.map((bin) => ({
        heading: isSuppressed(bin.size) ? 'hidden' : formatNumber(bin.size, style),
        cells: [formatCount(bin.n), formatFigure(bin.figure, style)],
      })),
    }),
  ]);
}

function byGroup(results: ContinuousResults): VNode[] {
  const { groups, unit, classes, acceptableDifference } = results;
  const style = measureStyle(results);
  const headings = [
    `Bias, ${unit}`,
    'Lower limit',
    'Upper limit',
    'Mean absolute error',
    'ICC(2,1)',
    'Slope',
    ...(acceptableDifference === null ? [] : [`Within ${acceptableDifference} ${unit}, %`]),
    ...(classes === null ? [] : ['Same class, %', 'Weighted kappa']),
  ];
  return [
    ...intervalFigure({
      id: 'group-bias',
      title: 'Bias by site and group',
      style,
      ideal: 0,
      legend: `Answer minus reference, ${unit}, with 95 % interval; dashed: none`,
      rows: groups.map((group) => ({ label: groupWords(group), figure: group.bias })),
    }),
    dataTable({
      id: 'groups-agreement',
      caption: 'Agreement by site and group, with 95 % intervals',
      columns: [{ heading: 'Group' }, ...headings.map((heading) => ({ heading, numeric: true }))],
      rows: groups.map((group) => ({
        heading: groupWords(group),
        cells: [
          ...[group.bias, group.lowerLimit, group.upperLimit, group.meanAbsoluteError].map((figure) =>
            figureCell(figure, style),
          ),
          figureCell(group.iccAgreement, 'ratio'),
          figureCell(group.slope, 'ratio'),
          ...(group.acceptable === null ? [] : [figureCell(group.acceptable.share, 'percent')]),
          ...(group.classes === null
            ? []
            : [
                figureCell(group.classes.same, 'percent'),
                figureCell(group.classes.quadraticKappa ?? group.classes.kappa, 'ratio'),
              ]),
        ],
      })),
    }),
  ];
}
