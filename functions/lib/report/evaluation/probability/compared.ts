import { NOT_GIVEN } from '#lib/cohort/evaluation/evaluated-studies.ts';
import type { ProbabilityAnswers } from '#lib/cohort/evaluation/probability-answers.ts';
import { type ColumnComparison, compareFigures, peopleInSeveral } from '#lib/fairness/compare-column.ts';
import { gapsBetween } from '#lib/fairness/compare-groups.ts';
import { figuresOfGroup } from '#lib/fairness/figures-of-group.ts';
import { DEFAULT_MARGINS, type Margins } from '#lib/fairness/gap.ts';
import type { GroupFigures } from '#lib/fairness/group-figures.ts';
import type { GroupPerformance } from '#lib/validation/grouped/performance.ts';
import type { GroupColumn, PairRule } from '#lib/validation/grouped/table.ts';
import { type ComparedPair, judgedColumns, judgedPairs } from '../../chapters/fairness/compute.ts';
import type { ComparedGroups } from './record.ts';

/** More combinations of two columns than this would be a table that nobody reads. */
export const MOST_COMBINATIONS = 400;

/** Whether the combinations of two columns are few enough to be told. */
export const isReadable: PairRule = (first, second) => first.values.length * second.values.length <= MOST_COMBINATIONS;

type Performances = readonly GroupPerformance[];

/** Every group against the reference of its column, and every combination of two columns against the largest; null without two groups. */
export function comparedGroups(
  { description, table }: Pick<ProbabilityAnswers, 'description' | 'table'>,
  performances: Performances,
): ComparedGroups | null {
  const { thresholds = [], fairness = {}, intersections: wantsPairs = true } = description;
  const margins: Margins = { ...DEFAULT_MARGINS, ...fairness.margins };
  const references = new Map(Object.entries(fairness.references ?? {}));
  const several = table.columns.filter(({ values }) => values.length > 1);
  if (several.length === 0) return null;
  const absent = several.flatMap(({ name, values }) => {
    const wanted = references.get(name);
    if (wanted === undefined || values.includes(wanted)) return [];
    const refused = `column ${name}: the evaluation file names ${wanted} as reference group, found ${values.join(', ')}`;
    return [{ name, refused }];
  });
  const columns = several.filter(({ name }) => absent.every((refused) => refused.name !== name));
  const compared = columns.map((column): ColumnComparison => {
    const groups = membersOf(performances, [column.name]);
    const figures = groups.map((own) => figuresOfGroup(own.group[0].value, own, thresholds));
    return compareFigures(
      {
        ...{ column: column.name, groups: figures, folded: null },
        reference: references.get(column.name) ?? largestOf(figures),
        peopleInSeveral: peopleInSeveral(column.codes, table.clusters),
      },
      margins,
    );
  });
  const pairs = wantsPairs ? pairsOf(columns) : [];
  const crossed = judgedPairs(
    pairs
      .filter((pair) => isReadable(...pair))
      .map((pair) => comparedPair(pair, performances, thresholds.slice(0, 1), margins)),
  );
  const judged = judgedColumns(compared);
  return {
    ...judged,
    margins,
    intersectionFamilies: crossed.families,
    thresholds: thresholds.map(({ name }) => name),
    // Their figures stand with the combinations.
    intersections: crossed.intersections.map((pair) => ({ ...pair, groups: [] })),
    single: table.columns.filter(({ values }) => values.length === 1).map(({ name }) => name),
    refused: [...absent, ...pairs.filter((pair) => !isReadable(...pair)).map(tooFine)],
  };
}

const pairsOf = (columns: readonly GroupColumn[]) =>
  columns.flatMap((first, place) => columns.slice(place + 1).map((second) => [first, second] as const));

function tooFine([first, second]: readonly [GroupColumn, GroupColumn]) {
  const name = `${first.name} × ${second.name}`;
  const found = first.values.length * second.values.length;
  return { name, refused: `${name}: found ${found} combinations, allowed: at most ${MOST_COMBINATIONS}` };
}

/** The groups that are told apart by just these columns. */
const membersOf = (performances: Performances, names: readonly string[]): GroupPerformance[] =>
  performances.filter(
    ({ group }) => group.length === names.length && group.every(({ column }, place) => column === names[place]),
  );

function comparedPair(
  [first, second]: readonly [GroupColumn, GroupColumn],
  performances: Performances,
  thresholds: readonly { readonly name: string }[],
  margins: Margins,
): ComparedPair {
  const members = membersOf(performances, [first.name, second.name]);
  const groups = members.map((own) =>
    figuresOfGroup(
      own.group.map(({ value }) => value).join(' × '),
      { ...own, thresholds: own.thresholds.slice(0, thresholds.length) },
      thresholds,
    ),
  );
  const reference = largestOf(groups);
  const [largest] = groups.filter(({ group }) => group === reference);
  const others = groups.filter(({ group }) => group !== reference);
  return {
    ...{ columns: [first.name, second.name], reference, groups },
    gaps: others.flatMap((group) => gapsBetween(group, largest, margins)),
  };
}

/** The group with most studies of those whose value is known; the first of equal ones. */
function largestOf(groups: readonly GroupFigures[]): string {
  const known = groups.filter(({ group }) => !group.split(' × ').includes(NOT_GIVEN));
  const [largest] = (known.length > 0 ? known : groups).toSorted((a, b) => b.n - a.n);
  return largest.group;
}
