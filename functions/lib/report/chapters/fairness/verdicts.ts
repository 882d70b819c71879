// The verdicts of a column in sentences: what differs, what is equivalent, what cannot be told and what could have been seen.
import { list } from '../../answer.ts';
import type { FairnessColumn, FairnessGap, FairnessValue } from './value.ts';
import {
  columnWords,
  gapFigure,
  gapText,
  groupWords,
  isRatio,
  judgedFigure,
  metricWords,
  pClause,
  verdictWords,
} from './words.ts';

export interface Tally {
  readonly tested: number;
  readonly differs: number;
  readonly equivalent: number;
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
    differs: count(({ verdict }) => verdict === 'differs' || verdict === 'differs-within-margin'),
    equivalent: count(({ verdict }) => verdict === 'equivalent'),
    open: count((gap) => gap.verdict === 'cannot-tell' && isTested(gap)),
    untested: count((gap) => gap.verdict === 'cannot-tell' && !isTested(gap)),
    hidden: count(({ verdict }) => verdict === 'hidden'),
  };
}

/** The first sentence of the chapter. */
export function summary({ columns }: FairnessValue): string {
  const tally = tallyOf(columns.flatMap(({ gaps }) => gaps));
  const names = list(columns.map(({ column }) => columnWords(column).toLowerCase()));
  if (tally.tested === 0)
    return `Groups by ${names} cannot be compared: too few people with or without the outcome stand behind every gap.`;
  const parts = [
    `${tally.differs} ${tally.differs === 1 ? 'differs' : 'differ'}`,
    `${tally.equivalent} ${tally.equivalent === 1 ? 'is' : 'are'} equivalent within the stated margins`,
    `${tally.open} cannot be told either way`,
  ];
  const few =
    tally.untested === 0 ? '' : ` A further ${tally.untested} could not be tested at all, for too few people.`;
  return `Of ${tally.tested} tested gaps in sensitivity, false positive rate, AUROC and calibration between groups by ${names}, after correction for their number ${list(parts)}.${few}`;
}

/** One sentence per figure: at the first threshold, AUROC, calibration. */
export function columnVerdicts({ column, gaps }: FairnessColumn, threshold: string): string[] {
  const shown = gaps.filter((gap) => gap.family === 'performance' && (gap.threshold ?? threshold) === threshold);
  const byMetric = Map.groupBy(shown, ({ metric }) => metric);
  return [...byMetric].map(([metric, of]) => `${metricWords(metric, of[0].threshold)}: ${metricVerdict(column, of)}.`);
}

function metricVerdict(column: string, gaps: readonly FairnessGap[]): string {
  const name = ({ group }: FairnessGap) => groupWords([column], group);
  const withFigure = (gap: FairnessGap) => `${name(gap)} ${gapFigure(gap.metric, judgedFigure(gap))}`;
  const of = (test: (gap: FairnessGap) => boolean) => gaps.filter(test);
  const differing = of(({ verdict }) => verdict === 'differs' || verdict === 'differs-within-margin');
  const equivalent = of(({ verdict }) => verdict === 'equivalent');
  const open = of((gap) => gap.verdict === 'cannot-tell' && gap.pValue !== null);
  const untested = of((gap) => gap.verdict === 'cannot-tell' && gap.pValue === null);
  const hidden = of(({ verdict }) => verdict === 'hidden');
  const parts = [
    ...differing.map(
      (gap) =>
        `${name(gap)} ${verdictWords(gap)}: ${gapFigure(gap.metric, judgedFigure(gap))}, corrected ${pClause(gap.holm)}`,
    ),
    ...(equivalent.length === 0 ? [] : [`${verdictWords(equivalent[0])}: ${equivalent.map(withFigure).join('; ')}`]),
    ...(open.length === 0
      ? []
      : [`cannot tell: ${open.map((gap) => `${withFigure(gap)}, could have seen ${couldSee(gap)}`).join('; ')}`]),
    ...(untested.length === 0 ? [] : [`too few people: ${untested.map(name).join(', ')}`]),
    ...(hidden.length === 0 ? [] : [`hidden: ${hidden.map(name).join(', ')}`]),
  ];
  return parts.join('. ');
}

const couldSee = ({ metric, detectable }: FairnessGap): string => {
  if (detectable === null) return 'no gap at all';
  const text = gapText(metric, detectable).replace('× ', 'a factor of ');
  return `${text} or more`;
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
