// The words of a report on an event in time, written from the numbers that it shows.
import { timeText } from '#lib/validation/survival/follow-up.ts';
import { formatCount, formatFigure, formatNumber, formatPlain } from '../../format.ts';
import { isFarFromRight, type Point, pointOf } from '../../point.ts';
import { type Caution, isEstimate, isSuppressed } from '../../record.ts';
import { betweenMethods, type StyleOf } from '../between-section.ts';
import { comparisonMethods } from '../comparison-words.ts';
import { methodWords } from '../figures.ts';
import { groupPoints } from '../group-points.ts';
import { rangeWords, wholeGroup } from '../group-words.ts';
import type { HorizonResult, TimeToEventGroup, TimeToEventResults } from './record.ts';

/** "5 years", "1 year". */
export const timeWords = (results: Pick<TimeToEventResults, 'timeUnit'>, time: number): string =>
  timeText(results, time, formatPlain);

/** How the figures that hospitals and groups are compared by are written. */
export const styleOf: StyleOf = (figure) => (figure === 'concordance' ? 'fraction' : 'ratio');

export const lastOf = (group: TimeToEventGroup): HorizonResult => group.horizons[group.horizons.length - 1];

export function headline(results: TimeToEventResults): string {
  const whole = wholeGroup(results);
  const last = lastOf(whole);
  const name = `${results.event}, up to ${timeWords(results, last.at)}`;
  const ranking = isEstimate(whole.harrellC)
    ? `Harrell's C ${formatFigure(whole.harrellC, 'fraction')}`
    : `ranking ${isSuppressed(whole.harrellC) ? 'hidden' : 'cannot be told'}`;
  return `${name}: ${ranking}; ${calibrationWords(last)}.`;
}

function calibrationWords({ observed, expected, observedExpected }: HorizonResult): string {
  if (observedExpected === null) return 'no risks were given to calibrate';
  if (expected === null || !isEstimate(observed) || !isEstimate(observedExpected) || isSuppressed(expected))
    return isSuppressed(observedExpected) ? 'calibration is hidden' : 'calibration cannot be told';
  const verdict =
    observedExpected.lower > 1
      ? 'risks are too low on average'
      : observedExpected.upper < 1
        ? 'risks are too high on average'
        : 'no proof that risks are too high or too low on average';
  return `observed ${formatFigure(observed, 'percent')} against predicted ${formatNumber(expected, 'percent')} %, O:E ${formatFigure(observedExpected, 'ratio')}: ${verdict}`;
}

export const points = (results: TimeToEventResults): Point[] => [
  ...pointOf('result', events(results)),
  ...pointOf('result', horizonWords(results)),
  ...slopePoints(results),
  ...groupPoints(results, styleOf, groupRange(results)),
];

function events(results: TimeToEventResults): string {
  const whole = wholeGroup(results);
  const { events: had, competing, censored, beyond, at } = lastOf(whole);
  const others = competing === null ? '' : `, ${formatCount(competing)} in a competing event`;
  const { medianFollowUp } = whole;
  const followed = typeof medianFollowUp === 'number' ? `; median follow-up ${timeWords(results, medianFollowUp)}` : '';
  return `By ${timeWords(results, at)} ${formatCount(had)} studies ended in the event${others}; ${formatCount(censored)} were censored before, ${formatCount(beyond)} followed beyond${followed}.`;
}

function horizonWords(results: TimeToEventResults): string {
  const told = wholeGroup(results).horizons.filter(({ auroc }) => isEstimate(auroc));
  if (told.length === 0) return '';
  const words = told.map(({ at, auroc }) => `at ${timeWords(results, at)} ${formatFigure(auroc, 'fraction')}`);
  return `AUROC ${words.join('; ')}.`;
}

function slopePoints(results: TimeToEventResults): Point[] {
  const { slope, at } = lastOf(wholeGroup(results));
  if (slope === null || !isEstimate(slope)) return [];
  const verdict =
    slope.upper < 1
      ? 'high risks are too high and low ones too low'
      : slope.lower > 1
        ? 'risks are too close together'
        : 'no proof that risks are too far apart or too close together';
  const isShown = slope.upper < 1 || slope.lower > 1;
  return pointOf(
    isShown && isFarFromRight(slope) ? 'shown harm' : 'result',
    `Calibration slope at ${timeWords(results, at)} ${formatFigure(slope, 'ratio')}: ${verdict}.`,
  );
}

/** Where O:E is lowest and highest, without a test. */
const groupRange = ({ groups }: TimeToEventResults): string =>
  rangeWords(
    'O:E',
    groups,
    (group) => lastOf(group).observedExpected,
    (ratio) => formatFigure(ratio, 'ratio'),
  );

export function cautions(results: TimeToEventResults): Caution[] {
  const { medianFollowUp } = wholeGroup(results);
  const { at: last, beyond } = lastOf(wholeGroup(results));
  return [
    {
      code: 'independent-censoring',
      text: 'People whose follow-up ended early count through those who were followed on. That is right only where the end of follow-up says nothing about the risk; where sicker people leave early, every figure here is wrong in their direction.',
    },
    ...(typeof medianFollowUp === 'number' && medianFollowUp < last
      ? [
          {
            code: 'short-follow-up',
            text: `Half of the studies were followed for less than ${timeWords(results, medianFollowUp)}, the last horizon is ${timeWords(results, last)}; beyond it ${formatCount(beyond)} were followed.`,
          },
        ]
      : []),
    ...(results.hasCompeting
      ? [
          {
            code: 'competing',
            text: 'Risks are held against the probability of the event in a world where competing events happen too. A model that was made as if they did not will look too high.',
          },
        ]
      : []),
  ];
}

const SOURCES = [
  ["Harrell's C", 'doi:10.1001/jama.1982.03320430047030'],
  ['competing events as never', 'doi:10.1097/EDE.0b013e3181a39056'],
  ["Uno's C", 'doi:10.1002/sim.4154'],
  ['(Wolbers)', 'doi:10.1093/biostatistics/kxt059'],
  ['AUROC at', 'doi:10.1002/sim.5958'],
  ['Brier score at', 'doi:10.1002/(SICI)1097-0258(19990915/30)18:17/18<2529::AID-SIM274>3.0.CO;2-5'],
  ['calibration slope at', 'doi:10.1093/biomet/asm096'],
  ['Aalen-Johansen', 'doi:10.1007/978-1-4612-4348-9'],
] as const;

export function methods(results: TimeToEventResults): string[] {
  const { between, comparison, ...own } = results;
  return [
    `Time in ${results.timeUnit}. ${results.hasCompeting ? 'Competing events end the risk of the event; probabilities are cumulative incidences (Aalen-Johansen).' : 'Probabilities are one minus Kaplan-Meier.'} Figures and intervals (95 %): ${methodWords(own, SOURCES)}. Fewer than 10 events, for a slope or a curve fewer than 20, are not judged.`,
    `Concordance is up to the last horizon, by ${results.ownScore ? 'the score' : 'the risk at the last horizon that has one'}. Uno's C does not depend on who was censored when, Harrell's does: between groups that were followed for different times compare Uno's.${results.hasCompeting ? ' Whoever had a competing event counts as never having the event in both.' : ''}`,
    'Calibration at a horizon: bins of equal size by predicted risk, observed by the same estimator as above within each; the smooth curve is a regression on a restricted cubic spline of the logit, weighted by the inverse probability of being censored (doi:10.1002/sim.6152, doi:10.1002/sim.8570). That probability is estimated by Kaplan-Meier from all people of a group alike.',
    ...betweenMethods(between),
    ...comparisonMethods(comparison),
  ];
}
