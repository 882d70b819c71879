// Studies by the answers of two raters: what comparisons and agreements count, and how each follows from the other.
import type { Sum } from '../disclosure.ts';
import { openCount } from '../open-count.ts';
import type { Count } from '../record.ts';
import {
  type Agreement,
  ALL_FINDINGS,
  type Comparison,
  isWholeGroup,
  type RaterResult,
  REFERENCE,
  type ReaderBody,
} from './record.ts';

export interface CountedCells {
  readonly cells: readonly (readonly [id: string, count: number])[];
  readonly sums: readonly Sum[];
}

/** More pairs than this are a system too large to solve again and again: what is told of two raters then stays inside. */
const MOST_PAIRS = 8;

const keyOf = ({ first, second }: Pick<Agreement, 'first' | 'second'>): string => [first, second].sort().join('\n');

/** Whether the counts of a pair of raters are tied to all others: of those that are compared, where they are not too many. */
function tiedPairs({ comparisons }: ReaderBody): (pair: Pick<Agreement, 'first' | 'second'>) => boolean {
  const keys = new Set(comparisons.map(keyOf));
  return (pair) => keys.size <= MOST_PAIRS && keys.has(keyOf(pair));
}

/** Cells of comparisons and agreements that are tied to nothing, and therefore stay inside. */
export function untiedCells(body: ReaderBody): string[] {
  const isTied = tiedPairs(body);
  return [
    ...body.comparisons.filter((pair) => !isTied(pair)).flatMap(cellsOfComparison),
    ...body.agreements.filter((pair) => pair.first !== REFERENCE && !isTied(pair)).flatMap(cellsOfAgreement),
  ];
}

const OUTCOMES = ['both', 'onlyFirst', 'onlySecond', 'neither'] as const;
const ANSWERS = ['yes/yes', 'yes/no', 'no/yes', 'no/no'] as const;
type Outcome = (typeof OUTCOMES)[number];
/** The same said of the second before the first. */
const TURNED = { both: 'both', onlyFirst: 'onlySecond', onlySecond: 'onlyFirst', neither: 'neither' } as const;

type Pair = Pick<Agreement, 'label' | 'first' | 'second'>;
type Compared = Pick<Comparison, 'label' | 'first' | 'second' | 'of'>;

/** One name for a pair, whoever of it is named first. */
function compared({ label, first, second, of }: Compared, name: Outcome): string {
  if (first <= second) return `pair/${label}/${first}/${second}/${of}/${name}`;
  return `pair/${label}/${second}/${first}/${of}/${TURNED[name]}`;
}
const agreed = ({ label, first, second }: Pair, name: (typeof ANSWERS)[number]): string =>
  `agreed/${label}/${first}/${second}/${name}`;
const called = (label: string, rater: string, answer: 'yes' | 'no'): string => `called/${label}/${rater}/${answer}`;

/** Cells of which each must be open where a comparison, or an agreement, is shown. */
export const cellsOfComparison = (comparison: Compared): string[] => OUTCOMES.map((name) => compared(comparison, name));
export const cellsOfAgreement = (agreement: Pair): string[] => ANSWERS.map((name) => agreed(agreement, name));

export function pairCells(body: ReaderBody, raterCell: (result: RaterResult, name: string) => string): CountedCells {
  const wholes = body.results.filter(isWholeGroup);
  const resultOf = (label: string, rater: string): RaterResult => {
    const found = wholes.find((result) => result.label === label && result.rater === rater);
    if (found === undefined) throw new Error(`reader report: found no result of ${rater} for ${label}`);
    return found;
  };
  const pairs = body.agreements.filter(tiedPairs(body)).map((pair) => pairOf(pair, resultOf));
  const lists = [
    ...wholes.map((result) => callsOf(result, raterCell)),
    ...pairs.flatMap((pair) => SIDES.map((side) => rightCells(pair, side, raterCell))),
    ...pairs.map(answerCells),
    ...body.comparisons
      .filter(
        (comparison) => comparison.label === ALL_FINDINGS && pairs.some((pair) => keyOf(pair) === keyOf(comparison)),
      )
      .map((all) => sumCells(all, pairs)),
  ];
  return { cells: lists.flatMap(({ cells }) => cells), sums: lists.flatMap(({ sums }) => sums) };
}

/** Right and wrong answers among the studies with the finding, and without it. */
const SIDES = [
  { of: 'sensitivity', right: 'truePositives', wrong: 'falseNegatives' },
  { of: 'specificity', right: 'trueNegatives', wrong: 'falsePositives' },
] as const;
type Side = (typeof SIDES)[number];

interface RatedPair extends Pair {
  readonly results: readonly [first: RaterResult, second: RaterResult];
  /** Studies by who of the two is right, with the finding and without it. */
  readonly counts: Readonly<Record<Side['of'], Readonly<Record<Outcome, number>>>>;
}

