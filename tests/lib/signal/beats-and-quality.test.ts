import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { armReversal } from '#lib/signal/arm-reversal.ts';
import { beatAgreement } from '#lib/signal/beat-agreement.ts';
import { noiseFindings } from '#lib/signal/noise-findings.ts';
import { powerSpectrum } from '#lib/signal/power-spectrum.ts';
import { baselineSteadiness, kurtosis } from '#lib/signal/quality-indices.ts';
import { rPeaks } from '#lib/signal/r-peaks.ts';
import { rPeaksTwoAverages } from '#lib/signal/r-peaks-two-averages.ts';
import { stillStretches } from '#lib/signal/still-stretches.ts';
import { type EcgOptions, type SimulatedEcg, simulateEcg } from '#lib/simulate/ecg.ts';
import type { LeadName } from '#lib/simulate/ecg-leads.ts';

const lead = (ecg: SimulatedEcg, wanted: LeadName): Float32Array => {
  const found = ecg.leads.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`no lead ${wanted}`);
  return found.samplesMv;
};

/** Sensitivity and positive predictive value over recordings that differ in rhythm, beats and seed. */
function detection(noise: NonNullable<EcgOptions['noise']>): { sensitivity: number; predictive: number } {
  const sum = { truePositives: 0, falsePositives: 0, falseNegatives: 0 };
  for (let seed = 0; seed < 12; seed++) {
    const fibrillation = seed % 3 === 0 ? ('always' as const) : [];
    const premature = { ventricular: seed % 2 };
    const ecg = simulateEcg({ seed, durationS: 20, heartRateBpm: 50 + 6 * seed, fibrillation, premature, noise });
    const found = [...rPeaks(lead(ecg, 'II'), 500)].map((sample) => sample / 500);
    const beats = ecg.truth.beats.map(({ rTimeS }) => rTimeS);
    const agreement = beatAgreement(found, beats);
    sum.truePositives += agreement.truePositives;
    sum.falsePositives += agreement.falsePositives;
    sum.falseNegatives += agreement.falseNegatives;
  }
  const { truePositives, falsePositives, falseNegatives } = sum;
  return {
    sensitivity: truePositives / (truePositives + falseNegatives),
    predictive: truePositives / (truePositives + falsePositives),
  };
}

describe('rPeaks', () => {
  it('finds every beat of quiet recordings, in sinus rhythm, fibrillation and with premature beats, and nothing else', () => {
    const { sensitivity, predictive } = detection([]);
    expect(sensitivity).toBeGreaterThan(0.99);
    expect(predictive).toBeGreaterThan(0.99);
  });

  it.each([
    ['muscle', 6],
    ['baseline-wander', -10],
    ['mains', 0],
    ['electrode-motion', 6],
  ] as const)('finds more than 97 of 100 beats under %s at %d dB', (kind, snrDb) => {
    const { sensitivity, predictive } = detection([{ kind, snrDb }]);
    expect(sensitivity).toBeGreaterThan(0.97);
    expect(predictive).toBeGreaterThan(0.97);
  });

  it('places the peak within 20 ms of the planted time of a narrow beat', () => {
    const ecg = simulateEcg({ seed: 'place' });
    const found = rPeaks(lead(ecg, 'II'), 500);
    expect(found.length).toBe(ecg.truth.beats.length);
    ecg.truth.beats.forEach(({ rTimeS }, index) => {
      expect(Math.abs(found[index] / 500 - rTimeS)).toBeLessThan(0.02);
    });
  });

  it('finds the same beats in a lead turned upside down and at a third of the size', () => {
    const samples = lead(simulateEcg({ seed: 4 }), 'V1');
    expect(
      rPeaks(
        samples.map((sample) => sample / -3),
        500,
      ),
    ).toEqual(rPeaks(samples, 500));
  });

  it('finds the beats after an artefact far higher than they are', () => {
    const ecg = simulateEcg({ seed: 'artefact', durationS: 20 });
    const samples = Float32Array.from(lead(ecg, 'II'));
    for (let n = 0; n < 40; n++) samples[5000 + n] += 40 * Math.sin((Math.PI * n) / 20);
    const found = [...rPeaks(samples, 500)].map((sample) => sample / 500);
    const later = (times: readonly number[]) => times.filter((at) => at > 10.3);
    const agreement = beatAgreement(later(found), later(ecg.truth.beats.map(({ rTimeS }) => rTimeS)));
    expect(agreement).toMatchObject({ falsePositives: 0, falseNegatives: 0 });
    expect(agreement.truePositives).toBeGreaterThan(8);
  });

  it('finds nothing in a flat lead', () => {
    expect(rPeaks(new Float32Array(2000), 500)).toEqual(new Uint32Array());
  });

  it('refuses missing samples and recordings shorter than two seconds', () => {
    expect(() => rPeaks(new Float32Array(2000).fill(Number.NaN), 500)).toThrow('found NaN at sample 0');
    expect(() => rPeaks(new Float32Array(900), 500)).toThrow('R peaks: found 1.8 s, allowed: at least 2 s');
  });
});

