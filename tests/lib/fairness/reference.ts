import { readFileSync } from 'node:fs';
import type { GroupColumn } from '#lib/fairness/columns.ts';
import type { DecidedPredictions } from '#lib/fairness/group-figures.ts';

interface Counts {
  readonly successes: number;
  readonly n: number;
}

interface Reference {
  readonly proportions: readonly {
    readonly first: Counts;
    readonly second: Counts;
    readonly difference: readonly [number, number];
    readonly ratio: readonly [number, number] | null;
    /** Of a difference of 0, −0.1 and 0.1. */
    readonly pValues: readonly number[];
    readonly chiSquaredP: number;
  }[];
  readonly multiplicity: { readonly pValues: number[]; readonly holm: number[]; readonly benjaminiHochberg: number[] };
  readonly power: readonly {
    readonly n: number;
    readonly referenceN: number;
    readonly share: number;
    readonly alpha: number;
    readonly powers: readonly { readonly difference: number; readonly power: number }[];
  }[];
  readonly gaps: {
    readonly threshold: number;
    readonly rows: readonly { readonly group: string; readonly label: number; readonly score: number }[];
    readonly fairlearn: {
      readonly byGroup: Readonly<Record<string, Readonly<Record<string, number>>>>;
      readonly difference: Readonly<Record<string, number>>;
      readonly ratio: Readonly<Record<string, number>>;
      readonly equalizedOddsDifferenceAB: number;
    };
    readonly aurocBA: { readonly difference: number; readonly interval: readonly number[]; readonly pValues: number[] };
    readonly calibrationBA: { readonly ratio: number; readonly interval: readonly number[]; readonly pValue: number };
  };
}

/** Numbers of mpmath, scipy, statsmodels and fairlearn; versions and command in the README beside them. */
export const reference = JSON.parse(
  readFileSync(new URL('../../fixtures/reference/fairness/gaps.json', import.meta.url), 'utf8'),
) as Reference;

export const referenceRows: DecidedPredictions = {
  scores: Float64Array.from(reference.gaps.rows, ({ score }) => score),
  labels: Uint8Array.from(reference.gaps.rows, ({ label }) => label),
  decisions: [
    {
      threshold: 'rule',
      flagged: Uint8Array.from(reference.gaps.rows, ({ score }) => Number(score >= reference.gaps.threshold)),
    },
  ],
};

export const referenceColumn: GroupColumn = {
  name: 'group',
  values: ['a', 'b', 'c'],
  codes: Int32Array.from(reference.gaps.rows, ({ group }) => 'abc'.indexOf(group)),
};
