// Studies by the answers of two raters: what comparisons and agreements count, and how each follows from the other.
import type { Sum } from '../disclosure.ts';
import { type Count, isSuppressed } from '../record.ts';
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

const OUTCOMES = ['both', 'onlyFirst', 'onlySecond', 'neither'] as const;
const ANSWERS = ['yes/yes', 'yes/no', 'no/yes', 'no/no'] as const;

type Compared = Pick<Comparison, 'label' | 'first' | 'second' | 'of'>;
type Agreed = Pick<Agreement, 'label' | 'first' | 'second'>;

const compared = ({ label, first, second, of }: Compared, name: (typeof OUTCOMES)[number]): string =>
  `pair/${label}/${first}/${second}/${of}/${name}`;
const agreed = ({ label, first, second }: Agreed, name: (typeof ANSWERS)[number]): string =>
  `agreed/${label}/${first}/${second}/${name}`;
const called = (label: string, rater: string, answer: 'yes' | 'no'): string => `called/${label}/${rater}/${answer}`;

/** Cells of which each must be open where a comparison, or an agreement, is shown. */
export const cellsOfComparison = (comparison: Compared): string[] => OUTCOMES.map((name) => compared(comparison, name));
export const cellsOfAgreement = (agreement: Agreed): string[] => ANSWERS.map((name) => agreed(agreement, name));

export function pairCells(body: ReaderBody, raterCell: (result: RaterResult, name: string) => string): CountedCells {
  const wholes = body.results.filter(isWholeGroup);
  const resultOf = (label: string, rater: string): RaterResult => {
    const found = wholes.find((result) => result.label === label && result.rater === rater);
    if (found === undefined) throw new Error(`reader report: found no result of ${rater} for ${label}`);
    return found;
  };
  const singles = body.comparisons.filter(({ label }) => label !== ALL_FINDINGS);
  const raters = body.agreements.filter(({ first }) => first !== REFERENCE);
  const lists = [
    ...wholes.map((result) => callsOf(result, raterCell)),
    ...singles.map((comparison) => comparedCells(comparison, resultOf, raterCell)),
    ...body.comparisons.filter(({ label }) => label === ALL_FINDINGS).map((all) => sumCells(all, singles, resultOf)),
    ...raters.map((agreement) => agreedCells(agreement, body, resultOf)),
    ...raters.map((agreement) => ({ cells: [], sums: bothCounts(agreement, singles) })),
  ];
  return { cells: lists.flatMap(({ cells }) => cells), sums: lists.flatMap(({ sums }) => sums) };
}

const known = (count: Count): number => {
  if (isSuppressed(count)) throw new Error('a count is hidden already: shareable reports are made from internal ones');
  return count;
};

/** How often a rater said yes and no. */
function callsOf(result: RaterResult, raterCell: (result: RaterResult, name: string) => string): CountedCells {
  const of = (
    answer: 'yes' | 'no',
    names: readonly ['truePositives' | 'falseNegatives', 'falsePositives' | 'trueNegatives'],
  ) => ({
    id: called(result.label, result.rater, answer),
    parts: names.map((name) => raterCell(result, name)),
    count: names.reduce((total, name) => total + known(result[name]), 0),
  });
  const calls = [of('yes', ['truePositives', 'falsePositives']), of('no', ['falseNegatives', 'trueNegatives'])];
  return {
    cells: calls.map(({ id, count }) => [id, count] as const),
    sums: calls.map(({ id, parts }) => ({ total: id, parts })),
  };
}

/** Right and wrong answers of a rater among the studies that a comparison is about. */
const SIDES = {
  sensitivity: ['truePositives', 'falseNegatives'],
  specificity: ['trueNegatives', 'falsePositives'],
} as const;

type ResultOf = (label: string, rater: string) => RaterResult;

function countsOf(comparison: Comparison, resultOf: ResultOf): Record<(typeof OUTCOMES)[number], number> {
  const [right, wrong] = SIDES[comparison.of];
  const first = resultOf(comparison.label, comparison.first);
  const [onlyFirst, onlySecond] = [known(comparison.onlyFirst), known(comparison.onlySecond)];
  return {
    both: known(first[right]) - onlyFirst,
    onlyFirst,
    onlySecond,
    neither: known(first[wrong]) - onlySecond,
  };
}

