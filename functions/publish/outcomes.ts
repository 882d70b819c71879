// What became of each row of a unit, over all its models.
import type { Closed, PredictionRow, Reason, RowOutcome, Slot } from '../study.ts';

export interface SlotRows {
  readonly slot: Slot;
  /** The model was switched off: its scores are withdrawn from what is published. */
  readonly withdrawn: boolean;
  /** Objects that hold the rows, in row order. */
  readonly objects: readonly string[];
  readonly rows: readonly PredictionRow[];
}

/** Published with at least one score; quarantined when a slot failed and nothing scored; abstained otherwise. */
export function rowOutcome(
  answers: readonly { readonly withdrawn: boolean; readonly row: PredictionRow }[],
): RowOutcome {
  if (answers.some(({ withdrawn, row }) => !withdrawn && row.status === 'scored')) return 'published';
  return answers.some(({ row }) => row.status === 'failed') ? 'quarantined' : 'abstained';
}

/** Outcome of every row, in row order. */
export function rowOutcomes(items: number, slots: readonly SlotRows[]): readonly RowOutcome[] {
  return Array.from({ length: items }, (_, n) =>
    rowOutcome(slots.map(({ withdrawn, rows }) => ({ withdrawn, row: rows[n] as PredictionRow }))),
  );
}

/** How many rows ended in each outcome. */
export function countOutcomes(outcomes: readonly RowOutcome[]): Pick<Closed, RowOutcome> {
  const count = (wanted: RowOutcome): number => outcomes.filter((outcome) => outcome === wanted).length;
  return { published: count('published'), abstained: count('abstained'), quarantined: count('quarantined') };
}

/** The first failure among the rows, as the reason that the receipt gives. */
export function failureReason(slots: readonly SlotRows[]): Reason | undefined {
  for (const { rows } of slots) {
    const failed = rows.find((row) => row.status === 'failed');
    if (failed) return { code: 'model-failed', message: failed.reason ?? 'found a failed prediction without a reason' };
  }
  return undefined;
}

/** Why an outcome that the models gave is not the one that counts. */
export function unshownReason(given: readonly RowOutcome[], counting: readonly RowOutcome[]): Reason | undefined {
  if (given.every((outcome, n) => outcome === counting[n])) return undefined;
  return {
    code: 'page-failed',
    message: 'found an ECG that could not be drawn, expected one that can; the log of publish has the cause',
  };
}
