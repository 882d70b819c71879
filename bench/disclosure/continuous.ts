import type { ContinuousResults } from '#lib/report/evaluation/continuous/record.ts';
import { overMatrices, saidOfGrades, saidOfSummary } from './grades.ts';
import { idOf, join, overGroups, type Said, told } from './said.ts';
import { sumOf } from './system.ts';

export function saidOfMeasurements({ groups, classes, differenceBySize, referenceByAnswer }: ContinuousResults): Said {
  const halves = groups.map((group): Said => {
    const own = idOf(group);
    const share = group.acceptable === null ? undefined : told(group.acceptable.share);
    return join(
      {
        cells:
          group.acceptable === null
            ? []
            : [
                [`${own}/inside`, group.acceptable.inside],
                [`${own}/outside`, group.acceptable.outside],
                [`${own}/inside`, share?.events],
                [`${own}/n`, share?.n],
              ],
        sums: group.acceptable === null ? [] : [sumOf(`${own}/n`, [`${own}/inside`, `${own}/outside`])],
      },
      group.classes === null ? { cells: [], sums: [] } : saidOfSummary(own, group.classes),
      {
        cells: [group.bias, group.meanAbsoluteError, group.slope].map((figure) => [`${own}/n`, told(figure)?.n]),
        sums: [],
      },
    );
  });
  const bins = [differenceBySize, referenceByAnswer].map((list, k): Said => {
    return {
      cells: list.flatMap(({ n, subjects }, i) => [
        [`bins/${k}/${i}/n`, n],
        [`bins/${k}/${i}/subjects`, subjects],
      ]),
      sums:
        list.length === 0
          ? []
          : [
              sumOf(
                '*/n',
                list.map((_, i) => `bins/${k}/${i}/n`),
              ),
            ],
    };
  });
  const names = ['inside', 'outside', 'same', 'other'];
  return join(
    ...halves,
    ...bins,
    { cells: [], sums: overGroups(groups, names) },
    classes === null
      ? { cells: [], sums: [] }
      : join(saidOfGrades(classes), { cells: [], sums: overMatrices(groups, classes.names.length) }),
  );
}