function comparedCells(
  comparison: Comparison,
  resultOf: ResultOf,
  raterCell: (result: RaterResult, name: string) => string,
): CountedCells {
  const { label, first, second, of } = comparison;
  const counts = countsOf(comparison, resultOf);
  const [right, wrong] = SIDES[of];
  const sum = (rater: string, name: typeof right | typeof wrong, parts: readonly (typeof OUTCOMES)[number][]): Sum => ({
    total: raterCell(resultOf(label, rater), name),
    parts: parts.map((part) => compared(comparison, part)),
  });
  return {
    cells: OUTCOMES.map((name) => [compared(comparison, name), counts[name]] as const),
    sums: [
      sum(first, right, ['both', 'onlyFirst']),
      sum(first, wrong, ['onlySecond', 'neither']),
      sum(second, right, ['both', 'onlySecond']),
      sum(second, wrong, ['onlyFirst', 'neither']),
    ],
  };
}

/** Of all findings together: the sums over the findings. */
function sumCells(all: Comparison, singles: readonly Comparison[], resultOf: ResultOf): CountedCells {
  const own = singles.filter(({ first, second, of }) => first === all.first && second === all.second && of === all.of);
  return {
    cells: OUTCOMES.map((name) => [
      compared(all, name),
      own.reduce((total, single) => total + countsOf(single, resultOf)[name], 0),
    ]),
    sums: OUTCOMES.map((name) => ({
      total: compared(all, name),
      parts: own.map((single) => compared(single, name)),
    })),
  };
}

function agreedCells(agreement: Agreement, { n }: ReaderBody, resultOf: ResultOf): CountedCells {
  const { label, first, second, observed } = agreement;
  const [a, b] = [first, second].map((rater) => {
    const { truePositives, falsePositives } = resultOf(label, rater);
    return known(truePositives) + known(falsePositives);
  });
  if (typeof observed !== 'number') throw new Error(`reader report: found no agreement of ${first} and ${second}`);
  const total = known(n);
  const yes = (Math.round(observed * total) + a + b - total) / 2;
  const counts = [yes, a - yes, b - yes, total - a - b + yes];
  const sum = (rater: string, answer: 'yes' | 'no', parts: readonly (typeof ANSWERS)[number][]): Sum => ({
    total: called(label, rater, answer),
    parts: parts.map((part) => agreed(agreement, part)),
  });
  return {
    cells: ANSWERS.map((name, i) => [agreed(agreement, name), counts[i]] as const),
    sums: [
      sum(first, 'yes', ['yes/yes', 'yes/no']),
      sum(first, 'no', ['no/yes', 'no/no']),
      sum(second, 'yes', ['yes/yes', 'no/yes']),
      sum(second, 'no', ['yes/no', 'no/no']),
    ],
  };
}

/** Where both sensitivity and specificity of a pair are compared, each answer of two is one of each. */
function bothCounts(agreement: Agreement, singles: readonly Comparison[]): Sum[] {
  const { label, first, second } = agreement;
  const isOwn = (single: Comparison): boolean =>
    single.label === label && [first, second].every((rater) => [single.first, single.second].includes(rater));
  const [sensitivity, specificity] = (['sensitivity', 'specificity'] as const).map((of) =>
    singles.find((single) => isOwn(single) && single.of === of),
  );
  if (sensitivity === undefined || specificity === undefined) return [];
  const isTurned = sensitivity.first !== first;
  const [onlyFirst, onlySecond] = isTurned
    ? (['onlySecond', 'onlyFirst'] as const)
    : (['onlyFirst', 'onlySecond'] as const);
  // Right about a finding that is there is yes, right about one that is not is no.
  const parts = {
    'yes/yes': ['both', 'neither'],
    'yes/no': [onlyFirst, onlySecond],
    'no/yes': [onlySecond, onlyFirst],
    'no/no': ['neither', 'both'],
  } as const;
  return ANSWERS.map((name) => ({
    total: agreed(agreement, name),
    parts: [compared(sensitivity, parts[name][0]), compared(specificity, parts[name][1])],
  }));
}
