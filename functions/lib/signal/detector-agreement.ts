import { beatAgreement } from './beat-agreement.ts';
import { rPeaks } from './r-peaks.ts';
import { rPeaksTwoAverages } from './r-peaks-two-averages.ts';

/**
 * bSQI of one lead: beats that two detectors find at the same place (within 150 ms) over all beats that either finds, 0 to 1; near 1
 * in a clear ECG whatever its rhythm (Li, Mark and Clifford 2008, doi 10.1088/0967-3334/29/1/002, there with other
 * detectors). NaN where neither finds a beat.
 */
export function detectorAgreement(samplesMv: ArrayLike<number>, samplingRateHz: number): number {
  const seconds = (peaks: Uint32Array) => Float64Array.from(peaks, (sample) => sample / samplingRateHz);
  const first = seconds(rPeaks(samplesMv, samplingRateHz));
  const second = seconds(rPeaksTwoAverages(samplesMv, samplingRateHz));
  const { truePositives, falsePositives, falseNegatives } = beatAgreement(first, second);
  return truePositives / (truePositives + falsePositives + falseNegatives);
}
