import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import { bestLabels } from '#lib/validation/label-bounds.ts';

/** By counting pairs. */
function auroc(scores: Float64Array, labels: Uint8Array): number {
  let [wins, pairs] = [0, 0];
  for (let a = 0; a < scores.length; a++)
    for (let b = 0; b < scores.length; b++)
      if (labels[a] === 1 && labels[b] === 0) {
        pairs++;
        wins += scores[a] > scores[b] ? 1 : scores[a] === scores[b] ? 0.5 : 0;
      }
  return wins / pairs;
}

const joined = (known: Uint8Array, further: Uint8Array): Uint8Array => Uint8Array.from([...known, ...further]);

describe('bounds of the AUROC where labels are unknown', () => {
  it('are those of all labels that there could be, tried one by one, ties among them', () => {
    const draw = random('bounds');
    for (let round = 0; round < 60; round++) {
      const n = draw.integer(2, 9);
      const tenths = () => draw.integer(0, 8) / 8;
      const labels = Uint8Array.from({ length: n }, (_, row) => (row < 2 ? row : Number(draw.bernoulli(0.5))));
      const scores = Float64Array.from(labels, tenths);
      const unknown = Float64Array.from({ length: draw.integer(0, 7) }, tenths);
      const whole = Float64Array.from([...scores, ...unknown]);
      const every = Array.from({ length: 2 ** unknown.length }, (_, code) =>
        auroc(
          whole,
          joined(
            labels,
            Uint8Array.from(unknown, (_, place) => (code >> place) & 1),
          ),
        ),
      );
      const best = joined(labels, bestLabels({ scores, labels }, unknown));
      expect(auroc(whole, best)).toBeCloseTo(Math.max(...every), 12);
      const negated = { scores: scores.map((score) => -score), labels };
      const worst = joined(
        labels,
        bestLabels(
          negated,
          unknown.map((score) => -score),
        ),
      );
      expect(auroc(whole, worst)).toBeCloseTo(Math.min(...every), 12);
    }
  });

  it('find labels where the known are of one class, and none where there is nothing', () => {
    const known = { scores: Float64Array.from([0.2, 0.4]), labels: new Uint8Array(2) };
    expect([...bestLabels(known, Float64Array.from([0.9, 0.3]))]).toEqual([1, 0]);
    expect([
      ...bestLabels({ scores: new Float64Array(0), labels: new Uint8Array(0) }, Float64Array.from([0.1, 0.8])),
    ]).toEqual([0, 1]);
    expect(bestLabels(known, new Float64Array(0))).toHaveLength(0);
  });
});
