import { describe, expect, it } from 'vitest';
import { auroc } from '#lib/validation/auroc.ts';
import { concordance } from '#lib/validation/concordance.ts';
import { meanAuroc } from '#lib/validation/mean-auroc.ts';
import {
  answeredClasses,
  type ClassPredictions,
  confusionMatrix,
  handTill,
  macroAuroc,
  macroF1,
  microF1,
  oneVersusRest,
} from '#lib/validation/multiclass.ts';
import { macroAurocOfLabels, macroF1OfLabels, microF1OfLabels } from '#lib/validation/multilabel.ts';
import { studentTMultiplier } from '#lib/validation/student-t.ts';
import { fromPython, fromR } from './discrimination-reference.ts';
import { expectRelative, predictions, told, Z_975 } from './reference.ts';

const inputOf = ({ scores, labels }: { scores: number[][]; labels: number[] }): ClassPredictions => ({
  scores: scores.map((column) => Float64Array.from(column)),
  labels: Uint8Array.from(labels),
});
const bytes = (columns: number[][]): Uint8Array[] => columns.map((column) => Uint8Array.from(column));

describe('several classes', () => {
  it.each(fromPython.classes)('equal scikit-learn and pROC: $name', (reference) => {
    const input = inputOf(reference);
    const answered = answeredClasses(input);
    const classes = reference.scores.length;
    expect(confusionMatrix(input.labels, answered, classes)).toEqual(reference.matrix);
    expect(told(microF1(input.labels, answered)).estimate).toBeCloseTo(reference.microF1, 12);
    expect(told(macroAuroc(input)).estimate).toBeCloseTo(reference.macroAuroc, 12);
    expect(told(handTill(input)).estimate).toBeCloseTo(reference.handTill, 12);
    expect(told(handTill(input)).estimate).toBeCloseTo(
      fromR.classes[fromPython.classes.indexOf(reference)].handTill,
      12,
    );
    for (const [k, answer] of oneVersusRest(input).entries())
      expect(told(answer).estimate).toBeCloseTo(reference.ovr[k], 12);
  });

  it.each(fromPython.classes.map((reference, i) => ({ ...reference, byR: fromR.jackknife[i] })))(
    "have a macro-averaged F1 with the interval of R's jackknife: $name",
    ({ byR, ...reference }) => {
      const input = inputOf(reference);
      const columns = { labels: input.labels, answered: answeredClasses(input), classes: reference.scores.length };
      const answer = told(macroF1(columns));
      expect(answer.estimate).toBeCloseTo(reference.macroF1, 12);
      expect(answer.lower).toBeCloseTo(byR.interval[0], 9);
      expect(answer.upper).toBeCloseTo(byR.interval[1], 9);
    },
  );

  it('leave out subjects with all their rows', () => {
    const input = inputOf(fromPython.classes[0]);
    const answered = answeredClasses(input);
    const twice = (column: Uint8Array): Uint8Array => Uint8Array.from([...column, ...column]);
    const clusters = Int32Array.from({ length: 2 * answered.length }, (_, row) => row % answered.length);
    const once = told(macroF1({ labels: input.labels, answered, classes: 3 }));
    const columns = { labels: twice(input.labels), answered: twice(answered), classes: 3, clusters };
    const both = told(macroF1(columns));
    expect(both).toMatchObject({ n: 2 * once.n, clusters: once.n });
    expect(both.estimate).toBeCloseTo(once.estimate, 12);
    expect(both.lower).toBeCloseTo(once.lower, 12);
    expect(both.upper).toBeCloseTo(once.upper, 12);
  });

  it('have the mean of one AUROC with the variance of DeLong, and the t of as many degrees of freedom as its fourth moments leave', () => {
    const { scores, labels } = fromPython.binary[0];
    const input = predictions(scores, labels);
    const one = { name: 'one', rows: Uint32Array.from(scores.keys()), ...input };
    const answer = told(meanAuroc([one], scores.length, 'one'));
    const error = told(auroc(input)).standardError ?? 0;
    const width = Math.log(answer.upper / (1 - answer.upper)) - Math.log(answer.lower / (1 - answer.lower));
    const added = scores.map((score, row) => {
      const others = scores.filter((_, place) => labels[place] !== labels[row]);
      const side = labels[row] === 1 ? 1 : -1;
      const placed =
        others.reduce((sum, other) => sum + (1 + Math.sign(side * (score - other))) / 2, 0) / others.length;
      const own = scores.length - others.length;
      return (placed - answer.estimate) / Math.sqrt(own * (own - 1));
    });
    const moment = (power: number) => added.reduce((sum, value) => sum + value ** power, 0);
    expectRelative(Math.sqrt(moment(2)), error, 1e-9);
    const degrees = (2 * moment(2) ** 2) / (moment(4) - moment(2) ** 2 / added.length);
    const multiplier = studentTMultiplier(0.95, degrees);
    expect(multiplier).toBeGreaterThan(Z_975 + 0.01);
    expectRelative((width * answer.estimate * (1 - answer.estimate)) / (2 * multiplier), error, 1e-9);
  });

  it('cannot tell where a class is absent or hardly there, and name it', () => {
    const input = inputOf(fromPython.classes[0]);
    const without = { ...input, labels: input.labels.map((label) => Math.min(label, 1)) };
    expect(macroAuroc(without)).toMatchObject({
      cannotTell: 'class 2: 0 studies with and 150 without: at least 5 of each are needed',
    });
    expect(handTill(without)).toHaveProperty('cannotTell');
    const zeros = new Uint8Array(30);
    const missing = macroF1({ labels: zeros, answered: zeros, classes: 2 });
    expect(missing).toMatchObject({ cannotTell: 'no study has class 1 and none was given it' });
    expect(() => handTill({ ...input, labels: input.labels.with(4, 3) })).toThrow(
      'label at index 4: found class 3, allowed: 0 to 2',
    );
  });
});

