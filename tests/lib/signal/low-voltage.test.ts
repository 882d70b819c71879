import { expect, test } from 'vitest';
import { amplitudeFindings } from '#lib/signal/ecg-quality.ts';
import { simulateEcg } from '#lib/simulate/ecg.ts';

const codesAt = (factor: number, count = 12): string[] => {
  const { leads, samplingRateHz } = simulateEcg({ seed: 'voltage' });
  const scaled = leads.slice(0, count).map(({ name, samplesMv }) => {
    return { name, given: name, samplingRateHz, samplesMv: samplesMv.map((value) => value * factor) };
  });
  return amplitudeFindings(scaled).map(({ code }) => code);
};

test('twelve leads that are all small are said to be so: the voltage is low, or the gain is too large', () => {
  expect(codesAt(1)).toEqual([]);
  expect(codesAt(0.1)).toEqual(['low-voltage']);
  expect(codesAt(0.1, 3)).toEqual([]);
});
