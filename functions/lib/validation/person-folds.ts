import type { Random } from '#lib/simulate/random.ts';
import { numberClusters } from './cluster-totals.ts';
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
  const { places, count } =
    clusters === undefined
      ? { places: Int32Array.from(labels, (_, row) => row), count: labels.length }
      : numberClusters(clusters);
  const people = random.shuffle(Uint32Array.from({ length: count }, (_, person) => person));
  const foldOf = new Uint8Array(count);
  people.forEach((person, place) => {
    foldOf[person] = place % folds;
  });
  return Uint8Array.from(places, (person) => foldOf[person]);
}
