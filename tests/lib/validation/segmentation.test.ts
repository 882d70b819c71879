// Numbers: tests/fixtures/reference/validation/segmentation.py.
import { describe, expect, it } from 'vitest';
import type { Mask, Spacing } from '#lib/validation/segmentation/mask.ts';
import { overlap } from '#lib/validation/segmentation/overlap.ts';
import { surfaceDistances } from '#lib/validation/segmentation/surface-distance.ts';
import reference from '../../fixtures/reference/validation/segmentation.json' with { type: 'json' };

function maskOf(size: readonly number[], inside: readonly number[]): Mask {
  const [x, y, z] = size;
  const voxels = new Uint8Array(x * y * z);
  for (const voxel of inside) voxels[voxel] = 1;
  return { voxels, size: [x, y, z] };
}

const empty = maskOf([4, 4, 1], []);
const one = maskOf([4, 4, 1], [5]);

describe.each(reference.cases)('masks of $size', (expected) => {
  const first = maskOf(expected.size, expected.first);
  const second = maskOf(expected.size, expected.second);

  it('overlap as counted by scipy', () => {
    const { dice, jaccard } = overlap(first, second);
    expect(dice).toBeCloseTo(expected.dice, 12);
    expect(jaccard).toBeCloseTo(expected.jaccard, 12);
  });

  it('have the surface distances of an exact distance transform', () => {
    const distances = surfaceDistances(first, second, expected.spacing as unknown as Spacing);
    expect(distances?.hausdorff95).toBeCloseTo(expected.hausdorff95, 9);
    expect(distances?.mean).toBeCloseTo(expected.mean, 9);
    expect(distances?.surfaceDice(2)).toBeCloseTo(expected.surfaceDice2, 12);
  });
});

describe('masks without an answer', () => {
  it('have no distance where the spacing is not known or one of them is empty', () => {
    expect(surfaceDistances(one, one, undefined)).toBeUndefined();
    expect(surfaceDistances(one, empty, [1, 1, 1])).toBeUndefined();
    expect(overlap(one, empty)).toEqual({ dice: 0, jaccard: 0 });
    expect(overlap(empty, empty)).toEqual({ dice: undefined, jaccard: undefined });
  });

  it('are refused where grids, values or spacing cannot be', () => {
    expect(() => overlap(one, maskOf([2, 8, 1], []))).toThrow(/found a grid of 2 × 8 × 1, allowed: 4 × 4 × 1/);
    expect(() => overlap(one, { voxels: new Uint8Array(16).fill(2), size: [4, 4, 1] })).toThrow(/voxel 0: found 2/);
    expect(() => surfaceDistances(one, one, [1, 0, 1])).toThrow(/spacing: found 0 mm/);
  });
});
