import { clopperPearson } from '#lib/validation/clopper-pearson.ts';
import { numberClusters } from '#lib/validation/cluster-totals.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { ratioLimits } from '#lib/validation/observed-expected.ts';
import { wilson } from '#lib/validation/wilson.ts';
import { aurocInterval } from './auroc-gap.ts';
import { type GroupColumn, referenceGroup, rowsOfGroups } from './columns.ts';
import { gapsBetween } from './compare-groups.ts';
import { type EqualizedOdds, equalizedOdds } from './equalized-odds.ts';
import type { Gap, GapMetric, Margins } from './gap.ts';
import {
  type DecidedPredictions,
  type FigureOptions,
  type GroupFigures,
  groupFigures,
  type Rate,
} from './group-figures.ts';
import { type Spread, spread } from './spread.ts';

export interface ColumnOptions extends FigureOptions {
  readonly margins: Margins;
  /** Group that the others are compared with; the largest when absent. */
  readonly reference?: string;
}

/** How far all groups of a column lie apart in one figure. */
export interface ColumnSpread {
  readonly metric: GapMetric;
  readonly threshold: string | null;
  readonly spread: Spread | CannotTell;
}

export interface ColumnComparison {
  readonly column: string;
  readonly reference: string;
  /** Groups in the order of the column, the reference among them. */
  readonly groups: readonly GroupFigures[];
  readonly folded: GroupColumn['folded'] | null;
  /** People with rows in more than one group: their rows tie the groups together, so that intervals of gaps are wider than need be. */
  readonly peopleInSeveral: number;
  readonly gaps: readonly Gap[];
  readonly odds: readonly EqualizedOdds[];
  readonly spreads: readonly ColumnSpread[];
}

/** Every group of a column against its reference group. */
export function compareColumn(column: GroupColumn, rows: DecidedPredictions, options: ColumnOptions): ColumnComparison {
  const reference = referenceGroup(column, options.reference);
  const places = rowsOfGroups(column);
  return compareFigures(
    {
      ...{ column: column.name, reference, folded: column.folded ?? null },
      groups: column.values.map((value, place) => groupFigures(value, rows, places[place], options)),
      peopleInSeveral: peopleInSeveral(column.codes, rows.clusters),
    },
    options.margins,
  );
}

/** Groups whose figures are known against one of them. */
export function compareFigures(
  own: Pick<ColumnComparison, 'column' | 'reference' | 'groups' | 'folded' | 'peopleInSeveral'>,
  margins: Margins,
): ColumnComparison {
  const [compared] = own.groups.filter(({ group }) => group === own.reference);
  const others = own.groups.filter(({ group }) => group !== own.reference);
  return {
    ...own,
    gaps: others.flatMap((group) => gapsBetween(group, compared, margins)),
    odds: others.flatMap((group) => equalizedOdds(group, compared)),
    spreads: spreadsOf(own.groups),
  };
}

/** People with rows in more than one group. */
export function peopleInSeveral(codes: ArrayLike<number>, clusters: Int32Array | undefined): number {
  if (clusters === undefined) return 0;
  const { places, count } = numberClusters(clusters);
  const groupOf = new Int32Array(count).fill(-1);
  const several = new Uint8Array(count);
  for (let row = 0; row < places.length; row++) {
    const person = places[row];
    if (groupOf[person] < 0) groupOf[person] = codes[row];
    else if (groupOf[person] !== codes[row]) several[person] = 1;
  }
  return several.reduce((sum, one) => sum + one, 0);
}

const LEVEL = 0.95;

function spreadsOf(groups: readonly GroupFigures[]): ColumnSpread[] {
  const level = 1 - (1 - LEVEL) / Math.max(1, groups.length);
  const rates = groups[0]?.rates ?? [];
  const ofGroups = (figure: (group: GroupFigures) => Estimate | CannotTell) =>
    spread(
      groups.map((group) => ({ group: group.group, figure: figure(group) })),
      LEVEL,
    );
  return [
    ...rates.map(({ metric, threshold }, place) => ({
      ...{ metric, threshold },
      spread: ofGroups(({ rates: own }) => rateAt(own[place], level)),
    })),
    { metric: 'auroc', threshold: null, spread: ofGroups((group) => aurocAt(group, level)) },
    { metric: 'calibration', threshold: null, spread: ofGroups((group) => ratioAt(group, level)) },
  ];
}

/** The same rate with its interval at another level. */
export function rateAt({ figure, counts }: Rate, level: number): Estimate | CannotTell {
  if (isCannotTell(figure)) return figure;
  const { n, successes } = counts.effective;
  const isExact = counts.successes === 0 || counts.successes === counts.rows;
  const whole = Math.round(n);
  const interval = isExact ? clopperPearson(successes === 0 ? 0 : whole, whole, level) : wilson(successes, n, level);
  return { ...figure, ...interval, level };
}

function aurocAt({ auroc }: GroupFigures, level: number): Estimate | CannotTell {
  return isCannotTell(auroc) ? auroc : { ...auroc, ...aurocInterval(auroc, level), level };
}

function ratioAt({ observedExpected: ratio }: GroupFigures, level: number): Estimate | CannotTell {
  if (isCannotTell(ratio)) return ratio;
  return { ...ratio, ...ratioLimits(ratio, level), level };
}
