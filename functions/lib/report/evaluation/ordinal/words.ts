// The words of a report on answers in grades, written from the numbers that it shows.
import { formatFigure, formatNumber } from '../../format.ts';
import { type Point, pointOf } from '../../point.ts';
import { type Caution, isEstimate, isSuppressed } from '../../record.ts';
import { betweenMethods, type StyleOf } from '../between-section.ts';
import { comparisonMethods } from '../comparison-words.ts';
import { methodWords } from '../figures.ts';
import type { GradeSummary } from '../grades.ts';
import { groupPoints } from '../group-points.ts';
import { rangeWords, wholeGroup } from '../group-words.ts';
import type { OrdinalResults } from './record.ts';

export const weightedKappa = ({ quadraticKappa, kappa }: GradeSummary): GradeSummary['kappa'] =>
  quadraticKappa ?? kappa;

/** How the figures that hospitals and groups are compared by are written. */
export const styleOf: StyleOf = (figure) => (figure === 'concordance' ? 'fraction' : 'percent');

export function headline({ quantity, agreement }: OrdinalResults): string {
  const { same, near } = agreement;
  const kappa = weightedKappa(agreement);
  if (!isEstimate(same))
    return `${quantity}: agreement with the reference ${isSuppressed(same) ? 'is hidden' : 'cannot be told'}.`;
  const close =
    near !== null && isEstimate(near) ? `, at most one grade off for ${formatNumber(near.estimate, 'percent')} %` : '';
  const weighted = isEstimate(kappa) ? `; weighted kappa ${formatFigure(kappa, 'ratio')}` : '';
  return `${quantity}: the same grade as the reference for ${formatFigure(same, 'percent')}${close}${weighted}.`;
}

export const points = (results: OrdinalResults): Point[] => [
  ...pointOf('result', cuts(results)),
  ...pointOf('result', order(results)),
  ...groupPoints(results, styleOf, groupRange(results)),
];

function cuts({ agreement }: OrdinalResults): string {
  const words = agreement.cuts.flatMap(({ from, sensitivity, specificity }) =>
    isEstimate(sensitivity) && isEstimate(specificity)
      ? [`${from}: ${formatFigure(sensitivity, 'percent')} found, ${formatFigure(specificity, 'percent')} cleared`]
      : [],
  );
  return words.length === 0 ? '' : `From a grade on against all below it: ${words.join('; ')}.`;
}

function order(results: OrdinalResults): string {
  const { concordance, somersD } = wholeGroup(results);
  if (!isEstimate(concordance)) return '';
  const d = isEstimate(somersD) ? ` (Somers' D ${formatFigure(somersD, 'ratio')})` : '';
  return `Of two studies with different grades the higher one has the higher ${results.ownScore ? 'score' : 'answer, equal answers half,'} in ${formatFigure(concordance, 'percent')}${d}.`;
}

/** Where weighted kappa is lowest and highest, without a test. */
const groupRange = ({ groups }: OrdinalResults): string =>
  rangeWords(
    'Weighted kappa',
    groups,
    ({ agreement }) => weightedKappa(agreement),
    (kappa) => formatFigure(kappa, 'ratio'),
  );

export function cautions(): Caution[] {
  return [
    {
      code: 'prevalence',
      text: 'Kappa and the share of equal grades depend on how common the grades are: where most studies are of one grade, agreement is easier to reach and kappa lower for the same answers. Groups of another mix are not comparable by them.',
    },
  ];
}

const SOURCES = [
  ['Wilson', 'doi:10.1080/01621459.1927.10502953'],
  ['Clopper-Pearson', 'doi:10.1093/biomet/26.4.404'],
  ['Rao-Scott', 'doi:10.2307/2532311'],
  ["Cohen's kappa", 'doi:10.1177/001316446002000104'],
  ['weights', 'doi:10.1037/h0026256'],
  ['Fleiss-Cohen-Everitt', 'doi:10.1037/h0028106'],
  ["Somers' D", 'doi:10.2307/2090408'],
  ['concordance of score', 'doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4'],
] as const;

export function methods(results: OrdinalResults): string[] {
  const { between, comparison, ...own } = results;
  return [
    `Grades, lowest first: ${results.grades.join(', ')}. Figures and intervals (95 %): ${methodWords(own, SOURCES)}. Denominators below 10 give no interval.`,
    `Concordance and Somers' D are of ${results.ownScore ? 'the score' : 'the answered grade, which ties many pairs'}; pairs with the same reference do not count.`,
    ...betweenMethods(between),
    ...comparisonMethods(comparison),
  ];
}
