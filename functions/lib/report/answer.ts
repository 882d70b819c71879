// Sentences written from the numbers of a report: what the first screen says.
import type { Estimate } from '#lib/validation/estimate.ts';
import { formatCount, formatFigure, formatNumber, formatPeople, formatShare } from './format.ts';
import { groupWords, silentGroups, siteGroups } from './groups.ts';
import { outcomeWords } from './outcome-words.ts';
import { relationWords, sexWords } from './reasons.ts';
import {
  type Count,
  type Figure,
  type GroupResult,
  isEstimate,
  isSuppressed,
  type Performance,
  type Report,
  type ReportBody,
  SUPPRESSED,
} from './record.ts';

/** One sentence (what model, whom) and the things to know: ranking, calibration, decisions with what cannot be told, silence, fairness. */
export function answerOf(body: ReportBody): Report['answer'] {
  return {
    headline: headline(body),
    points: [ranking(body), calibration(body), decisions(body), ...silentStudies(body), fairness(body)],
  };
}

function headline({ model, cohort, primary, flow, table1, chapters }: ReportBody): string {
  const total = flow.find(({ site }) => site === null);
  const count = total?.steps.find((step) => step.name === 'primary')?.count ?? 0;
  const sites = siteGroups(primary).length;
  const evidence = primary.relations.map(relationWords).join('; ');
  const people = table1.find(({ site }) => site === null)?.subjects ?? 0;
  const who = people === count ? '' : ` of ${formatPeople(people)}`;
  const scope = `${formatCount(count)} studies${who} from ${sites} ${sites === 1 ? siteWord(cohort) : siteWords(cohort)}${calledHospitals(cohort)}`;
  return `${model.title} (${model.name} ${model.version}), tested on ${scope}: ${cohort.title}. Evidence: ${evidence || 'none'}.${chapters.limits === null ? ` ${UNJUDGED}` : ''}`;
}

/** Without limits a report has figures and no verdict; a reader in a hurry would take the one for the other. */
const UNJUDGED = 'No limits were set before the run, so that this report describes the model and does not pass it.';

/** What a site of the cohort is: a hospital unless it says otherwise. */
const siteWords = ({ sitesAre }: ReportBody['cohort']): string => sitesAre ?? 'hospitals';
/** The sections below say hospital whatever a site is. */
const calledHospitals = ({ sitesAre }: ReportBody['cohort']): string =>
  sitesAre === undefined ? '' : ' (called hospitals below)';
const siteWord = (cohort: ReportBody['cohort']): string => siteWords(cohort).slice(0, -1);

interface Told {
  readonly group: GroupResult;
  readonly figure: Estimate;
}

function told(performance: Performance, of: (group: GroupResult) => Figure): Told[] {
  return siteGroups(performance).flatMap((group) => {
    const figure = of(group);
    return isEstimate(figure) ? [{ group, figure }] : [];
  });
}

function ranking({ primary, cohort }: ReportBody): string {
  const aurocs = told(primary, (group) => group.auroc).sort((a, b) => a.figure.estimate - b.figure.estimate);
  if (aurocs.length === 0)
    return `Ranking: cannot tell at any ${siteWord(cohort)} how well the model orders patients.${described(primary)}`;
  const text = ({ group, figure }: Told) => `${formatFigure(figure, 'fraction')} at ${group.site}`;
  const lowest = aurocs[0];
  const highest = aurocs[aurocs.length - 1];
  if (aurocs.length === 1) return `Ranking: AUROC was ${text(lowest)}.${described(primary)}`;
  const below = aurocs.filter(({ figure }) => figure.lower <= 0.5).map(({ group }) => group.site);
  const chance = below.length > 0 ? ` Chance (0.5) is not excluded at ${list(below)}.` : '';
  return `Ranking: AUROC ran from ${text(lowest)} to ${text(highest)}.${chance}${described(primary)}`;
}

/** Below this an order of people is chance: one person with the outcome and eight without are in the right order one time in nine. */
const FEWEST_ORDERED = 5;

