import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandPower, powerSpectrum } from '#lib/signal/power-spectrum.ts';
import { type EcgOptions, type SimulatedEcg, simulateEcg } from '#lib/simulate/ecg.ts';
import { type LeadName, twelveLeads } from '#lib/simulate/ecg-leads.ts';
import { addFibrillatoryWaves } from '#lib/simulate/fibrillatory-waves.ts';
import { random } from '#lib/simulate/random.ts';
import { fibrillationIntervals, sinusIntervals } from '#lib/simulate/rr-intervals.ts';

const rateHz = 500;
const lead = (ecg: SimulatedEcg, name: LeadName): Float32Array => ecg.leads[twelveLeads.indexOf(name)].samplesMv;
const around = (samples: Float32Array, timeS: number, beforeS: number, afterS: number): Float32Array =>
  samples.slice(Math.max(0, Math.round((timeS - beforeS) * rateHz)), Math.round((timeS + afterS) * rateHz));
const highest = (samples: Float32Array): number => samples.reduce((most, value) => Math.max(most, value), -99);
const lowest = (samples: Float32Array): number => samples.reduce((least, value) => Math.min(least, value), 99);
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: ArrayLike<number>): number => {
  const center = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - center) ** 2)));
};
const intervals = (ecg: SimulatedEcg): number[] =>
  ecg.truth.beats.slice(1).map(({ rTimeS }, index) => rTimeS - ecg.truth.beats[index].rTimeS);
const hash = (options: EcgOptions): string => {
  const ecg = simulateEcg(options);
  const digest = createHash('sha256').update(JSON.stringify(ecg.truth));
  for (const { samplesMv } of ecg.leads) digest.update(new Uint8Array(samplesMv.buffer));
  return digest.digest('hex');
};
const seeds = Array.from({ length: 12 }, (_, seed) => seed);
/** A beat well inside the recording. */
const inner = (ecg: SimulatedEcg): number => ecg.truth.beats[4].rTimeS;

