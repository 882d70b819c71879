// Which objects fill a unit's slots. A slot is filled by one object of the whole unit, or by ranges that together hold every row.
import type { Bucket } from '#functions/ports.ts';
import type { Slot, UnitMessage } from '#functions/study.ts';
import { predictionsKey, predictionsPrefix, type RowRange } from './keys.ts';

const RANGE = /\.rows-(\d+)-(\d+)\.parquet$/;

interface StoredRange extends RowRange {
  readonly key: string;
}

/** Keys whose rows make up the slot, in row order; undefined while rows are missing. An object of the whole unit hides its halves. */
export function slotObjects(
  keys: ReadonlySet<string>,
  at: UnitMessage,
  slot: Slot,
  items: number,
): readonly string[] | undefined {
  const whole = predictionsKey(at, slot);
  if (keys.has(whole)) return [whole];
  return cover(rangesOf(keys, whole.slice(0, -'.parquet'.length)), items);
}

function rangesOf(keys: ReadonlySet<string>, prefix: string): StoredRange[] {
  const ranges: StoredRange[] = [];
  for (const key of keys) {
    const match = key.startsWith(`${prefix}.rows-`) ? RANGE.exec(key) : null;
    if (match) ranges.push({ key, from: Number(match[1]), to: Number(match[2]) });
  }
  return ranges;
}

/** Walks from row 0, at each row taking the longest range that starts there (a parent hides its halves). */
function cover(ranges: readonly StoredRange[], items: number): readonly string[] | undefined {
  const chosen: string[] = [];
  for (let row = 0; row < items; ) {
    const next = ranges.filter((range) => range.from === row).sort((a, b) => b.to - a.to)[0];
    if (next === undefined) return undefined;
    chosen.push(next.key);
    row = next.to;
  }
  return chosen;
}

/** Keys of all predictions of a unit. */
export async function listPredictions(archive: Bucket, at: UnitMessage): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for await (const { key } of archive.list(predictionsPrefix(at))) keys.add(key);
  return keys;
}

/** Are all slots of the unit filled? */
export async function slotsFilled(
  archive: Bucket,
  at: UnitMessage,
  slots: readonly Slot[],
  items: number,
): Promise<boolean> {
  const keys = await listPredictions(archive, at);
  return slots.every((slot) => slotObjects(keys, at, slot, items) !== undefined);
}
