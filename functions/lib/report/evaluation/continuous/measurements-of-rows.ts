import type { PairedMeasurements } from '#lib/validation/agreement/measurements.ts';

/** The measurements of some of the studies, by their places. */
export function measurementsOf(
  { first, second, clusters }: PairedMeasurements,
  places: Uint32Array,
): PairedMeasurements {
  const pick = (values: Float64Array): Float64Array => Float64Array.from(places, (place) => values[place]);
  return {
    first: pick(first),
    second: pick(second),
    ...(clusters !== undefined && { clusters: Int32Array.from(places, (place) => clusters[place]) }),
  };
}