/** What was seen where too few people stand behind a figure for a claim; nothing where they are a handful. */
function described(performance: Performance): string {
  const isHandful = (count: Count) => isSuppressed(count) || count < FEWEST_ORDERED;
  const seen = siteGroups(performance).flatMap(({ site, auroc, eventSubjects, nonEventSubjects }) =>
    'cannotTell' in auroc && auroc.point !== undefined && !isHandful(eventSubjects) && !isHandful(nonEventSubjects)
      ? [`${formatNumber(auroc.point, 'fraction')} at ${site} (${auroc.cannotTell})`]
      : [],
  );
  return seen.length === 0 ? '' : ` Seen, without an interval: AUROC ${seen.join('; ')}.`;
}

function calibration({ primary: performance, cohort }: ReportBody): string {
  const ratios = told(performance, (group) => group.observedExpected);
  if (ratios.length === 0)
    return `Calibration: cannot tell at any ${siteWord(cohort)} whether predicted probabilities are right on average.`;
  const text = ({ group, figure }: Told) => `${group.site} ${formatFigure(figure, 'ratio')}`;
  const low = ratios.filter(({ figure }) => figure.lower > 1);
  const high = ratios.filter(({ figure }) => figure.upper < 1);
  const agreed = ratios.filter(({ figure }) => figure.lower <= 1 && figure.upper >= 1);
  const verdicts = [
    ...(low.length > 0 ? [`too low at ${list(low.map(text))}`] : []),
    ...(high.length > 0 ? [`too high at ${list(high.map(text))}`] : []),
    ...(agreed.length > 0 ? [`not shown to be wrong at ${list(agreed.map(text))}`] : []),
  ];
  return `Calibration: on average the predicted probability was ${verdicts.join('; ')} (observed / expected; 1 is right).`;
}

function decisions({ primary: performance, cohort }: ReportBody): string {
  const sites = siteGroups(performance);
  const first = sites[0]?.thresholds[0];
  const words = (of: 'sensitivity' | 'specificity') => shareWords(of, performance, siteWords(cohort));
  const numbers =
    first === undefined
      ? 'Decisions: the contract names no threshold.'
      : `Decisions: at the threshold “${first.name}” ${words('sensitivity')} and ${words('specificity')}.`;
  return `${numbers} ${cannotTellWords(performance, cohort)}`;
}

/** "sensitivity was 95.1 % (93.0 to 96.6) at oak", "specificity ran from … to … between hospitals", what was seen where it cannot be told. */
function shareWords(name: 'sensitivity' | 'specificity', performance: Performance, sites: string): string {
  const of = (group: GroupResult): Figure => group.thresholds[0]?.[name] ?? SUPPRESSED;
  const shares = told(performance, of);
  const values = shares
    .toSorted((a, b) => a.figure.estimate - b.figure.estimate)
    .map(({ figure }) => formatFigure(figure, 'percent'));
  if (shares.length === 0) return `${name} cannot be told${seenWords(name, performance)}`;
  if (shares.length === 1) return `${name} was ${values[0]} at ${shares[0].group.site}`;
  const [lowest, highest] = [values[0], values[values.length - 1]];
  return lowest === highest
    ? `${name} was ${lowest} at all ${sites}`
    : `${name} ran from ${lowest} to ${highest} between ${sites}`;
}

/** " (seen: 9 of 9 at oak)": a share of few says less than the two numbers behind it. */
function seenWords(name: 'sensitivity' | 'specificity', performance: Performance): string {
  const seen = siteGroups(performance).flatMap(({ site, thresholds: [first] }) => {
    if (first === undefined) return [];
    const [right, wrong] =
      name === 'sensitivity'
        ? [first.truePositives, first.falseNegatives]
        : [first.trueNegatives, first.falsePositives];
    if (isSuppressed(first[name]) || isSuppressed(right) || isSuppressed(wrong) || right + wrong === 0) return [];
    return [`${formatCount(right)} of ${formatCount(right + wrong)} at ${site}`];
  });
  return seen.length === 0 ? '' : ` (seen: ${list(seen)})`;
}

