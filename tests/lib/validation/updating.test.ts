// Numbers: tests/fixtures/reference/validation/calibration-distance.R (closed test) and usefulness.py (isotonic regression).
import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import { closedTest } from '#lib/validation/closed-test.ts';
import { isotonicProbabilities, isotonicRegression } from '#lib/validation/isotonic.ts';
import { fitUpdate } from '#lib/validation/model-update.ts';
import { personFolds } from '#lib/validation/person-folds.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { updateGain } from '#lib/validation/update-gain.ts';
import r from '../../fixtures/reference/validation/calibration-distance.json' with { type: 'json' };
import python from '../../fixtures/reference/validation/usefulness.json' with { type: 'json' };
import { clustered, expectRelative, independent, predictions, referenceCases, told } from './reference.ts';

const expit = (x: number) => 1 / (1 + Math.exp(-x));

/** People of `rows` rows each, the model's logits off by intercept a and slope b. */
function simulated(people: number, rows: number, a: number, b: number): Predictions {
  const source = random(`updating ${people} ${rows} ${a} ${b}`);
  const logits = Float64Array.from({ length: people * rows }, () => source.normal(-0.5, 1.5));
  return {
    scores: logits.map(expit),
    labels: Uint8Array.from(logits, (logit) => Number(source.bernoulli(expit(a + b * logit)))),
    ...(rows > 1 && { clusters: Int32Array.from(logits, (_, row) => Math.floor(row / rows)) }),
  };
}

describe('isotonic regression', () => {
  it.each(python.cases.map((reference, i) => ({ ...reference, i })))(
    'equals scikit-learn: $name',
    ({ isotonic, i }) => {
      const { scores, labels } = independent(referenceCases[i]);
      const values = isotonicProbabilities(isotonicRegression(scores, labels), Float64Array.from(isotonic.at));
      values.forEach((value, place) => {
        expect(value).toBeCloseTo(isotonic.values[place], 12);
      });
    },
  );

  it('is the share of events where all scores are equal, and refuses no rows', () => {
    const curve = isotonicRegression(Float64Array.of(0.4, 0.4, 0.4, 0.4), Uint8Array.of(1, 0, 0, 1));
    expect([...isotonicProbabilities(curve, Float64Array.of(0, 0.4, 1))]).toEqual([0.5, 0.5, 0.5]);
    expect(() => isotonicRegression(new Float64Array(0), new Uint8Array(0))).toThrow('found no rows');
  });
});

describe('closedTest', () => {
  it.each(r.map(({ name, closed }, i) => ({ name, closed, i })))('has the p values of glm: $name', ({ closed, i }) => {
    const plain = closedTest(independent(referenceCases[i]), { slopeAllowed: true });
    expectRelative(plain?.pOfAny as number, closed.anyP, 1e-6);
    if (plain?.pOfSlope !== undefined) expectRelative(plain.pOfSlope, closed.slopeP, 1e-6);
    const intercept = closedTest(independent(referenceCases[i]), { slopeAllowed: false });
    expectRelative(intercept?.pOfAny as number, closed.interceptP, 1e-6);
    const people = closedTest(clustered(referenceCases[i]), { slopeAllowed: true });
    expectRelative(people?.pOfAny as number, closed.clusteredAnyP, 1e-6);
    if (people?.pOfSlope !== undefined) expectRelative(people.pOfSlope, closed.clusteredSlopeP, 1e-6);
  });

  it('chooses what is wrong, and nothing where nothing is', () => {
    const choice = (a: number, b: number, slopeAllowed = true) =>
      closedTest(simulated(3000, 1, a, b), { slopeAllowed })?.choice;
    expect(choice(0, 1)).toBe('none');
    expect(choice(0.8, 1)).toBe('intercept');
    expect(choice(0, 0.6)).toBe('slope');
    expect(choice(0.8, 0.6, false)).toBe('intercept');
  });

  it('has no answer for classes that the scores separate', () => {
    const rows = Array.from({ length: 100 }, (_, row) => row);
    const separated = predictions(
      rows.map((row) => (row + 1) / 102),
      rows.map((row) => Number(row >= 50)),
    );
    expect(closedTest(separated, { slopeAllowed: true })).toBeUndefined();
  });
});

describe('fitUpdate', () => {
  it('finds the intercept and slope that were planted, and applies them', () => {
    const update = fitUpdate('slope', simulated(20_000, 1, 0.7, 0.5));
    expect(update?.intercept).toBeCloseTo(0.7, 1);
    expect(update?.slope).toBeCloseTo(0.5, 1);
    const [after] = update?.apply(Float64Array.of(0.5)) ?? [];
    expect(after).toBeCloseTo(expit(update?.intercept ?? Number.NaN), 12);
    expect(fitUpdate('intercept', simulated(20_000, 1, 0.7, 1))?.slope).toBe(1);
  });

  it('never makes an outcome impossible', () => {
    const update = fitUpdate('isotonic', predictions([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]));
    expect([...(update?.apply(Float64Array.of(0, 1)) ?? [])]).toEqual([0.125, 0.875]);
  });
});

