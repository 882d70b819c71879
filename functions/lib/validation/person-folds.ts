import type { Random } from '#lib/simulate/random.ts';
import type { Predictions } from './predictions.ts';

/**
 * The fold (0 … folds − 1) of each row for one round of cross-validation: people (clusters) are never split, and are dealt out at
 * random. Not by outcome: folds that all have the share of the whole tell an intercept the share of the fold that it is judged on, and
 * updates then seem to gain where there is nothing to gain.
 */
export function personFolds({ labels, clusters }: Predictions, folds: number, random: Random): Uint8Array {
  if (!Number.isInteger(folds) || folds < 2 || folds > 255) {
    throw new RangeError(`folds: found ${folds}, allowed: a whole number from 2 to 255`);
  }
  const personOf = (row: number): number => (clusters === undefined ? row : clusters[row]);
  const people = random.shuffle([...new Set(Array.from(labels, (_, row) => personOf(row)))]);
  const foldOf = new Map(people.map((person, place) => [person, place % folds]));
  return Uint8Array.from(labels, (_, row) => foldOf.get(personOf(row)) ?? 0);
}
