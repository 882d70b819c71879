import { quantiles } from '../quantiles.ts';
import { squaredDistances } from './distance-map.ts';
import { checkMasks, type Mask, type Spacing } from './mask.ts';

export interface SurfaceDistances {
  /** 95th percentile of the distances from each surface to the other, the larger of both, mm. */
  readonly hausdorff95: number;
  /** Mean of all distances, from both surfaces, mm. */
  readonly mean: number;
  /** Share of both surfaces that lies within the tolerance of the other (Nikolov et al. 2021, doi 10.2196/26151), by voxels. */
  readonly surfaceDice: (toleranceMm: number) => number;
}

/**
 * Distances between the surfaces of two masks; a surface is the voxels of a mask with a neighbour (of 6; of 4 in a picture)
 * outside it or at the border of the grid. Undefined where a mask is empty, or where the spacing is not known: a distance in voxels is
 * none in the patient.
 */
export function surfaceDistances(
  first: Mask,
  second: Mask,
  spacing: Spacing | undefined,
): SurfaceDistances | undefined {
  checkMasks(first, second);
  if (spacing === undefined) return undefined;
  const wrong = spacing.find((step) => !(step > 0 && step < Infinity));
  if (wrong !== undefined) throw new RangeError(`spacing: found ${wrong} mm, allowed: above 0`);
  const [one, two] = [surfaceOf(first), surfaceOf(second)];
  const fromFirst = distancesTo(two, one, spacing);
  const fromSecond = distancesTo(one, two, spacing);
  if (fromFirst.length === 0 || fromSecond.length === 0) return undefined;
  const all = [...fromFirst, ...fromSecond];
  const percentile = (distances: Float64Array) => quantiles(distances.toSorted(), [0.95])[0];
  return {
    hausdorff95: Math.max(percentile(fromFirst), percentile(fromSecond)),
    mean: all.reduce((total, distance) => total + distance, 0) / all.length,
    surfaceDice: (toleranceMm) => all.filter((distance) => distance <= toleranceMm).length / all.length,
  };
}

/** Distances of the voxels of `of` to the nearest voxel of `to`, mm. */
function distancesTo(to: Mask, of: Mask, spacing: Spacing): Float64Array {
  const squared = squaredDistances(to, spacing);
  return Float64Array.from(squared.filter((_, i) => of.voxels[i] === 1)).map(Math.sqrt);
}

function surfaceOf({ voxels, size }: Mask): Mask {
  const [width, height, depth] = size;
  const steps = [1, width, width * height];
  const lengths = [width, height, depth];
  const axes = depth === 1 ? [0, 1] : [0, 1, 2];
  const isOpen = (i: number, axis: number): boolean => {
    const place = Math.floor(i / steps[axis]) % lengths[axis];
    if (place === 0 || place === lengths[axis] - 1) return true;
    return voxels[i - steps[axis]] === 0 || voxels[i + steps[axis]] === 0;
  };
  const surface = voxels.map((voxel, i) => Number(voxel === 1 && axes.some((axis) => isOpen(i, axis))));
  return { voxels: surface, size };
}
