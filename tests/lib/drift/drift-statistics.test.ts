// Expected numbers: tests/fixtures/reference/drift/README.md.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changePoints } from '#lib/drift/change-points.ts';
import { expectedPerformance } from '#lib/drift/confidence-performance.ts';
import { fisherExact } from '#lib/drift/fisher-exact.ts';
import { kolmogorovSmirnov, kolmogorovTail } from '#lib/drift/kolmogorov-smirnov.ts';
import { maximumMeanDiscrepancy } from '#lib/drift/maximum-mean-discrepancy.ts';
import { binCounts, quantileEdges, stabilityIndex } from '#lib/drift/stability-index.ts';
import { random } from '#lib/simulate/random.ts';

interface Reference {
  readonly psi: { reference: number[]; current: number[]; value: number; chance: number; p: number }[];
  readonly ks: { first: number[]; second: number[]; distance: number; exact: number; asymptotic: number }[];
  readonly kolmogorov: { x: number; p: number }[];
  readonly fisher: { table: [number, number, number, number]; p: number }[];
  readonly mmd: { first: number[][]; second: number[][]; squared: number; bandwidth: number }[];
  readonly cbpe: {
    scores: number[];
    threshold: number;
    events: number;
    auroc: number;
    sensitivity: number;
    specificity: number;
  }[];
}

const reference: Reference = JSON.parse(
  readFileSync(new URL('../../fixtures/reference/drift/drift.json', import.meta.url), 'utf8'),
);
/** The discrepancy by scikit-learn and scipy. */
const apart: { readonly permutations: number; readonly cases: (Reference['mmd'][number] & { readonly p: number })[] } =
  JSON.parse(readFileSync(new URL('../../fixtures/reference/drift/discrepancy.json', import.meta.url), 'utf8'));
const normals = (seed: string, count: number, mean = 0) => {
  const draw = random(seed);
  return Float64Array.from({ length: count }, () => draw.normal(mean));
};

describe('stabilityIndex', () => {
  it('is the index of numpy with its chi-squared threshold and p', () => {
    for (const { reference: before, current, value, chance, p } of reference.psi) {
      const index = stabilityIndex(before, current);
      expect(index?.value).toBeCloseTo(value, 12);
      expect(index?.chance).toBeCloseTo(chance, 9);
      expect(index?.pValue).toBeCloseTo(p, 12);
    }
  });

  it('joins bins that would hold too few, and is silent where one is left', () => {
    expect(stabilityIndex([50, 1, 1, 48], [40, 2, 0, 58])?.bins).toBe(2);
    expect(stabilityIndex([4, 3], [2, 3])).toBeUndefined();
    expect(stabilityIndex([0, 0], [0, 0])).toBeUndefined();
  });

  it('calls 5 % of pairs of samples from one population more than chance, whatever their sizes', () => {
    for (const [n, m] of [
      [100, 60],
      [1000, 80],
    ]) {
      let alarms = 0;
      const draw = random(`psi ${n}`);
      for (let round = 0; round < 1500; round++) {
        const before = Float64Array.from({ length: n }, () => draw.normal()).sort();
        const now = Float64Array.from({ length: m }, () => draw.normal());
        const edges = quantileEdges(before);
        const index = stabilityIndex(binCounts(before, edges), binCounts(now, edges));
        if (index && index.value > index.chance) alarms++;
      }
      expect(alarms / 1500).toBeGreaterThan(0.03);
      expect(alarms / 1500).toBeLessThan(0.07);
    }
  });

  it('takes ten bins of equal size, fewer where values are tied', () => {
    const values = Float64Array.from({ length: 100 }, (_, value) => value);
    expect(quantileEdges(values)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
    expect(quantileEdges(Float64Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 2))).toEqual([1, 2]);
    expect(quantileEdges(new Float64Array(5))).toEqual([]);
    expect(binCounts(Float64Array.of(-1, 0, 1, 5), [0, 1])).toEqual([1, 1, 2]);
  });
});

