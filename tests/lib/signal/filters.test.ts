import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bandpass } from '#lib/signal/bandpass.ts';
import { type ButterworthOptions, butterworth } from '#lib/signal/butterworth.ts';
import { filterBothWays } from '#lib/signal/filter-both-ways.ts';
import { highpass } from '#lib/signal/highpass.ts';
import { kaiser } from '#lib/signal/kaiser.ts';
import { lowpass } from '#lib/signal/lowpass.ts';
import { type NotchOptions, notch } from '#lib/signal/notch.ts';
import { bandPower, powerSpectrum } from '#lib/signal/power-spectrum.ts';
import { type ResampleOptions, resample } from '#lib/signal/resample.ts';
import { zscorePerLead } from '#lib/signal/zscore-per-lead.ts';

// Expected numbers: scipy 1.17.1, numpy 2.4.6; command in tests/fixtures/reference/signal/filters.py.
const file = join(import.meta.dirname, '../../fixtures/reference/signal/filters.json');

interface Expected {
  readonly length: number;
  readonly places: readonly number[];
  readonly values: readonly number[];
}

type Design = Expected & {
  kind: string;
  order: number;
  samplingRateHz: number;
  lowHz: number | null;
  highHz: number | null;
};

interface Reference {
  readonly butterworth: readonly Design[];
  readonly notch: readonly (Expected & NotchOptions)[];
  readonly resample: readonly (Expected & ResampleOptions)[];
  readonly welch: {
    readonly frequenciesHz: readonly number[];
    readonly density: readonly number[];
    readonly last: readonly number[];
  };
  readonly kaiser: readonly number[];
  readonly zscore: Expected;
}

const reference: Reference = JSON.parse(readFileSync(file, 'utf8'));

const input = Float64Array.from(
  { length: 1500 },
  (_, n) =>
    0.4 +
    0.0007 * n +
    Math.sin((2 * Math.PI * n) / 71) +
    0.3 * Math.sin((2 * Math.PI * n) / 7.3 + 1) +
    (n > 700 ? 0.8 : 0),
);

function expectSame(found: Float64Array, { length, places, values }: Expected, tolerance: number): void {
  expect(found.length).toBe(length);
  const worst = Math.max(...places.map((place, index) => Math.abs(found[place] - values[index])));
  expect(worst).toBeLessThan(tolerance);
}

const sine = (length: number, samplingRateHz: number, frequencyHz: number): Float64Array =>
  Float64Array.from({ length }, (_, n) => Math.sin((2 * Math.PI * frequencyHz * n) / samplingRateHz));
const peak = (samples: Float64Array): number => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

describe('against scipy', () => {
  it.each(reference.butterworth)('$kind of order $order, $lowHz to $highHz Hz at $samplingRateHz Hz', (expected) => {
    const { order, samplingRateHz, lowHz, highHz } = expected;
    const edges = { ...(lowHz !== null && { lowHz }), ...(highHz !== null && { highHz }) };
    const design: ButterworthOptions = { order, samplingRateHz, ...edges };
    expectSame(filterBothWays('test', butterworth(design), input), expected, 1e-9);
  });
  it.each(reference.notch)('notch at $centerHz Hz', (expected) => {
    expectSame(notch(input, expected), expected, 1e-9);
  });
  it.each(reference.resample)('resamples $fromHz to $toHz Hz, beyond the ends $beyond', (expected) => {
    expectSame(resample(input, expected), expected, 1e-12);
  });
  it('estimates the power spectrum of Welch', () => {
    const { frequenciesHz, density } = powerSpectrum(input, 250, 256);
    const { welch } = reference;
    for (let bin = 0; bin < 20; bin++) {
      expect(frequenciesHz[bin]).toBeCloseTo(welch.frequenciesHz[bin], 12);
      expect(density[bin]).toBeCloseTo(welch.density[bin], 12);
    }
    welch.last.forEach((value, index) => {
      expect(density[126 + index]).toBeCloseTo(value, 12);
    });
  });
  it('makes the window of Kaiser and standard scores', () => {
    kaiser(21, 5).forEach((weight, index) => {
      expect(weight).toBeCloseTo(reference.kaiser[index], 14);
    });
    expectSame(zscorePerLead([input])[0], reference.zscore, 1e-9);
  });
});

