import { readFileSync } from 'node:fs';

type Rating = Record<'unweighted' | 'linear' | 'quadratic', [number, number]>;

/** Of scikit-learn, statsmodels and scipy; see the README beside the fixtures. */
interface PythonAnswers {
  readonly binary: readonly {
    readonly name: string;
    readonly scores: number[];
    readonly labels: number[];
    readonly threshold: number;
    readonly counts: [tp: number, fp: number, tn: number, fn: number];
    readonly f1: number[];
    readonly balancedAccuracy: number[];
    readonly matthewsCorrelation: number;
    readonly matthewsVariance: number;
    readonly accuracy: number;
    readonly precision: number;
    readonly auroc: number;
    readonly partialAuroc: number;
    readonly partialVariance: number;
    readonly averagePrecision: number;
    readonly averagePrecisionVariance: number;
    readonly clusteredAveragePrecisionVariance: number;
  }[];
  readonly paired: readonly { counts: [number, number, number]; exact: number; midP: number; interval: number[] }[];
  readonly ratings: readonly (Rating & { name: string; first: number[]; second: number[]; categories: number })[];
  readonly classes: readonly {
    readonly name: string;
    readonly scores: number[][];
    readonly labels: number[];
    readonly matrix: number[][];
    readonly macroF1: number;
    readonly microF1: number;
    readonly macroAuroc: number;
    readonly handTill: number;
    readonly ovr: number[];
  }[];
  readonly labels: {
    readonly labels: number[][];
    readonly scores: number[][];
    readonly positive: number[][];
    readonly macroAuroc: number;
    readonly macroF1: number;
    readonly microF1: number;
  };
}

/** Of pROC, psych, survival and boot, over the same inputs in the same order. */
interface RAnswers {
  readonly partial: readonly { at90: number; at75: number; at97: number }[];
  readonly partialSpread: readonly { variance: number }[];
  readonly ratings: readonly Rating[];
  readonly classes: readonly { handTill: number; concordance: [number, number]; clusteredSe: number }[];
  readonly jackknife: readonly { estimate: number; interval: [number, number] }[];
}

export const fromPython: PythonAnswers = read('discrimination.json');
export const fromR: RAnswers = read('discrimination-r.json');

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(`../../fixtures/reference/validation/${file}`, import.meta.url), 'utf8'));
}
