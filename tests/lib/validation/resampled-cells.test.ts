import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import { bootstrap, bootstrapOfSingles } from '#lib/validation/bootstrap.ts';
import { cellRegression } from '#lib/validation/cell-regression.ts';
import { logisticRegression } from '#lib/validation/logistic-regression.ts';
import { outcomeCells, resampleCells } from '#lib/validation/outcome-cells.ts';
import { quantiles } from '#lib/validation/quantiles.ts';
import { restrictedCubicSpline } from '#lib/validation/restricted-cubic-spline.ts';
import { weightedQuantiles } from '#lib/validation/weighted-quantiles.ts';

const logits = Float64Array.from({ length: 60 }, (_, cell) => (cell - 28) / 9);
const ones = new Float64Array(logits.length).fill(1);
const designs: readonly (readonly [string, readonly Float64Array[]])[] = [
  ['intercept', [ones]],
  ['intercept and slope', [ones, logits]],
  ['three knots', [ones, ...restrictedCubicSpline(logits, [-2, 0, 2])]],
  ['four knots', [ones, ...restrictedCubicSpline(logits, [-2.5, -0.7, 0.7, 2.5])]],
];

function countsOf(seed: string, most: number) {
  const source = random(seed);
  const events = logits.map((logit) => Math.round(most * source.uniform() * (1 / (1 + Math.exp(-logit)))));
  return { events, nonEvents: events.map((count) => Math.round(most * source.uniform()) + Number(count === 0)) };
}

describe('regression on cells', () => {
  it.each(designs)('fits what the regression on rows fits: %s', (_, columns) => {
    for (const seed of ['first', 'second', 'third']) {
      const counts = countsOf(seed, 12);
      const labels = new Uint8Array(120).fill(1, 0, 60);
      const weights = Float64Array.of(...counts.events, ...counts.nonEvents);
      const rows = logisticRegression({
        columns: columns.map((column) => Float64Array.of(...column, ...column)),
        labels,
        weights,
      });
      if (rows === undefined) throw new Error('the example has a finite maximum');
      const expected = logits.map((_logit, cell) => {
        const predictor = columns.reduce((total, column, place) => total + rows.coefficients[place] * column[cell], 0);
        return 1 / (1 + Math.exp(-predictor));
      });
      const fitted = new Float64Array(60);
      expect(
        cellRegression({ columns, start: new Float64Array(columns.length), tolerance: 1e-10 })(counts, fitted),
      ).toBe(true);
      for (const [cell, probability] of expected.entries()) expect(fitted[cell]).toBeCloseTo(probability, 9);
    }
  });

  it('says where cells that were drawn cannot tell columns apart, and fits the next counts all the same', () => {
    const counts = countsOf('next', 12);
    const only = counts.events.map((count, cell) => (cell === 30 ? count : 0));
    const fitCells = cellRegression({ columns: designs[1][1], start: new Float64Array(2), tolerance: 1e-4 });
    const fitted = new Float64Array(60);
    expect(fitCells({ events: only, nonEvents: only }, fitted)).toBe(false);
    expect(fitCells(counts, fitted)).toBe(true);
  });

  it('finds the same maximum from a start so bad that plain steps diverge', () => {
    const counts = countsOf('far', 30);
    const [near, far] = [0, 40].map((start) => {
      const fitted = new Float64Array(60);
      expect(
        cellRegression({ columns: designs[1][1], start: Float64Array.of(start, start), tolerance: 1e-11 })(
          counts,
          fitted,
        ),
      ).toBe(true);
      return fitted;
    });
    for (const [cell, probability] of near.entries()) expect(far[cell]).toBeCloseTo(probability, 9);
  });

  it('refuses more columns than it has room for', () => {
    expect(() => cellRegression({ columns: Array(5).fill(ones), start: new Float64Array(5), tolerance: 1e-8 })).toThrow(
      'cell regression: found 5 columns, allowed: 1 to 4',
    );
  });
});

describe('weighted quantiles', () => {
  it('are those of the values written out, ties and weights of 0 among them', () => {
    const source = random('weighted quantiles');
    for (let round = 0; round < 300; round++) {
      const size = source.integer(1, 40);
      const values = Float64Array.from({ length: size }, () => source.integer(0, 12) / 7);
      const weights = Float64Array.from({ length: size }, () => source.integer(0, 3));
      weights[source.integer(0, size - 1)] = 2;
      const written = Float64Array.from(
        [...values].flatMap((value, place) => Array(weights[place]).fill(value)),
      ).sort();
      const shares = [0, 0.1, 0.5, 0.9, 1];
      expect(weightedQuantiles(values, weights, shares)).toEqual(quantiles(written, shares));
    }
  });

  it('leave the values as they are, and are no number of nothing', () => {
    const values = Float64Array.of(3, 1, 2);
    expect(weightedQuantiles(values, Float64Array.of(0, 0, 0), [0.5])).toEqual([Number.NaN]);
    weightedQuantiles(values, Float64Array.of(1, 1, 1), [0.5]);
    expect([...values]).toEqual([3, 1, 2]);
  });
});

