import { RefusedInput } from '#functions/errors.ts';
import { cinc2017 } from './cinc2017.ts';
import { cinc2021 } from './cinc2021.ts';
import { cpsc2021 } from './cpsc2021.ts';
import type { Dataset } from './dataset.ts';
import { mitdb } from './mitdb.ts';
import { ptbXl } from './ptb-xl.ts';
import { uciHeart } from './uci-heart.ts';

/** Every dataset that `tricuspid run --dataset` knows. */
export const datasets: readonly Dataset[] = [uciHeart, cinc2017, mitdb, cpsc2021, ptbXl, cinc2021];

/** The dataset of this name; throws RefusedInput with the names that there are. */
export function datasetNamed(name: string): Dataset {
  const found = datasets.find((dataset) => dataset.name === name);
  if (found !== undefined) return found;
  throw new RefusedInput(`dataset: found "${name}", accepted ${datasets.map((dataset) => dataset.name).join(', ')}`);
}
