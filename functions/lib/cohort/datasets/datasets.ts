import { RefusedInput } from '#functions/errors.ts';
import type { Dataset } from './dataset.ts';
import { uciHeart } from './uci-heart.ts';

/** Every dataset that `tricuspid run --dataset` knows. */
export const datasets: readonly Dataset[] = [uciHeart];

/** The dataset of this name; throws RefusedInput with the names that there are. */
export function datasetNamed(name: string): Dataset {
  const found = datasets.find((dataset) => dataset.name === name);
  if (found !== undefined) return found;
  throw new RefusedInput(`dataset: found "${name}", accepted ${datasets.map((dataset) => dataset.name).join(', ')}`);
}
