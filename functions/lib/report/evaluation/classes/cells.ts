// Every count of a report on classes as a named cell, and the sums by which a reader could compute one from others.
import type { Sum } from '../../disclosure.ts';
import { type Count, isSuppressed } from '../../record.ts';
import { type Cells, cellOf } from '../kind.ts';
import { partitionSums } from '../partition-sums.ts';
import { isAll } from '../record.ts';
import type { ClassesGroup, ClassesResults, ClassInGroup } from './record.ts';

export const COUNTS = [
  'truePositives',
  'falseNegatives',
  'trueNegatives',
  'falsePositives',
  'silent',
] as const satisfies readonly (keyof ClassInGroup)[];
/** `rightOfAll`: right, or without an answer where that names the class; `notRight`: all others. */
const OF_GROUP = ['answered', 'silent', 'right', 'wrong', 'rightOfAll', 'notRight'] as const;

const known = (count: Count): number => (isSuppressed(count) ? Number.NaN : count);

/** The name of a cell of a class among those of its group; `own`, `called`: studies of the class and with it as answer, of the answered. */
export const ofClass = (k: number, name: string): string => `${k}/${name}`;

export const matrixCell = (reference: number, answer: number): string => `matrix/${reference}/${answer}`;

export function cells({ groups, classes, matrix, namedBySilence }: ClassesResults): Cells {
  const bySilence = namedBySilence.map((name) => classes.indexOf(name));
  const names = [
    ...OF_GROUP,
    ...classes.flatMap((_, k) => [...COUNTS, 'own', 'called', 'others'].map((name) => ofClass(k, name))),
  ];
  const counted = groups.flatMap((group): [string, number][] => [
    ...groupCells(group, bySilence).map(([name, count]): [string, number] => [cellOf(group, name), count]),
    ...group.classes.flatMap((of, k) =>
      classCells(of).map(([name, count]): [string, number] => [cellOf(group, ofClass(k, name)), count]),
    ),
  ]);
  const places = matrix.flatMap((row, r) => row.map((count, a): [string, number] => [matrixCell(r, a), known(count)]));
  return {
    cells: [...places, ...counted],
    sums: [
      ...groups.flatMap((group) => sumsOf(group, classes.length, bySilence)),
      ...matrixSums(groups[0], classes.length),
      ...partitionSums(groups, names),
    ],
    costs: new Map([
      ...places.map(([id]): [string, number] => [id, 0]),
      ...groups.flatMap((group) =>
        names.map((name): [string, number] => [
          cellOf(group, name),
          (name.includes('/') ? 2 : 6) + (isAll(group) ? 10 : 0),
        ]),
      ),
    ]),
  };
}

function groupCells(
  { answered, silent, right, wrong, classes }: ClassesGroup,
  bySilence: readonly number[],
): [(typeof OF_GROUP)[number], number][] {
  const counts = { answered: known(answered), silent: known(silent), right: known(right), wrong: known(wrong) };
  const named = bySilence.reduce((total, k) => total + known(classes[k].silent), 0);
  const rightOfAll = counts.right + named;
  const all = { ...counts, rightOfAll, notRight: counts.answered + counts.silent - rightOfAll };
  return OF_GROUP.map((name) => [name, all[name]]);
}

function classCells(of: ClassInGroup): [string, number][] {
  const counts = COUNTS.map((name): [string, number] => [name, known(of[name])]);
  const [found, missed, cleared, alarms] = counts.map(([, count]) => count);
  return [...counts, ['own', found + missed], ['called', found + alarms], ['others', cleared + alarms]];
}

function sumsOf(group: ClassesGroup, classes: number, bySilence: readonly number[]): Sum[] {
  const sum = (total: string, parts: readonly string[]): Sum => ({
    total: cellOf(group, total),
    parts: parts.map((name) => cellOf(group, name)),
  });
  const each = (name: string): string[] => Array.from({ length: classes }, (_, k) => ofClass(k, name));
  return [
    sum('n', ['answered', 'silent']),
    sum('n', ['rightOfAll', 'notRight']),
    sum('rightOfAll', ['right', ...bySilence.map((k) => ofClass(k, 'silent'))]),
    sum('answered', ['right', 'wrong']),
    sum('silent', each('silent')),
    sum('right', each('truePositives')),
    sum('wrong', each('falseNegatives')),
    sum('wrong', each('falsePositives')),
    ...Array.from({ length: classes }, (_, k) => [
      sum(ofClass(k, 'own'), [ofClass(k, 'truePositives'), ofClass(k, 'falseNegatives')]),
      sum(ofClass(k, 'called'), [ofClass(k, 'truePositives'), ofClass(k, 'falsePositives')]),
      sum(ofClass(k, 'others'), [ofClass(k, 'trueNegatives'), ofClass(k, 'falsePositives')]),
      sum('answered', [ofClass(k, 'own'), ofClass(k, 'others')]),
    ]).flat(),
  ];
}

/** What the matrix of all studies says of each class. */
function matrixSums(whole: ClassesGroup, classes: number): Sum[] {
  const places = Array.from({ length: classes }, (_, k) => k);
  return places.flatMap((k) => {
    const rest = places.filter((other) => other !== k);
    const sum = (name: string, parts: readonly string[]): Sum => ({ total: cellOf(whole, ofClass(k, name)), parts });
    return [
      sum('truePositives', [matrixCell(k, k)]),
      sum('silent', [matrixCell(k, classes)]),
      sum(
        'falseNegatives',
        rest.map((a) => matrixCell(k, a)),
      ),
      sum(
        'falsePositives',
        rest.map((r) => matrixCell(r, k)),
      ),
    ];
  });
}