describe('beatAgreement', () => {
  it('counts each beat once', () => {
    expect(beatAgreement([1, 1.1, 2, 5], [1.05, 2.1, 3])).toEqual({
      truePositives: 2,
      falsePositives: 2,
      falseNegatives: 1,
    });
  });
});

describe('the second detector', () => {
  it('finds every beat by itself', () => {
    const ecg = simulateEcg({ seed: 'second', durationS: 30, premature: { ventricular: 2 } });
    const found = Float64Array.from(rPeaksTwoAverages(lead(ecg, 'II'), 500), (sample) => sample / 500);
    const beats = ecg.truth.beats.map(({ rTimeS }) => rTimeS);
    expect(beatAgreement(found, beats)).toEqual({
      truePositives: beats.length,
      falsePositives: 0,
      falseNegatives: 0,
    });
  });
});

describe('quality indices', () => {
  it('take the kurtosis of scipy', () => {
    const file = join(import.meta.dirname, '../../fixtures/reference/signal/filters.json');
    const expected: { kurtosis: number } = JSON.parse(readFileSync(file, 'utf8'));
    const wave = (n: number) => Math.sin((2 * Math.PI * n) / 71) + 0.3 * Math.sin((2 * Math.PI * n) / 7.3 + 1);
    const samples = Float64Array.from({ length: 1500 }, (_, n) => 0.4 + 0.0007 * n + wave(n) + (n > 700 ? 0.8 : 0));
    expect(kurtosis(samples)).toBeCloseTo(expected.kurtosis, 9);
  });

  it('tell a slow drift from the waves of an ECG', () => {
    const sine = (frequencyHz: number) =>
      Float64Array.from({ length: 4096 }, (_, n) => Math.sin((2 * Math.PI * frequencyHz * n) / 256));
    expect(baselineSteadiness(powerSpectrum(sine(0.5), 256))).toBeLessThan(0.1);
    expect(baselineSteadiness(powerSpectrum(sine(8), 256))).toBeGreaterThan(0.99);
  });
});

