// The words of a report on a continuous answer, written from the numbers that it shows.
import { type FigureStyle, formatFigure, formatNumber } from '../../format.ts';
import { type Point, pointOf } from '../../point.ts';
import { type Caution, type Figure, isEstimate, isSuppressed } from '../../record.ts';
import { betweenMethods, type StyleOf } from '../between-section.ts';
import { comparisonMethods } from '../comparison-words.ts';
import { methodWords } from '../figures.ts';
import { groupPoints } from '../group-points.ts';
import { rangeWords, wholeGroup } from '../group-words.ts';
import type { ContinuousResults } from './record.ts';

const STYLES: readonly FigureStyle[] = ['whole', 'tenths', 'ratio', 'fraction'];

/** As many decimals as the spread of the differences carries, and the interval of the bias asks for. */
export function measureStyle({ groups }: ContinuousResults): FigureStyle {
  const { bias, lowerLimit, upperLimit } = groups[0];
  if (!isEstimate(bias) || !isEstimate(lowerLimit) || !isEstimate(upperLimit)) return 'ratio';
  const spread = (upperLimit.estimate - lowerLimit.estimate) / 4;
  const half = (bias.upper - bias.lower) / 2;
  const decimals = spread > 0 ? Math.max(1 - Math.floor(Math.log10(spread)), -Math.floor(Math.log10(half))) : 2;
  return STYLES[Math.min(STYLES.length - 1, Math.max(0, decimals))];
}

/** How the figures that hospitals and groups are compared by are written. */
export const styleOf =
  (results: ContinuousResults): StyleOf =>
  (figure) =>
    figure === 'slope' ? 'ratio' : measureStyle(results);

/** "1.2 (0.4 to 2.0) %". */
const measured = (results: ContinuousResults, figure: Figure): string =>
  `${formatFigure(figure, measureStyle(results))}${isEstimate(figure) ? ` ${results.unit}` : ''}`;

export function headline(results: ContinuousResults): string {
  const { bias, lowerLimit, upperLimit } = wholeGroup(results);
  const name = results.quantity;
  if (!isEstimate(bias) || !isEstimate(lowerLimit) || !isEstimate(upperLimit))
    return `${name}: agreement with the reference ${isSuppressed(bias) ? 'is hidden' : 'cannot be told'}.`;
  const style = measureStyle(results);
  const direction = bias.lower > 0 ? 'above' : bias.upper < 0 ? 'below' : 'neither clearly above nor clearly below';
  const limits = `${formatNumber(lowerLimit.estimate, style)} and ${formatNumber(upperLimit.estimate, style)} ${results.unit}`;
  return `${name}: answers lie ${direction} the reference on average: bias ${measured(results, bias)}; 95 % of differences are to be expected between ${limits} (limits of agreement).`;
}

export function points(results: ContinuousResults): Point[] {
  return [
    ...acceptability(results),
    ...pointOf('result', likeness(results)),
    ...pointOf('result', classWords(results)),
    ...groupPoints(results, styleOf(results), groupRange(results)),
  ];
}

/** Within, beyond, or cannot tell: the limits of agreement with their intervals against the acceptable difference. */
export function verdict(results: ContinuousResults): 'within' | 'beyond' | 'cannot-tell' | null {
  const { acceptableDifference: most } = results;
  const { lowerLimit, upperLimit } = wholeGroup(results);
  if (most === null || !isEstimate(lowerLimit) || !isEstimate(upperLimit)) return null;
  if (lowerLimit.lower >= -most && upperLimit.upper <= most) return 'within';
  return lowerLimit.upper < -most || upperLimit.lower > most ? 'beyond' : 'cannot-tell';
}

const VERDICTS = {
  within: 'the limits of agreement lie within it, intervals included',
  beyond: 'the limits of agreement lie beyond it: single answers are not interchangeable with the reference',
  'cannot-tell': 'whether the limits of agreement lie within it cannot be told: their intervals reach across it',
} as const;

function acceptability(results: ContinuousResults): Point[] {
  const said = verdict(results);
  const { acceptable } = wholeGroup(results);
  const { acceptableDifference: most, unit } = results;
  if (most === null || acceptable === null) return [];
  const share = isEstimate(acceptable.share)
    ? `; ${formatFigure(acceptable.share, 'percent')} of answers lie within it`
    : '';
  const text = `Acceptable difference, as stated: ${most} ${unit}; ${said === null ? 'limits of agreement are not told' : VERDICTS[said]}${share}.`;
  return pointOf(said === 'beyond' ? 'broken limit' : said === 'within' ? 'result' : 'cannot tell', text);
}

