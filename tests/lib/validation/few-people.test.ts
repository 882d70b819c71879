// Many rows of few people: what counts for an interval are the people.
import { describe, expect, it } from 'vitest';
import { sampledGap } from '#lib/fairness/sampled-gap.ts';
import { meanAveragePrecision } from '#lib/validation/average-precision.ts';
import { concordance } from '#lib/validation/concordance.ts';
import { isCannotTell } from '#lib/validation/estimate.ts';
import { logit } from '#lib/validation/logit.ts';
import { meanAuroc } from '#lib/validation/mean-auroc.ts';
import { aurocAt, brierAt, observedExpectedAt } from '#lib/validation/survival/at-horizon.ts';
import { slopeAt } from '#lib/validation/survival/calibration-at.ts';
import { harrellC, unoC } from '#lib/validation/survival/concordance.ts';
import { cumulativeIncidence } from '#lib/validation/survival/cumulative-incidence.ts';

const ROWS = 120;
const rows = Array.from({ length: ROWS }, (_, row) => row);
/** A person's rows lie far apart. */
const clustersOf = (people: number) => Int32Array.from(rows, (row) => row % people);
const noise = (row: number): number => ((row * 37) % 101) / 101;
const scores = Float64Array.from(rows, (row) => 0.1 + 0.8 * noise(row * row + 11));
const followUpOf = (people: number) => ({
  times: Float64Array.from(rows, (row) => 1 + ((row * 53) % 97) / 10),
  causes: Uint8Array.from(rows, (row) => Number(noise(row + 3) + noise(row) > 0.7)),
  clusters: clustersOf(people),
});

describe('many rows of few people', () => {
  const few = followUpOf(4);
  const part = { name: 'x', rows: Uint32Array.from(rows), scores, labels: few.causes };
  it.each([
    ["Harrell's C", () => harrellC(few, scores, { horizon: 6 }), '4 people with the event up to 6, fewer than 10'],
    ["Uno's C", () => unoC(few, scores, { horizon: 6 }), '4 people with the event up to 6, fewer than 10'],
    ['cumulative incidence', () => cumulativeIncidence(few, 6), '4 people with the event up to 6, fewer than 10'],
    ['O:E', () => observedExpectedAt(few, scores, 6), '4 people with the event up to 6, fewer than 10'],
    ['Brier score', () => brierAt(few, scores, 6), '4 people with the event up to 6, fewer than 10'],
    [
      'AUROC at a horizon',
      () => aurocAt(few, scores, 6),
      '4 people with the event up to 6 and 4 people without; at least 10 of each are needed',
    ],
    [
      'calibration slope at a horizon',
      () => slopeAt(few, scores, 6),
      '4 people with the event up to 6 and 4 people without; at least 20 of each are needed',
    ],
    [
      'ordinal concordance',
      () => concordance({ scores, categories: few.causes, clusters: clustersOf(4) }),
      '4 people are fewer than 10',
    ],
    [
      'mean AUROC',
      () => meanAuroc([part], ROWS, 'mean', { clusters: clustersOf(4) }),
      'x: 4 people with and 4 without',
    ],
    ['mean average precision', () => meanAveragePrecision([part], ROWS, clustersOf(4)), 'x: 4 people with and'],
  ])('give no interval of %s', (_, figure, why) => {
    expect(figure()).toMatchObject({ cannotTell: expect.stringContaining(why) });
  });

  it('give intervals where there are people enough', () => {
    const many = followUpOf(60);
    const figures = [
      harrellC(many, scores, { horizon: 6 }),
      cumulativeIncidence(many, 6),
      aurocAt(many, scores, 6),
      slopeAt(many, scores, 6),
      concordance({ scores, categories: many.causes, clusters: clustersOf(60) }),
      meanAuroc([part], ROWS, 'mean', { clusters: clustersOf(60) }),
      meanAveragePrecision([part], ROWS, clustersOf(60)),
    ];
    expect(figures.filter(isCannotTell)).toEqual([]);
  });
});

describe('a mean AUROC of which one person adds most', () => {
  it('has the t of as many degrees of freedom where each has the same study twice', () => {
    const size = 12;
    const of = Array.from({ length: 2 * size }, (_, row) => row);
    const meanOf = (who: readonly number[], clusters?: Int32Array) => {
      const scores = Float64Array.from(who, (row) => (row === 0 ? -20 : row < size ? 20 + row : row));
      const labels = Uint8Array.from(who, (row) => Number(row < size));
      const part = { name: 'x', rows: Uint32Array.from(who.keys()), scores, labels };
      const figure = meanAuroc([part], who.length, 'mean', clusters && { clusters });
      if (isCannotTell(figure)) throw new Error(figure.cannotTell);
      return logit(figure.upper) - logit(figure.lower);
    };
    const twice = [...of, ...of];
    // The rows of a person add twice, by the corrections n / (n − 1) of 12 and 24 rows a class, and of 24 people.
    const factor = Math.sqrt((24 / 23) * ((2 * (size - 1)) / (2 * size - 1)));
    expect(meanOf(twice, Int32Array.from(twice)) / meanOf(of)).toBeCloseTo(factor, 10);
  });
});

describe('grades that are nearly all the same', () => {
  it('give no interval of the ordinal concordance, by people where they have several rows', () => {
    const rare = (others: number) => Uint8Array.from(rows, (row) => (row < others ? 1 + (row % 2) : 0));
    const why = 'fewer than 20 studies have another outcome than the most common one';
    expect(concordance({ scores, categories: rare(19) })).toMatchObject({ cannotTell: why });
    expect(concordance({ scores, categories: rare(20) })).toHaveProperty('lower');
    expect(concordance({ scores, categories: rare(12) }, { fewestApart: 5 })).toHaveProperty('lower');
    const clusters = Int32Array.from(rows, (row) => row >> 1);
    expect(concordance({ scores, categories: rare(30), clusters })).toMatchObject({
      cannotTell: why.replace('studies', 'people'),
    });
  });
});

describe('scores that are all equal', () => {
  const same = new Float64Array(ROWS).fill(0.3);
  it('are not ranked by chance with an interval of no width', () => {
    for (const figure of [harrellC(followUpOf(60), same), aurocAt(followUpOf(60), same, 6)])
      expect(figure).toMatchObject({ cannotTell: 'all scores are equal' });
  });
});

describe('a group of one person', () => {
  it('is held against no other group', () => {
    const figure = { estimate: 0.7, lower: 0.6, upper: 0.8, level: 0.95, method: '', n: 2, events: 2 };
    const one = { figure, influence: Float64Array.of(0.1, -0.1), clusters: Int32Array.of(0, 0) };
    const other = { figure, influence: Float64Array.of(0.1, -0.1), clusters: Int32Array.of(1, 2) };
    for (const scale of ['difference', 'bounded'] as const)
      expect(sampledGap(one, other, scale, null)).toMatchObject({
        gap: { cannotTell: 'all studies of a group are of one person' },
        pValue: null,
      });
  });
});
