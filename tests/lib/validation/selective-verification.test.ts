// Expected numbers: verification.R, see tests/fixtures/reference/drift/README.md.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { random } from '#lib/simulate/random.ts';
import {
  beggGreenes,
  type Verification,
  verificationProbabilities,
  weightedFigures,
} from '#lib/validation/selective-verification.ts';
import { told } from './reference.ts';

type Row = [number, number, number];
interface Reference {
  readonly hepatic: { cells: Row[]; sensitivity: Row; specificity: Row };
  readonly simulated: {
    scores: number[];
    labels: number[];
    clusters: number[];
    strata: number[];
    sensitivity: Row;
    specificity: Row;
    probabilities: number[];
    weighted: Row[];
    weightedClustered: Row[];
    auroc: Row;
    aurocClustered: Row;
  };
}
const reference: Reference = JSON.parse(
  readFileSync(new URL('../../fixtures/reference/drift/verification.json', import.meta.url), 'utf8'),
);

const { simulated } = reference;
const sample: Verification = {
  scores: Float64Array.from(simulated.scores),
  margins: Float64Array.from(simulated.scores, (score) => score - 0.5),
  labels: Int8Array.from(simulated.labels),
  strata: Int32Array.from(simulated.strata),
};
const clustered: Verification = { ...sample, clusters: Int32Array.from(simulated.clusters) };
const probabilities = Float64Array.from(simulated.probabilities);

/** One row per study of a two-by-three table: verified with, verified without, not verified. */
function ofCells(cells: readonly Row[]): Verification {
  const rows = cells.flatMap((counts, stratum) =>
    counts.flatMap((count, kind) => new Array<[number, number]>(count).fill([stratum, [1, 0, -1][kind]])),
  );
  return {
    scores: Float64Array.from(rows, ([stratum]) => 1 - stratum),
    margins: Float64Array.from(rows, ([stratum]) => 0.5 - stratum),
    labels: Int8Array.from(rows, ([, label]) => label),
    strata: Int32Array.from(rows, ([stratum]) => stratum),
  };
}

function expectInterval(answer: Parameters<typeof told>[0], [estimate, lower, upper]: Row, digits: number): void {
  const found = told(answer);
  expect(found.estimate).toBeCloseTo(estimate, digits);
  expect(found.lower).toBeCloseTo(lower, digits);
  expect(found.upper).toBeCloseTo(upper, digits);
}