describe('a simulated ECG', () => {
  it('is the same bytes for the same options, and others for another seed', () => {
    const options: EcgOptions = {
      seed: 5,
      fibrillation: [{ startS: 3, endS: 6 }],
      noise: [{ kind: 'muscle', snrDb: 10 }],
    };
    expect(hash(options)).toBe(hash(options));
    expect(hash(options)).not.toBe(hash({ ...options, seed: 6 }));
  });

  it('has twelve leads of the wanted length that obey Einthoven and Goldberger', () => {
    const ecg = simulateEcg({ seed: 1, durationS: 7.5, noise: [{ kind: 'muscle', snrDb: 5 }] });
    expect(ecg.leads.map(({ name }) => name)).toEqual([...twelveLeads]);
    const [one, two, three, avr, avl, avf] = ecg.leads.map(({ samplesMv }) => samplesMv);
    expect(one.length).toBe(3750);
    for (let n = 0; n < one.length; n += 7) {
      expect(three[n]).toBeCloseTo(two[n] - one[n], 5);
      expect(avr[n] + avl[n] + avf[n]).toBeCloseTo(0, 5);
      expect(avl[n]).toBeCloseTo((one[n] - three[n]) / 2, 5);
    }
  });

  it('looks normal: P before R, upright R in I, II and V4 to V6, S in V1 to R in V4, upright T', () => {
    for (const seed of seeds) {
      const ecg = simulateEcg({ seed });
      const timeS = inner(ecg);
      const qrs = (name: LeadName) => around(lead(ecg, name), timeS, 0.06, 0.06);
      for (const name of ['I', 'II', 'V4', 'V5', 'V6'] as const) {
        expect(highest(qrs(name))).toBeGreaterThan(0.2);
        expect(highest(qrs(name))).toBeGreaterThan(-lowest(qrs(name)));
        expect(highest(around(lead(ecg, name), timeS, -0.18, 0.4))).toBeGreaterThan(0.03);
      }
      expect(-lowest(qrs('V1'))).toBeGreaterThan(highest(qrs('V1')));
      expect(highest(qrs('V4'))).toBeGreaterThan(1.5 * highest(qrs('V1')));
      expect(-lowest(qrs('V2'))).toBeGreaterThan(-lowest(qrs('V6')));
      expect(lowest(qrs('aVR'))).toBeLessThan(-0.2);
      const p = around(lead(ecg, 'II'), timeS, 0.22, -0.08);
      expect(highest(p)).toBeGreaterThan(0.03);
      expect(highest(p)).toBeLessThan(0.3);
    }
  });

  it('has one smooth P in II, and J in V2 and V3 below the 0.2 mV with which the definition of infarction begins', () => {
    for (const seed of seeds) {
      const ecg = simulateEcg({ seed });
      const timeS = inner(ecg);
      const p = around(lead(ecg, 'II'), timeS, 0.22, -0.08);
      const peaks = p.filter((value, n) => n > 0 && n < p.length - 1 && value > p[n - 1] && value >= p[n + 1]);
      expect(peaks).toHaveLength(1);
      for (const name of ['V2', 'V3'] as const) {
        const level = mean(around(lead(ecg, name), timeS, 0.07, -0.06));
        expect(lead(ecg, name)[Math.round((timeS + 0.055) * rateHz)] - level).toBeLessThan(0.2);
      }
    }
  });

  it('keeps every R time where a lead of its QRS is largest', () => {
    const ecg = simulateEcg({ seed: 8, premature: { ventricular: 2 } });
    for (const { rTimeS } of ecg.truth.beats.slice(1, -1)) {
      const sizes = Float32Array.from({ length: 150 }, (_, k) => {
        const n = Math.round(rTimeS * rateHz) + k - 75;
        return Math.hypot(lead(ecg, 'V2')[n], lead(ecg, 'V6')[n], lead(ecg, 'aVF')[n]);
      });
      const largest = sizes.indexOf(highest(sizes));
      expect(Math.abs(largest - 75) / rateHz).toBeLessThan(0.05);
    }
  });

  it('has finite samples and beats in order, whatever is combined', () => {
    const options = fc.record({
      seed: fc.nat(),
      durationS: fc.double({ min: 6, max: 15, noNaN: true }),
      samplingRateHz: fc.constantFrom(100, 128, 257, 360, 500, 1000),
      heartRateBpm: fc.integer({ min: 45, max: 150 }),
      rrDeviationMs: fc.integer({ min: 0, max: 120 }),
      fibrillation: fc.constantFrom<'always' | { startS: number; endS: number }[]>(
        'always',
        [],
        [{ startS: 2, endS: 4 }],
      ),
      premature: fc.record({ ventricular: fc.nat(1) }),
      avBlock: fc.constantFrom('first-degree' as const, 'wenckebach' as const, 'mobitz-2' as const),
      conduction: fc.constantFrom(
        'normal' as const,
        'left-bundle-branch-block' as const,
        'right-bundle-branch-block' as const,
      ),
    });
    fc.assert(
      fc.property(options, (wanted) => {
        const ecg = simulateEcg(wanted);
        for (const { samplesMv } of ecg.leads) {
          expect(samplesMv.length).toBe(Math.round(wanted.durationS * wanted.samplingRateHz));
          expect(samplesMv.every((value) => Math.abs(value) < 8)).toBe(true);
        }
        expect(Math.min(...intervals(ecg))).toBeGreaterThan(0.15);
        expect(ecg.truth.beats.every(({ rTimeS }) => rTimeS >= 0 && rTimeS < wanted.durationS)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses what it cannot make', () => {
    expect(() => simulateEcg({ seed: 1, durationS: 0 })).toThrow('simulated ECG: found 0 s, allowed: durations of 1');
    expect(() => simulateEcg({ seed: 1, samplingRateHz: 20 })).toThrow('found 20 Hz');
    expect(() => simulateEcg({ seed: 1, heartRateBpm: 300 })).toThrow('found 300 beats per minute');
    expect(() => simulateEcg({ seed: 1, samplingRateHz: 100, noise: [{ kind: 'mains', snrDb: 1 }] })).toThrow(
      'found mains of 50 Hz',
    );
    expect(() => simulateEcg({ seed: 1, noise: [{ kind: 'muscle', snrDb: Number.NaN }] })).toThrow(
      'found muscle at NaN dB',
    );
    expect(() => simulateEcg({ seed: 1, premature: { ventricular: 9 } })).toThrow('found 9 premature beats in 10 s');
    expect(() => simulateEcg({ seed: 1, fibrillation: 'always', premature: { atrial: 1 } })).toThrow(
      'atrial ones outside',
    );
    expect(() => simulateEcg({ seed: 1, fibrillation: 'always', heartRateBpm: 220 })).toThrow(
      'found a mean RR of 0.27',
    );
  });
});

describe('rhythm', () => {
  const series = (next: (timeS: number) => number, count: number): number[] => {
    const found: number[] = [];
    for (let timeS = 0; found.length < count; timeS += found[found.length - 1]) found.push(next(timeS));
    return found;
  };

  it('of the sinus has the wanted mean and deviation, with peaks at 0.1 and 0.25 Hz in the ratio of one half', () => {
    const next = sinusIntervals(0.8, 0.04, random('rr'));
    const found = series(next, 4000);
    expect(mean(found)).toBeCloseTo(0.8, 2);
    expect(deviation(found)).toBeCloseTo(0.04, 2);
    const spectrum = powerSpectrum(
      Float64Array.from({ length: 8192 }, (_, n) => next(n / 4)),
      4,
      2048,
    );
    const [low, high] = [bandPower(spectrum, 0.05, 0.15), bandPower(spectrum, 0.2, 0.3)];
    expect(low / high).toBeGreaterThan(0.4);
    expect(low / high).toBeLessThan(0.6);
    expect(bandPower(spectrum, 0.3, 2)).toBeLessThan(0.02 * high);
  });

  it('of fibrillation has the wanted mean, is far more irregular, and does not remember the interval before', () => {
    const found = series(fibrillationIntervals(0.7, random('af')), 20_000);
    expect(mean(found)).toBeCloseTo(0.7, 2);
    expect(deviation(found) / mean(found)).toBeGreaterThan(0.15);
    expect(deviation(found) / mean(found)).toBeLessThan(0.35);
    const center = mean(found);
    const products = found.slice(1).map((value, index) => (value - center) * (found[index] - center));
    expect(Math.abs(mean(products) / deviation(found) ** 2)).toBeLessThan(0.03);
  });

  it('in an episode of fibrillation has no P waves and f waves of 4 to 9 Hz in V1, outside it P waves and none', () => {
    const episode = { startS: 20, endS: 50 };
    for (const seed of [1, 2, 3]) {
      const ecg = simulateEcg({ seed, durationS: 60, rrDeviationMs: 5, fibrillation: [episode] });
      expect(ecg.truth.fibrillation).toEqual([episode]);
      for (const { kind, rTimeS, pTimeS } of ecg.truth.beats) {
        const isInside = rTimeS >= 20 && rTimeS < 50;
        expect(kind).toBe(isInside ? 'conducted-fibrillation' : 'sinus');
        if (isInside) expect(pTimeS).toBeUndefined();
        else if (rTimeS < 20 || rTimeS > 51) expect(rTimeS - (pTimeS ?? 0)).toBeCloseTo(0.145, 3);
      }
      const without = simulateEcg({ seed, durationS: 60, rrDeviationMs: 5, fibrillation: [] });
      expect(without.truth.fibrillation).toEqual([]);
      const quiet = (samples: Float32Array, from: number, to: number, beats: readonly { rTimeS: number }[]) => {
        const pauses = beats.filter(
          ({ rTimeS }, i) => rTimeS > from && rTimeS < to && (beats[i + 1]?.rTimeS ?? 0) - rTimeS > 0.8,
        );
        return mean(pauses.map(({ rTimeS }) => deviation(around(samples, rTimeS, -0.5, 0.62))));
      };
      const inside = quiet(lead(ecg, 'V1'), 21, 48, ecg.truth.beats);
      expect(inside).toBeGreaterThan(5 * quiet(lead(ecg, 'V1'), 1, 18, ecg.truth.beats));
    }
  });

  it('with a ventricular premature beat has a wide QRS without P and a pause that compensates', () => {
    const ecg = simulateEcg({ seed: 3, rrDeviationMs: 0, premature: { ventricular: 1 } });
    const place = ecg.truth.beats.findIndex(({ kind }) => kind === 'ventricular-premature');
    expect(ecg.truth.beats[place].pTimeS).toBeUndefined();
    const [before, after] = intervals(ecg).slice(place - 1, place + 1);
    const meanS = 60 / 70;
    expect(before).toBeLessThan(0.8 * meanS);
    expect(before + after).toBeCloseTo(2 * meanS, 6);
    const wide = width(ecg, 'I', ecg.truth.beats[place].rTimeS, 0.5);
    expect(wide).toBeGreaterThan(2 * width(ecg, 'I', ecg.truth.beats[place - 1].rTimeS, 0.5));
    expect(wide).toBeGreaterThan(0.06);
  });

  it('with an atrial premature beat has a narrow QRS, an inverted P in II and a pause that does not compensate', () => {
    const ecg = simulateEcg({ seed: 3, rrDeviationMs: 0, premature: { atrial: 1 } });
    const place = ecg.truth.beats.findIndex(({ kind }) => kind === 'atrial-premature');
    const [before, after] = intervals(ecg).slice(place - 1, place + 1);
    expect(before + after).toBeLessThan((1.9 * 60) / 70);
    expect(after).toBeCloseTo(60 / 70, 6);
    const { pTimeS = 0 } = ecg.truth.beats[place];
    expect(lowest(around(lead(ecg, 'II'), pTimeS, 0.05, 0.05))).toBeLessThan(-0.03);
  });
});

/** Time during which the lead is more than this share of its QRS away from zero. */
function width(ecg: SimulatedEcg, name: LeadName, timeS: number, share = 0.1): number {
  const part = around(lead(ecg, name), timeS, 0.12, 0.13);
  const size = Math.max(highest(part), -lowest(part));
  return part.filter((value) => Math.abs(value) > size * share).length / rateHz;
}

describe('conduction', () => {
  const beat = (options: Omit<EcgOptions, 'seed'>, name: LeadName, beforeS: number, afterS: number, seed: number) => {
    const ecg = simulateEcg({ seed, ...options });
    return around(lead(ecg, name), inner(ecg), beforeS, afterS);
  };

  it('of first degree delays every QRS by 120 ms after its P', () => {
    const ecg = simulateEcg({ seed: 1, avBlock: 'first-degree' });
    expect(ecg.truth.prolongedPrS).toBeCloseTo(0.28, 6);
    for (const { rTimeS, pTimeS } of ecg.truth.beats) expect(rTimeS - (pTimeS ?? 0)).toBeCloseTo(0.265, 6);
  });

  it('of second degree drops every fourth QRS: with growing PR by Wenckebach, with constant PR by Mobitz 2', () => {
    for (const avBlock of ['wenckebach', 'mobitz-2'] as const) {
      const ecg = simulateEcg({ seed: 2, durationS: 30, rrDeviationMs: 0, avBlock });
      expect(ecg.truth.droppedPTimesS.length).toBeGreaterThan(7);
      for (const droppedS of ecg.truth.droppedPTimesS.slice(1, -1)) {
        expect(ecg.truth.beats.some(({ rTimeS }) => rTimeS > droppedS && rTimeS < droppedS + 0.5)).toBe(false);
        expect(highest(around(lead(ecg, 'II'), droppedS, 0.05, 0.05))).toBeGreaterThan(0.03);
        const three = ecg.truth.beats.filter(({ rTimeS }) => rTimeS < droppedS).slice(-3);
        const pr = three.map(({ rTimeS, pTimeS }) => rTimeS - (pTimeS ?? 0));
        if (avBlock === 'mobitz-2') expect(pr[2] - pr[0]).toBeCloseTo(0, 6);
        else expect(pr[2] > pr[1] && pr[1] > pr[0]).toBe(true);
      }
    }
  });

  it('of the left bundle makes a wide upright QRS in V6 and a deep S with an upright T in V1', () => {
    for (const seed of seeds) {
      const conduction = 'left-bundle-branch-block';
      const ecg = simulateEcg({ seed, conduction });
      expect(width(ecg, 'V6', inner(ecg))).toBeGreaterThanOrEqual(0.11);
      expect(lowest(beat({ conduction }, 'V6', 0.1, 0.1, seed))).toBeGreaterThan(-0.1);
      expect(lowest(beat({ conduction }, 'V1', 0.1, 0.1, seed))).toBeLessThan(-0.6);
      expect(highest(beat({ conduction }, 'V1', -0.2, 0.4, seed))).toBeGreaterThan(0.2);
      expect(lowest(beat({ conduction }, 'V6', -0.2, 0.4, seed))).toBeLessThan(-0.1);
    }
  });

  it("of the right bundle makes rsR' in V1 and a broad S in I and V6", () => {
    for (const seed of seeds) {
      const conduction = 'right-bundle-branch-block';
      const first = highest(beat({ conduction }, 'V1', 0.06, 0, seed));
      const second = highest(beat({ conduction }, 'V1', -0.04, 0.11, seed));
      expect(second).toBeGreaterThan(0.3);
      expect(second).toBeGreaterThan(first);
      expect(lowest(beat({ conduction }, 'V1', 0.02, 0.05, seed))).toBeLessThan(0);
      for (const name of ['I', 'V6'] as const)
        expect(lowest(beat({ conduction }, name, -0.04, 0.11, seed))).toBeLessThan(-0.1);
    }
  });
});

describe('fibrillatory waves', () => {
  /** Times between the beginnings of waves on the axis to the front. */
  const periods = (seed: number): number[] => {
    const dipole = [0, 1, 2].map(() => new Float64Array(30 * rateHz)) as [Float64Array, Float64Array, Float64Array];
    addFibrillatoryWaves(dipole, rateHz, { startS: 0, endS: 30 }, random(seed));
    const rising = [...dipole[2].keys()].filter((n) => n > 0 && dipole[2][n - 1] < 0 && dipole[2][n] >= 0);
    return rising.slice(1).map((n, index) => (n - rising[index]) / rateHz);
  };

  it('come 4 to 9 times a second and never evenly, as those of flutter would', () => {
    for (const seed of seeds) {
      const found = periods(seed);
      expect(1 / mean(found)).toBeGreaterThan(3.5);
      expect(1 / mean(found)).toBeLessThan(9.5);
      expect(deviation(found) / mean(found)).toBeGreaterThan(0.05);
    }
  });
});

describe('planted changes', () => {
  it('of ST are in each lead what the truth says, with reciprocal change on the far side', () => {
    for (const [territory, most, opposite] of [
      ['inferior', 'III', 'aVL'],
      ['anterior', 'V3', undefined],
      ['lateral', 'V6', 'aVR'],
      ['septal', 'V2', undefined],
    ] as const) {
      const plain = simulateEcg({ seed: 4 });
      const shifted = simulateEcg({ seed: 4, stShift: { territory, shiftMv: 0.3 } });
      const at = Math.round((inner(plain) + 0.12) * rateHz);
      for (const name of twelveLeads) {
        const wanted = shifted.truth.stShiftMv[name] ?? 0;
        expect(lead(shifted, name)[at] - lead(plain, name)[at]).toBeCloseTo(wanted, 2);
      }
      expect(Math.max(...Object.values(shifted.truth.stShiftMv))).toBeGreaterThanOrEqual(0.3 - 1e-9);
      expect(shifted.truth.stShiftMv[most]).toBeGreaterThan(0.15);
      if (opposite) expect(shifted.truth.stShiftMv[opposite]).toBeLessThan(-0.05);
    }
    expect(simulateEcg({ seed: 4 }).truth.stShiftMv).toEqual({});
  });

  it.each(['baseline-wander', 'mains', 'muscle', 'electrode-motion'] as const)(
    'of %s noise have the stated ratio inside the interval and nothing outside it',
    (kind) => {
      const clean = simulateEcg({ seed: 9 });
      const noisy = simulateEcg({ seed: 9, noise: [{ kind, snrDb: 7, startS: 3, endS: 6 }] });
      expect(noisy.truth.noise[0]).toMatchObject({ kind, snrDb: 7, startS: 3, endS: 6 });
      for (const name of ['I', 'II', 'V1', 'V5'] as const) {
        const difference = lead(noisy, name).map((value, n) => value - lead(clean, name)[n]);
        const power = mean(difference.slice(1500, 3000).map((value) => value * value));
        expect(10 * Math.log10(deviation(lead(clean, name)) ** 2 / power)).toBeCloseTo(7, 3);
        expect(highest(difference.slice(0, 1500).map(Math.abs))).toBe(0);
        expect(highest(difference.slice(3000).map(Math.abs))).toBe(0);
      }
    },
  );

  it('of mains lie at 60 Hz where that is wanted', () => {
    const samples = lead(simulateEcg({ seed: 1, noise: [{ kind: 'mains', snrDb: 0, mainsHz: 60 }] }), 'I');
    const spectrum = powerSpectrum(samples, rateHz);
    expect(bandPower(spectrum, 59, 61)).toBeGreaterThan(20 * bandPower(spectrum, 49, 51));
  });

  it('of exchanged arms turn I over and exchange II with III and aVR with aVL, and leave the chest', () => {
    const right = simulateEcg({ seed: 1 });
    const wrong = simulateEcg({ seed: 1, swaps: [['RA', 'LA']] });
    const pairs: [LeadName, LeadName, number][] = [
      ['I', 'I', -1],
      ['II', 'III', 1],
      ['III', 'II', 1],
      ['aVR', 'aVL', 1],
      ['aVL', 'aVR', 1],
      ['aVF', 'aVF', 1],
      ['V1', 'V1', 1],
      ['V6', 'V6', 1],
    ];
    for (const [found, wanted, sign] of pairs) {
      const differences = lead(wrong, found).map((value, n) => Math.abs(value - sign * lead(right, wanted)[n]));
      expect(highest(differences)).toBeLessThan(1e-6);
    }
  });

  it('of exchanged chest electrodes exchange two leads; of a limb with a chest electrode change all chest leads', () => {
    const right = simulateEcg({ seed: 1 });
    const chest = simulateEcg({ seed: 1, swaps: [['V1', 'V2']] });
    expect(lead(chest, 'V1')).toEqual(lead(right, 'V2'));
    expect(lead(chest, 'V3')).toEqual(lead(right, 'V3'));
    const mixed = simulateEcg({ seed: 1, swaps: [['LA', 'V2']] });
    expect(mixed.truth.swaps).toEqual([['LA', 'V2']]);
    expect(highest(lead(mixed, 'V6').map((value, n) => Math.abs(value - lead(right, 'V6')[n])))).toBeGreaterThan(0.1);
  });

  it('of flat, missing and cut-off stretches are where the truth says', () => {
    const ecg = simulateEcg({
      seed: 6,
      rangeMv: 0.9,
      flat: [{ lead: 'V1', startS: 1, endS: 2 }],
      missing: [{ lead: 'II', startS: 0, endS: 0.5 }],
    });
    expect(around(lead(ecg, 'V1'), 1, 0, 1)).toEqual(new Float32Array(500));
    expect(Array.from(lead(ecg, 'II')).filter(Number.isNaN).length).toBe(250);
    const { saturated } = ecg.truth;
    expect(saturated.length).toBeGreaterThan(5);
    for (const { samplesMv } of ecg.leads)
      expect(highest(samplesMv.map((v) => Math.abs(v) || 0))).toBeLessThanOrEqual(Math.fround(0.9));
    for (const cut of saturated)
      expect(Math.abs(lead(ecg, cut.lead)[Math.round(cut.startS * rateHz)])).toBe(Math.fround(0.9));
  });
});
