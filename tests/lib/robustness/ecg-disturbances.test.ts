import { expect, test } from 'vitest';
import type { StoredLead } from '#lib/formats/ecg-object.ts';
import { disturbedEcg, type EcgDisturbance, ecgDisturbances } from '#lib/robustness/ecg-disturbances.ts';
import { exchangeLimbs, type LimbSwap } from '#lib/robustness/limb-electrodes.ts';
import { qrsPower } from '#lib/robustness/stress-noise.ts';
import { random } from '#lib/simulate/random.ts';
import { ECG_AF } from '../../ecg-unit.ts';
import reference from '../../fixtures/reference/robustness/disturbances.json' with { type: 'json' };

const { samplingRateHz } = reference;

const lead = (name: keyof typeof reference.leads): StoredLead => ({
  name,
  samplingRateHz,
  samplesMv: Float32Array.from(reference.leads[name], (microvolts) => microvolts / 1000),
});

const recorded = [lead('I'), lead('II'), lead('V6')];
const all = ecgDisturbances(ECG_AF);

function disturbance(id: string): EcgDisturbance {
  const found = all.find((one) => one.id === id);
  if (found === undefined) throw new Error(`found no disturbance ${id}, expected one`);
  return found;
}

const disturbed = (id: string, leads: readonly StoredLead[] = recorded, read: readonly string[] = ['I'], seed = 'x') =>
  disturbance(id).apply(disturbedEcg(leads, read, random(seed)));

const samplesOf = (leads: readonly StoredLead[] | undefined, name: string): Float32Array =>
  leads?.find((one) => one.name === name)?.samplesMv ?? new Float32Array();

function closeTo(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  const largest = Array.from(found, (value, n) => Math.abs(value - expected[n])).reduce((a, b) => Math.max(a, b), 0);
  expect(largest).toBeLessThan(tolerance);
}

test('the power of the QRS complexes is that of beats whose places are known', () => {
  for (const name of ['I', 'II', 'V6'] as const)
    expect(qrsPower(lead(name).samplesMv, samplingRateHz)).toBeCloseTo(reference.qrsPower[name], 6);
});

test('noise has the signal-to-noise ratio that it is named after, on the leads that are read and on no other', () => {
  for (const kind of ['white', 'baseline-wander', 'muscle', 'electrode-motion', 'mains']) {
    for (const snrDb of [24, 12, 6, 0]) {
      const noisy = disturbed(`${kind}-${snrDb}db`);
      const noise = samplesOf(noisy, 'I').map((value, n) => value - recorded[0].samplesMv[n]);
      const power = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
      expect(10 * Math.log10(reference.qrsPower.I / power)).toBeCloseTo(snrDb, 1);
      expect(samplesOf(noisy, 'II')).toBe(recorded[1].samplesMv);
    }
  }
});

test('the levels of one noise differ in size alone, and another recording has another noise', () => {
  const noiseAt = (id: string, seed: string) =>
    samplesOf(disturbed(id, recorded, ['I'], seed), 'I').map((value, n) => value - recorded[0].samplesMv[n]);
  const [strong, weak] = [noiseAt('muscle-0db', 'a'), noiseAt('muscle-6db', 'a')];
  closeTo(
    weak,
    strong.map((value) => value * 10 ** (-6 / 20)),
    0.0011,
  );
  expect(noiseAt('muscle-0db', 'a')).toEqual(strong);
  expect(noiseAt('muscle-0db', 'b')).not.toEqual(strong);
});

test('gains multiply every sample', () => {
  closeTo(
    samplesOf(disturbed('gain-double'), 'I'),
    recorded[0].samplesMv.map((value) => 2 * value),
    1e-6,
  );
  closeTo(
    samplesOf(disturbed('gain-half'), 'I'),
    recorded[0].samplesMv.map((value) => value / 2),
    0.00051,
  );
});

test('exchanged limb electrodes give the leads that exchanged potentials give', () => {
  const names = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V6'] as const;
  const leads = names.map((name) => ({
    name,
    samplingRateHz: 20,
    samplesMv: Float32Array.from(reference.recorded[name]),
  }));
  for (const swap of ['RA-LA', 'RA-LL', 'LA-LL'] as const satisfies readonly LimbSwap[]) {
    for (const given of [leads, leads.filter(({ name }) => ['I', 'II', 'V6'].includes(name))]) {
      const seen = exchangeLimbs(given, swap, ['I']);
      for (const { name } of given)
        closeTo(samplesOf(seen, name), reference.swapped[swap][name as (typeof names)[number]], 1e-6);
    }
  }
});

test('a single lead between the arms turns upside down, and what no recording tells is not made up', () => {
  const single = [{ ...lead('I'), name: 'ECG' }];
  closeTo(
    samplesOf(exchangeLimbs(single, 'RA-LA', ['ECG']), 'ECG'),
    single[0].samplesMv.map((value) => -value),
    1e-9,
  );
  expect(exchangeLimbs(single, 'LA-LL', ['ECG'])).toBeUndefined();
  expect(exchangeLimbs([lead('I')], 'LA-LL', ['I'])).toBeUndefined();
  expect(exchangeLimbs(recorded, 'RA-LA', ['V6'])).toBeUndefined();
});

test('slower sampling is that of scipy, and a slow recording is not sampled more slowly', () => {
  const slow = disturbed('rate-125hz');
  closeTo(samplesOf(slow, 'I'), reference.at125, 0.0006);
  expect(slow?.find(({ name }) => name === 'I')?.samplingRateHz).toBe(125);
  expect(disturbed('rate-250hz', slow)).toBeUndefined();
});

test('a shorter recording is its beginning, in every lead', () => {
  const half = disturbed('shorter-half');
  for (const { name, samplesMv } of recorded)
    expect(samplesOf(half, name)).toEqual(samplesMv.subarray(0, samplesMv.length / 2));
  expect(disturbed('shorter-shortest')).toBeUndefined(); // 4 s are less than the 9 s that ecg-af accepts
});

test('two seconds in the middle are flat, or missing', () => {
  const [flat, gap] = ['flat-2s', 'gap-2s'].map((id) => samplesOf(disturbed(id), 'I'));
  const original = recorded[0].samplesMv;
  expect(flat.subarray(500, 1500).every((value) => value === flat[500])).toBe(true);
  expect(gap.subarray(500, 1500).every(Number.isNaN)).toBe(true);
  for (const samples of [flat, gap]) {
    expect(samples.subarray(0, 500)).toEqual(original.subarray(0, 500));
    expect(samples.subarray(1500)).toEqual(original.subarray(1500));
  }
});

test('noise is not added where no beat is found or a sample is missing: its size would not be known', () => {
  const still = { ...lead('I'), samplesMv: new Float32Array(2000) };
  const broken = { ...lead('I'), samplesMv: lead('I').samplesMv.with(7, Number.NaN) };
  for (const bad of [still, broken]) {
    expect(qrsPower(bad.samplesMv, samplingRateHz)).toBeUndefined();
    expect(disturbed('white-12db', [bad])).toBeUndefined();
  }
});