function pairOf(
  { label, first, second, bothRight }: Agreement,
  resultOf: (label: string, rater: string) => RaterResult,
): RatedPair {
  const results = [resultOf(label, first), resultOf(label, second)] as const;
  const countsOf = ({ right, wrong }: Side, bothOf: Count): Record<Outcome, number> => {
    const both = openCount(bothOf);
    const [onlyFirst, onlySecond] = results.map((result) => openCount(result[right]) - both);
    return { both, onlyFirst, onlySecond, neither: openCount(results[0][wrong]) - onlySecond };
  };
  const [sensitivity, specificity] = SIDES.map((side, place) => countsOf(side, bothRight[place]));
  return { label, first, second, results, counts: { sensitivity, specificity } };
}

/** How often a rater said yes and no. */
function callsOf(result: RaterResult, raterCell: (result: RaterResult, name: string) => string): CountedCells {
  const of = (
    answer: 'yes' | 'no',
    names: readonly ['truePositives' | 'falseNegatives', 'falsePositives' | 'trueNegatives'],
  ) => ({
    id: called(result.label, result.rater, answer),
    parts: names.map((name) => raterCell(result, name)),
    count: names.reduce((total, name) => total + openCount(result[name]), 0),
  });
  const calls = [of('yes', ['truePositives', 'falsePositives']), of('no', ['falseNegatives', 'trueNegatives'])];
  return {
    cells: calls.map(({ id, count }) => [id, count] as const),
    sums: calls.map(({ id, parts }) => ({ total: id, parts })),
  };
}

function rightCells(
  pair: RatedPair,
  { of, right, wrong }: Side,
  raterCell: (result: RaterResult, name: string) => string,
): CountedCells {
  const [first, second] = pair.results;
  const sum = (result: RaterResult, name: Side['right'] | Side['wrong'], parts: readonly Outcome[]): Sum => ({
    total: raterCell(result, name),
    parts: parts.map((part) => compared({ ...pair, of }, part)),
  });
  return {
    cells: OUTCOMES.map((name) => [compared({ ...pair, of }, name), pair.counts[of][name]] as const),
    sums: [
      sum(first, right, ['both', 'onlyFirst']),
      sum(first, wrong, ['onlySecond', 'neither']),
      sum(second, right, ['both', 'onlySecond']),
      sum(second, wrong, ['onlyFirst', 'neither']),
    ],
  };
}

/** Right about a finding that is there is yes, right about one that is not is no. */
const PARTS = {
  'yes/yes': ['both', 'neither'],
  'yes/no': ['onlyFirst', 'onlySecond'],
  'no/yes': ['onlySecond', 'onlyFirst'],
  'no/no': ['neither', 'both'],
} as const satisfies Readonly<Record<(typeof ANSWERS)[number], readonly [Outcome, Outcome]>>;

/** How often each pair of answers was given: by who is right, and by how often each rater said so. */
function answerCells(pair: RatedPair): CountedCells {
  const { label, first, second, counts } = pair;
  const sum = (rater: string, answer: 'yes' | 'no', parts: readonly (typeof ANSWERS)[number][]): Sum => ({
    total: called(label, rater, answer),
    parts: parts.map((part) => agreed(pair, part)),
  });
  return {
    cells: ANSWERS.map((name) => {
      const [present, absent] = PARTS[name];
      return [agreed(pair, name), counts.sensitivity[present] + counts.specificity[absent]] as const;
    }),
    sums: [
      sum(first, 'yes', ['yes/yes', 'yes/no']),
      sum(first, 'no', ['no/yes', 'no/no']),
      sum(second, 'yes', ['yes/yes', 'no/yes']),
      sum(second, 'no', ['yes/no', 'no/no']),
      ...ANSWERS.map((name) => ({
        total: agreed(pair, name),
        parts: SIDES.map(({ of }, place) => compared({ ...pair, of }, PARTS[name][place])),
      })),
    ],
  };
}

/** Of all findings together: the sums over the findings. */
function sumCells(all: Comparison, pairs: readonly RatedPair[]): CountedCells {
  const isOwn = (pair: RatedPair): boolean =>
    [all.first, all.second].every((rater) => [pair.first, pair.second].includes(rater));
  const own = pairs.filter(isOwn);
  return {
    cells: OUTCOMES.map((name) => [
      compared(all, name),
      own.reduce((total, pair) => total + pair.counts[all.of][pair.first === all.first ? name : TURNED[name]], 0),
    ]),
    sums: OUTCOMES.map((name) => ({
      total: compared(all, name),
      parts: own.map(({ label }) => compared({ ...all, label }, name)),
    })),
  };
}