describe('kolmogorovSmirnov', () => {
  it('has the distance and the exact p of scipy', () => {
    for (const { first, second, distance, exact } of reference.ks) {
      const result = kolmogorovSmirnov(Float64Array.from(first), Float64Array.from(second));
      expect(result?.distance).toBeCloseTo(distance, 12);
      expect(result?.method).toBe('exact');
      expect(Math.abs((result?.pValue ?? 0) - exact)).toBeLessThan(1e-11);
    }
  });

  it("follows Kolmogorov's distribution for large samples", () => {
    for (const { x, p } of reference.kolmogorov) expect(kolmogorovTail(x)).toBeCloseTo(p, 12);
    const [first, second] = [normals('a', 1500), normals('b', 900, 0.1)];
    const result = kolmogorovSmirnov(first, second);
    expect(result?.method).toBe('asymptotic');
    expect(result?.pValue).toBeCloseTo(kolmogorovTail(Math.sqrt((1500 * 900) / 2400) * (result?.distance ?? 0)), 12);
  });

  it('orders infinite values, refuses NaN, and is silent about an empty sample', () => {
    expect(kolmogorovSmirnov(Float64Array.of(-Infinity, 0), Float64Array.of(0, Infinity))?.distance).toBe(0.5);
    expect(() => kolmogorovSmirnov(Float64Array.of(1, NaN), Float64Array.of(1))).toThrow('value at index 1: found NaN');
    expect(kolmogorovSmirnov(new Float64Array(0), Float64Array.of(1))).toBeUndefined();
  });

  it('finds nothing between a sample and itself', () => {
    expect(kolmogorovSmirnov(normals('c', 50), normals('c', 50))).toMatchObject({ distance: 0, pValue: 1 });
  });
});

describe('fisherExact', () => {
  it('has the two-sided p of scipy', () => {
    for (const { table, p } of reference.fisher) {
      const found = fisherExact(...table);
      expect(Math.abs(found - p)).toBeLessThan(1e-9 * Math.max(p, 1e-30) + 1e-14);
    }
  });

  it('refuses a part larger than the whole', () => {
    expect(() => fisherExact(3, 2, 0, 1)).toThrow('counts: found 3 of 2, allowed: whole numbers');
  });
});

describe('maximumMeanDiscrepancy', () => {
  const rows = (seed: string, count: number, shift = 0) => {
    const draw = random(seed);
    return Array.from({ length: count }, () => Float64Array.of(draw.normal(shift), draw.normal()));
  };

  it('is the unbiased estimate of numpy', () => {
    for (const { first, second, squared, bandwidth } of reference.mmd) {
      const of = (points: number[][]) => points.map((point) => Float64Array.from(point));
      const result = maximumMeanDiscrepancy(of(first), of(second), { random: random('mmd') });
      expect(result?.squared).toBeCloseTo(squared, 12);
      expect(result?.bandwidth).toBeCloseTo(bandwidth, 12);
    }
  });

  it('is that of scikit-learn and scipy, and its p that of other permutations within the error of both', () => {
    const { cases, permutations } = apart;
    for (const { first, second, squared, bandwidth, p } of cases) {
      const [x, y] = [first, second].map((points) => points.map((point) => Float64Array.from(point)));
      const result = maximumMeanDiscrepancy(x, y, { random: random('apart'), permutations: 4999 });
      expect(Math.abs((result?.squared ?? Number.NaN) - squared)).toBeLessThan(1e-9);
      expect(Math.abs((result?.bandwidth ?? Number.NaN) - bandwidth)).toBeLessThan(1e-9);
      const error = Math.sqrt(p * (1 - p) * (1 / 5000 + 1 / permutations));
      expect(Math.abs((result?.pValue ?? Number.NaN) - p)).toBeLessThan(3.5 * error);
    }
  });

  it('finds a shift of one column, and 5 % of the time one that is not there', () => {
    const options = (seed: string) => ({ random: random(seed), permutations: 199, mostRows: 60 });
    expect(maximumMeanDiscrepancy(rows('x', 80), rows('y', 70, 1), options('p'))?.pValue).toBeLessThan(0.01);
    let alarms = 0;
    for (let round = 0; round < 200; round++) {
      const result = maximumMeanDiscrepancy(rows(`l${round}`, 30), rows(`r${round}`, 30), {
        random: random(`n${round}`),
        permutations: 99,
      });
      if ((result?.pValue ?? 1) <= 0.05) alarms++;
    }
    expect(alarms).toBeGreaterThan(2);
    expect(alarms).toBeLessThan(22);
  });

  it('gives the same p for the same seed, and is silent where there is nothing to compare', () => {
    const twice = [1, 2].map(() => maximumMeanDiscrepancy(rows('x', 300), rows('z', 260), { random: random('s') }));
    expect(twice[0]).toEqual(twice[1]);
    expect(twice[0]).toMatchObject({ n: 250, m: 250 });
    expect(maximumMeanDiscrepancy(rows('x', 1), rows('y', 5), { random: random('s') })).toBeUndefined();
    const equal = [Float64Array.of(1), Float64Array.of(1)];
    expect(maximumMeanDiscrepancy(equal, equal, { random: random('s') })).toBeUndefined();
  });
});

