// The words of a report on probabilities of an event, written from the numbers that it shows.
import { MOST_KEPT_STUDIES } from '#lib/cohort/evaluation/probability-study-keys.ts';
import { ALPHA } from '#lib/fairness/judge.ts';
import type { Estimate } from '#lib/validation/estimate.ts';
import { ratioLimits } from '#lib/validation/observed-expected.ts';
import { list } from '../../answer.ts';
import { fairnessPoints, gapMethods } from '../../chapters/fairness/methods.ts';
import { hospitalCautions, hospitalMethods } from '../../chapters/hospitals/words.ts';
import { capitalised, formatCount, formatFigure, formatNumber, formatPeople } from '../../format.ts';
import { MINIMUM_ROWS } from '../../measure.ts';
import { isFarFromRight, type Point, pointOf } from '../../point.ts';
import { type Caution, isEstimate, isSuppressed } from '../../record.ts';
import { methodWords } from '../figures.ts';
import { rangeWords, wholeGroup } from '../group-words.ts';
import type { ProbabilityGroup, ProbabilityResults } from './record.ts';

export function headline(results: ProbabilityResults): string {
  const { auroc, observedExpected, n, events } = wholeGroup(results);
  const name = capitalised(results.event);
  const who = `${formatCount(n)} studies, ${formatCount(events)} with it`;
  if (!isEstimate(auroc)) return `${name} (${who}): the AUROC ${isSuppressed(auroc) ? 'is hidden' : 'cannot be told'}.`;
  const ratio = isEstimate(observedExpected) ? `; observed / expected ${formatFigure(observedExpected, 'ratio')}` : '';
  const crude = sitesOf(results).length > 1 ? ' (all sites, crude)' : '';
  return `${name} (${who}): AUROC ${formatFigure(auroc, 'fraction')}${ratio}${crude}.`;
}

export function points(results: ProbabilityResults): Point[] {
  const [decision, ...further] = decisions(results).flatMap((text) => pointOf('result', text));
  return [
    ...(decision === undefined ? [] : [decision]),
    ...atSites(results),
    ...slope(results),
    ...(results.fairness === null ? [] : fairnessPoints(results.fairness)),
    ...sites(results),
    ...further,
    ...pointOf('result', range(results)),
  ];
}

/** Thresholds that the first page tells. */
const MOST_TOLD = 2;

function decisions(results: ProbabilityResults): string[] {
  return wholeGroup(results)
    .thresholds.slice(0, MOST_TOLD)
    .flatMap(({ name, threshold, sensitivity, specificity, positivePredictiveValue }) => {
      if (!isEstimate(sensitivity) || !isEstimate(specificity)) return [];
      const predictive = isEstimate(positivePredictiveValue)
        ? `; of those flagged ${formatFigure(positivePredictiveValue, 'percent')} have it`
        : '';
      return [
        `At “${name}” (${threshold} or above): sensitivity ${formatFigure(sensitivity, 'percent')}, specificity ${formatFigure(specificity, 'percent')}${predictive}.`,
      ];
    });
}

const sitesOf = ({ groups }: ProbabilityResults): ProbabilityGroup[] => groups.filter(({ group }) => group === 'site');

/** Sites that the first page names on either side. */
const MOST_NAMED = 3;

/**
 * Observed : expected of the sites of which enough events are expected, chosen as for pooling, with limits that hold for all of them together
 * (Bonferroni): of forty sites two would else be wrong by chance.
 */
function siteRatios(results: ProbabilityResults) {
  const pooled = results.hospitals?.measures.find(({ measure }) => measure === 'observed-expected')?.sites ?? [];
  const level = 1 - ALPHA / Math.max(1, pooled.length);
  return pooled.flatMap(({ site }) => {
    const ratio = sitesOf(results).find(({ value }) => value === site)?.observedExpected;
    if (ratio === undefined || !isEstimate(ratio)) return [];
    return [{ site, ratio: { estimate: ratio.estimate, ...ratioLimits(ratio, level) } }];
  });
}

/** Sites at which probabilities are wrong on average: in the heap of all studies they may cancel out. */
function atSites(results: ProbabilityResults): Point[] {
  const told = siteRatios(results);
  if (told.length < 2) return [];
  const away = ({ ratio }: (typeof told)[number]): number => -Math.abs(Math.log(ratio.estimate));
  const text = (value: number): string => formatNumber(value, 'ratio');
  const side = (words: string, isOn: (ratio: (typeof told)[number]['ratio']) => boolean): string[] => {
    const sites = told.filter(({ ratio }) => isOn(ratio)).sort((a, b) => away(a) - away(b));
    const named = sites
      .slice(0, MOST_NAMED)
      .map(({ site, ratio }) => `${site} ${text(ratio.estimate)} (${text(ratio.lower)} to ${text(ratio.upper)})`);
    const more = sites.length > MOST_NAMED ? [`${sites.length - MOST_NAMED} more`] : [];
    return sites.length === 0 ? [] : [`${words} at ${list([...named, ...more])}`];
  };
  const isLow = ({ lower }: (typeof told)[number]['ratio']): boolean => lower > 1;
  const isHigh = ({ upper }: (typeof told)[number]['ratio']): boolean => upper < 1;
  const wrong = [...side('too low', isLow), ...side('too high', isHigh)];
  const number = 'intervals corrected for their number';
  if (wrong.length === 0)
    return pointOf(
      'result',
      `At none of ${told.length} sites are probabilities shown to be wrong on average (${number}).`,
    );
  const isHarm = told.some(({ ratio }) => (isLow(ratio) || isHigh(ratio)) && isFarFromRight(ratio));
  const said = `Probabilities are wrong on average: ${wrong.join('; ')} (observed / expected of ${told.length} sites, ${number}; 1 is right).`;
  return pointOf(isHarm ? 'shown harm' : 'result', said);
}

