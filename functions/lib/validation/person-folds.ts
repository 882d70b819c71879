import type { Random } from '#lib/simulate/random.ts';
import type { Predictions } from './predictions.ts';

/**
 * The fold (0 … folds − 1) of each row for one round of cross-validation: people (clusters) are never split, and people with and
 * without an event are dealt out apart, so that each fold has its share of both.
 */
export function personFolds({ labels, clusters }: Predictions, folds: number, random: Random): Uint8Array {
  if (!Number.isInteger(folds) || folds < 2 || folds > 255) {
    throw new RangeError(`folds: found ${folds}, allowed: a whole number from 2 to 255`);
  }
  const withEvent = new Map<number, boolean>();
  const personOf = (row: number): number => (clusters === undefined ? row : clusters[row]);
  labels.forEach((label, row) => {
    withEvent.set(personOf(row), (withEvent.get(personOf(row)) ?? false) || label === 1);
  });
  const foldOf = new Map<number, number>();
  for (const wanted of [true, false]) {
    const people = random.shuffle([...withEvent].filter(([, has]) => has === wanted).map(([person]) => person));
    people.forEach((person) => {
      foldOf.set(person, foldOf.size % folds);
    });
  }
  return Uint8Array.from(labels, (_, row) => foldOf.get(personOf(row)) ?? 0);
}
