// Which counts of a report on classes may leave.
import { cellsToHide, isSmall, type Sum, Unprotectable } from '../../disclosure.ts';
import { openCount } from '../../open-count.ts';
import type { SharedEvaluation } from '../kind.ts';
import { openByColumn } from '../open-columns.ts';
import type { ClassesGroup, ClassesResults, ClassInGroup } from './record.ts';

/** What is told of a group. */
export interface OpenGroup {
  /** Answered, silent, right and wrong studies. */
  readonly totals: boolean;
  /** What is right of all, no answer counted. */
  readonly rightOfAll: boolean;
  /** Answers by class among the answered studies. */
  readonly answers: boolean;
  /** By class: studies without an answer, and all of the class. */
  readonly silent: readonly boolean[];
}

export interface OpenClasses {
  readonly of: (group: ClassesGroup) => OpenGroup;
  /** [class of the reference][class of the answer], without the column of no answer. */
  readonly matrix: readonly (readonly boolean[])[];
}

const isSafe = (...counts: readonly number[]): boolean => counts.every((count) => !isSmall(count));

/**
 * Counts of all studies are told where they are 0 or above 10 and leave every small cell of the matrix more than one possible value; those
 * of the groups of a column where the same holds in each of them, all or none, and all studies tell them.
 */
export function openClasses(results: ClassesResults, isOpen: SharedEvaluation['isOpen']): OpenClasses {
  const { groups, namedBySilence, classes } = results;
  const named = namedBySilence.map((name) => classes.indexOf(name));
  const [whole] = groups;
  const matrix = isOpen(whole) && areTotalsSafe(whole) ? openMatrix(results) : undefined;
  const ofWhole = openGroup(whole, isOpen(whole), matrix !== undefined, named);
  return {
    of: openByColumn(groups, ofWhole, (own) => openColumn(own, ofWhole, isOpen, named)),
    matrix: matrix ?? classes.map(() => classes.map(() => false)),
  };
}

function openColumn(
  groups: readonly ClassesGroup[],
  whole: OpenGroup,
  isOpen: SharedEvaluation['isOpen'],
  named: readonly number[],
): OpenGroup {
  const own = groups.map((group) => openGroup(group, isOpen(group), areAnswersSafe(group), named));
  const all = (of: (open: OpenGroup) => boolean): boolean => of(whole) && own.every(of);
  const totals = all((open) => open.totals);
  return {
    totals,
    rightOfAll: totals && all((open) => open.rightOfAll),
    answers: totals && all((open) => open.answers),
    // What is hidden of one group follows where only one is: a column tells of no class or of all.
    silent: whole.silent.map(() => totals && all(({ silent }) => silent.every(Boolean))),
  };
}

function openGroup(group: ClassesGroup, open: boolean, answersOpen: boolean, named: readonly number[]): OpenGroup {
  const totals = open && areTotalsSafe(group);
  const silent = openSilent(group.classes.map((of) => openCount(of.silent)));
  const isToldOfAll = named.every((k) => silent[k]);
  const right = named.reduce((total, k) => total + openCount(group.classes[k].silent), openCount(group.right));
  const n = openCount(group.answered) + openCount(group.silent);
  return {
    totals,
    rightOfAll: totals && isToldOfAll && isSafe(right, n - right),
    answers: totals && answersOpen,
    silent: silent.map((is) => totals && answersOpen && is),
  };
}

const areTotalsSafe = ({ answered, silent, right, wrong }: ClassesGroup): boolean =>
  isSafe(...[answered, silent, right, wrong].map(openCount));

const areAnswersSafe = ({ classes }: ClassesGroup): boolean => classes.every(isClassSafe);

function isClassSafe(of: ClassInGroup): boolean {
  const { truePositives, falseNegatives, trueNegatives, falsePositives } = of;
  const counts = [truePositives, falseNegatives, trueNegatives, falsePositives].map(openCount);
  return isSafe(...counts);
}