function slope(results: ProbabilityResults): Point[] {
  const { slope: own } = wholeGroup(results);
  if (!isEstimate(own)) return [];
  const reading =
    own.upper < 1
      ? 'probabilities are too extreme'
      : own.lower > 1
        ? 'probabilities are not extreme enough'
        : 'no sign that they are too extreme or too timid';
  const isShown = own.upper < 1 || own.lower > 1;
  return pointOf(
    isShown && isFarFromRight(own) ? 'shown harm' : 'result',
    `Calibration slope ${formatFigure(own, 'ratio')}: ${reading}.`,
  );
}

function sites({ hospitals }: ProbabilityResults): Point[] {
  const ranking = hospitals?.measures.find(({ measure }) => measure === 'auroc');
  if (ranking === undefined || 'cannotTell' in ranking.pooled) return [];
  const { estimate, lower, upper, k, prediction } = ranking.pooled;
  const text = (value: number) => value.toFixed(3);
  const next =
    prediction === null
      ? ''
      : `; at a further hospital ${text(prediction.lower)} to ${text(prediction.upper)} is to be expected`;
  const isChance = prediction !== null && prediction.lower <= 0.5;
  return pointOf(
    isChance ? 'cannot tell' : 'result',
    `Mean AUROC over ${k} hospitals ${text(estimate)} (${text(lower)} to ${text(upper)})${next}.`,
  );
}

export function cautions(results: ProbabilityResults): Caution[] {
  const several = (results.fairness?.columns ?? []).filter(({ peopleInSeveral }) => peopleInSeveral !== 0);
  return [
    ...(results.hospitals === null ? [] : hospitalCautions(results.hospitals)),
    ...several.map(({ column, peopleInSeveral }) => ({
      code: 'people-in-several-groups',
      text: `${isSuppressed(peopleInSeveral) ? 'Some people' : formatPeople(peopleInSeveral)} have studies in several groups of “${column}”: gaps between these are judged as if the groups were other people, which makes intervals too wide rather than too narrow.`,
    })),
    ...(results.fairness === null
      ? []
      : [
          {
            code: 'groups-crude',
            text: 'Groups are compared as they are: a gap may come from who is in a group (hospital, device, severity, how often the label is given) and not from the model.',
          },
        ]),
  ];
}

/** Enough people with the event, and without, for the first page to rest on. */
const isEnough = ({ events, nonEvents, eventSubjects, nonEventSubjects }: ProbabilityGroup): boolean =>
  [eventSubjects ?? events, nonEventSubjects ?? nonEvents].every((n) => !isSuppressed(n) && n >= MINIMUM_ROWS);

function range({ groups }: ProbabilityResults): string {
  const auroc = ({ auroc }: ProbabilityGroup) => auroc;
  const say = (figure: Estimate): string => formatFigure(figure, 'fraction');
  return rangeWords('AUROC', groups.filter(isEnough), auroc, say, ` with ${MINIMUM_ROWS} people of either kind`);
}

function isKept(results: ProbabilityResults): boolean {
  const { n } = wholeGroup(results);
  return isSuppressed(n) || n <= MOST_KEPT_STUDIES;
}

const SOURCES = [
  ['DeLong', 'doi:10.2307/2531595'],
  ['Obuchowski', 'doi:10.2307/2533958'],
  ['Mee score interval', 'doi:10.1080/01621459.1990.10474942'],
  ['Brier', 'doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2'],
  ['observed : expected', 'doi:10.1136/bmj.i6460'],
  ['maximum likelihood', 'doi:10.1093/biomet/45.3-4.562'],
  ['Wilson', 'doi:10.1080/01621459.1927.10502953'],
  ['Clopper-Pearson', 'doi:10.1093/biomet/26.4.404'],
  ['Rao-Scott', 'doi:10.2307/2532311'],
] as const;

export function methods(results: ProbabilityResults): string[] {
  const { only, thresholds, groups, hospitals, fairness, pairs } = results;
  return [
    ...(only === null ? [] : [`Only rows with ${only.column} = ${only.value} count.`]),
    ...(isKept(results)
      ? []
      : [
          `Of more than ${formatCount(MOST_KEPT_STUDIES)} studies none are kept beside the report: with another report it is compared figure by figure.`,
        ]),
    ...(thresholds.length === 0 ? [] : ['A score at or above a threshold is positive.']),
    `Figures, the same for all studies, sites, groups and combinations: ${methodWords([groups, pairs], SOURCES)}.`,
    'Calibration groups: at the tenths of the score of the studies that they are about, equal scores together. Intercept (slope held at 1) and slope are of the label on the logit of the score; scores are held between 1e-6 and 1 − 1e-6 where a logit is taken.',
    ...(hospitals === null ? [] : hospitalMethods(hospitals)),
    ...(fairness === null ? [] : gapMethods(fairness)),
  ];
}
