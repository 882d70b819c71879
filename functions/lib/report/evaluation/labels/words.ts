// The words of a report on several labels, written from the numbers that it shows.
import { list } from '../../answer.ts';
import { calibrationPoints } from '../../classes/calibration-words.ts';
import { extremeWords, hasOtherMeans, unjudgedWords } from '../../classes/class-words.ts';
import { formatCount, formatFigure, formatNumber } from '../../format.ts';
import { type Point, pointOf } from '../../point.ts';
import { type Caution, type Figure, isEstimate, isSuppressed } from '../../record.ts';
import { betweenMethods } from '../between-section.ts';
import { answerStyle } from '../compared-answers.ts';
import { comparisonMethods } from '../comparison-words.ts';
import { methodWords } from '../figures.ts';
import { groupPoints } from '../group-points.ts';
import { rangeWords, wholeGroup } from '../group-words.ts';
import type { LabelResult, LabelsGroup, LabelsResults, OverLabels } from './record.ts';

export const OVER_WORDS: Readonly<Record<OverLabels, string>> = {
  macroAuroc: 'Mean AUROC',
  macroAveragePrecision: 'Mean average precision',
  macroSensitivity: 'Mean sensitivity',
  macroSpecificity: 'Mean specificity',
  macroF1: 'Mean F1 (macro)',
  microF1: 'F1 of all answers together (micro)',
  hammingLoss: 'Wrong answers (Hamming loss)',
  exactMatch: 'All findings right (exact match)',
};

export const overStyle = (name: OverLabels): 'percent' | 'fraction' =>
  ['macroSensitivity', 'macroSpecificity', 'hammingLoss', 'exactMatch'].includes(name) ? 'percent' : 'fraction';

export function headline(results: LabelsResults): string {
  const { exactMatch, macroAuroc, macroF1 } = wholeGroup(results).over;
  const said = [
    ...told(
      exactMatch,
      (figure) =>
        `all of them right in ${formatFigure(figure, 'percent')} of the ${knownAll(results)}${neverYes(results)}`,
    ),
    ...told(macroF1, (figure) => `mean F1${ofSome(results, 'answers')} ${formatFigure(figure, 'fraction')}`),
    ...told(macroAuroc, (figure) => `mean AUROC${ofSome(results, 'scores')} ${formatFigure(figure, 'fraction')}`),
  ];
  const { length } = results.labels;
  if (said.length > 0) return `${length} findings of each study: ${said.join('; ')}.`;
  const isHidden = [exactMatch, macroAuroc, macroF1].some((figure) => isSuppressed(figure));
  return `${length} findings of each study: how well they are told all together ${isHidden ? 'is hidden' : 'cannot be told'}.`;
}

/** Only these tell whether all findings are right. */
const knownAll = (results: LabelsResults): string => {
  const { labels, complete } = wholeGroup(results);
  const isEverybody = labels.every(({ unknown, unanswered }) => unknown === 0 && unanswered === 0);
  if (isEverybody) return 'studies';
  return `${isSuppressed(complete) ? '' : `${formatCount(complete)} `}studies in which all are known`;
};

const told = (figure: Figure | null, say: (figure: Figure) => string): string[] =>
  figure !== null && isEstimate(figure) ? [say(figure)] : [];

export function points(results: LabelsResults): Point[] {
  return [
    ...pointOf('result', extremes(results)),
    ...pointOf('cannot tell', chance(results)),
    ...calibration(results),
    ...pointOf('result', errorsTogether(results)),
    ...pointOf('cannot tell', unjudged(results)),
    ...groupPoints(results, answerStyle, groupRange(results)),
  ];
}

/** What all right is worth: a model that never says yes has them right in every study without a finding. */
function neverYes(results: LabelsResults): string {
  const { complete } = wholeGroup(results);
  const none = results.cardinality?.counts[0]?.reference;
  if (none === undefined || isSuppressed(none) || isSuppressed(complete)) return '';
  return ` (by never saying yes: ${formatNumber(none / complete, 'percent')} %)`;
}

/** Sensitivity, or AUROC where findings are only ranked. */
function extremes(results: LabelsResults): string {
  const { labels } = wholeGroup(results);
  const isDecided = labels.some(({ decisions }) => decisions !== null);
  const figures = labels.flatMap(({ label: name, decisions, ranking }) => {
    const figure = isDecided ? decisions?.sensitivity : ranking?.auroc;
    return figure === undefined ? [] : [{ name, figure }];
  });
  return extremeWords(figures, isDecided ? 'sensitivity' : 'auroc');
}