describe('personFolds', () => {
  it('never splits a person, and deals people evenly whatever their outcome', () => {
    const input = simulated(203, 4, 0, 1);
    const folds = personFolds(input, 5, random('folds'));
    const of = new Map<number, number>();
    input.clusters?.forEach((person, row) => {
      expect(of.get(person) ?? folds[row]).toBe(folds[row]);
      of.set(person, folds[row]);
    });
    const sizes = [0, 1, 2, 3, 4].map((fold) => [...of.values()].filter((own) => own === fold).length);
    expect(sizes.toSorted()).toEqual([40, 40, 41, 41, 41]);
    const flipped = { ...input, labels: input.labels.map((label) => 1 - label) };
    expect(personFolds(flipped, 5, random('folds'))).toEqual(folds);
  });
});

describe('updateGain', () => {
  it('shows a gain where the model is off, with the slope mended', () => {
    const answer = updateGain('slope', simulated(900, 2, 0.8, 0.6), {
      random: random('gain'),
      clipTo: 1e-6,
      rounds: 3,
    });
    if ('cannotTell' in answer) throw new Error(answer.cannotTell);
    expect(told(answer.brierGain).lower).toBeGreaterThan(0);
    expect(told(answer.logLossGain).lower).toBeGreaterThan(0);
    expect(told(answer.logLossGain).clusters).toBe(900);
    const { lower, upper } = told(answer.slopeAfter);
    expect(lower < 1 && upper > 1).toBe(true);
    expect(told(answer.iciAfter).estimate).toBeLessThan(0.05);
  });

  it('shows none where the model is right', () => {
    const answer = updateGain('isotonic', simulated(800, 1, 0, 1), {
      random: random('no gain'),
      clipTo: 1e-6,
      rounds: 3,
    });
    if ('cannotTell' in answer) throw new Error(answer.cannotTell);
    expect(told(answer.logLossGain).lower).toBeLessThan(0);
  });

  it('allows for an update that chance chose: from no gain down to what it costs where none is needed', () => {
    const input = simulated(300, 1, 0.25, 1);
    const gainAt = (pOfNone: number) => {
      const answer = updateGain('intercept', input, { random: random('p'), clipTo: 1e-6, rounds: 2, pOfNone });
      if ('cannotTell' in answer) throw new Error(answer.cannotTell);
      return { brier: told(answer.brierGain), logLoss: told(answer.logLossGain) };
    };
    const [strong, weak] = [gainAt(0.0005), gainAt(0.02)];
    const after = fitUpdate('intercept', input)?.apply(input.scores) ?? input.scores;
    const cost = after.reduce((total, value, row) => total + (value - input.scores[row]) ** 2, 0) / 300;
    expect(weak.brier.estimate).toBe(strong.brier.estimate);
    expect(weak.brier.lower).toBeLessThan(-cost);
    expect(weak.brier.lower).toBeGreaterThan(-2 * cost + Math.min(0, strong.brier.lower));
    expect(weak.brier.lower).toBeLessThanOrEqual(strong.brier.lower);
    expect(weak.logLoss.upper).toBeGreaterThanOrEqual(0);
    expect(weak.logLoss.method).toContain('allowing for an update that is not needed');
    expect(strong.logLoss.method).not.toContain('allowing');
  });

  it('expects from an update of a model that is right what theory says: a loss of one half of a row per coefficient', () => {
    // E(log-loss gain) = −p / (2 n) for p fitted coefficients; n is four fifths of the people.
    const gains = Array.from({ length: 60 }, (_, i) => {
      const source = random(`theory ${i}`);
      const logits = Float64Array.from({ length: 300 }, () => source.normal(0, 1.2));
      const input = {
        scores: logits.map(expit),
        labels: Uint8Array.from(logits, (logit) => Number(source.bernoulli(expit(logit)))),
      };
      const answer = updateGain('intercept', input, {
        random: source,
        clipTo: 1e-6,
        rounds: 1,
        gainRounds: 1,
        replicates: 2,
      });
      if ('cannotTell' in answer) throw new Error(answer.cannotTell);
      return told(answer.logLossGain).estimate * 240;
    });
    const mean = gains.reduce((total, gain) => total + gain, 0) / gains.length;
    const spread = Math.sqrt(gains.reduce((total, gain) => total + (gain - mean) ** 2, 0) / gains.length ** 2);
    expect(Math.abs(mean + 0.5)).toBeLessThan(3 * spread);
  });

  it('leaves it to the people, not to the seed, whether a gain is sure', () => {
    const input = simulated(300, 1, 0.4, 1);
    const halves = [1, 2, 3].map((seed) => {
      const answer = updateGain('intercept', input, { random: random(seed), clipTo: 1e-6, rounds: 1, replicates: 2 });
      if ('cannotTell' in answer) throw new Error(answer.cannotTell);
      return (told(answer.logLossGain).upper - told(answer.logLossGain).lower) / 2;
    });
    expect(Math.max(...halves) / Math.min(...halves)).toBeLessThan(1.4);
  });

  it('cannot tell from few people', () => {
    expect(updateGain('slope', predictions([0.5, 0.6], [0, 1]), { random: random(1), clipTo: 1e-6 })).toMatchObject({
      cannotTell: '1 study with and 1 without the outcome: at least 20 of each are needed',
    });
  });
});
