import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tracePath } from '#lib/report/ecg/trace-path.ts';

const PART = { from: 0, levelMv: 0, aboveMm: 25, belowMm: 20 };

const path = (samples: readonly number[], samplingRateHz = 500, more: Partial<typeof PART> = {}): string =>
  tracePath({ samplesMv: Float32Array.from(samples), samplingRateHz, to: samples.length, ...PART, ...more });

/** Points of each unbroken line, in mm: x to the right, y upwards. */
function lines(text: string): { x: number; y: number }[][] {
  return text
    .split('M')
    .slice(1)
    .map((line) => {
      const [start, rest] = line.split('l');
      const [x, y] = start.split(' ').map(Number);
      const steps = (rest.match(/-?\d+/g) ?? []).map(Number);
      const points = [{ x, y }];
      for (let n = 0; n < steps.length; n += 2) {
        const last = points[points.length - 1];
        points.push({ x: last.x + steps[n], y: last.y + steps[n + 1] });
      }
      return points.map((point) => ({ x: point.x * 0.05, y: 0 - point.y * 0.05 }));
    });
}

describe('tracePath', () => {
  it('draws 25 mm for a second and 10 mm for a millivolt, from the level', () => {
    const [points] = lines(path([0.5, 0.5, 1.5, 0.5], 1, { levelMv: 0.5 }));
    expect(points).toEqual([
      { x: 0, y: 0 },
      { x: 25, y: 0 },
      { x: 50, y: 10 },
      { x: 75, y: 0 },
    ]);
  });

  it('leaves out points on a straight line', () => {
    expect(path([0, 0, 0, 0, 0], 100)).toBe('M0 0l20 0');
  });

  it('breaks the line where samples are missing', () => {
    const [before, after, ...others] = lines(path([0, 0, Number.NaN, Number.NaN, 1, 1], 10));
    expect(others).toEqual([]);
    expect(before.at(-1)?.x).toBeCloseTo(2.5);
    expect(after[0]).toEqual({ x: 10, y: 10 });
  });

  it('is empty where no sample is valid', () => {
    expect(path([Number.NaN, Number.NaN])).toBe('');
  });

  it('marks a sample that stands alone', () => {
    expect(path([Number.NaN, 0.1, Number.NaN], 10)).toBe('M50 -20l0 0');
  });

  it('draws what lies beyond the paper on its edge', () => {
    const [points] = lines(path([9, -9], 1));
    expect(points.map(({ y }) => y)).toEqual([25, -20]);
  });

  it('keeps the highest and the lowest sample of every 4 ms and no more than two points for them', () => {
    const samples = fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(samples, fc.constantFrom(250, 500, 1000, 4000), (values, rate) => {
        const [points] = lines(path(values, rate));
        const perColumn = Map.groupBy(values.keys(), (n) => Math.floor((n / rate) * 250 + 1e-9));
        expect(points.length).toBeLessThanOrEqual(2 * perColumn.size + 1);
        const drawn = points.map(({ y }) => y);
        expect(Math.max(...drawn)).toBeCloseTo(Math.round(Math.max(...values) * 200) * 0.05, 1);
        expect(Math.min(...drawn)).toBeCloseTo(Math.round(Math.min(...values) * 200) * 0.05, 1);
      }),
    );
  });
});