function likeness(results: ContinuousResults): string {
  const { meanAbsoluteError, iccAgreement, slope } = wholeGroup(results);
  if (!isEstimate(meanAbsoluteError)) return '';
  const icc = isEstimate(iccAgreement) ? `; ICC(2,1) ${formatFigure(iccAgreement, 'ratio')}` : '';
  const line = isEstimate(slope) ? `. ${slopeWords(slope)}` : '.';
  return `Mean absolute error ${measured(results, meanAbsoluteError)}${icc}${line}`;
}

function slopeWords(slope: Figure): string {
  if (!isEstimate(slope)) return '';
  const figure = `Slope of the reference on the answer ${formatFigure(slope, 'ratio')}`;
  if (slope.upper < 1) return `${figure}: answers are too far apart, high ones too high or low ones too low.`;
  return slope.lower > 1
    ? `${figure}: answers are too close together.`
    : `${figure}: no proof that answers are too far apart or too close together.`;
}

function classWords({ classes }: ContinuousResults): string {
  if (classes === null || !isEstimate(classes.same)) return '';
  const weighted = classes.quadraticKappa ?? classes.kappa;
  const kappa = isEstimate(weighted) ? `; weighted kappa ${formatFigure(weighted, 'ratio')}` : '';
  return `Classes ${classes.names.join(', ')}: the same for ${formatFigure(classes.same, 'percent')}${kappa}.`;
}

/** Where the bias is lowest and highest, without a test. */
const groupRange = (results: ContinuousResults): string =>
  rangeWords(
    'Bias',
    results.groups,
    ({ bias }) => bias,
    (bias) => measured(results, bias),
  );

/** Differences that grow with the size, from this correlation on. */
const TREND = 0.3;

export function cautions(results: ContinuousResults): Caution[] {
  const { trend } = wholeGroup(results);
  return [
    ...(typeof trend === 'number' && Math.abs(trend) >= TREND
      ? [
          {
            code: 'trend',
            text: `The difference changes with the size of the measurement (correlation ${formatNumber(trend, 'ratio')}): one pair of limits of agreement is too wide at one end and too narrow at the other. See the picture.`,
          },
        ]
      : []),
    {
      code: 'reference-error',
      text: 'The reference is a measurement too: differences hold its error beside that of the answer, and a slope below 1 comes from either. Without repeated references the two cannot be told apart.',
    },
  ];
}

const SOURCES = [
  ['Bland-Altman', 'doi:10.1016/S0140-6736(86)90837-8'],
  ['between and within people', 'doi:10.1080/10543400701329422'],
  ['MOVER', 'doi:10.1177/0962280211402548'],
  ['ICC', 'doi:10.1037/0033-2909.86.2.420'],
  ['F interval', 'doi:10.1037/1082-989X.1.1.30'],
  ['HC3', 'doi:10.1016/0304-4076(85)90158-7'],
  ['jackknife by person', 'doi:10.1002/jae.2969'],
  ['Wilson', 'doi:10.1080/01621459.1927.10502953'],
  ['Clopper-Pearson', 'doi:10.1093/biomet/26.4.404'],
  ['Rao-Scott', 'doi:10.2307/2532311'],
  ["Cohen's kappa", 'doi:10.1177/001316446002000104'],
  ['weights', 'doi:10.1037/h0026256'],
  ['Fleiss-Cohen-Everitt', 'doi:10.1037/h0028106'],
] as const;

export function methods(results: ContinuousResults): string[] {
  const { between, comparison, ...own } = results;
  return [
    `Differences are answer minus reference, in ${results.unit}. Figures and intervals (95 %): ${methodWords(own, SOURCES)}. Fewer than 10 people give no interval.`,
    'Limits of agreement take the differences to be about normal and of one spread; the picture of the differences is there to check it. Calibration: the least-squares line of the reference on the answer, which has slope 1 and intercept 0 where an answer means what it says.',
    ...(results.acceptableDifference === null
      ? []
      : [
          'Acceptable difference: “within” where the intervals of both limits of agreement lie within it, “beyond” where that of one lies wholly beyond, else “cannot tell”.',
        ]),
    ...betweenMethods(between),
    ...comparisonMethods(comparison),
  ];
}
