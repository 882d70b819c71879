// Which columns may show sensitivity and specificity of their groups.
import { cellsToHide, isSmall, type Sum } from '../../disclosure.ts';
import { isEstimate, isSuppressed } from '../../record.ts';
import { cellOf, type SharedEvaluation } from '../kind.ts';
import { isAll } from '../record.ts';
import { sensitivityOf, specificityOf } from './compared.ts';
import type { OrdinalGroup, OrdinalResults } from './record.ts';

/** Right and wrong of a share. */
type Pair = readonly [right: number, wrong: number];

/**
 * Which figures at which cuts every group of a column may show; by column and figure. All groups show one or none does, since that of one
 * follows from the others and the whole: where its counts, their differences between the cuts that are shown, and the answers that both
 * figures of a cut tell, are 0 or above 10 in every group, nothing that they would tell is hidden, and no small cell of a group's matrix
 * follows from them.
 */
export function openCuts(
  results: OrdinalResults,
  hidden: ReadonlySet<string>,
  isOpen: SharedEvaluation['isOpen'],
): (column: string, figure: string) => boolean {
  const { groups, grades } = results;
  const parts = [...grades.map((_, k) => `reference/${k}`), 'same', 'other'];
  const answersHidden = grades.some((_, k) => hidden.has(`grades/answer/${k}`));
  const counts = countsOf(results);
  const columns = [...new Set(groups.flatMap((group) => (isAll(group) ? [] : [group.group ?? ''])))];
  const open = columns.flatMap((column) => {
    const own = groups.filter(({ group }) => group === column);
    const isTold = [groups[0], ...own].every(
      (group) =>
        isOpen(group) && !parts.some((name) => hidden.has(cellOf(group, name)) || hidden.has(`grades/${name}`)),
    );
    if (!isTold) return [];
    const pairsOf = (id: string): readonly (Pair | undefined)[] =>
      own.map(({ value }) => counts.get(JSON.stringify([column, value, id])));
    const cuts = grades.slice(1).map((grade, i): Cut => {
      const isHidden = (...names: string[]): boolean => names.some((name) => hidden.has(`grades/cut/${i}/${name}`));
      return {
        grade,
        found: isHidden('truePositives', 'falseNegatives') ? [undefined] : pairsOf(sensitivityOf(grade)),
        cleared: isHidden('trueNegatives', 'falsePositives') ? [undefined] : pairsOf(specificityOf(grade)),
      };
    });
    const shown: string[] = [];
    for (const figure of safeFigures(cuts, answersHidden))
      if (own.every((group) => keepsCells(group, grades, [...shown, figure]))) shown.push(figure);
    return shown.map((figure) => JSON.stringify([column, figure]));
  });
  const ids = new Set(open);
  return (column, figure) => ids.has(JSON.stringify([column, figure]));
}

/** Whether no small cell of the group's matrix follows from its grades, its equal answers and these figures. */
function keepsCells(
  { agreement, reference }: OrdinalGroup,
  grades: readonly string[],
  figures: readonly string[],
): boolean {
  const cells = new Map<string, number>();
  const sums: Sum[] = [];
  agreement.matrix.forEach((row, r) => {
    row.forEach((count, a) => {
      cells.set(`cell/${r}/${a}`, Number(count));
    });
  });
  const add = (name: string, is: (r: number, a: number) => boolean): void => {
    const parts = grades.flatMap((_, r) => grades.flatMap((__, a) => (is(r, a) ? [`cell/${r}/${a}`] : [])));
    cells.set(
      name,
      parts.reduce((total, id) => total + (cells.get(id) ?? 0), 0),
    );
    sums.push({ total: name, parts });
  };
  reference.forEach((_, k) => {
    add(`reference/${k}`, (r) => r === k);
  });
  add('same', (r, a) => r === a);
  grades.slice(1).forEach((grade, i) => {
    const found = figures.includes(sensitivityOf(grade));
    const cleared = figures.includes(specificityOf(grade));
    if (found) add(`found/${i}`, (r, a) => r > i && a > i);
    if (cleared) add(`cleared/${i}`, (r, a) => r <= i && a <= i);
  });
  const hidden = cellsToHide(cells, sums, { costOf: (id) => Number(!id.startsWith('cell/')) });
  return [...hidden].every((id) => id.startsWith('cell/'));
}

interface Cut {
  readonly grade: string;
  /** Group by group. */
  readonly found: readonly (Pair | undefined)[];
  readonly cleared: readonly (Pair | undefined)[];
}

const isSafe = (pairs: readonly (Pair | undefined)[]): pairs is readonly Pair[] =>
  pairs.every((pair) => pair !== undefined && !pair.some(isSmall));

/** From the lowest cut on, each figure that tells no small step to one that is shown already. */
function safeFigures(cuts: readonly Cut[], answersHidden: boolean): string[] {
  const shown = { found: [] as number[][], cleared: [] as number[][], answers: [] as number[][] };
  const isFar = (earlier: readonly number[][], counts: readonly number[]): boolean =>
    earlier.every((before) => counts.every((count, k) => !isSmall(Math.abs(count - before[k]))));
  return cuts.flatMap(({ grade, found, cleared }) => {
    const ids: string[] = [];
    const right = isSafe(found) ? found.map(([count]) => count) : undefined;
    if (right !== undefined && isFar(shown.found, right)) {
      shown.found.push(right);
      ids.push(sensitivityOf(grade));
    }
    if (!isSafe(cleared)) return ids;
    const clear = cleared.map(([count]) => count);
    const answers = ids.length > 0 && isSafe(found) ? found.map(([hit], k) => hit + cleared[k][1]) : undefined;
    const tellsAnswers =
      answers !== undefined && (answersHidden || !isFar(shown.answers, answers) || answers.some(isSmall));
    if (tellsAnswers || !isFar(shown.cleared, clear)) return ids;
    shown.cleared.push(clear);
    if (answers !== undefined) shown.answers.push(answers);
    return [...ids, specificityOf(grade)];
  });
}

/** By column, group and figure. */
function countsOf({ between, comparison }: OrdinalResults): Map<string, Pair> {
  const sites = (between?.measures ?? []).flatMap(({ id, figures }) =>
    figures.flatMap(({ site, figure }): [string, Pair][] =>
      'successes' in figure
        ? [[JSON.stringify(['site', site, id]), [figure.successes, figure.n - figure.successes]]]
        : [],
    ),
  );
  const gaps = comparison?.gaps ?? [];
  const groups = gaps.flatMap(({ column, group, reference, figure, groupFigure, referenceFigure }) =>
    (
      [
        [group, groupFigure],
        [reference, referenceFigure],
      ] as const
    ).flatMap(([value, of]): [string, Pair][] =>
      !isSuppressed(of) && (isEstimate(of) || 'cannotTell' in of)
        ? [[JSON.stringify([column, value, figure]), [of.events, of.n - of.events]]]
        : [],
    ),
  );
  return new Map([...sites, ...groups]);
}
