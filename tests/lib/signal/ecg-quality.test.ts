import { expect, test } from 'vitest';
import { amplitudeFindings } from '#lib/signal/ecg-quality.ts';

const rate = 250;
const codesOf = (samplesMv: Float32Array) =>
  amplitudeFindings([{ name: 'II', given: 'II', samplesMv, samplingRateHz: rate }]).map(({ code }) => code);
/** One narrow wave a second, 1 mV high, on a slow wander. */
const beats = (scale = 1) =>
  Float32Array.from({ length: 10 * rate }, (_, i) => {
    const phase = (i % rate) / rate - 0.5;
    return scale * (Math.exp(-((phase / 0.02) ** 2)) + 0.1 * Math.sin(i / 400));
  });

test('a plausible lead has no findings', () => {
  expect(codesOf(beats())).toEqual([]);
});

test('a gain a thousand times too large or too small is suspected', () => {
  expect(codesOf(beats(1000))).toEqual(['amplitude-implausible']);
  expect(codesOf(beats(0.001))).toEqual(['amplitude-implausible']);
});

test('an offset of the electrode and a short artefact do not look like a wrong gain', () => {
  const shifted = beats().map((value) => value + 150);
  shifted[1200] = 400;
  expect(codesOf(shifted)).toEqual([]);
});

test('a quiet stretch beside beats is no wrong gain', () => {
  const padded = new Float32Array(30 * rate);
  padded.set(beats(), 10 * rate);
  expect(codesOf(padded)).not.toContain('amplitude-implausible');
});

test('flat, missing in part and missing whole', () => {
  expect(codesOf(new Float32Array(500).fill(0.3))).toEqual(['flat-line']);
  expect(codesOf(new Float32Array(500).fill(Number.NaN))).toEqual(['lead-missing']);
  expect(codesOf(beats().fill(Number.NaN, 100, 150))).toEqual(['samples-missing']);
});

test('a lead that is cut off at its top for a tenth of a second is saturated', () => {
  expect(codesOf(beats().map((value) => Math.min(value, 0.06)))).toEqual(['saturated']);
});