describe('noiseFindings', () => {
  const codes = (options: Omit<EcgOptions, 'seed'>, seed: number): string[] => {
    const { leads, samplingRateHz } = simulateEcg({ seed, ...options });
    return [...new Set(noiseFindings(leads, samplingRateHz).map(({ code }) => code))];
  };
  const seeds = Array.from({ length: 10 }, (_, seed) => seed);

  it('has nothing to say about quiet recordings, wide beats included', () => {
    expect(seeds.flatMap((seed) => codes({ noise: [{ kind: 'muscle', snrDb: 20 }] }, seed))).toEqual([]);
  });

  it('names muscle noise, a wandering baseline and exchanged arms, each by its own code', () => {
    for (const seed of seeds) {
      expect(codes({ noise: [{ kind: 'muscle', snrDb: -6 }] }, seed)).toContain('noisy');
      expect(codes({ noise: [{ kind: 'baseline-wander', snrDb: -10 }] }, seed)).toEqual(['baseline-wander']);
      expect(codes({ swaps: [['RA', 'LA']] }, seed)).toEqual(['leads-swapped']);
    }
  });

  it('names only the lead that has the noise', () => {
    const { leads } = simulateEcg({ seed: 3, noise: [{ kind: 'muscle', snrDb: -10, leads: ['V4'] }] });
    expect(noiseFindings(leads, 500)).toEqual([
      {
        severity: 'warning',
        code: 'noisy',
        message: expect.stringMatching(/^lead V4: found kurtosis [23]\.\d, a clear ECG has at least 5$/),
      },
    ]);
  });

  it('does not judge leads with missing samples, flat ones and short ones', () => {
    const flat = { name: 'I', samplesMv: new Float32Array(5000) };
    const missing = { name: 'V6', samplesMv: new Float32Array(5000).fill(Number.NaN) };
    expect(noiseFindings([flat, missing, { name: 'II', samplesMv: new Float32Array(100) }], 500)).toEqual([]);
  });
});

describe('armReversal', () => {
  it('detects all of 90 simulated exchanges and suspects none of 90 recordings as they should be', () => {
    const conductions = ['normal', 'left-bundle-branch-block', 'right-bundle-branch-block'] as const;
    const noise = [{ kind: 'muscle', snrDb: 12 } as const, { kind: 'baseline-wander', snrDb: 0 } as const];
    const suspected = (swaps: NonNullable<EcgOptions['swaps']>) =>
      Array.from({ length: 90 }, (_, seed) => {
        const ecg = simulateEcg({ seed, conduction: conductions[seed % 3], noise, swaps });
        return armReversal(lead(ecg, 'I'), lead(ecg, 'V6'), 500).suspected;
      }).filter(Boolean).length;
    expect(suspected([['RA', 'LA']])).toBe(90);
    expect(suspected([])).toBe(0);
  });

  it('refuses leads of unequal length', () => {
    expect(() => armReversal([1, 2], [1], 500)).toThrow(
      'arm reversal: found 2 and 1 samples, allowed: as many in both',
    );
  });
});

describe('stillStretches', () => {
  it('finds planted stretches to the sample, and nothing in the rest', () => {
    const ecg = simulateEcg({
      seed: 'still',
      noise: [{ kind: 'muscle', snrDb: 20 }],
      flat: [{ lead: 'V2', startS: 2, endS: 5 }],
      missing: [{ lead: 'V2', startS: 7, endS: 7.1 }],
    });
    expect(stillStretches(lead(ecg, 'V2'), { samplingRateHz: 500 })).toEqual([
      { startSample: 1000, endSample: 2500, code: 'flat-line' },
      { startSample: 3500, endSample: 3550, code: 'samples-missing' },
    ]);
    expect(stillStretches(lead(ecg, 'V3'), { samplingRateHz: 500 })).toEqual([]);
  });

  it('finds where the converter reached its end, as the truth has it', () => {
    const ecg = simulateEcg({ seed: 2, conduction: 'left-bundle-branch-block', rangeMv: 0.5 });
    const wanted = ecg.truth.saturated
      .filter((cut) => cut.lead === 'V2' && cut.endS - cut.startS >= 0.02)
      .map(({ startS, endS }) => [Math.round(startS * 500), Math.round(endS * 500)]);
    const found = stillStretches(lead(ecg, 'V2'), { samplingRateHz: 500 });
    expect(wanted.length).toBeGreaterThan(5);
    expect(found.map(({ startSample, endSample }) => [startSample, endSample])).toEqual(wanted);
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(['saturated']));
  });

  it('calls a lead that never moves flat', () => {
    expect(stillStretches(new Float32Array(1000).fill(0.3), { samplingRateHz: 500 })).toEqual([
      { startSample: 0, endSample: 1000, code: 'flat-line' },
    ]);
  });
});
