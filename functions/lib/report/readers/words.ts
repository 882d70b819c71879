// The words of a reader report, written from the numbers that it shows.
import { list } from '../answer.ts';
import { formatCount, formatFigure, formatNumber, turned } from '../format.ts';
import { type Caution, type Count, type Figure, isEstimate, isSuppressed } from '../record.ts';
import { ALL_FINDINGS, type Comparison, isWholeGroup, type RaterSummary, type ReaderBody } from './record.ts';

const SIGNIFICANT = 0.05;

export const titleOf = ({ raters }: Pick<ReaderBody, 'raters'>, id: string): string =>
  raters.find((rater) => rater.id === id)?.title ?? 'Reference';

export const labelTitle = ({ labels }: Pick<ReaderBody, 'labels'>, id: string): string =>
  id === ALL_FINDINGS ? 'All findings' : (labels.find((label) => label.id === id)?.title ?? id);

/** One sentence, then the things to know. */
export function answerOf(body: ReaderBody): { headline: string; points: string[] } {
  const { raters, labels, studies, n } = body;
  const free = raters.filter(({ formedReference }) => !formedReference);
  const headline = `${list(free.map(({ title }, i) => (i === 0 ? title : lowerFirst(title))))} on ${formatCount(n)} ${studies}, ${labels.length} ${labels.length === 1 ? 'finding' : 'findings'}, each against the same reference.`;
  return {
    headline,
    points: [...seen(body), rightness(body), differences(body), ...reproduction(body), precision(body)],
  };
}

/** Findings seen and false alarms of every rater, all findings in one heap. */
function seen(body: ReaderBody): string[] {
  const free = body.raters.filter(({ formedReference }) => !formedReference);
  const totals = free.flatMap(({ id, title }) => {
    const own = body.results.filter((result) => result.rater === id && isWholeGroup(result));
    const total = (name: 'truePositives' | 'falseNegatives' | 'falsePositives'): number =>
      own.reduce((sum, result) => sum + (isSuppressed(result[name]) ? Number.NaN : result[name]), 0);
    const [found, missed, alarms] = [total('truePositives'), total('falseNegatives'), total('falsePositives')];
    return Number.isNaN(found + missed + alarms) ? [] : [{ title, found, alarms, all: found + missed }];
  });
  if (totals.length < free.length || totals.length === 0) return [];
  const words = totals.map(({ title, found, alarms }, i) => {
    const falseAlarms = i === 0 ? ` with ${formatCount(alarms)} false alarms` : `, ${formatCount(alarms)}`;
    return `${lowerFirst(title)} ${formatCount(found)}${falseAlarms}`;
  });
  return [
    `Findings seen: of ${formatCount(totals[0].all)} in ${formatCount(body.n)} ${body.studies}, ${words.join('; ')}.`,
  ];
}

function rightness(body: ReaderBody): string {
  const whole = freeSummaries(body).filter(isWholeGroup);
  if (!whole.some(({ macroF1 }) => isEstimate(macroF1)))
    return 'Right answers: the mean F1 of all findings cannot be told or is hidden.';
  const of = whole.map(
    ({ rater, macroF1 }) => `${lowerFirst(titleOf(body, rater))} ${formatFigure(macroF1, 'fraction')}`,
  );
  return `Mean F1 of all findings: ${list(of)}. F1 depends on how common a finding is${sharesOfFindings(body)}.`;
}

function freeSummaries({ summaries, raters }: ReaderBody): RaterSummary[] {
  const free = new Set(raters.filter(({ formedReference }) => !formedReference).map(({ id }) => id));
  return summaries.filter(({ rater }) => free.has(rater));
}

const isAll = (counts: readonly Count[]): counts is readonly number[] => !counts.some(isSuppressed);

/** ": here from 1.6 to 4.5 % of the studies"; nothing where a number is hidden, which the shown ones would misstate. */
function sharesOfFindings({ groups, n }: ReaderBody): string {
  const events = groups.find(isWholeGroup)?.events ?? [];
  if (isSuppressed(n) || !isAll(events)) return '';
  const text = (count: number): string => formatNumber(count / n, 'percent');
  return `: here from ${text(Math.min(...events))} to ${text(Math.max(...events))} % of the studies`;
}

