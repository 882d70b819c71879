import type { Random } from '#lib/simulate/random.ts';
import { countClusters } from '#lib/validation/cluster-totals.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import type { GroupColumn } from './columns.ts';

/** What a threshold does to one group. */
export interface ThresholdPrice {
  readonly sensitivity: Estimate | CannotTell;
  readonly specificity: Estimate | CannotTell;
  /** Share of all people's studies that are flagged. */
  readonly flagged: Estimate | CannotTell;
}

/** One group under the common threshold, and under one of its own. */
export interface GroupThreshold {
  readonly group: string;
  readonly n: number;
  readonly events: number;
  readonly common: ThresholdPrice;
  /** With thresholds chosen in one half of the people and judged in the other; null where too few have the outcome. */
  readonly own: ThresholdPrice | null;
  /** Mean of the two thresholds less the common one, in units of the score. */
  readonly shift: number | null;
}

export interface GroupThresholdSimulation {
  /** The sensitivity that every group is to reach: that of all under the common threshold. */
  readonly wanted: number;
  readonly groups: readonly GroupThreshold[];
}

export interface ThresholdInput {
  /** Score less the common threshold of the weights that gave it: 0 and above is flagged. */
  readonly margins: Float64Array;
  readonly labels: Uint8Array;
  /** A number per person. */
  readonly people: Int32Array;
  readonly column: GroupColumn;
  readonly random: Random;
}

/** Fewest people with the outcome in each half of a group. */
const FEWEST_WITH_OUTCOME = 10;

/**
 * What thresholds per group, chosen for equal sensitivity, would cost every group: a simulation, not a recommendation. The people are
 * halved at random; each half is judged at the thresholds that reach the wanted sensitivity in the other, so that the price
 * is not flattered by choosing and judging on the same people. undefined where nobody has the outcome.
 */
export function simulateGroupThresholds(input: ThresholdInput): GroupThresholdSimulation | undefined {
  const { margins, labels, people, column, random } = input;
  const events = labels.reduce((sum, label) => sum + label, 0);
  if (events === 0) return undefined;
  const found = margins.reduce((sum, margin, row) => sum + Number(labels[row] === 1 && margin >= 0), 0);
  const wanted = found / events;
  const all = random.shuffle([...new Set(people)]);
  const first = new Set(all.slice(0, Math.ceil(all.length / 2)));
  const half = Uint8Array.from(people, (person) => Number(!first.has(person)));
  const groups = column.values.map((group, place) => {
    const rows: number[] = [];
    for (let row = 0; row < labels.length; row++) if (column.codes[row] === place) rows.push(row);
    return groupThreshold(group, rows, half, wanted, input);
  });
  return { wanted, groups };
}

function groupThreshold(
  group: string,
  rows: readonly number[],
  half: Uint8Array,
  wanted: number,
  { margins, labels, people }: ThresholdInput,
): GroupThreshold {
  const withOutcome = [0, 1].map((which) => rows.filter((row) => labels[row] === 1 && half[row] === which));
  const isEnough = withOutcome.every(
    (of) => countClusters(Int32Array.from(of, (row) => people[row])) >= FEWEST_WITH_OUTCOME,
  );
  const chosen = withOutcome.map((of) =>
    thresholdFor(
      Float64Array.from(of, (row) => margins[row]),
      wanted,
    ),
  );
  const price = (isFlagged: (row: number) => boolean): ThresholdPrice => {
    const share = (of: readonly number[], counts: (row: number) => boolean) =>
      clusteredProportion(
        Uint8Array.from(of, (row) => Number(counts(row))),
        Int32Array.from(of, (row) => people[row]),
        { minimumRows: FEWEST_WITH_OUTCOME },
      );
    const ofLabel = (label: number) => rows.filter((row) => labels[row] === label);
    return {
      sensitivity: share(ofLabel(1), isFlagged),
      specificity: share(ofLabel(0), (row) => !isFlagged(row)),
      flagged: share(rows, isFlagged),
    };
  };
  return {
    group,
    n: rows.length,
    events: withOutcome[0].length + withOutcome[1].length,
    common: price((row) => margins[row] >= 0),
    own: isEnough ? price((row) => margins[row] >= chosen[1 - half[row]]) : null,
    shift: isEnough ? (chosen[0] + chosen[1]) / 2 : null,
  };
}

/** The highest threshold at which at least the wanted share of these scores is flagged. */
function thresholdFor(scores: Float64Array, wanted: number): number {
  const descending = scores.toSorted().reverse();
  return descending[Math.max(1, Math.ceil(wanted * descending.length - 1e-9)) - 1];
}
