import { bandpass } from './bandpass.ts';
import { checkRate } from './check-samples.ts';

/** A bump of the integrated slope that may be a QRS. */
interface Candidate {
  readonly sample: number;
  readonly height: number;
}

const refractoryS = 0.2;
const windowS = 0.15;
/** A bump this soon after a QRS may be its T wave. */
const tWaveS = 0.36;
const shortestS = 2;
/** A bump counts for the level of QRS up to so many times that level: an artefact must not hide the beats after it. */
const mostOfLevel = 4;

/**
 * Samples of the R waves (the largest deflection of each QRS, up or down) of one lead in mV, after Pan and Tompkins 1985
 * (doi 10.1109/TBME.1985.325532): bandpass 5 to 15 Hz, squared slope averaged over 150 ms, thresholds that follow the
 * signal's and the noise's bumps, search back after 1.66 mean intervals, T waves told by their slope. All filters here are
 * free of delay, an artefact raises the level of QRS little, and the first thresholds come from the medians of the seconds
 * of the recording rather than from a training phase. Needs 2 s and finite samples.
 */
export function rPeaks(samplesMv: ArrayLike<number>, samplingRateHz: number): Uint32Array {
  checkRate('R peaks', samplingRateHz);
  if (samplesMv.length < shortestS * samplingRateHz) {
    throw new RangeError(`R peaks: found ${samplesMv.length / samplingRateHz} s, allowed: at least ${shortestS} s`);
  }
  const filtered = bandpass(samplesMv, {
    samplingRateHz,
    lowHz: 5,
    highHz: Math.min(15, 0.4 * samplingRateHz),
    order: 1,
  });
  const energy = slopeEnergy(filtered, samplingRateHz);
  const beats = followThresholds(bumps(energy, samplingRateHz), filtered, energy, samplingRateHz);
  return Uint32Array.from(beats, (beat) => largestNear(filtered, beat, Math.round((windowS / 2) * samplingRateHz)));
}

/** Square of the slope over five points, averaged over 150 ms around each sample. */
function slopeEnergy(filtered: Float64Array, samplingRateHz: number): Float64Array {
  const length = filtered.length;
  const reach = Math.max(1, Math.round(samplingRateHz / 200));
  const sums = new Float64Array(length + 1);
  for (let index = 0; index < length; index++) {
    const at = (step: number) => filtered[Math.min(Math.max(index + step * reach, 0), length - 1)];
    const slope = 2 * at(2) + at(1) - at(-1) - 2 * at(-2);
    sums[index + 1] = sums[index] + slope * slope;
  }
  const half = Math.round((windowS / 2) * samplingRateHz);
  return filtered.map((_, index) => {
    const [start, end] = [Math.max(0, index - half), Math.min(length, index + half + 1)];
    return (sums[end] - sums[start]) / (end - start);
  });
}

/** Local maxima that nothing within the refractory time exceeds. */
function bumps(energy: Float64Array, samplingRateHz: number): Candidate[] {
  const apart = Math.round(refractoryS * samplingRateHz);
  const found: Candidate[] = [];
  for (let sample = 0; sample < energy.length; sample++) {
    const height = energy[sample];
    if (!(height > (energy[sample - 1] ?? 0) && height >= (energy[sample + 1] ?? 0))) continue;
    const last = found.at(-1);
    if (last === undefined || sample - last.sample > apart) found.push({ sample, height });
    else if (height > last.height) found[found.length - 1] = { sample, height };
  }
  return found;
}

/** Running levels of QRS and of noise; a bump above a quarter of the way from noise to QRS is a beat. */
function followThresholds(
  candidates: readonly Candidate[],
  filtered: Float64Array,
  energy: Float64Array,
  samplingRateHz: number,
): number[] {
  const beats: Candidate[] = [];
  let signalLevel = typicalPeak(energy, samplingRateHz);
  let noiseLevel = signalLevel / 20;
  let skipped: Candidate[] = [];
  const take = (candidate: Candidate, share: number) => {
    signalLevel += share * (Math.min(candidate.height, mostOfLevel * signalLevel) - signalLevel);
    beats.push(candidate);
    skipped = skipped.filter(({ sample }) => sample > candidate.sample);
  };
  for (const candidate of candidates) {
    const threshold = () => noiseLevel + 0.25 * (signalLevel - noiseLevel);
    const last = beats.at(-1);
    const missed =
      last && isOverdue(beats, candidate.sample) ? highest(skipped, last.sample, samplingRateHz) : undefined;
    if (missed && missed.height > threshold() / 2) take(missed, 0.25);
    if (candidate.height > threshold() && !isTWave(candidate, beats.at(-1), filtered, samplingRateHz)) {
      take(candidate, 0.125);
    } else {
      noiseLevel += 0.125 * (Math.min(candidate.height, signalLevel) - noiseLevel);
      skipped.push(candidate);
    }
  }
  return beats.map(({ sample }) => sample);
}

/** Median over the seconds of the recording of each second's largest value. */
function typicalPeak(energy: Float64Array, samplingRateHz: number): number {
  const step = Math.round(samplingRateHz);
  const peaks: number[] = [];
  for (let start = 0; start + step <= energy.length; start += step) {
    peaks.push(energy.subarray(start, start + step).reduce((most, value) => Math.max(most, value), 0));
  }
  return peaks.sort((a, b) => a - b)[peaks.length >> 1];
}

/** More than 1.66 times the mean of the last eight intervals since the last beat. */
function isOverdue(beats: readonly Candidate[], sample: number): boolean {
  const recent = beats.slice(-9);
  if (recent.length < 2) return false;
  const mean = (recent[recent.length - 1].sample - recent[0].sample) / (recent.length - 1);
  return sample - recent[recent.length - 1].sample > 1.66 * mean;
}

/** Highest bump passed over since the last beat, beyond the time of its T wave. */
function highest(skipped: readonly Candidate[], since: number, samplingRateHz: number): Candidate | undefined {
  const later = skipped.filter(({ sample }) => sample - since > tWaveS * samplingRateHz);
  return later.reduce<Candidate | undefined>(
    (best, each) => (best && best.height >= each.height ? best : each),
    undefined,
  );
}

/** Soon after a beat and less than half as steep. */
function isTWave(
  candidate: Candidate,
  last: Candidate | undefined,
  filtered: Float64Array,
  samplingRateHz: number,
): boolean {
  if (last === undefined || candidate.sample - last.sample > tWaveS * samplingRateHz) return false;
  const half = Math.round((windowS / 2) * samplingRateHz);
  return steepest(filtered, candidate.sample, half) < 0.5 * steepest(filtered, last.sample, half);
}

function steepest(filtered: Float64Array, around: number, half: number): number {
  let most = 0;
  for (let index = Math.max(1, around - half); index < Math.min(filtered.length, around + half); index++) {
    most = Math.max(most, Math.abs(filtered[index] - filtered[index - 1]));
  }
  return most;
}

function largestNear(filtered: Float64Array, around: number, half: number): number {
  let largest = around;
  for (let index = Math.max(0, around - half); index <= Math.min(filtered.length - 1, around + half); index++) {
    if (Math.abs(filtered[index]) > Math.abs(filtered[largest])) largest = index;
  }
  return largest;
}
