import { clopperPearson } from '#lib/validation/clopper-pearson.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import { normalMultiplier } from '#lib/validation/normal.ts';
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
  const groups = column.values.map((value, place) => groupFigures(value, rows, places[place], options));
  const [compared] = groups.filter(({ group }) => group === reference);
  const others = groups.filter(({ group }) => group !== reference);
  return {
    column: column.name,
    reference,
    groups,
    folded: column.folded ?? null,
    peopleInSeveral: peopleInSeveral(column.codes, rows.clusters),
    gaps: others.flatMap((group) => gapsBetween(group, compared, options.margins)),
    odds: others.flatMap((group) => equalizedOdds(group, compared)),
    spreads: spreadsOf(groups),
  };
}

function peopleInSeveral(codes: Int32Array, clusters: Int32Array | undefined): number {
  if (clusters === undefined) return 0;
  const groupOf = new Map<number, number>();
  const several = new Set<number>();
  for (let row = 0; row < codes.length; row++) {
    const seen = groupOf.get(clusters[row]);
    if (seen === undefined) groupOf.set(clusters[row], codes[row]);
    else if (seen !== codes[row]) several.add(clusters[row]);
  }
  return several.size;
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
  const factor = (ratio.upper / ratio.lower) ** (normalMultiplier(level) / normalMultiplier(ratio.level) / 2);
  return { ...ratio, lower: ratio.estimate / factor, upper: ratio.estimate * factor, level };
}