describe('filters', () => {
  const signal = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 80, maxLength: 200 });
  const options = { samplingRateHz: 250, lowHz: 0.5, highHz: 40 };

  it('are linear', () => {
    fc.assert(
      fc.property(signal, fc.double({ min: -3, max: 3, noNaN: true }), (samples, factor) => {
        const other = samples.map((_, index) => Math.cos(index / 5));
        const mixed = bandpass(
          samples.map((sample, index) => factor * sample + other[index]),
          options,
        );
        const [first, second] = [bandpass(samples, options), bandpass(other, options)];
        const worst = Math.max(...mixed.map((value, index) => Math.abs(value - factor * first[index] - second[index])));
        expect(worst).toBeLessThan(1e-9);
      }),
      { numRuns: 50 },
    );
  });

  it('give the reversed output for the reversed input: no wave is delayed', () => {
    const forward = bandpass(input, { ...options, lowHz: 5 });
    const backward = bandpass(input.slice().reverse(), { ...options, lowHz: 5 }).reverse();
    expect(Math.max(...forward.slice(400, -400).map((v, i) => Math.abs(v - backward[i + 400])))).toBeLessThan(1e-6);
  });

  it('shift their output with their input', () => {
    const pulse = (at: number) => Float64Array.from({ length: 2000 }, (_, n) => Math.exp(-(((n - at) / 6) ** 2)));
    const options = { samplingRateHz: 500, lowHz: 5, highHz: 40 };
    const [early, late] = [bandpass(pulse(900), options), bandpass(pulse(917), options)];
    for (let n = 700; n < 1200; n++) expect(late[n + 17]).toBeCloseTo(early[n], 9);
  });

  it('let no constant through the highpass and the bandpass, and the whole of it through the lowpass', () => {
    const constant = new Float64Array(500).fill(3.7);
    expect(peak(highpass(constant, { samplingRateHz: 250, lowHz: 0.5 }))).toBeLessThan(1e-9);
    expect(peak(bandpass(constant, options))).toBeLessThan(1e-9);
    const kept = lowpass(constant, { samplingRateHz: 250, highHz: 40 });
    expect(Math.max(...kept.map((v) => Math.abs(v - 3.7)))).toBeLessThan(1e-9);
  });

  it('take out mains and leave what is 10 Hz away', () => {
    const notched = notch(sine(5000, 500, 50), { samplingRateHz: 500, centerHz: 50 });
    expect(peak(notched.slice(1500, 3500))).toBeLessThan(0.01);
    expect(peak(notch(sine(5000, 500, 40), { samplingRateHz: 500, centerHz: 50 }).slice(1500, 3500))).toBeGreaterThan(
      0.98,
    );
  });

  it('refuse missing samples, short recordings and edges beyond Nyquist', () => {
    const broken = Float64Array.from(input);
    broken[17] = Number.NaN;
    expect(() => bandpass(broken, options)).toThrow('bandpass: found NaN at sample 17, allowed: finite samples');
    expect(() => bandpass(input.slice(0, 21), options)).toThrow('bandpass: found 21 samples, allowed: at least 22');
    expect(() => lowpass(input, { samplingRateHz: 100, highHz: 50 })).toThrow(
      'found edges 50 Hz, allowed: rising, above 0 and below 50 Hz',
    );
    expect(() => bandpass(input, { ...options, lowHz: 41 })).toThrow('found edges 41 to 40 Hz');
    expect(() => butterworth({ samplingRateHz: 100, order: 0, lowHz: 1 })).toThrow(
      'found order 0, allowed: whole numbers',
    );
    expect(() => notch(input, { samplingRateHz: 100, centerHz: 60 })).toThrow('notch: found 60 Hz');
    expect(() => zscorePerLead([broken])).toThrow('zscore: found NaN at sample 17');
  });

  it('turn a flat lead into zeros', () => {
    expect(peak(zscorePerLead([new Float64Array(50).fill(0.1)])[0])).toBe(0);
  });
});

describe('resample', () => {
  it('keeps amplitude, frequency and phase of a sine', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(128, 250, 257, 300, 360, 500, 1000),
        fc.constantFrom(100, 128, 250, 300, 400, 500),
        fc.double({ min: 1, max: 30, noNaN: true }),
        (fromHz, toHz, frequencyHz) => {
          const found = resample(sine(4 * fromHz, fromHz, frequencyHz), { fromHz, toHz });
          const wanted = sine(found.length, toHz, frequencyHz);
          const middle = found.slice(toHz, -toHz);
          expect(Math.max(...middle.map((v, i) => Math.abs(v - wanted[i + toHz])))).toBeLessThan(0.012);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes out what the lower rate cannot hold', () => {
    expect(peak(resample(sine(4000, 500, 120), { fromHz: 500, toHz: 100 }).slice(100, -100))).toBeLessThan(0.01);
  });

  it('keeps a constant to the very ends and returns a copy at the same rate', () => {
    const level = resample(new Float64Array(300).fill(2), { fromHz: 360, toHz: 500 });
    expect(Math.max(...level.map((v) => Math.abs(v - 2)))).toBeLessThan(0.01);
    const same = resample(input, { fromHz: 500, toHz: 500 });
    expect(same).toEqual(input);
    expect(same).not.toBe(input);
  });

  it('refuses missing samples and rates without a small ratio', () => {
    expect(() => resample([1, Number.NaN], { fromHz: 2, toHz: 4 })).toThrow('resample: found NaN at sample 1');
    expect(() => resample([1, 2], { fromHz: Math.PI, toHz: 4 })).toThrow(
      'allowed: rates whose ratio is a fraction of numbers up to 5000',
    );
    expect(() => resample([1, 2], { fromHz: 0, toHz: 4 })).toThrow('found sampling rate 0 Hz');
  });
});

describe('powerSpectrum', () => {
  it('finds the power of a sine, one half, at its frequency', () => {
    const spectrum = powerSpectrum(sine(4096, 256, 10), 256);
    expect(bandPower(spectrum, 8, 12)).toBeCloseTo(0.5, 3);
    expect(bandPower(spectrum, 15, 100)).toBeLessThan(1e-6);
  });

  it('refuses segments that are no power of two or longer than the recording', () => {
    expect(() => powerSpectrum(input, 250, 300)).toThrow(
      'found a segment of 300 samples, allowed: powers of two from 4',
    );
    expect(() => powerSpectrum(input, 250, 2048)).toThrow('found 1500 samples, allowed: at least 2048');
  });
});
