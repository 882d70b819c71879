import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';

/** A figure of one group at the level that several groups need together. */
export interface GroupFigureAt {
  readonly group: string;
  readonly figure: Estimate | CannotTell;
}

/** How far the groups of a column lie apart in one figure. */
export interface Spread {
  readonly lowest: string;
  readonly highest: string;
  /** The lowest value of any group: the worst one of a sensitivity. */
  readonly minimum: Estimate | CannotTell;
  readonly maximum: Estimate | CannotTell;
  /** Highest less lowest, as fairlearn's difference; it grows with the number of groups even where none differ. */
  readonly difference: Estimate | CannotTell;
  /** Lowest by highest, as fairlearn's ratio. */
  readonly ratio: Estimate | CannotTell;
  /** Groups without an interval, which are not in it. */
  readonly leftOut: readonly string[];
}

/**
 * Extremes of several groups with simultaneous intervals. Given one interval per group at the level 1 − α/k (Bonferroni), with
 * chance 1 − α all k hold at once, and then the true minimum lies between the smallest lower and the smallest upper limit, and
 * so on. Conservative, and right whichever group it turns out to be: the search for the worst group is paid for.
 */
export function spread(groups: readonly GroupFigureAt[], level: number): Spread | CannotTell {
  const told = groups.flatMap(({ group, figure }) => (isCannotTell(figure) ? [] : [{ group, ...figure }]));
  const leftOut = groups.filter(({ figure }) => isCannotTell(figure)).map(({ group }) => group);
  const n = groups.reduce((sum, { figure }) => sum + figure.n, 0);
  const events = groups.reduce((sum, { figure }) => sum + figure.events, 0);
  if (told.length < 2) return { cannotTell: 'fewer than two groups have a figure', n, events };
  const least = (key: 'estimate' | 'lower' | 'upper') => Math.min(...told.map((figure) => figure[key]));
  const most = (key: 'estimate' | 'lower' | 'upper') => Math.max(...told.map((figure) => figure[key]));
  const of = (name: string, estimate: number, lower: number, upper: number): Estimate => ({
    ...{ estimate, lower, upper, level, n, events },
    method: `${name}, simultaneous interval over ${told.length} groups (Bonferroni)`,
  });
  const [minimum, maximum] = [least('estimate'), most('estimate')];
  return {
    lowest: told.find(({ estimate }) => estimate === minimum)?.group ?? '',
    highest: told.findLast(({ estimate }) => estimate === maximum)?.group ?? '',
    minimum: of('lowest of the groups', minimum, least('lower'), least('upper')),
    maximum: of('highest of the groups', maximum, most('lower'), most('upper')),
    difference: of(
      'highest less lowest group',
      maximum - minimum,
      Math.max(0, most('lower') - least('upper')),
      most('upper') - least('lower'),
    ),
    ratio:
      maximum > 0 && most('lower') > 0
        ? of(
            'lowest by highest group',
            minimum / maximum,
            least('lower') / most('upper'),
            Math.min(1, least('upper') / most('lower')),
          )
        : { cannotTell: 'no group is surely above 0', n, events },
    leftOut,
  };
}

/** Narrows to extremes that can be told. */
export function isSpread(found: Spread | CannotTell): found is Spread {
  return 'minimum' in found;
}
