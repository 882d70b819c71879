import type { OrdinalResults } from '#lib/report/evaluation/ordinal/record.ts';
import { overMatrices, saidOfGrades, saidOfSummary } from './grades.ts';
import { type Cell, idOf, join, overGroups, type Said, told } from './said.ts';
import { sharesOf } from './shares.ts';
import { sumOf } from './system.ts';

export function saidOfOrdinal(results: OrdinalResults): Said {
  const { groups, agreement, grades: names } = results;
  const own = groups.map((group): Said => {
    const at = idOf(group);
    return join(saidOfSummary(at, group.agreement), {
      cells: [
        ...group.reference.map((count, k) => [`${at}/reference/${k}`, count] as const),
        [`${at}/n`, told(group.concordance)?.n],
      ],
      sums: [
        sumOf(
          `${at}/n`,
          group.reference.map((_, k) => `${at}/reference/${k}`),
        ),
      ],
    });
  });
  const over = [...names.map((_, k) => `reference/${k}`), 'same', 'other'];
  const rows = groups.flatMap((group) =>
    names.map((_, r) =>
      sumOf(
        `${idOf(group)}/reference/${r}`,
        names.map((__, a) => (idOf(group) === '*' ? `matrix/${r}/${a}` : `${idOf(group)}/matrix/${r}/${a}`)),
      ),
    ),
  );
  return join(
    ...own,
    { cells: [], sums: [...overGroups(groups, over), ...overMatrices(groups, names.length), ...rows] },
    comparedCuts(results),
    saidOfGrades(agreement),
  );
}

/** Counts at a cut that comparisons of groups and hospitals print. */
function comparedCuts(results: OrdinalResults): Said {
  const { grades: names, groups } = results;
  const cells = sharesOf(results, (at, figure, n, events): Cell[] =>
    figure === 'concordance'
      ? []
      : [
          [`${at}/${figure}/right`, events],
          [`${at}/${figure}/n`, n],
        ],
  );
  const all = names.flatMap((_, r) => names.map((__, a) => ({ r, a })));
  const sums = groups.flatMap((group) =>
    names.slice(1).flatMap((grade, i) =>
      (['sensitivity', 'specificity'] as const).flatMap((of) => {
        const own = `${idOf(group)}/${of}/${grade}`;
        const isMember = (r: number): boolean => r > i === (of === 'sensitivity');
        const cell = (r: number, a: number): string =>
          idOf(group) === '*' ? `matrix/${r}/${a}` : `${idOf(group)}/matrix/${r}/${a}`;
        const where = (is: (r: number, a: number) => boolean): string[] =>
          all.flatMap(({ r, a }) => (is(r, a) ? [cell(r, a)] : []));
        return [
          sumOf(`${own}/n`, where(isMember)),
          sumOf(
            `${own}/right`,
            where((r, a) => isMember(r) && isMember(a)),
          ),
        ];
      }),
    ),
  );
  return { cells, sums };
}