const corrected = ({ labels }: LabelsResults): string => `intervals corrected for ${labels.length} findings`;

/** Findings whose order is not shown to be better than chance. */
function chance(results: LabelsResults): string {
  const known = results.claims.flatMap(({ label, auroc }) =>
    auroc !== null && isEstimate(auroc) ? [{ label, auroc }] : [],
  );
  const unclear = known.filter(({ auroc }) => auroc.lower <= 0.5);
  if (unclear.length === 0) return '';
  return `Not shown to be ordered better than by chance: ${list(unclear.map(({ label }) => label))} (${corrected(results)}).`;
}

const calibration = ({ claims, labels }: LabelsResults): Point[] =>
  calibrationPoints(
    claims.map(({ label, observedExpected }) => ({ name: label, observedExpected })),
    { one: 'finding', many: 'findings' },
    labels.length,
  );

/** Pairs of findings whose errors come in the same studies more often than by chance. */
function errorsTogether(results: LabelsResults): string {
  const together = results.pairs.filter(
    ({ errorCorrelation: figure }) => figure !== null && isEstimate(figure) && figure.lower > 0,
  );
  if (together.length === 0) return '';
  const said = together.slice(0, 3).map(({ first, second }) => `${first} with ${second}`);
  const more = together.length > 3 ? ` and ${together.length - 3} more pairs` : '';
  return `Errors come in the same studies more often than by chance: ${said.join(', ')}${more} (intervals corrected for ${results.pairs.length} pairs).`;
}

/** The figure by which it is judged whether a finding is. */
export const leadOf = ({ decisions, ranking }: LabelResult): Figure | undefined =>
  decisions?.sensitivity ?? ranking?.auroc;

const unjudged = (results: LabelsResults): string =>
  unjudgedWords(wholeGroup(results).labels.flatMap((label) => leadOf(label) ?? []));

/** What groups are held side by side by: means only where they are over the same findings. */
export function groupFigure({ groups }: LabelsResults): OverLabels | null {
  const order: readonly OverLabels[] = [
    'exactMatch',
    ...(hasOtherMeans(groups) ? [] : (['macroF1', 'macroAuroc'] as const)),
  ];
  return order.find((name) => groups.some(({ over }) => over[name] !== null)) ?? null;
}

/** Where it is lowest and highest, without a test. */
function groupRange(results: LabelsResults): string {
  const name = groupFigure(results);
  if (name === null) return '';
  return rangeWords(
    OVER_WORDS[name],
    results.groups,
    ({ over }) => over[name],
    (figure) => formatFigure(figure, overStyle(name)),
  );
}

/** " of those with scores", where some finding has none. */
const ofSome = ({ labels }: LabelsResults, what: 'answers' | 'scores'): string =>
  labels.some((label) => label[what] === 'none') ? ` of those with ${what}` : '';

/** Of which findings a mean is, where some have no score or no answer. */
export function mixedWords(results: LabelsResults): string {
  const [ranked, decided] = [ofSome(results, 'scores'), ofSome(results, 'answers')];
  return [
    ...(ranked === '' ? [] : [` Mean AUROC and average precision:${ranked} among them.`]),
    ...(decided === '' ? [] : [` Mean sensitivity, specificity and F1:${decided} among them.`]),
  ].join('');
}

/** "all", "all but …": which findings means are over; empty where that is hidden, or none are. */
export function judgedWords({ judged, labels }: LabelsGroup): string {
  const missing = labels.map(({ label }) => label).filter((name) => !judged.includes(name));
  if (missing.length === 0) return 'all';
  return missing.length < judged.length ? `all but ${list(missing)}` : list(judged);
}

/** "Atrial fibrillation (in at least 2 studies)"; the name alone where the count is hidden. */
const disagreementWords = ({ name, scoresDisagree: count }: LabelsResults['labels'][number]): string =>
  count === null || isSuppressed(count)
    ? name
    : `${name} (in at least ${formatCount(count)} ${count === 1 ? 'study' : 'studies'})`;

