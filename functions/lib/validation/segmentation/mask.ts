/** A segmentation on a grid: 1 inside, 0 outside, x fastest. */
export interface Mask {
  readonly voxels: Uint8Array;
  /** Voxels along x, y and z; z is 1 for a picture. */
  readonly size: readonly [x: number, y: number, z: number];
}

/** Millimetres between neighbours along x, y and z. */
export type Spacing = readonly [x: number, y: number, z: number];

/** Throws unless both masks are of one grid and of zeros and ones. */
export function checkMasks(...masks: readonly Mask[]): void {
  for (const { voxels, size } of masks) {
    const [x, y, z] = size;
    if (voxels.length !== x * y * z)
      throw new RangeError(`mask: found ${voxels.length} voxels, allowed: ${x} × ${y} × ${z}`);
    if (size.join() !== masks[0].size.join())
      throw new RangeError(`mask: found a grid of ${size.join(' × ')}, allowed: ${masks[0].size.join(' × ')}`);
    const wrong = voxels.findIndex((voxel) => voxel > 1);
    if (wrong >= 0) throw new RangeError(`voxel ${wrong}: found ${voxels[wrong]}, allowed: 0 or 1`);
  }
}
