// Sentences on groups of people: which are too few, and what women and men get.
import { list } from './answer.ts';
import { capitalised, few, formatFigure } from './format.ts';
import { groupWords, silentGroups, told } from './groups.ts';
import { outcomeWords } from './outcome-words.ts';
import type { Point } from './point.ts';
import { sexWords } from './reasons.ts';
import { type Group, isEstimate, isSuppressed, type ReportBody } from './record.ts';
import { siteWord } from './site-words.ts';

/** Hospitals and sexes in which the ranking cannot be judged, or is hidden. */
export function tooFew({ primary, cohort }: ReportBody): Point {
  const outcome = outcomeWords(cohort.label);
  const bySex = (group: Group) => group.ageBand === null && group.device === null;
  const silent = silentGroups(primary, outcome).filter(({ group }) => bySex(group) && group.sex !== 'unknown');
  const hidden = primary.groups.filter((group) => bySex(group) && isSuppressed(group.auroc)).length;
  const parts = [
    ...(silent.length > 0 ? [`Cannot tell the ranking: ${groupsInWords(silent)}.`] : []),
    ...(hidden > 0
      ? [
          `Hidden as small cells, or because they would give one away: ${hidden} results by ${siteWord(cohort)} and sex.`,
        ]
      : []),
  ];
  // Where no hospital has an AUROC the ranking says so itself.
  const isNews = silent.length > 0 && told(primary, ({ auroc }) => auroc).length > 0;
  const hasSexes = primary.groups.some(({ sex }) => isSexTold(sex));
  const enough = `No ${siteWord(cohort)}${hasSexes ? ' and no sex' : ''} had too few studies for an AUROC.`;
  return {
    importance: isNews ? 'cannot tell' : 'result',
    brief:
      silent.length > 0 ? `Too few people to judge the ranking: ${few(silent.map(inSentence))}.` : (parts[0] ?? enough),
    text: parts.length > 0 ? parts.join(' ') : enough,
  };
}

type Silent = ReturnType<typeof silentGroups>[number];

const withReason = ({ group, why }: Silent): string => `${groupWords(group)} (${why})`;

/** "women at cedar (3 with, 9 without)"; names of hospitals stay as they are. */
const inSentence = (silent: Silent): string =>
  silent.group.sex === null ? withReason(silent) : lowerFirst(withReason(silent));

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Groups with their reasons, as far as they can be taken in at once; beyond that the sexes are only counted. */
function groupsInWords(silent: readonly Silent[]): string {
  const MOST = 4;
  const named = silent.length > MOST ? silent.filter(({ group }) => group.sex === null) : silent;
  const counted = silent.length - named.length;
  return [
    ...named.map(withReason),
    ...(counted > 0 ? [`${counted} groups of women or men (see Women and men)`] : []),
  ].join('; ');
}

/** Whether the model serves women and men, young and old alike, as far as the data can say: nothing is compared here. */
export function womenAndMen({ primary, table1, cohort, chapters }: ReportBody): Point {
  const all = table1.find(({ site }) => site === null);
  const crude = primary.groups.filter(({ site }) => site === null);
  const noSex = all !== undefined && !isSuppressed(all.n) && all.sexMissing === all.n;
  const noAge = all !== undefined && 'cannotTell' in all.age;
  const aurocs = crude.flatMap(({ sex, auroc }) =>
    isSexTold(sex) && isEstimate(auroc) ? [`${sexWords(sex).toLowerCase()} ${formatFigure(auroc, 'fraction')}`] : [],
  );
  const isAnyHidden = crude.some(({ sex, auroc }) => isSexTold(sex) && isSuppressed(auroc));
  const untold = crude.flatMap(({ sex, auroc }) =>
    isSexTold(sex) && !isEstimate(auroc) ? [sexWords(sex).toLowerCase()] : [],
  );
  const why = isAnyHidden ? 'hidden or too few people' : `too few people with or without ${outcomeWords(cohort.label)}`;
  const ofSex = [
    ...(noSex ? ['cannot tell for women and men, no sex was given'] : []),
    ...(aurocs.length > 0 ? [`AUROC, all sites, crude: ${list(aurocs)}`] : []),
    ...(untold.length > 0 ? [`cannot tell for ${list(untold)}, ${why}`] : []),
  ];
  const brief =
    untold.length > 0
      ? `How well the model orders ${list(untold)} cannot be told: ${why}.`
      : `${capitalised(ofSex[0] ?? 'cannot tell for women and men')}.`;
  const ofAge = noAge ? 'cannot tell for any age, no age was given' : 'by age: see Age';
  const tested =
    chapters.fairness === null
      ? 'Differences between groups are not tested here.'
      : 'Gaps are tested in section Fairness.';
  return {
    importance: noSex || untold.length > 0 ? 'cannot tell' : 'result',
    brief,
    text: `Fairness: ${[...ofSex, ofAge].join('; ')}. ${tested}`,
  };
}

const isSexTold = (sex: string | null): sex is string => sex !== null && sex !== 'unknown';
