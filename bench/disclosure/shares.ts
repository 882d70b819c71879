// Shares, the counts that they are made of, and where hospitals and compared groups print them.
import type { ComparedResults } from '#lib/report/evaluation/compared-record.ts';
import type { Count, Figure } from '#lib/report/record.ts';
import { type Cell, told } from './said.ts';

/** n and events of a figure as cells, where it is printed; one that has no interval says them of its own denominator. */
export const toldCells = (figure: Figure | null | undefined, n: string | undefined, events?: string): Cell[] =>
  figure === null || figure === undefined || !('estimate' in figure)
    ? []
    : [
        ...(n === undefined ? [] : [[n, figure.n] as const]),
        ...(events === undefined ? [] : [[events, figure.events] as const]),
      ];

/** What a figure that is not judged says: all studies, and those with the class or finding. */
export const unjudged = (figure: Figure | null | undefined, n: string, events: string): Cell[] =>
  figure !== null && figure !== undefined && 'cannotTell' in figure && /^no |, fewer than/.test(figure.cannotTell)
    ? [
        [n, figure.n],
        [events, figure.events],
      ]
    : [];

/** Shares of hospitals and of compared groups: their numerator and denominator. */
export function sharesOf(
  { between, comparison }: ComparedResults,
  cells: (at: string, figure: string, n: Count, events: Count) => Cell[],
): Cell[] {
  const sites = (between?.measures ?? []).flatMap(({ id, figures }) =>
    figures.flatMap(({ site, figure }) =>
      'successes' in figure ? cells(`site=${site}`, id, figure.n, figure.successes) : [],
    ),
  );
  const gaps = (comparison?.gaps ?? []).flatMap(({ column, group, reference, figure, groupFigure, referenceFigure }) =>
    (
      [
        [group, groupFigure],
        [reference, referenceFigure],
      ] as const
    ).flatMap(([value, of]) => {
      const counts = told(of);
      return counts === undefined ? [] : cells(`${column}=${value}`, figure, counts.n, counts.events);
    }),
  );
  return [...sites, ...gaps];
}

/** Names of the studies with a class or finding, of those without it, and of both: what its sensitivity, specificity and AUROC are of. */
interface OneAgainstRest {
  readonly own: string;
  readonly others: string;
  readonly all: (k: string) => string;
}

/** The counts of a compared figure of one class or finding. */
export const againstRest =
  ({ own, others, all }: OneAgainstRest) =>
  (at: string, figure: string, n: Count, events: Count): Cell[] => {
    const [name, k] = figure.split('/');
    const [among, counted] =
      name === 'sensitivity'
        ? [`${k}/${own}`, `${k}/tp`]
        : name === 'specificity'
          ? [`${k}/${others}`, `${k}/tn`]
          : [all(k), `${k}/${own}`];
    return [
      [`${at}/${among}`, n],
      [`${at}/${counted}`, events],
    ];
  };
