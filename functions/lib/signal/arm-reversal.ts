import { bandpass } from './bandpass.ts';

export interface ArmReversal {
  /** Between lead I and lead V6, −1 to 1; both look at the heart from the left and mostly agree. */
  readonly correlation: number;
  readonly suspected: boolean;
}

/** Below this the leads look at each other's mirror image. */
const threshold = -0.5;

/**
 * Suspects that the electrodes of both arms are in each other's place: lead I then is upside down while the chest leads stay
 * as they are, so lead I and V6 disagree (Batchvarov, Malik and Camm 2007, doi 10.1093/europace/eum172, name the sign). Both
 * leads from 0.67 to 30 Hz. An infarct or a shifted axis can do the same and dextrocardia looks alike: it is a finding, not a
 * correction.
 */
export function armReversal(
  leadIMv: ArrayLike<number>,
  leadV6Mv: ArrayLike<number>,
  samplingRateHz: number,
): ArmReversal {
  if (leadIMv.length !== leadV6Mv.length) {
    throw new RangeError(
      `arm reversal: found ${leadIMv.length} and ${leadV6Mv.length} samples, allowed: as many in both`,
    );
  }
  const band = { samplingRateHz, lowHz: 0.67, highHz: 30, order: 2 };
  const correlation = correlationOf(bandpass(leadIMv, band), bandpass(leadV6Mv, band));
  return { correlation, suspected: correlation < threshold };
}

/** Pearson's; 0 where one side does not vary. */
function correlationOf(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [together, squaresA, squaresB] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    together += (a[index] - meanA) * (b[index] - meanB);
    squaresA += (a[index] - meanA) ** 2;
    squaresB += (b[index] - meanB) ** 2;
  }
  const size = Math.sqrt(squaresA * squaresB);
  return size > 0 ? together / size : 0;
}
