// Questions with one of several answers: their matrices, and what follows from every study having exactly one answer.
import type { Sum } from '../disclosure.ts';
import { openCount } from '../open-count.ts';
import type { CountedCells } from './pair-cells.ts';
import { type ClassResult, isWholeGroup, type RaterResult, type ReaderBody, type ReaderGroup } from './record.ts';

export const matrixCell = ({ column, rater }: ClassResult, reference: number, answer: number): string =>
  `matrix/${column}/${rater}/${reference}/${answer}`;

/** The finding that stands for one value of a question. */
export const valueLabel = (column: string, value: string): string => `${column}=${value}`;

interface Names {
  readonly groupId: (group: ReaderGroup) => string;
  readonly eventsOf: (group: ReaderGroup, label: string) => string;
  readonly raterCell: (result: RaterResult, name: string) => string;
}

export function classCells(body: ReaderBody, names: Names): CountedCells {
  const questions = new Map(body.classes.map(({ column, values }) => [column, values]));
  return {
    cells: body.classes.flatMap((result) =>
      result.matrix.flatMap((row, r) => row.map((count, a) => [matrixCell(result, r, a), openCount(count)] as const)),
    ),
    sums: [
      ...[...questions].flatMap(([column, values]) => onceEach(body, column, values, names)),
      ...body.classes.flatMap((result) => matrixSums(result, body.results, names)),
    ],
  };
}

/** In every group the values of the reference, and those of every rater, are all studies. */
function onceEach({ groups, results }: ReaderBody, column: string, values: readonly string[], names: Names): Sum[] {
  const labels = values.map((value) => valueLabel(column, value));
  return groups.flatMap((group) => {
    const total = names.groupId(group);
    const own = results.filter((result) => labels.includes(result.label) && names.groupId(result) === total);
    const byRater = Map.groupBy(own, ({ rater }) => rater);
    return [
      { total, parts: labels.map((label) => names.eventsOf(group, label)) },
      ...[...byRater.values()].map((of) => ({
        total,
        parts: of.flatMap((result) => ['truePositives', 'falsePositives'].map((name) => names.raterCell(result, name))),
      })),
    ];
  });
}

/** What a matrix says of each value against all others. */
function matrixSums(question: ClassResult, results: readonly RaterResult[], { raterCell }: Names): Sum[] {
  const { column, rater, values } = question;
  return values.flatMap((value, k) => {
    const own = results.find(
      (result) => result.label === valueLabel(column, value) && result.rater === rater && isWholeGroup(result),
    );
    if (own === undefined) return [];
    const others = values.flatMap((_, other) => (other === k ? [] : [other]));
    return [
      { total: raterCell(own, 'truePositives'), parts: [matrixCell(question, k, k)] },
      { total: raterCell(own, 'falseNegatives'), parts: others.map((other) => matrixCell(question, k, other)) },
      { total: raterCell(own, 'falsePositives'), parts: others.map((other) => matrixCell(question, other, k)) },
    ];
  });
}
