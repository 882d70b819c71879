// Sentences written from the numbers of the core of a report: ranking, calibration, silence.
import { ALPHA } from '#lib/fairness/judge.ts';
import { ratioLimits } from '#lib/validation/observed-expected.ts';
import { list } from './answer.ts';
import { decisions } from './answer-decisions.ts';
import { tooFew, womenAndMen } from './answer-groups.ts';
import { capitalised, few, formatCount, formatFigure, formatNumber, formatShare } from './format.ts';
import { siteGroups, type Told, told, untoldWords } from './groups.ts';
import { outcomeWords } from './outcome-words.ts';
import { isFarFromRight, MUCH_SILENCE, type PlacedPoint, type Point } from './point.ts';
import { type Count, isEstimate, isSuppressed, type Performance, type ReportBody } from './record.ts';
import { siteWord, siteWords } from './site-words.ts';

/** The things to know of the core of the report, in its order. */
export function answerPoints(body: ReportBody): PlacedPoint[] {
  return [
    { section: 'discrimination', title: 'Discrimination', ...ranking(body) },
    { section: 'calibration', title: 'Calibration', ...calibration(body) },
    { section: 'decisions', title: 'Decisions', ...decisions(body) },
    { section: 'sex', title: 'Women and men', ...tooFew(body) },
    ...silentStudies(body).map((point) => ({ section: 'decisions', title: 'Decisions', ...point })),
    { section: 'sex', title: 'Women and men', ...womenAndMen(body) },
  ];
}

function ranking({ primary, cohort }: ReportBody): Point {
  const aurocs = told(primary, (group) => group.auroc).sort((a, b) => a.figure.estimate - b.figure.estimate);
  const text = ({ group, figure }: Told) => `${formatFigure(figure, 'fraction')} at ${group.site}`;
  const [lowest] = aurocs;
  const seen = described(primary);
  if (lowest === undefined) {
    const isAnyRatio = told(primary, ({ observedExpected }) => observedExpected).length > 0;
    const isAnyHidden = siteGroups(primary).some(({ auroc }) => isSuppressed(auroc));
    const why = isAnyHidden
      ? 'hidden, or too few people'
      : `too few people with or without ${outcomeWords(cohort.label)}`;
    const cannot = `cannot tell at any ${siteWord(cohort)} how well the model orders patients`;
    const rest = isAnyRatio ? '' : ', nor whether predicted probabilities are right';
    return {
      importance: 'cannot tell',
      brief: `${capitalised(cannot)}${rest}: ${why}.`,
      text: `Ranking: ${cannot}.${seen}`,
    };
  }
  const highest = aurocs[aurocs.length - 1];
  const range =
    aurocs.length === 1 ? `AUROC was ${text(lowest)}` : `AUROC ran from ${text(lowest)} to ${text(highest)}`;
  const inverted = aurocs.filter(({ figure }) => figure.upper < 0.5);
  const open = aurocs.filter(({ figure }) => figure.lower <= 0.5 && figure.upper >= 0.5);
  const untold = untoldWords(primary, (group) => group.auroc);
  const at = (said: string, of: readonly Told[]) =>
    of.length > 0 ? ` ${said} at ${list(of.map(({ group }) => group.site))}.` : '';
  const chance = `${at('Worse than chance (0.5)', inverted)}${at('Chance (0.5) is not excluded', open)}`;
  const full = `Ranking: ${range}${untold}.${chance}${seen}`;
  if (inverted.length > 0)
    return {
      importance: 'shown harm',
      brief: `The model ranks worse than chance: AUROC ${few(inverted.map(text))}.`,
      text: full,
    };
  if (open.length > 0)
    return { importance: 'cannot tell', brief: `Chance is not excluded: AUROC ${few(open.map(text))}.`, text: full };
  return { importance: 'result', brief: `${range}${untold}.`, text: full };
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

function calibration({ primary, cohort }: ReportBody): Point {
  const ratios = told(primary, (group) => group.observedExpected);
  if (ratios.length === 0) {
    const cannot = `cannot tell at any ${siteWord(cohort)} whether predicted probabilities are right on average.`;
    // Where no AUROC is told either, the ranking says both.
    const isAnyAuroc = told(primary, ({ auroc }) => auroc).length > 0;
    const importance = isAnyAuroc ? 'cannot tell' : 'result';
    return { importance, brief: capitalised(cannot), text: `Calibration: ${cannot}` };
  }
  const text = ({ group, figure }: Told) => `${group.site} ${formatFigure(figure, 'ratio')}`;
  // Bonferroni: of twenty hospitals one would else be wrong by chance.
  const limits = ({ figure }: Told) => ratioLimits(figure, 1 - ALPHA / ratios.length);
  const low = ratios.filter((ratio) => limits(ratio).lower > 1);
  const high = ratios.filter((ratio) => limits(ratio).upper < 1);
  const agreed = ratios.filter((ratio) => !low.includes(ratio) && !high.includes(ratio));
  const judged = ratios.length === 1 ? '' : `, judged with limits corrected for ${ratios.length} ${siteWords(cohort)}`;
  const verdicts = (
    words: (all: readonly string[]) => string,
    parts: readonly (readonly [string, readonly Told[]])[],
  ) => parts.flatMap(([said, of]) => (of.length > 0 ? [`${said} at ${words(of.map(text))}`] : [])).join('; ');
  const wrong = [['too low', low] as const, ['too high', high] as const];
  const isHarm = [...low, ...high].some(({ figure }) => isFarFromRight(figure));
  const said = `${verdicts(list, [...wrong, ['not shown to be wrong', agreed]])}${untoldWords(primary, (group) => group.observedExpected)}`;
  return {
    importance: isHarm ? 'shown harm' : 'result',
    brief: isHarm
      ? `Predicted probabilities are wrong on average: ${verdicts(few, wrong)} (observed / expected; 1 is right${judged}).`
      : `Predicted probabilities are ${low.length + high.length > 0 ? 'off by less than a tenth where they are' : 'not shown to be'} wrong on average (observed / expected${judged}).`,
    text: `Calibration: on average the predicted probability was ${said} (observed / expected; 1 is right${judged}).`,
  };
}

/** How many labelled studies got no answer, with the outcome and without it: silence is not neutral. */
function silentStudies({ silence, cohort }: ReportBody): Point[] {
  const all = silence.find(({ site }) => site === null);
  if (all === undefined) return [];
  const share = (part: Count, whole: Count) =>
    isSuppressed(part) || isSuppressed(whole)
      ? formatCount(part)
      : `${formatShare(part, whole)} of ${formatCount(whole)}`;
  const said = `no answer for ${share(all.silentEvents, all.events)} labelled studies with ${outcomeWords(cohort.label)} and ${share(all.silentNonEvents, all.nonEvents)} without`;
  const { silentShareOfEvents: among } = all;
  const isMuch = isEstimate(among) && among.estimate >= MUCH_SILENCE;
  return [
    {
      importance: isMuch ? 'serious caution' : 'result',
      brief: `The model gave ${said}: they are in no figure of the first page.`,
      text: `Silence: ${said}, all sites. They are not in the figures above; see Decisions for figures with them.`,
    },
  ];
}
