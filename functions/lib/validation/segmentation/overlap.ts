import { checkMasks, type Mask } from './mask.ts';

/** What both masks, either mask, and each of them hold. */
export interface Overlap {
  /** 2 |A∩B| / (|A| + |B|) (Dice 1945, doi 10.2307/1932409); undefined where both are empty. */
  readonly dice: number | undefined;
  /** |A∩B| / |A∪B|; undefined where both are empty. */
  readonly jaccard: number | undefined;
}

/** Overlap of two masks of one grid, in voxels: it needs no spacing. */
export function overlap(first: Mask, second: Mask): Overlap {
  checkMasks(first, second);
  let [both, either] = [0, 0];
  for (let i = 0; i < first.voxels.length; i++) {
    both += first.voxels[i] & second.voxels[i];
    either += first.voxels[i] | second.voxels[i];
  }
  if (either === 0) return { dice: undefined, jaccard: undefined };
  return { dice: (2 * both) / (both + either), jaccard: both / either };
}