describe('expectedPerformance', () => {
  it('has the expected figures by all pairs of numpy', () => {
    for (const { scores, threshold, events, auroc, sensitivity, specificity } of reference.cbpe) {
      const values = Float64Array.from(scores);
      const result = expectedPerformance(
        values,
        values.map((score) => score - threshold),
        { random: random('cbpe') },
      );
      expect(result.expectedEvents).toBeCloseTo(events, 12);
      expect(result.auroc?.estimate).toBeCloseTo(auroc, 12);
      expect(result.sensitivity?.estimate).toBeCloseTo(sensitivity, 12);
      expect(result.specificity?.estimate).toBeCloseTo(specificity, 12);
    }
  });

  it('has the realised figure in its range 95 % of the time where scores are probabilities, and not where they are not', () => {
    const draw = random('coverage');
    const inside = { right: 0, wrong: 0 };
    for (let round = 0; round < 120; round++) {
      const scores = Float64Array.from({ length: 200 }, () => draw.uniform());
      const { sensitivity } = expectedPerformance(
        scores,
        scores.map((score) => score - 0.5),
        { random: draw, replicates: 200 },
      );
      for (const [kind, truth] of [
        ['right', (score: number) => score],
        ['wrong', (score: number) => 0.5 + 0.2 * (score - 0.5)],
      ] as const) {
        const labels = Uint8Array.from(scores, (score) => Number(draw.bernoulli(truth(score))));
        const events = labels.reduce((all, label) => all + label, 0);
        const found = scores.reduce((all, score, row) => all + (score >= 0.5 ? labels[row] : 0), 0);
        const realised = found / events;
        if (sensitivity && realised >= sensitivity.lower && realised <= sensitivity.upper) inside[kind]++;
      }
    }
    expect(inside.right).toBeGreaterThan(105);
    expect(inside.wrong).toBeLessThan(20);
  });

  it('has no figure where nothing is expected, and refuses what is no probability', () => {
    const zeros = new Float64Array(20);
    expect(expectedPerformance(zeros, zeros, { random: random('z') })).toMatchObject({
      expectedEvents: 0,
      auroc: undefined,
      sensitivity: undefined,
    });
    expect(
      expectedPerformance(new Float64Array(0), new Float64Array(0), { random: random('z') }).auroc,
    ).toBeUndefined();
    const bad = Float64Array.of(0.2, Infinity);
    expect(() => expectedPerformance(bad, bad, { random: random('z') })).toThrow('score at index 1: found Infinity');
  });
});

describe('changePoints', () => {
  const days = (count: number) => Float64Array.from({ length: count }, (_, row) => Math.floor(row / 5));

  it('finds both changes of a planted series, at their days', () => {
    const draw = random('planted');
    const values = Float64Array.from({ length: 600 }, (_, row) => draw.normal(row < 200 || row >= 450 ? 0 : 1.2));
    const found = changePoints({ values, times: days(600) }, { random: random('p') });
    expect(found).toHaveLength(2);
    expect(Math.abs(found[0].time - 40)).toBeLessThanOrEqual(2);
    expect(Math.abs(found[1].time - 90)).toBeLessThanOrEqual(2);
    expect(found[0].after).toBeCloseTo(1.2, 0);
    expect(found[1].after).toBeCloseTo(0, 0);
  });

  it('finds a change where there is none at the stated rate', () => {
    let alarms = 0;
    for (let round = 0; round < 300; round++) {
      const series = { values: normals(`none ${round}`, 120), times: days(120) };
      const options = { random: random(`p ${round}`), falseAlarms: 0.05, permutations: 99 };
      if (changePoints(series, options).length > 0) alarms++;
    }
    expect(alarms).toBeGreaterThan(4);
    expect(alarms).toBeLessThan(28);
  });

  it('does not tell values of one time apart, and is silent about a constant', () => {
    const draw = random('tied');
    const values = Float64Array.from({ length: 100 }, (_, row) => draw.normal(row < 50 ? 0 : 5));
    expect(changePoints({ values, times: new Float64Array(100) }, { random: random('p') })).toEqual([]);
    expect(changePoints({ values: new Float64Array(100), times: days(100) }, { random: random('p') })).toEqual([]);
    expect(changePoints({ values: values.slice(0, 40), times: days(40) }, { random: random('p') })).toEqual([]);
  });

  it('refuses a series out of order', () => {
    expect(() =>
      changePoints({ values: Float64Array.of(1, 2), times: Float64Array.of(2, 1) }, { random: random('p') }),
    ).toThrow('series at index 1');
  });
});