describe('an ordinal outcome', () => {
  it.each(fromPython.classes.map((reference, i) => ({ ...reference, byR: fromR.classes[i] })))(
    "has the concordance of R's survival, by row and by subject: $name",
    ({ byR, scores, labels }) => {
      const input = { scores: Float64Array.from(scores[0]), categories: Uint8Array.from(labels) };
      const errorOf = ({ estimate, lower, upper }: { estimate: number; lower: number; upper: number }): number =>
        ((Math.log(upper / (1 - upper)) - Math.log(lower / (1 - lower))) * estimate * (1 - estimate)) / 2;
      const answer = told(concordance(input));
      expect(answer.estimate).toBeCloseTo(byR.concordance[0], 12);
      expectRelative(errorOf(answer) / Z_975, byR.concordance[1], 1e-9);
      const clusters = Int32Array.from(labels, (_, row) => (row + 1) >> 1);
      const clustered = told(concordance({ ...input, clusters }));
      const count = clustered.clusters ?? 0;
      // R's variance has no correction C / (C − 1) and its interval the normal quantile; ours is Student's t.
      expectRelative(errorOf(clustered) / Z_975, byR.clusteredSe, 0.03);
      expect(errorOf(clustered)).toBeGreaterThan(byR.clusteredSe * Z_975);
      expect(count).toBe(new Set(clusters).size);
    },
  );

  it('is the AUROC with two categories, ties half', () => {
    const { scores, labels } = fromPython.binary[1];
    const answer = told(concordance({ scores: Float64Array.from(scores), categories: Uint8Array.from(labels) }));
    expect(answer.estimate).toBeCloseTo(fromPython.binary[1].auroc, 12);
  });

  it('cannot tell with one category or few rows, and refuses scores that are not finite', () => {
    const scores = Float64Array.from({ length: 12 }, (_, row) => row);
    expect(concordance({ scores, categories: new Uint8Array(12) })).toMatchObject({
      cannotTell: 'all studies have the same outcome',
    });
    expect(concordance({ scores: scores.subarray(3), categories: new Uint8Array(9) })).toMatchObject({
      cannotTell: '9 studies are fewer than 10',
    });
    const broken = scores.with(5, Number.POSITIVE_INFINITY);
    expect(() => concordance({ scores: broken, categories: new Uint8Array(12) })).toThrow(
      'score at index 5: found Infinity',
    );
  });
});

describe('several labels', () => {
  const { scores, labels, positive, ...reference } = fromPython.labels;
  const set = { names: labels.map((_, k) => `label ${k}`), labels: bytes(labels) };

  it('equal scikit-learn', () => {
    const columns = scores.map((column) => Float64Array.from(column));
    expect(told(macroAurocOfLabels(set, columns)).estimate).toBeCloseTo(reference.macroAuroc, 12);
    const macro = told(macroF1OfLabels(set, bytes(positive)));
    expect(macro.estimate).toBeCloseTo(reference.macroF1, 12);
    expect(macro.lower).toBeLessThan(reference.macroF1);
    expect(macro.upper).toBeGreaterThan(reference.macroF1);
    const micro = told(microF1OfLabels(set, bytes(positive)));
    expect(micro.estimate).toBeCloseTo(reference.microF1, 12);
    expect(micro.lower).toBeLessThan(reference.microF1);
  });

  it('have no macro-averaged F1 with an interval of no width where everybody is answered alike', () => {
    const seven = Array.from({ length: 7 }, (_, k) => k);
    const labels = seven.map(() => new Uint8Array(23).fill(1));
    // One label is never found: the mean of 23 times 6/7 is 6/7 but for a rounding error.
    const found = seven.map((k) => new Uint8Array(23).fill(Number(k > 0)));
    expect(macroF1OfLabels({ names: seven.map(String), labels }, found)).toMatchObject({
      cannotTell: 'the answers do not vary',
    });
  });

  it('cannot tell where nobody has a label and nobody was given it', () => {
    const empty = { names: ['a', 'b'], labels: [set.labels[0], new Uint8Array(180)] };
    const answer = macroF1OfLabels(empty, [bytes(positive)[0], new Uint8Array(180)]);
    expect(answer).toMatchObject({ cannotTell: 'nobody has label b and nobody was given it' });
  });
});
