import { isSmall } from '../../disclosure.ts';
import { openCount } from '../../open-count.ts';
import { SUPPRESSED } from '../../record.ts';
import { shareBetween, shareComparison } from '../compared-share.ts';
import { withoutFigures } from '../figures.ts';
import { gradeCells, shareGrades, summaryCounts, summaryOf } from '../grades.ts';
import { columnsWithOpenMatrices, shareSummary, withoutMatrix } from '../group-grades.ts';
import { type Cells, cellOf, type SharedEvaluation } from '../kind.ts';
import { roundedQuartiles } from '../quartiles.ts';
import { isAll } from '../record.ts';
import type { ContinuousGroup, ContinuousResults, SizeBin } from './record.ts';

/** Answers within and beyond the acceptable difference, and classes that agree, tied within and between groups. */
export function cells({ groups, classes }: ContinuousResults): Cells {
  const ofClasses = classes === null ? { cells: [], sums: [], costs: new Map<string, number>() } : gradeCells(classes);
  const named = groups.map((group) => ({ group, parts: partsOf(group) }));
  const columns = [...new Set(groups.filter((group) => !isAll(group)).map(({ group }) => group))];
  const whole = groups[0];
  const within = named.flatMap(({ group, parts }) =>
    parts.map((pair) => ({ total: cellOf(group, 'n'), parts: pair.map(([name]) => cellOf(group, name)) })),
  );
  const between = columns.flatMap((column) =>
    partsOf(whole).flatMap((pair) =>
      pair.map(([name]) => ({
        total: cellOf(whole, name),
        parts: groups.filter(({ group }) => group === column).map((group) => cellOf(group, name)),
      })),
    ),
  );
  const same =
    classes === null
      ? []
      : ['same', 'other'].map((name) => ({ total: cellOf(whole, name), parts: [`grades/${name}`] }));
  return {
    cells: [
      ...ofClasses.cells,
      ...named.flatMap(({ group, parts }) =>
        parts.flatMap((pair) => pair.map(([name, count]) => [cellOf(group, name), count] as const)),
      ),
    ],
    sums: [...ofClasses.sums, ...within, ...between, ...same],
    ...(ofClasses.costs && { costs: ofClasses.costs }),
  };
}

type Pair = readonly (readonly [name: string, count: number])[];

/** Pairs of counts that are all studies of the group. */
function partsOf({ acceptable, classes }: ContinuousGroup): Pair[] {
  return [
    ...(acceptable === null
      ? []
      : [
          [
            ['inside', openCount(acceptable.inside)],
            ['outside', openCount(acceptable.outside)],
          ] as const,
        ]),
    ...(classes === null
      ? []
      : [summaryCounts(classes)].map(
          ([same, other]) =>
            [
              ['same', same],
              ['other', other],
            ] as const,
        )),
  ];
}

/** Single studies stay inside; figures of groups that are too small, and of shares that tell a small count, are hidden. */
export function share(results: ContinuousResults, { hidden, isOpen }: SharedEvaluation): ContinuousResults {
  const whole = isOpen(results.groups[0]);
  const classes =
    results.classes === null ? null : whole ? shareGrades(results.classes, hidden) : closed(results.classes);
  const isMatrixOpen = columnsWithOpenMatrices(results.groups, (group) => group.classes, isOpen);
  const groups = results.groups.map((group) =>
    shareGroup(group, { open: isOpen(group), matrix: isMatrixOpen(group), hidden }),
  );
  const binsOpen = whole && [...results.differenceBySize, ...results.referenceByAnswer].every(isOfMany);
  return {
    ...results,
    groups: groups.map((group) => (isAll(group) ? { ...group, classes: classes && summaryOf(classes) } : group)),
    differenceBySize: binsOpen ? results.differenceBySize : [],
    referenceByAnswer: binsOpen ? results.referenceByAnswer : [],
    classes,
    points: [],
    between: shareBetween(results.between, isOpen),
    comparison: shareComparison(results.comparison, isOpen),
  };
}

const closed = (classes: NonNullable<ContinuousResults['classes']>): NonNullable<ContinuousResults['classes']> =>
  shareGrades(withoutFigures(classes), new Set(gradeCells(classes).cells.map(([id]) => id)));

interface Shown {
  readonly open: boolean;
  /** The matrix of classes may be known. */
  readonly matrix: boolean;
  readonly hidden: ReadonlySet<string>;
}

function shareGroup(group: ContinuousGroup, { open, matrix, hidden }: Shown): ContinuousGroup {
  const isHidden = (...names: string[]): boolean => names.some((name) => hidden.has(cellOf(group, name)));
  const { acceptable, classes } = group;
  const noShare = !open || isHidden('inside', 'outside');
  const base = open
    ? { ...group, answer: roundedQuartiles(group.answer), reference: roundedQuartiles(group.reference) }
    : {
        ...withoutFigures(group),
        answer: group.answer && SUPPRESSED,
        reference: group.reference && SUPPRESSED,
        trend: group.trend === null ? null : SUPPRESSED,
      };
  return {
    ...base,
    acceptable:
      acceptable === null || !noShare ? acceptable : { inside: SUPPRESSED, outside: SUPPRESSED, share: SUPPRESSED },
    classes:
      classes &&
      (open && !isHidden('same', 'other') ? shareSummary(classes, matrix) : withoutMatrix(withoutFigures(classes))),
  };
}

/** The mean of a bin of few people would follow from the other bins and the figures of all studies: then no bin leaves. */
const isOfMany = ({ subjects }: SizeBin): boolean => typeof subjects === 'number' && !isSmall(subjects);