/** Of which findings how many studies lack something; nothing where none is known to. */
function lacking(results: LabelsResults, name: 'unknown' | 'unanswered', say: (which: string) => string): Caution[] {
  const { labels } = wholeGroup(results);
  const some = labels.flatMap(({ label, [name]: count }) =>
    isSuppressed(count) || count === 0 ? [] : [`${label} (${formatCount(count)})`],
  );
  const hidden = labels.flatMap(({ label, [name]: count }) => (isSuppressed(count) ? [label] : []));
  const which = list([...some, ...(hidden.length === 0 ? [] : [`perhaps ${list(hidden)} (hidden)`])]);
  return which === '' ? [] : [{ code: `label-${name}`, text: say(which) }];
}

export function cautions(results: LabelsResults): Caution[] {
  const disagreeing = results.labels.filter(
    ({ scoresDisagree: count }) => count !== null && (isSuppressed(count) || count > 0),
  );
  return [
    ...lacking(
      results,
      'unknown',
      (which) =>
        `Studies of which the reference does not know a finding: ${which}. Each finding is judged in the studies that know it; if these differ from the others, so do its figures.`,
    ),
    ...lacking(
      results,
      'unanswered',
      (which) =>
        `Studies without an answer, or with one that is not a number: ${which}. These studies are not in the figures of the finding.`,
    ),
    ...(disagreeing.length === 0
      ? []
      : [
          {
            code: 'scores-disagree',
            text: `No single threshold on the scores gives the answers of the table: they differ for ${list(disagreeing.map(disagreementWords))}. Decisions are those of the answers, order and calibration those of the scores.`,
          },
        ]),
    ...(results.labels.some(({ answers }) => answers !== 'none')
      ? [
          {
            code: 'thresholds',
            text: 'Thresholds, or the answers made by them, are taken as given: where they were chosen on these very studies, sensitivity, specificity and F1 come out too good.',
          },
        ]
      : []),
    {
      code: 'prevalence',
      text: 'Means over findings weigh a rare finding as much as a common one. Predictive values, F1, average precision and the share of studies with all findings right depend on how common the findings are: groups of another mix are not comparable by them.',
    },
  ];
}

const SOURCES = [
  ['Wilson', 'doi:10.1080/01621459.1927.10502953'],
  ['Clopper-Pearson', 'doi:10.1093/biomet/26.4.404'],
  ['Rao-Scott', 'doi:10.2307/2532311'],
  ['AUROC', 'doi:10.2307/2531595'],
  ['average precision', 'doi:10.1007/978-3-642-40994-3_55'],
  ['Matthews', 'doi:10.1016/0005-2795(75)90109-9'],
  ['observed : expected', 'doi:10.1136/bmj.i6460'],
  ['calibration', 'doi:10.1093/biomet/45.3-4.562'],
  ['jackknife over people', 'doi:10.1137/1.9781611970319'],
] as const;

export function methods(results: LabelsResults): string[] {
  const by = (wanted: LabelsResults['labels'][number]['answers']) =>
    results.labels.filter(({ answers }) => answers === wanted).map(({ name }) => name);
  const made = [
    ...(by('column').length === 0 ? [] : [`as the table says it for ${list(by('column'))}`]),
    ...(by('threshold').length === 0 ? [] : [`a score at or above the threshold for ${list(by('threshold'))}`]),
    ...(by('none').length === 0 ? [] : [`none for ${list(by('none'))}, which are only ranked`]),
  ];
  return [
    `Several findings may be in one study (multi-label classification, doi:10.1109/TKDE.2013.39). Yes or no: ${made.join('; ')}. Figures and intervals (95 %): ${methodWords(results.groups, SOURCES)}.`,
    'Each finding is judged in the studies whose reference and answer are known for it, against the studies without it. Fewer than 10 people with the finding, or without it, are described without an interval. Means over findings are unweighted and over those that ten people have and ten have not, said beside them; studies and people enter with all their findings together, so that the intervals allow for findings that go together. Wrong answers (Hamming loss) and F1 in one heap count every answer about a finding, a study (person) being the cluster.',
    `Statements about several findings at once rest on intervals that hold for all of them together with 95 % (Bonferroni: level 1 − 0.05 / ${results.labels.length}), those about pairs likewise (${results.pairs.length} pairs). Errors of two findings: phi of “wrong” with “wrong”.`,
    ...betweenMethods(results.between),
    ...comparisonMethods(results.comparison),
  ];
}