describe('beggGreenes', () => {
  it('gives the published correction for hepatic scintigraphy: 0.836 and 0.738 instead of 0.895 and 0.628', () => {
    const { sensitivity, specificity } = beggGreenes(ofCells(reference.hepatic.cells));
    expect(told(sensitivity).estimate.toFixed(3)).toBe('0.836');
    expect(told(specificity).estimate.toFixed(3)).toBe('0.738');
    expectInterval(sensitivity, reference.hepatic.sensitivity, 9);
    expectInterval(specificity, reference.hepatic.specificity, 9);
  });

  it('has the interval of the multinomial delta method in any number of strata', () => {
    const { sensitivity, specificity } = beggGreenes(sample);
    expectInterval(sensitivity, simulated.sensitivity, 9);
    expectInterval(specificity, simulated.specificity, 9);
  });

  it('is the plain share where every study was verified', () => {
    const all = ofCells([
      [40, 10, 0],
      [12, 50, 0],
    ]);
    const { sensitivity, specificity } = beggGreenes(all);
    expect(told(sensitivity).estimate).toBeCloseTo(40 / 52, 12);
    expect(told(specificity).estimate).toBeCloseTo(50 / 60, 12);
  });

  it('covers the truth where verification depends on the score, and the naive share does not', () => {
    const draw = random('verification');
    const covered = { corrected: 0, naive: 0 };
    for (let round = 0; round < 300; round++) {
      const truth: [number, number, number][] = [];
      for (let n = 0; n < 500; n++) {
        const positive = draw.bernoulli(0.4) ? 1 : 0;
        const diseased = draw.bernoulli(positive === 1 ? 0.6 : 0.15) ? 1 : 0;
        truth.push([positive, diseased, draw.bernoulli(positive === 1 ? 0.9 : 0.25) ? diseased : -1]);
      }
      const verification: Verification = {
        scores: Float64Array.from(truth, ([positive]) => positive),
        margins: Float64Array.from(truth, ([positive]) => positive - 0.5),
        labels: Int8Array.from(truth, ([, , label]) => label),
        strata: Int32Array.from(truth, ([positive]) => positive),
      };
      const sensitivity = 0.24 / (0.24 + 0.09);
      const inside = ({ lower, upper }: { lower: number; upper: number }) =>
        lower <= sensitivity && sensitivity <= upper;
      if (inside(told(beggGreenes(verification).sensitivity))) covered.corrected++;
      const seen = { ...verification, labels: verification.labels.filter((label) => label >= 0) };
      const naive = (of: Verification) => {
        const keep = verification.labels.map((label) => (label >= 0 ? 1 : 0));
        const pick = <T extends Float64Array | Int32Array>(column: T) =>
          column.filter((_, row) => keep[row] === 1) as T;
        return { ...of, scores: pick(of.scores), margins: pick(of.margins), strata: pick(of.strata) };
      };
      if (inside(told(beggGreenes(naive(seen)).sensitivity))) covered.naive++;
    }
    expect(covered.corrected / 300).toBeGreaterThan(0.92);
    expect(covered.naive / 300).toBeLessThan(0.2);
  });

  it('cannot tell where a stratum was never verified, where few were, and where all are on one side', () => {
    const silent = beggGreenes(
      ofCells([
        [30, 20, 5],
        [0, 0, 40],
      ]),
    );
    expect(silent.sensitivity).toMatchObject({ cannotTell: 'no study of 1 of the score bands was verified' });
    const few = beggGreenes(
      ofCells([
        [5, 20, 5],
        [1, 30, 40],
      ]),
    );
    expect(few.specificity).toMatchObject({
      cannotTell: '6 verified studies with and 50 without the outcome: at least 10 of each are needed',
    });
    const flawless = beggGreenes(
      ofCells([
        [30, 5, 5],
        [0, 30, 40],
      ]),
    );
    expect(flawless.sensitivity).toHaveProperty('cannotTell');
    expect(told(flawless.specificity).estimate).toBeGreaterThan(0.8);
  });

  it('refuses rows that do not fit together, and labels of another kind', () => {
    expect(() => beggGreenes({ ...sample, strata: new Int32Array(3) })).toThrow('found 3 rows beside 240 scores');
    expect(() => beggGreenes({ ...sample, labels: new Int8Array(240).fill(2) })).toThrow('label at index 0: found 2');
  });
});

describe('weightedFigures', () => {
  it('has the ratios and intervals of the survey package, with and without clusters', () => {
    for (const [of, expected] of [
      [sample, simulated.weighted],
      [clustered, simulated.weightedClustered],
    ] as const) {
      const { sensitivity, specificity } = weightedFigures(of, probabilities);
      expectInterval(sensitivity, expected[0], 9);
      expectInterval(specificity, expected[1], 9);
    }
  });

  it('has the weighted AUROC of all pairs, its interval by numerical derivatives', () => {
    expectInterval(weightedFigures(sample, probabilities).auroc, simulated.auroc, 7);
    expectInterval(weightedFigures(clustered, probabilities).auroc, simulated.aurocClustered, 7);
  });

  it('refuses a probability that is none, and cannot tell where a study was nearly never verified', () => {
    expect(() =>
      weightedFigures(
        sample,
        probabilities.map(() => 0),
      ),
    ).toThrow('probability at index 0: found 0');
    const rare = probabilities.map((value, row) => (row === 0 ? 0.001 : value));
    expect(weightedFigures(sample, rare).auroc).toMatchObject({
      cannotTell: '1 studies had less than a one per cent chance of being verified',
    });
  });
});

describe('verificationProbabilities', () => {
  it('has the fitted probabilities of glm', () => {
    const found = verificationProbabilities(sample.labels, [sample.scores]);
    expect(found).toBeDefined();
    for (const [row, probability] of (found ?? []).entries()) expect(probability).toBeCloseTo(probabilities[row], 9);
  });

  it('is silent where the columns say the same twice', () => {
    expect(verificationProbabilities(sample.labels, [sample.scores, sample.scores])).toBeUndefined();
  });
});
