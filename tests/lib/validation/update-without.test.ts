import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import { fitUpdate, UPDATE_METHODS } from '#lib/validation/model-update.ts';
import { personFolds } from '#lib/validation/person-folds.ts';
import { selectRows } from '#lib/validation/predictions.ts';
import { calibrationIntercept, calibrationSlope, recalibration } from '#lib/validation/recalibration.ts';
import { updateWithout } from '#lib/validation/update-without.ts';
import { clustered, independent, referenceCases } from './reference.ts';

const CLIP = 1e-6;
const source = random('update without');
const scores = Float64Array.from({ length: 500 }, () => 1 / (1 + Math.exp(-source.normal(0, 1.2))));
const labels = Uint8Array.from(scores, (score) => Number(source.bernoulli(score ** 1.4)));
const input = { scores, labels };

describe('an update fitted without two folds', () => {
  it.each(UPDATE_METHODS)('is the update of the rows outside them, to a ten-thousandth: %s', (method) => {
    const foldOf = personFolds(input, 5, random('folds'));
    const fitWithout = updateWithout(method, input, CLIP);
    const after = new Float64Array(scores.length);
    for (const [one, other] of [
      [0, 0],
      [1, 3],
      [4, 2],
    ]) {
      expect(fitWithout(foldOf, one, other, after)).toBe(true);
      const isHeld = (row: number) => foldOf[row] === one || foldOf[row] === other;
      const rows = Uint32Array.from(scores.keys());
      const plain = fitUpdate(
        method,
        selectRows(
          input,
          rows.filter((row) => !isHeld(row)),
        ),
        CLIP,
      )?.apply(scores);
      if (plain === undefined) throw new Error('the example has a finite fit');
      for (const row of rows.filter(isHeld)) expect(Math.abs(after[row] - plain[row])).toBeLessThan(1e-5);
    }
  });

  it.each(['intercept', 'slope'] as const)('is that update also where the rows outside are separated: %s', (method) => {
    // The rows of fold 0 have the outcome exactly where their score is above a half.
    const foldOf = Uint8Array.from(labels, (label, row) => Number(label !== Number(scores[row] > 0.5)));
    const after = new Float64Array(500);
    const outside = Uint32Array.from(scores.keys()).filter((row) => foldOf[row] === 0);
    const plain = fitUpdate(method, selectRows(input, outside), CLIP);
    expect(updateWithout(method, input, CLIP)(foldOf, 1, 1, after)).toBe(plain !== undefined);
    for (const [row, probability] of (plain?.apply(scores) ?? []).entries()) {
      expect(Math.abs(after[row] - probability)).toBeLessThan(1e-5);
    }
  });
});

describe('intercept and slope by themselves', () => {
  it('are those of the recalibration, people or rows, told or not', () => {
    for (const reference of referenceCases) {
      for (const predictions of [independent(reference), clustered(reference)]) {
        const { intercept, slope } = recalibration(predictions, { clipTo: CLIP });
        expect(calibrationIntercept(predictions, { clipTo: CLIP })).toEqual(intercept);
        expect(calibrationSlope(predictions, { clipTo: CLIP })).toEqual(slope);
      }
    }
  });
});
