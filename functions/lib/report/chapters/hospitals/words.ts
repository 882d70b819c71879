// Sentences about differences between hospitals, each written from the figures it speaks of.

import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import type { FunnelAsymmetry } from '#lib/validation/funnel-asymmetry.ts';
import type { PooledFigure, PooledMeasure } from '#lib/validation/pooled-measure.ts';
import { FEWEST_POOLED, FEWEST_PREDICTED } from '#lib/validation/random-effects.ts';
import { list } from '../../answer.ts';
import { formatNumber } from '../../format.ts';
import type { Point } from '../../point.ts';
import type { Caution } from '../../record.ts';
import { intervalText, measureName, measureStyle, pText, rangeText } from './measure-words.ts';
import type { Hospitals } from './value.ts';

/** A measure that was pooled. */
export interface Pooled {
  readonly measure: PooledMeasure;
  readonly figure: PooledFigure;
}

export const pooledOf = ({ measures }: Pick<Hospitals, 'measures'>): Pooled[] =>
  measures.flatMap((measure) => ('cannotTell' in measure.pooled ? [] : [{ measure, figure: measure.pooled }]));

/** What the figures say for this cohort: the pooled ranking, how much hospitals differ, what a further one may expect. */
export function leadWords({ measures, summaries }: Hospitals): string[] {
  const [ranking] = measures;
  if (ranking === undefined) return [];
  if ('cannotTell' in ranking.pooled) return [notPooledWords(ranking, summaries.length)];
  const figure = ranking.pooled;
  return [
    `Over ${figure.k} hospitals the mean AUROC is ${intervalText(figure, 'fraction')}, each hospital weighed by its certainty and by how much hospitals differ.`,
    differenceWords(figure),
    furtherWords({ measure: ranking, figure }),
  ];
}

function notPooledWords({ sites }: PooledMeasure, all: number): string {
  const number = sites.length === 0 ? 'No hospital' : sites.length === 1 ? 'One hospital' : 'Two hospitals';
  const of = all > sites.length ? ` of ${all}` : '';
  return `Nothing is pooled for the AUROC: ${number.toLowerCase()}${of} ${sites.length === 2 ? 'give' : 'gives'} it, and how much hospitals differ cannot be told from fewer than ${FEWEST_POOLED}. Read the hospitals one by one; one number over them would hide what the next hospital most needs to know.`;
}

function differenceWords({ iSquared, q, tauSquared }: PooledFigure): string {
  if (iSquared === null || q === null) return '';
  const share = `I² ${formatNumber(iSquared.estimate, 'percent')} % (${rangeText(iSquared, 'percent')})`;
  const test = `Q = ${q.value.toFixed(1)} with ${q.degreesOfFreedom} degrees of freedom, ${pText(q.p)}`;
  if (tauSquared.lower > 0) return `The hospitals differ by more than chance explains: ${share}; ${test}.`;
  return `Whether the hospitals truly differ cannot be told from these figures: ${share}; ${test}. An I² near 0 is no proof that they are alike.`;
}

function furtherWords({ measure, figure }: Pooled): string {
  const style = measureStyle(measure);
  return figure.prediction === null
    ? `From fewer than ${FEWEST_PREDICTED} hospitals no range for a further hospital is given: so few do not show how widely hospitals scatter.`
    : `At a further hospital of the same kind ${article(measureName(measure))} of ${rangeText(figure.prediction, style)} is to be expected (95 % prediction interval); that range, not the interval of the mean, is what a new hospital should plan with.`;
}