/** Small ones are hidden, and the smallest of the others until two or more are that together are above 10. */
function openSilent(counts: readonly number[]): boolean[] {
  const order = counts.flatMap((count, k) => (count > 0 ? [k] : [])).sort((a, b) => counts[a] - counts[b]);
  const hidden = new Set(order.filter((k) => isSmall(counts[k])));
  const sum = (): number => [...hidden].reduce((total, k) => total + counts[k], 0);
  for (const k of order) if (hidden.size > 0 && (hidden.size < 2 || isSmall(sum()))) hidden.add(k);
  const isProtected = hidden.size === 0 || (hidden.size >= 2 && !isSmall(sum()));
  return counts.map((_, k) => isProtected && !hidden.has(k));
}

/** Cells that can be told beside the answers by class; undefined where these cannot be told either. */
function openMatrix({ groups, matrix }: ClassesResults): boolean[][] | undefined {
  const counts = matrix.map((row) => row.slice(0, matrix.length).map(openCount));
  if (!groups[0].classes.every(isClassSafe)) return undefined;
  const few = hiddenCells(counts);
  const all = counts.map((row, r) => row.map((_, a) => r !== a));
  return [few, all]
    .find((hidden) => hidden !== undefined && isAmbiguous(counts, hidden))
    ?.map((row) => row.map((is) => !is));
}

/** Small cells and as many others as it takes that margins and what is shown determine none; undefined where none suffice. */
function hiddenCells(counts: readonly (readonly number[])[]): boolean[][] | undefined {
  const id = (r: number, a: number): string => `${r}/${a}`;
  const places = [...counts.keys()];
  const margins = places.flatMap((k): [string, number, Sum][] => {
    const rest = places.filter((other) => other !== k);
    const sum = (total: string, parts: readonly string[]): Sum => ({ total, parts });
    return [
      [
        `row/${k}`,
        rest.reduce((n, a) => n + counts[k][a], 0),
        sum(
          `row/${k}`,
          rest.map((a) => id(k, a)),
        ),
      ],
      [
        `column/${k}`,
        rest.reduce((n, r) => n + counts[r][k], 0),
        sum(
          `column/${k}`,
          rest.map((r) => id(r, k)),
        ),
      ],
    ];
  });
  const cells = new Map([
    ...places.flatMap((r) => places.map((a): [string, number] => [id(r, a), counts[r][a]])),
    ...margins.map(([name, count]): [string, number] => [name, count]),
  ]);
  const isMargin = new Set(margins.map(([name]) => name));
  try {
    const hidden = cellsToHide(
      cells,
      margins.map(([, , sum]) => sum),
      { knownAnyway: isMargin },
    );
    return counts.map((row, r) => row.map((_, a) => hidden.has(id(r, a))));
  } catch (error) {
    if (!(error instanceof Unprotectable)) throw error;
    return undefined;
  }
}

/** Every small cell could be one more or one less, all margins and all cells that are shown the same: along a cycle of hidden cells. */
function isAmbiguous(counts: readonly (readonly number[])[], hidden: readonly (readonly boolean[])[]): boolean {
  const places = [...counts.keys()];
  return places.every((r) => places.every((a) => r === a || !isSmall(counts[r][a]) || hasCycle(counts, hidden, r, a)));
}

/** A cycle through hidden cells that raises r, a; or one that lowers it. */
function hasCycle(
  counts: readonly (readonly number[])[],
  hidden: readonly (readonly boolean[])[],
  r: number,
  a: number,
): boolean {
  const places = [...counts.keys()];
  return [1, -1].some((direction) => {
    const can = (row: number, column: number, change: number): boolean =>
      row !== column && hidden[row][column] && counts[row][column] + change >= 0;
    if (!can(r, a, direction)) return false;
    // Rows reached with a change that their own sum must still undo, by the columns passed.
    const reached = new Set<number>();
    const walk = (row: number, depth: number, used: ReadonlySet<number>): boolean =>
      places.some((column) => {
        if (column === a || used.has(column) || !can(row, column, -direction)) return false;
        return places.some((next) => {
          if (next === row || next === r || !can(next, column, direction)) return false;
          if (can(next, a, -direction)) return true;
          if (depth === places.length || reached.has(next)) return false;
          reached.add(next);
          return walk(next, depth + 1, new Set([...used, column]));
        });
      });
    return walk(r, 1, new Set());
  });
}
