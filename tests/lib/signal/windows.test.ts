import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crop } from '#lib/signal/crop.ts';
import { fillGaps } from '#lib/signal/fill-gaps.ts';
import { tileWindows } from '#lib/signal/tile-windows.ts';

describe('crop', () => {
  const leads = [Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8), Float32Array.of(10, 11, 12, 13, 14, 15, 16, 17, 18)];

  it('keeps the first, middle or last seconds of every lead', () => {
    const kept = (keep: 'start' | 'center' | 'end') => [...crop(leads, { samplingRateHz: 2, durationS: 2, keep })[1]];
    expect(kept('start')).toEqual([10, 11, 12, 13]);
    expect(kept('center')).toEqual([12, 13, 14, 15]);
    expect(kept('end')).toEqual([15, 16, 17, 18]);
  });

  it('refuses a recording that is too short', () => {
    expect(() => crop(leads, { samplingRateHz: 2, durationS: 5 })).toThrow('crop: found 4.5 s where 5 s are wanted');
    expect(() => crop(leads, { samplingRateHz: 2, durationS: 0 })).toThrow('allowed: above 0 s');
  });
});

describe('tileWindows', () => {
  it('ends with a window that ends with the recording', () => {
    const options = { samplingRateHz: 10, lengthS: 5, strideS: 2.5 };
    expect(tileWindows(110, options).map(({ startSample }) => startSample)).toEqual([0, 25, 50, 60]);
    expect(tileWindows(110, { ...options, remainder: 'drop' }).map(({ startSample }) => startSample)).toEqual([
      0, 25, 50,
    ]);
    expect(tileWindows(100, options).map(({ startSample }) => startSample)).toEqual([0, 25, 50]);
  });

  it('has no window for a recording shorter than one, and refuses windows of no length', () => {
    expect(tileWindows(49, { samplingRateHz: 10, lengthS: 5, strideS: 5 })).toEqual([]);
    expect(() => tileWindows(49, { samplingRateHz: 10, lengthS: 0, strideS: 1 })).toThrow(
      'windows: found 0 s every 1 s',
    );
  });

  it('shows every sample to some window, whatever the lengths, unless strides leave gaps', () => {
    const positive = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), positive, positive, (count, length, stride) => {
        fc.pre(stride <= length && length <= count);
        const windows = tileWindows(count, { samplingRateHz: 1, lengthS: length, strideS: stride });
        const seen = new Set(windows.flatMap(({ startSample }) => Array.from({ length }, (_, i) => startSample + i)));
        expect(seen.size).toBe(count);
        expect(windows.every((w) => w.endSample - w.startSample === length && w.endSample <= count)).toBe(true);
      }),
    );
  });
});

describe('fillGaps', () => {
  const nan = Number.NaN;

  it('bridges short gaps by a line and reports the ones it leaves', () => {
    const { samples, gaps } = fillGaps([nan, 1, nan, nan, 4, nan, nan, nan, 0, nan], {
      samplingRateHz: 10,
      longestGapS: 0.2,
    });
    expect([...samples]).toEqual([nan, 1, 2, 3, 4, nan, nan, nan, 0, nan]);
    expect(gaps).toEqual([
      { startSample: 0, endSample: 1, filled: false },
      { startSample: 2, endSample: 4, filled: true },
      { startSample: 5, endSample: 8, filled: false },
      { startSample: 9, endSample: 10, filled: false },
    ]);
  });

  it('reports nothing and changes nothing without gaps', () => {
    const given = Object.freeze([1, 2, 3]);
    expect(fillGaps(given, { samplingRateHz: 1, longestGapS: 9 })).toEqual({
      samples: Float64Array.of(1, 2, 3),
      gaps: [],
    });
  });
});