const article = (name: string): string => (/^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`);

/** How an AUROC is to be read beside what the case-mix lets the model reach. */
export function caseMixReading(excess: Estimate | CannotTell): string {
  if (isCannotTell(excess)) return 'cannot tell';
  if (excess.upper < 0) return 'orders worse than its scores claim';
  if (excess.lower > 0) return 'orders better than its scores claim';
  return 'no difference seen';
}

/** The outcome of the test of asymmetry. */
export function asymmetryWords(measure: PooledMeasure): string {
  const name = measureName(measure);
  if ('cannotTell' in measure.asymmetry) return `${name}: ${measure.asymmetry.cannotTell}.`;
  const { t, degreesOfFreedom, p, slope }: FunnelAsymmetry = measure.asymmetry;
  const numbers = `t = ${formatNumber(t, 'ratio')} with ${degreesOfFreedom} degrees of freedom, ${pText(p)}`;
  if (p >= 0.1)
    return `${name}: no asymmetry was seen (${numbers}), which with ${degreesOfFreedom + 2} hospitals is little evidence that there is none.`;
  return `${name}: small hospitals tend to ${slope > 0 ? 'higher' : 'lower'} figures than large ones (${numbers}).`;
}

/** Which hospitals move a pooled figure strongly, and of which figures nobody can say it: the binomial model has no diagnostics. */
export function influenceWords(measures: readonly PooledMeasure[]): string {
  const judged = measures.filter(({ sites }) => sites.some(({ without }) => (without?.influential ?? null) !== null));
  const unjudged = measures.filter((measure) => !judged.includes(measure)).map(measureName);
  const strong = judged.flatMap((measure) =>
    measure.sites.filter(({ without }) => without?.influential).map(({ site }) => `${site} (${measureName(measure)})`),
  );
  const none =
    unjudged.length === 0
      ? 'No single hospital moves a pooled figure beyond the usual cut-offs.'
      : `No single hospital moves beyond the usual cut-offs what was pooled of ${list(judged.map(measureName))}.`;
  return [
    ...(strong.length > 0 ? [`Hospitals that move a pooled figure strongly: ${strong.join('; ')}.`] : []),
    ...(strong.length === 0 && judged.length > 0 ? [none] : []),
    ...(unjudged.length > 0
      ? [
          `Not judged, for want of cut-offs, where the binomial model pooled: ${list(unjudged)}. Compare what is left without each hospital with the pooled figure.`,
        ]
      : []),
  ].join(' ');
}

/** Hospitals that take no part in a figure, by reason. */
export function leftOutWords({ measures }: Pick<Hospitals, 'measures'>): string[] {
  return measures.flatMap((measure) =>
    measure.leftOut.length === 0
      ? []
      : [`${measureName(measure)}: ${list(measure.leftOut.map(({ site, why }) => `${site} (${why})`))}.`],
  );
}

export function hospitalCautions(value: Hospitals): Caution[] {
  const pooled = pooledOf(value);
  if (pooled.length === 0) return [];
  const few = pooled.filter(({ figure }) => figure.k < FEWEST_PREDICTED);
  return [
    {
      code: 'pooled-not-crude',
      text: 'Pooled figures are means over hospitals that are taken to differ; crude figures of all sites are all studies in one heap, so that the largest hospital and the differences in patients between hospitals decide them. The two answer different questions and may differ: say which one you quote.',
    },
    ...(few.length === 0
      ? []
      : [
          {
            code: 'few-hospitals-pooled',
            text: `Pooled over fewer than ${FEWEST_PREDICTED} hospitals (${list(few.map(({ measure, figure }) => `${measureName(measure)}: ${figure.k}`))}): the intervals are wide because so few show little of how hospitals differ, and they hold only if the hospitals are like a sample of those that the model is meant for.`,
          },
        ]),
  ];
}

/** Where a range for a further hospital can be given. */
export function hospitalPoints(value: Hospitals): Point[] {
  const ranking = pooledOf(value).find(({ measure }) => measure.measure === 'auroc');
  if (ranking === undefined || ranking.figure.prediction === null) return [];
  const { prediction, k } = ranking.figure;
  const mean = `mean AUROC ${intervalText(ranking.figure, 'fraction')} over ${k}`;
  const further = `at a further hospital ${rangeText(prediction, 'fraction')} is to be expected`;
  return [
    {
      importance: prediction.lower <= 0.5 ? 'cannot tell' : 'result',
      brief: `At a further hospital an AUROC of ${rangeText(prediction, 'fraction')} is to be expected.`,
      text: `Between hospitals: ${mean}; ${further}.`,
    },
  ];
}

/** Methods, from what was run. */
export function hospitalMethods(value: Hospitals): string[] {
  const pooled = pooledOf(value);
  return [
    poolingMethods(pooled),
    value.summaries.some(({ caseMix }) => 'benchmark' in caseMix)
      ? 'Case-mix: the benchmark is the model-based concordance (doi:10.1002/sim.6997), the AUROC that the scores of a hospital would have if every score were exactly right there; it needs no labels, so that a narrower mix of patients lowers it and a worse fit does not. Its calibrated form (doi:10.1186/s41512-019-0055-8) uses the scores recalibrated at the hospital. Intervals from the influence of each person.'
      : '',
    value.years === null
      ? ''
      : 'Temporal validation: figures by the year of the reference standard, the one date that studies keep; drift is the change of the log odds of the outcome per year in a logistic model with the logit of the score as offset and an intercept per hospital.',
  ].filter((text) => text !== '');
}

function poolingMethods(pooled: readonly Pooled[]): string {
  if (pooled.length === 0) {
    return `Between hospitals: figures are pooled from ${FEWEST_POOLED} hospitals on; here fewer give any.`;
  }
  const models = new Set(pooled.map(({ figure }) => figure.model));
  const normal = models.has('normal')
    ? ' Random effects on the logit of AUROC, sensitivity and specificity (delta-method variances of DeLong or Obuchowski, and of the binomial), the logarithm of observed / expected and the calibration slope itself; tau² by restricted maximum likelihood (doi:10.3102/10769986030003261), intervals of Hartung and Knapp, t with k − 1 degrees of freedom, never narrower than the ordinary ones (doi:10.1002/sim.1482); intervals of tau² and I² by the Q-profile (doi:10.1002/sim.2514).'
    : '';
  const binomial = models.has('binomial-normal')
    ? ' Shares with fewer than five of either kind at any hospital: binomial-normal model by maximum likelihood, t with k − 1 degrees of freedom (doi:10.1016/j.jclinepi.2007.03.016), which needs no correction of zeros and covers the truth where the normal model does not.'
    : '';
  const next = pooled.some(({ figure }) => figure.prediction !== null)
    ? ` Range for a further hospital: t with k − 2 degrees of freedom (doi:10.1111/j.1467-985X.2008.00552.x), from ${FEWEST_PREDICTED} hospitals on.`
    : '';
  const influence = pooled.some(({ measure }) => measure.sites.some(({ without }) => without !== null))
    ? ' Influence: every hospital left out in turn, with the diagnostics of doi:10.1002/jrsm.11.'
    : '';
  const corrected = pooled.some(({ measure }) => measure.sites.some((site) => site.corrected))
    ? ' An AUROC of exactly 0 or 1 and an O:E without events have no place on their scale: half a pair or half an event was moved (marked *).'
    : '';
  return `Between hospitals: everything pooled is computed from one summary per hospital (in report.json), without rows.${normal}${binomial}${next}${influence}${corrected} Predictive values, F1 and the area under precision and recall are never pooled: they follow the prevalence of each hospital. O:E takes part where the model expects at least ten events, whatever came.`;
}