function differences(body: ReaderBody): string {
  const { comparisons } = body;
  const told = comparisons.filter(({ adjustedPValue }) => typeof adjustedPValue === 'number');
  const hidden = comparisons.filter(({ adjustedPValue }) => isSuppressed(adjustedPValue)).length;
  const clear = told.filter(({ adjustedPValue }) => (adjustedPValue as number) < SIGNIFICANT);
  const raw = told.filter(({ pValue }) => typeof pValue === 'number' && pValue < SIGNIFICANT).length;
  const untold = comparisons.length - told.length - hidden;
  const unseen = `${hidden === 0 ? '' : ` ${hidden} more are hidden.`}${untold === 0 ? '' : ` ${untold} more cannot be told.`}`;
  const chance = `${raw} ${raw === 1 ? 'is' : 'are'} below 0.05 uncorrected, where about ${Math.round(told.length * SIGNIFICANT)} would be by chance`;
  const start = `Differences: of ${told.length} paired comparisons (sensitivity, specificity), ${chance}; `;
  if (clear.length === 0) {
    return `${start}none after Holm's correction. That is no proof of equality: with so few studies with a finding only large differences would show.${unseen}`;
  }
  const words = list(clear.map((comparison) => differenceWords(comparison, body)));
  return `${start}${clear.length} after Holm's correction: ${words}. The others are no proof of equality.${unseen}`;
}

/** "sensitivity of the network 10.8 points (4.5 to 17.0) above that of the cardiology residents over all findings". */
function differenceWords({ label, first, second, of, difference }: Comparison, body: ReaderBody): string {
  const where = label === ALL_FINDINGS ? 'over all findings' : `in ${lowerFirst(labelTitle(body, label))}`;
  const isBelow = isEstimate(difference) && difference.estimate < 0;
  const size = formatFigure(isBelow ? turned(difference) : difference, 'points');
  return `${of} of the ${lowerFirst(titleOf(body, first))} ${size} ${isBelow ? 'below' : 'above'} that of the ${lowerFirst(titleOf(body, second))} ${where}`;
}

function reproduction({ published, publishedDecimals }: ReaderBody): string[] {
  if (published.length === 0) return [];
  const compared = published.filter(({ agrees }) => agrees !== null);
  const equal = compared.filter(({ agrees }) => agrees === true).length;
  const rest = equal === compared.length ? '' : ' The others are listed below.';
  return [
    `Published table: ${equal} of ${compared.length} cells come out the same to ${publishedDecimals} decimals.${rest}`,
  ];
}

function precision({ groups, labels }: ReaderBody): string {
  const events = groups.flatMap((group) => group.events);
  const whole = groups.find(isWholeGroup)?.events ?? [];
  if (!isAll(whole)) return 'How sure: numbers of studies with a finding are hidden.';
  const least = Math.min(...whole.filter((count) => count > 0));
  if (least === Infinity) return 'How sure: no finding has a study.';
  const few =
    groups.length > 1 && isAll(events)
      ? ` By sex and age the smallest group has ${Math.min(...events)} with a finding: what was seen is shown, and “cannot tell” where fewer than 10 stand behind it.`
      : '';
  return `How sure: ${lowerFirst(labels[whole.indexOf(least)].title)} has only ${least} ${least === 1 ? 'study' : 'studies'}, so that one answer more or less moves its sensitivity by ${formatNumber(1 / least, 'percent')} points.${few}`;
}

/** What a reader must bear in mind. */
export function cautionsOf(body: ReaderBody): Caution[] {
  return [
    {
      code: 'fixed-readers',
      text: 'The readers are fixed: intervals and p values say how far other patients would change the figures, not how other readers of the same kind would answer. With one reading per study, the spread between readers cannot be told.',
    },
    ...formedReference(body),
    ...body.studyCautions.map((text) => ({ code: 'about-the-study', text })),
    ...scoresDisagree(body),
    ...prevalence(),
    ...hiddenWords(body),
  ];
}

function formedReference({ raters, referenceMethod }: ReaderBody): Caution[] {
  const formed = raters.filter((rater) => rater.formedReference).map(({ title }) => title);
  if (formed.length === 0) return [];
  const text = `${list(formed)} formed the reference (${referenceMethod}). They agree with it by construction and cannot be judged against it without bias; they stand in the tables of agreement only, and are compared with nobody.`;
  return [{ code: 'formed-the-reference', text }];
}

function scoresDisagree(body: ReaderBody): Caution[] {
  return body.raters.flatMap(({ title, scoresDisagree: disagree }) => {
    if (disagree.length === 0) return [];
    const where = disagree.map(({ label, answers }) => `${labelTitle(body, label)} (${formatCount(answers)})`);
    const text = `The yes-or-no answers of the ${lowerFirst(title)} do not follow from its scores by one threshold per finding; at the best threshold answers still differ in: ${list(where)}. The two files may come from different weights: sensitivity, specificity, precision and F1 are of the answers, AUROC and average precision of the scores.`;
    return [{ code: 'scores-and-answers', text }];
  });
}