function cannotTellWords(performance: Performance, cohort: ReportBody['cohort']): string {
  const outcome = outcomeWords(cohort.label);
  const bySex = (group: GroupResult) => group.ageBand === null && group.device === null;
  const silent = silentGroups(performance, outcome).filter(({ group }) => bySex(group) && group.sex !== 'unknown');
  const hidden = performance.groups.filter((group) => bySex(group) && isSuppressed(group.auroc)).length;
  const hasSexes = performance.groups.some(({ sex }) => isSexTold(sex));
  const enough = `No ${siteWord(cohort)}${hasSexes ? ' and no sex' : ''} had too few studies for an AUROC.`;
  const parts = [
    ...(silent.length > 0 ? [`Cannot tell the ranking: ${groupsInWords(silent)}.`] : []),
    ...(hidden > 0
      ? [
          `Hidden as small cells, or because they would give one away: ${hidden} results by ${siteWord(cohort)} and sex.`,
        ]
      : []),
  ];
  return parts.length > 0 ? parts.join(' ') : enough;
}

/** Groups with their reasons, as far as they can be taken in at once; beyond that the sexes are only counted. */
function groupsInWords(silent: ReturnType<typeof silentGroups>): string {
  const MOST = 4;
  const named = silent.length > MOST ? silent.filter(({ group }) => group.sex === null) : silent;
  const counted = silent.length - named.length;
  return [
    ...named.map(({ group, why }) => `${groupWords(group)} (${why})`),
    ...(counted > 0 ? [`${counted} groups of women or men (see Women and men)`] : []),
  ].join('; ');
}

/** How many labelled studies got no answer, with the outcome and without it: silence is not neutral. */
function silentStudies({ silence, cohort }: ReportBody): string[] {
  const all = silence.find(({ site }) => site === null);
  if (all === undefined) return [];
  const share = (part: Count, whole: Count) =>
    isSuppressed(part) || isSuppressed(whole)
      ? formatCount(part)
      : `${formatShare(part, whole)} of ${formatCount(whole)}`;
  return [
    `Silence: no answer for ${share(all.silentEvents, all.events)} labelled studies with ${outcomeWords(cohort.label)} and ${share(all.silentNonEvents, all.nonEvents)} without, all sites. They are not in the figures above; see Decisions for figures with them.`,
  ];
}

/** Whether the model serves women and men, young and old alike, as far as the data can say: nothing is compared here. */
function fairness({ primary, table1, cohort, chapters }: ReportBody): string {
  const all = table1.find(({ site }) => site === null);
  const crude = primary.groups.filter(({ site }) => site === null);
  const noSex = all !== undefined && !isSuppressed(all.n) && all.sexMissing === all.n;
  const noAge = all !== undefined && 'cannotTell' in all.age;
  const told = crude.flatMap(({ sex, auroc }) =>
    isSexTold(sex) && isEstimate(auroc) ? [`${sexWords(sex).toLowerCase()} ${formatFigure(auroc, 'fraction')}`] : [],
  );
  const isAnyHidden = crude.some(({ sex, auroc }) => isSexTold(sex) && isSuppressed(auroc));
  const untold = crude.flatMap(({ sex, auroc }) =>
    isSexTold(sex) && !isEstimate(auroc) ? [sexWords(sex).toLowerCase()] : [],
  );
  const parts = [
    ...(noSex ? ['cannot tell for women and men, no sex was given'] : []),
    ...(told.length > 0 ? [`AUROC, all sites, crude: ${list(told)}`] : []),
    ...(untold.length > 0
      ? [
          `cannot tell for ${list(untold)}, ${isAnyHidden ? 'hidden or too few people' : `too few people with or without ${outcomeWords(cohort.label)}`}`,
        ]
      : []),
    noAge ? 'cannot tell for any age, no age was given' : 'by age: see Age',
  ];
  const tested =
    chapters.fairness === null
      ? 'Differences between groups are not tested here.'
      : 'Gaps are tested in section Fairness.';
  return `Fairness: ${parts.join('; ')}. ${tested}`;
}

const isSexTold = (sex: string | null): sex is string => sex !== null && sex !== 'unknown';

/** "a", "a and b", "a, b and c". */
export function list(words: readonly (string | null)[]): string {
  const last = words[words.length - 1] ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
