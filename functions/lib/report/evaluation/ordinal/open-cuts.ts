// Which columns may show sensitivity and specificity of their groups.
import { isSmall } from '../../disclosure.ts';
import { isEstimate, isSuppressed } from '../../record.ts';
import { gradeCells } from '../grades.ts';
import { cellOf, type SharedEvaluation } from '../kind.ts';
import { isAll } from '../record.ts';
import { sensitivityOf, specificityOf } from './compared.ts';
import type { OrdinalResults } from './record.ts';

/** Right and wrong of a share. */
type Pair = readonly [right: number, wrong: number];

/**
 * All groups of a column show their cuts or none does, since those of one follow from the others and the whole: where every count at every
 * cut, and every difference of it between two cuts, is 0 or above 10, and nothing that the cuts would tell is hidden.
 */
export function columnsWithOpenCuts(
  results: OrdinalResults,
  hidden: ReadonlySet<string>,
  isOpen: SharedEvaluation['isOpen'],
): Set<string> {
  const { groups, agreement, grades } = results;
  const told = /\/(?:cut|reference|answer|same|other)/;
  if (gradeCells(agreement).cells.some(([id]) => told.test(id) && hidden.has(id))) return new Set();
  const counts = countsOf(results);
  const parts = [...grades.map((_, k) => `reference/${k}`), 'same', 'other'];
  const columns = [...new Set(groups.flatMap((group) => (isAll(group) ? [] : [group.group ?? ''])))];
  const open = columns.filter((column) =>
    groups
      .filter(({ group }) => group === column)
      .every((group) => {
        const pair = (id: string): Pair | undefined => counts.get(JSON.stringify([column, group.value, id]));
        const cuts = grades.slice(1).map((grade) => [pair(sensitivityOf(grade)), pair(specificityOf(grade))] as const);
        return isOpen(group) && !parts.some((name) => hidden.has(cellOf(group, name))) && cutsAreSafe(cuts);
      }),
  );
  return new Set(open);
}

function cutsAreSafe(cuts: readonly (readonly [Pair | undefined, Pair | undefined])[]): boolean {
  const rows = cuts.map(([found, cleared]) =>
    found === undefined || cleared === undefined ? undefined : [...found, ...cleared, found[0] + cleared[1]],
  );
  return rows.every((row, cut) => {
    if (row === undefined || row.some(isSmall)) return false;
    const before = rows[cut - 1];
    return before === undefined || row.every((count, k) => !isSmall(Math.abs(count - before[k])));
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