function prevalence(): Caution[] {
  return [
    {
      code: 'prevalence',
      text: 'Precision, F1, Matthews correlation, kappa and average precision depend on how common a finding is. Where it is rarer or more common than here they are other numbers, with the same readers.',
    },
  ];
}

function hiddenWords({ audience, publicData }: ReaderBody): Caution[] {
  if (publicData || audience === 'internal') return [];
  return [
    {
      code: 'small-cells',
      text: 'Counts of 1 to 10, their complements and every figure that would give one away are hidden.',
    },
  ];
}

/** Paragraphs of the methods section. */
export function methodsOf(body: ReaderBody): string[] {
  const all: Figure[] = [
    ...body.results.flatMap(({ metrics, kappa }) => [...Object.values(metrics), kappa]),
    ...body.summaries.flatMap(({ macroF1, microF1, macroAuroc }) => [
      macroF1,
      microF1,
      ...(macroAuroc === null ? [] : [macroAuroc]),
    ]),
    ...body.comparisons.map(({ difference }) => difference),
    ...body.agreements.map(({ kappa }) => kappa),
    ...body.classes.flatMap((of) =>
      [of.accuracy, of.macroF1, of.kappa, of.weightedKappa, of.handTill, of.concordance].filter(
        (figure) => figure !== null,
      ),
    ),
    ...body.rankings.flatMap(({ auroc, partialAuroc, averagePrecision }) => [auroc, partialAuroc, averagePrecision]),
  ];
  const methods = [...new Set(all.flatMap((figure) => (isEstimate(figure) ? [figure.method] : [])))].sort();
  const clustered = body.subjects !== null && body.subjects !== body.n;
  return [
    `Reference: ${body.referenceMethod}. Every rater is held against the same reference, study by study; a study without an answer was not accepted.`,
    `Figures and intervals (95 %): ${methods.map((method) => [method, ...sourcesOf(method)].join(', ')).join('; ')}. Denominators below 10 give no interval; what was seen is shown.`,
    "Comparisons: McNemar's test (doi:10.1007/BF02295996) as mid-p (doi:10.1186/1471-2288-13-91) among the studies with the finding (sensitivity) and without it (specificity), corrected by Holm's method over all comparisons shown. Differences between women and men or young and old are not tested here.",
    clustered
      ? 'Several studies of one person are a cluster in every interval and test.'
      : 'Each study is taken as a person of its own.',
    ...(body.rankings.length === 0
      ? []
      : [
          'Precision-recall curves: a point wherever a further study with the finding is called; the lines between them only guide the eye, and the average precision is the area under the steps.',
        ]),
  ];
}

const SOURCES: readonly (readonly [word: string, source: string])[] = [
  ['Wilson', 'doi:10.1080/01621459.1927.10502953'],
  ['Clopper-Pearson', 'doi:10.1093/biomet/26.4.404'],
  ['Rao-Scott', 'doi:10.2307/2532311'],
  ['MOVER', 'doi:10.1002/sim.3095'],
  ['Matthews', 'doi:10.1016/0005-2795(75)90109-9'],
  ["Cohen's kappa", 'doi:10.1177/001316446002000104'],
  ['Fleiss-Cohen-Everitt', 'doi:10.1037/h0028106'],
  ['jackknife over people', 'doi:10.1137/1.9781611970319'],
  ['Tango', 'doi:10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B'],
  ['Obuchowski clustered', 'doi:10.1002/(SICI)1097-0258(19980715)17:13<1495::AID-SIM863>3.0.CO;2-I'],
  ['DeLong', 'doi:10.2307/2531595'],
  ['Mee score interval', 'doi:10.1080/01621459.1990.10474942'],
  ['Hand and Till', 'doi:10.1023/A:1010920819831'],
  ['concordance', 'doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4'],
  ['McClish', 'doi:10.1177/0272989X8900900307'],
  ['average precision', 'doi:10.1007/978-3-642-40994-3_55'],
];

function sourcesOf(method: string): string[] {
  return SOURCES.filter(([word]) => method.includes(word)).map(([, source]) => source);
}

/** "Network" as "network", but "ECG" and "Dr" as they are. */
export const lowerFirst = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;

/** "12 of 13", or "hidden". */
export const ofWords = (part: Count, rest: Count): string =>
  isSuppressed(part) || isSuppressed(rest) ? 'hidden' : `${formatCount(part)} / ${formatCount(part + rest)}`;
