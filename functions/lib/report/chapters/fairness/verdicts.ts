// The verdicts of a column in sentences: what differs, what is equivalent, what cannot be told and what could have been seen.
import { list } from '../../answer.ts';
import { HIDDEN } from '../../format.ts';
import { pClause, pText } from '../../gap-words.ts';
import type { FairnessColumn, FairnessGap, FairnessValue } from './value.ts';
import {
  columnWords,
  gapFigure,
  gapText,
  groupInSentence,
  isRatio,
  isSuggested,
  judgedFigure,
  metricWords,
  verdictWords,
} from './words.ts';

export interface Tally {
  readonly tested: number;
  readonly differs: number;
  readonly equivalent: number;
  /** Below 5 % by itself, not after correction. */
  readonly suggested: number;
  readonly open: number;
  /** Too few people for a test. */
  readonly untested: number;
  readonly hidden: number;
}

/** How many gaps of the performance family got which verdict. */
export function tallyOf(gaps: readonly FairnessGap[]): Tally {
  const own = gaps.filter(({ family }) => family === 'performance');
  const count = (test: (gap: FairnessGap) => boolean) => own.filter(test).length;
  const isTested = ({ pValue }: FairnessGap) => pValue !== null;
  return {
    tested: count(isTested),
    differs: count(isClaim),
    equivalent: count(({ verdict }) => verdict === 'equivalent'),
    suggested: count(isSuggested),
    open: count((gap) => gap.verdict === 'cannot-tell' && isTested(gap) && !isSuggested(gap)),
    untested: count((gap) => gap.verdict === 'cannot-tell' && !isTested(gap)),
    hidden: count(({ verdict }) => verdict === 'hidden'),
  };
}

/** Claimed to differ, whether by much or by little. */
export const isClaim = ({ verdict }: FairnessGap): boolean =>
  verdict === 'differs' || verdict === 'differs-within-margin';

/** The first sentence of the chapter. */
export function summary({ columns }: Pick<FairnessValue, 'columns'>): string {
  const tally = tallyOf(columns.flatMap(({ gaps }) => gaps));
  const names = list(columns.map(({ column }) => columnWords(column).toLowerCase()));
  if (tally.tested === 0)
    return `Groups by ${names} cannot be compared: too few people with or without the outcome stand behind every gap.`;
  const few =
    tally.untested === 0 ? '' : ` A further ${tally.untested} could not be tested at all, for too few people.`;
  return `Of ${tally.tested} tested gaps in sensitivity, false positive rate, AUROC and calibration between groups by ${names}, ${tallyWords(tally)}.${few}`;
}

/** "3 differ after correction, 0 are equivalent, …". */
export function tallyWords({ differs, equivalent, suggested, open }: Tally): string {
  const verb = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;
  return list([
    `${verb(differs, 'differs', 'differ')} after correction for their number`,
    `${verb(equivalent, 'is', 'are')} equivalent within the margins`,
    `${verb(suggested, 'is', 'are')} suggested but not shown`,
    `${open} cannot be told either way`,
  ]);
}

/** One sentence per figure: at the first threshold, AUROC, calibration. */
export function columnVerdicts({ column, gaps }: FairnessColumn, threshold: string | undefined): string[] {
  const shown = gaps.filter((gap) => gap.family === 'performance' && (gap.threshold ?? threshold) === threshold);
  const byMetric = Map.groupBy(shown, ({ metric }) => metric);
  return [...byMetric].map(([metric, of]) => `${metricWords(metric, of[0].threshold)}: ${metricVerdict(column, of)}.`);
}

function metricVerdict(column: string, gaps: readonly FairnessGap[]): string {
  const name = ({ group }: FairnessGap) => groupInSentence([column], group);
  const withFigure = (gap: FairnessGap) => `${name(gap)} ${gapFigure(gap.metric, judgedFigure(gap))}`;
  const kind = (test: (gap: FairnessGap) => boolean, words: string, text: (gap: FairnessGap) => string): string[] => {
    const of = gaps.filter(test);
    return of.length === 0 ? [] : [`${words}: ${of.map(text).join('; ')}`];
  };
  const isOpen = (gap: FairnessGap) => gap.verdict === 'cannot-tell' && !isSuggested(gap);
  const [equivalent] = gaps.filter(({ verdict }) => verdict === 'equivalent');
  return [
    ...[...Map.groupBy(gaps.filter(isClaim), verdictWords)].map(
      ([words, of]) => `${words}: ${of.map((gap) => `${withFigure(gap)}, corrected ${pClause(gap.holm)}`).join('; ')}`,
    ),
    ...kind(
      isSuggested,
      'suggested, not shown after correction',
      (gap) => `${withFigure(gap)}, ${pClause(gap.pValue)}, corrected ${pText(gap.holm)}`,
    ),
    ...(equivalent === undefined
      ? []
      : kind(({ verdict }) => verdict === 'equivalent', verdictWords(equivalent), withFigure)),
    ...openWords(
      gaps.filter((gap) => isOpen(gap) && gap.pValue !== null),
      withFigure,
    ),
    ...untestedWords(gaps, gaps.filter((gap) => isOpen(gap) && gap.pValue === null).map(name)),
    ...kind(({ verdict }) => verdict === 'hidden', HIDDEN, name),
  ].join(' · ');
}

/** More groups than this are counted rather than named; the table names them. */
const MOST_NAMED = 5;

function openWords(gaps: readonly FairnessGap[], withFigure: (gap: FairnessGap) => string): string[] {
  if (gaps.length === 0) return [];
  if (gaps.length <= MOST_NAMED)
    return [`cannot tell: ${gaps.map((gap) => `${withFigure(gap)}, could have seen ${couldSee(gap)}`).join('; ')}`];
  const seen = gaps.filter(({ detectable }) => detectable !== null);
  const bySize = seen.toSorted((a, b) => (a.detectable ?? 0) - (b.detectable ?? 0));
  const [first, last] = [bySize[0], bySize[bySize.length - 1]];
  const could =
    first === undefined || last === undefined
      ? 'no gap at all'
      : `${couldSee(first)} in the largest to ${couldSee(last)} in the smallest`;
  return [`cannot tell for ${gaps.length} groups, which could have seen ${could}`];
}

function untestedWords(gaps: readonly FairnessGap[], names: readonly string[]): string[] {
  if (names.length === 0) return [];
  if (names.length === gaps.length) return ['too few people to compare any group'];
  return [`too few people in ${names.length <= MOST_NAMED ? list(names) : `${names.length} groups`}`];
}

const couldSee = ({ metric, detectable }: FairnessGap): string => {
  if (detectable === null) return 'no gap at all';
  return gapText(metric, detectable).replace('× ', 'a factor of ');
};

/** The largest gaps first, those of a claim before the others. */
export function largestFirst(gaps: readonly FairnessGap[]): FairnessGap[] {
  const size = (gap: FairnessGap): number => {
    const figure = judgedFigure(gap);
    if (!('estimate' in figure)) return -1;
    return isRatio(gap.metric) ? Math.abs(Math.log(figure.estimate)) : Math.abs(figure.estimate);
  };
  return gaps.toSorted((a, b) => (a.holm ?? 2) - (b.holm ?? 2) || size(b) - size(a));
}
