import type { Mask, Spacing } from './mask.ts';

/**
 * Squared distance in mm² from every voxel to the nearest one of the mask, exact, in time linear in the voxels: lower envelopes of
 * parabolas axis by axis (Felzenszwalb and Huttenlocher 2012, doi 10.4086/toc.2012.v008a019). Infinite everywhere for an empty mask.
 */
export function squaredDistances({ voxels, size }: Mask, spacing: Spacing): Float64Array {
  const distances = Float64Array.from(voxels, (voxel) => (voxel === 1 ? 0 : Infinity));
  let stride = 1;
  size.forEach((length, axis) => {
    const line = new Float64Array(length);
    const hull = { places: new Int32Array(length), bounds: new Float64Array(length + 1) };
    for (let start = 0; start < distances.length; start++) {
      if (Math.floor(start / stride) % length !== 0) continue;
      for (let i = 0; i < length; i++) line[i] = distances[start + i * stride];
      transformLine(line, spacing[axis], hull, (i, value) => {
        distances[start + i * stride] = value;
      });
    }
    stride *= length;
  });
  return distances;
}

interface Hull {
  readonly places: Int32Array;
  readonly bounds: Float64Array;
}

/** For each place of a line the least of (distance along the line)² + value there. */
function transformLine(
  values: Float64Array,
  spacing: number,
  { places, bounds }: Hull,
  put: (index: number, value: number) => void,
): void {
  let last = -1;
  const at = (i: number) => i * spacing;
  for (let i = 0; i < values.length; i++) {
    if (values[i] === Infinity) continue;
    let from = -Infinity;
    for (; last >= 0; last--) {
      const other = places[last];
      from = (values[i] + at(i) ** 2 - values[other] - at(other) ** 2) / (2 * (at(i) - at(other)));
      if (from > bounds[last]) break;
    }
    last++;
    places[last] = i;
    bounds[last] = last === 0 ? -Infinity : from;
  }
  if (last < 0) return;
  let current = 0;
  for (let i = 0; i < values.length; i++) {
    while (current < last && bounds[current + 1] < at(i)) current++;
    put(i, (at(i) - at(places[current])) ** 2 + values[places[current]]);
  }
}
