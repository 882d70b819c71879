// Every count of a report on labels as a named cell, and the sums by which a reader could compute one from others.
import type { Sum } from '../../disclosure.ts';
import { type Count, isSuppressed } from '../../record.ts';
import { type Cells, cellOf } from '../kind.ts';
import { partitionSums } from '../partition-sums.ts';
import { isAll } from '../record.ts';
import type { AnswerCounts, LabelResult, LabelsGroup, LabelsResults } from './record.ts';

const KNOWN = ['known', 'unknown', 'unanswered', 'events', 'nonEvents'] as const;
export const ANSWERS = [
  'truePositives',
  'falseNegatives',
  'trueNegatives',
  'falsePositives',
] as const satisfies readonly (keyof AnswerCounts)[];
/** Over all labels of a group. `excess`: wrong answers beside the first one of a study; `elsewhere`: those of incomplete studies. */
const HEAP = ['complete', 'incomplete', 'exact', 'inexact', 'right', 'wrong', 'heap', 'found', 'excess', 'elsewhere'];

const known = (count: Count): number => (isSuppressed(count) ? Number.NaN : count);

/** The name of a cell of a label among those of its group. */
export const ofLabel = (k: number, name: string): string => `${k}/${name}`;

export function cells(results: LabelsResults): Cells {
  const { groups, labels } = results;
  const decided = labels.flatMap(({ answers }, k) => (answers === 'none' ? [] : [k]));
  const names = [
    ...labels.flatMap((_, k) => KNOWN.map((name) => ofLabel(k, name))),
    ...decided.flatMap((k) => ANSWERS.map((name) => ofLabel(k, name))),
    ...(decided.length < 2 ? [] : HEAP),
  ];
  const all = groups.flatMap((group) => {
    const counts = countsOf(group, decided);
    return names.map((name): [string, number] => [cellOf(group, name), counts.get(name) ?? 0]);
  });
  return {
    cells: all,
    sums: [...groups.flatMap((group) => sumsOf(group, labels.length, decided)), ...partitionSums(groups, names)],
    costs: costsOf(groups, names),
  };
}

function countsOf(group: LabelsGroup, decided: readonly number[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [k, label] of group.labels.entries()) {
    counts.set(ofLabel(k, 'known'), known(label.n));
    for (const name of ['unknown', 'unanswered', 'events', 'nonEvents'] as const)
      counts.set(ofLabel(k, name), known(label[name]));
    for (const name of ANSWERS)
      if (label.decisions !== null) counts.set(ofLabel(k, name), known(label.decisions[name]));
  }
  const n = ['known', 'unknown', 'unanswered'].reduce((total, name) => total + (counts.get(ofLabel(0, name)) ?? 0), 0);
  const [complete, exact, inexact] = [group.complete, group.exact, group.inexact].map(known);
  const [right, wrong] = [group.right, group.wrong].map(known);
  const found = decided.reduce((total, k) => total + (counts.get(ofLabel(k, 'truePositives')) ?? 0), 0);
  const { errorsOfComplete } = group;
  const heap = { complete, incomplete: n - complete, exact, inexact, right, wrong, heap: right + wrong, found };
  const beside = { excess: known(errorsOfComplete) - inexact, elsewhere: wrong - known(errorsOfComplete) };
  for (const [name, count] of Object.entries({ ...heap, ...beside })) counts.set(name, count);
  return counts;
}

function sumsOf(group: LabelsGroup, labels: number, decided: readonly number[]): Sum[] {
  const sum = (total: string, parts: readonly string[]): Sum => ({
    total: cellOf(group, total),
    parts: parts.map((name) => cellOf(group, name)),
  });
  const each = (name: string): string[] => decided.map((k) => ofLabel(k, name));
  return [
    ...Array.from({ length: labels }, (_, k) => [
      sum('n', [ofLabel(k, 'known'), ofLabel(k, 'unknown'), ofLabel(k, 'unanswered')]),
      sum(ofLabel(k, 'known'), [ofLabel(k, 'events'), ofLabel(k, 'nonEvents')]),
    ]).flat(),
    ...decided.flatMap((k) => [
      sum(ofLabel(k, 'events'), [ofLabel(k, 'truePositives'), ofLabel(k, 'falseNegatives')]),
      sum(ofLabel(k, 'nonEvents'), [ofLabel(k, 'trueNegatives'), ofLabel(k, 'falsePositives')]),
    ]),
    ...(decided.length < 2
      ? []
      : [
          sum('heap', each('known')),
          sum('heap', ['right', 'wrong']),
          sum('right', [...each('truePositives'), ...each('trueNegatives')]),
          sum('found', each('truePositives')),
          sum('n', ['complete', 'incomplete']),
          sum('complete', ['exact', 'inexact']),
          sum('wrong', ['inexact', 'excess', 'elsewhere']),
        ]),
  ];
}

/** What no page prints is given up first, then sums over labels, then the counts of answers in groups; all studies last. */
function costsOf(groups: readonly LabelsGroup[], names: readonly string[]): Map<string, number> {
  const costOf = (name: string): number => {
    if (['incomplete', 'excess', 'elsewhere'].includes(name)) return 0;
    if (['right', 'wrong', 'heap', 'found'].includes(name)) return 1;
    return /\/(true|false)/.test(name) ? 2 : 4;
  };
  return new Map(
    groups.flatMap((group) =>
      names.map((name): [string, number] => {
        const cost = costOf(name);
        return [cellOf(group, name), cost > 1 && isAll(group) ? cost + 10 : cost];
      }),
    ),
  );
}

/** Whether any count of a label of a group is hidden. */
export const isLabelClosed = (
  group: LabelsGroup,
  k: number,
  { decisions }: LabelResult,
  hidden: ReadonlySet<string>,
): boolean =>
  [...KNOWN, ...(decisions === null ? [] : ANSWERS)].some((name) => hidden.has(cellOf(group, ofLabel(k, name))));