describe('bootstrap samples in cells', () => {
  it('draw as many rows as there are, each as random.integer would name it', () => {
    const cellOfRow = Int32Array.of(0, 1, 1, 2, 2, 2, 3);
    const times = new Float64Array(4);
    const draw = bootstrap({ cellOfRow }, random('rows'));
    const source = random('rows');
    for (let round = 0; round < 50; round++) {
      draw(times);
      const expected = new Float64Array(4);
      for (let row = 0; row < 7; row++) expected[cellOfRow[source.integer(0, 6)]]++;
      expect([...times]).toEqual([...expected]);
    }
  });

  it('bring all rows of a person each time the person is drawn', () => {
    const draw = bootstrap(
      { cellOfRow: Int32Array.of(0, 1, 2, 2), clusters: Int32Array.of(7, 7, 9, 9) },
      random('two'),
    );
    const times = new Float64Array(3);
    for (let round = 0; round < 20; round++) {
      draw(times);
      expect(times[0]).toBe(times[1]);
      expect(times[2]).toBe(2 * (2 - times[0]));
    }
  });

  it('have the spread of rows where cells are drawn instead', () => {
    const source = random('spread');
    const scores = Float64Array.from({ length: 4000 }, () => source.integer(1, 9) / 10);
    const labels = Uint8Array.from(scores, (score) => Number(source.bernoulli(score)));
    const cells = outcomeCells({ scores, labels }, 20);
    const drawn: number[] = [];
    resampleCells(cells, undefined, { random: source, replicates: 4000 }, ({ events }) => drawn.push(events[4]));
    const expected = labels.reduce((total, label, row) => total + (scores[row] === 0.5 ? label : 0), 0);
    const mean = drawn.reduce((total, count) => total + count, 0) / drawn.length;
    const variance = drawn.reduce((total, count) => total + (count - mean) ** 2, 0) / (drawn.length - 1);
    const binomial = expected * (1 - expected / 4000);
    expect(Math.abs(mean - expected)).toBeLessThan(5 * Math.sqrt(binomial / 4000));
    // The variance of 4,000 draws is good to 2.2 %.
    expect(variance / binomial).toBeGreaterThan(0.9);
    expect(variance / binomial).toBeLessThan(1.1);
  });

  it('have the mean and the spread of people drawn one by one where people with one row are drawn at once', () => {
    const source = random('singles');
    // 300 people with one row, 60 with two, 20 with three.
    const sizes = Array.from({ length: 380 }, (_, person) => (person < 300 ? 1 : person < 360 ? 2 : 3));
    const clusters = Int32Array.from(sizes.flatMap((size, person) => Array<number>(size).fill(person)));
    const cellOfRow = clusters.map(() => source.integer(0, 3));
    const rows = { cellOfRow, clusters };
    const moments = (draw: (times: Float64Array) => void) => {
      const drawn = Array.from({ length: 6000 }, () => {
        const times = new Float64Array(4);
        draw(times);
        return times;
      });
      const mean = (of: (times: Float64Array) => number) =>
        drawn.reduce((total, times) => total + of(times), 0) / drawn.length;
      const [first, all] = [mean((times) => times[0]), mean((times) => times[0] + times[1] + times[2] + times[3])];
      return {
        first,
        all,
        spread: mean((times) => (times[0] - first) ** 2),
        spreadOfAll: mean((times) => (times[0] + times[1] + times[2] + times[3] - all) ** 2),
      };
    };
    const plain = moments(bootstrap(rows, random('plain')));
    const fast = moments(bootstrapOfSingles(rows, 4, random('fast')));
    // Means of 6,000 draws are good to a 77th of their spread, variances to 1.8 %; five times that of either side.
    expect(Math.abs(fast.first - plain.first)).toBeLessThan(0.1 * Math.sqrt(plain.spread));
    expect(Math.abs(fast.all - plain.all)).toBeLessThan(0.1 * Math.sqrt(plain.spreadOfAll));
    expect(Math.abs(fast.spread / plain.spread - 1)).toBeLessThan(0.13);
    expect(Math.abs(fast.spreadOfAll / plain.spreadOfAll - 1)).toBeLessThan(0.13);
  });

  it('bring as many rows as people where everybody has one row', () => {
    const rows = { cellOfRow: Int32Array.of(0, 1, 1, 0, 1), clusters: Int32Array.of(4, 3, 2, 1, 0) };
    const draw = bootstrapOfSingles(rows, 2, random('one each'));
    const times = new Float64Array(2);
    for (let round = 0; round < 20; round++) {
      draw(times);
      expect(times[0] + times[1]).toBe(5);
    }
  });
});
