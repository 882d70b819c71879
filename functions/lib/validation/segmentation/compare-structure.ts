import type { Mask, Spacing } from './mask.ts';
import { overlap } from './overlap.ts';
import { surfaceDistances } from './surface-distance.ts';

/** Labels on a grid, x fastest. */
export interface Labelled {
  readonly labels: ArrayLike<number>;
  readonly size: Mask['size'];
}

export interface StructureComparison {
  /** In both, missing from the first, only in the first, or in neither. */
  readonly presence: 'both' | 'missed' | 'invented' | 'absent';
  /** Null where the structure is in neither. */
  readonly dice: number | null;
  readonly jaccard: number | null;
  /** Millimetres; null where the structure is not in both, or the spacing is not known. */
  readonly hausdorff95: number | null;
  /** Share of both surfaces within the tolerance; 0 where one of them is missing, null where the spacing is not known. */
  readonly surfaceDice: number | null;
}

/** One structure (the voxels with this label) of an answer against the reference, on the part of the grid that holds it. */
export function compareStructure(
  answer: Labelled,
  reference: Labelled,
  label: number,
  { spacing, toleranceMm }: { readonly spacing: Spacing | undefined; readonly toleranceMm: number },
): StructureComparison {
  const box = boxOf([answer, reference], label);
  if (box === undefined) return { presence: 'absent', dice: null, jaccard: null, hausdorff95: null, surfaceDice: null };
  const [first, second] = [answer, reference].map((volume) => cut(volume, label, box));
  const [inAnswer, inReference] = [first, second].map(({ voxels }) => voxels.includes(1));
  const { dice = null, jaccard = null } = overlap(first, second);
  const presence = inAnswer && inReference ? 'both' : inAnswer ? 'invented' : 'missed';
  if (presence !== 'both')
    return { presence, dice, jaccard, hausdorff95: null, surfaceDice: spacing === undefined ? null : 0 };
  const distances = surfaceDistances(first, second, spacing);
  return {
    ...{ presence, dice, jaccard },
    hausdorff95: distances?.hausdorff95 ?? null,
    surfaceDice: distances?.surfaceDice(toleranceMm) ?? null,
  };
}

interface Box {
  readonly from: readonly number[];
  readonly size: Mask['size'];
}

/**
 * The part of the grid with the label in either volume, and one voxel more on each side where there is one: a surface is then where it
 * is on the whole grid.
 */
function boxOf(volumes: readonly Labelled[], label: number): Box | undefined {
  const { size } = volumes[0];
  const low = [Infinity, Infinity, Infinity];
  const high = [-1, -1, -1];
  for (const { labels } of volumes) {
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== label) continue;
      const place = [i % size[0], Math.floor(i / size[0]) % size[1], Math.floor(i / (size[0] * size[1]))];
      for (let axis = 0; axis < 3; axis++) {
        low[axis] = Math.min(low[axis], place[axis]);
        high[axis] = Math.max(high[axis], place[axis]);
      }
    }
  }
  if (high[0] < 0) return undefined;
  const from = low.map((place) => Math.max(0, place - 1));
  const [x, y, z] = high.map((place, axis) => Math.min(size[axis] - 1, place + 1) - from[axis] + 1);
  return { from, size: [x, y, z] };
}

function cut({ labels, size }: Labelled, label: number, { from, size: [width, height, depth] }: Box): Mask {
  const voxels = new Uint8Array(width * height * depth);
  for (let z = 0, place = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const start = from[0] + size[0] * (from[1] + y + size[1] * (from[2] + z));
      for (let x = 0; x < width; x++, place++) voxels[place] = Number(labels[start + x] === label);
    }
  }
  return { voxels, size: [width, height, depth] };
}
