import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import type { Predictions } from '#lib/validation/predictions.ts';

/** One simulated data set with the numbers of R; see the README beside the fixtures for versions and commands. */
export interface ReferenceCase {
  readonly name: string;
  readonly scores: number[];
  readonly otherScores: number[];
  readonly labels: number[];
  readonly clusters: number[];
  readonly auroc: {
    estimate: number;
    se: number;
    wald: [number, number];
    clustered: [number, number];
  };
  readonly comparison: { first: number; second: number; z: number; p: number; clustered: [number, number] };
  readonly intercept: { estimate: number; se: number; clusteredSe: number };
  readonly slope: { estimate: number; se: number; clusteredSe: number };
  readonly curve: { knots: number[]; at: number[]; observed: number[]; lower: number[]; upper: number[] } | null;
}

export interface PythonCase {
  readonly name: string;
  readonly auroc: number;
  readonly brier: number;
  readonly brierSe: number;
  readonly observedExpected: [number, number, number];
  readonly deciles: number[];
}

export interface PythonReference {
  readonly proportions: { x: number; n: number; level: number; wilson: [number, number]; exact: [number, number] }[];
  readonly cases: PythonCase[];
}

export interface SpecialReference {
  readonly normalCdf: { z: number; value: number }[];
  readonly normalQuantile: { p: number; value: number }[];
  readonly beta: { a: number; b: number; x: number; value: number }[];
  readonly studentT: { level: number; degreesOfFreedom: number; value: number }[];
}

interface AurocIntervalAnswer {
  readonly estimate: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  readonly interval: [number, number];
}

/** An input, or some of its rows, with the interval by root search and scipy's Brunner-Munzel statistic and p. */
export interface AurocIntervalCase {
  readonly case: string;
  readonly rows: number[] | null;
  readonly independent: AurocIntervalAnswer;
  readonly brunnerMunzel: [number, number];
  readonly clustered: AurocIntervalAnswer;
}

interface ClusteredRate {
  readonly rows: number;
  readonly clusters: number;
  readonly share: number;
  readonly interval: [number, number];
}

/** Estimates with standard errors of the survey package of R. */
export interface ClusteredCase {
  readonly threshold: number;
  readonly observedExpected: [number, number];
  readonly brier: [number, number];
  readonly sensitivity: ClusteredRate;
  readonly specificity: ClusteredRate;
  readonly positivePredictiveValue: ClusteredRate;
  readonly negativePredictiveValue: ClusteredRate;
  readonly brunnerMunzelDf: number;
}

export const referenceCases: ReferenceCase[] = read('discrimination-calibration.json');
export const pythonReference: PythonReference = read('proportions.json');
export const specialReference: SpecialReference = read('special.json');
export const aurocIntervalCases: AurocIntervalCase[] = read('auroc-interval.json');
/** In the order of `referenceCases`. */
export const clusteredCases: ClusteredCase[] = read('clustered.json');

function read<T>(file: string): T {
  return JSON.parse(readFileSync(new URL(`../../fixtures/reference/validation/${file}`, import.meta.url), 'utf8'));
}

/** The case as predictions, without clusters. */
export function independent(reference: ReferenceCase): Predictions {
  return { scores: Float64Array.from(reference.scores), labels: Uint8Array.from(reference.labels) };
}

export function clustered(reference: ReferenceCase): Predictions {
  return { ...independent(reference), clusters: Int32Array.from(reference.clusters) };
}

export const predictions = (scores: number[], labels: number[]): Predictions => ({
  scores: Float64Array.from(scores),
  labels: Uint8Array.from(labels),
});

/** The answer as an estimate; fails the test with the reason where it is "cannot tell". */
export function told<T extends Estimate>(answer: T | CannotTell): T {
  if ('cannotTell' in answer) throw new Error(`cannot tell: ${answer.cannotTell}`);
  return answer;
}

export function expectRelative(actual: number, expected: number, tolerance: number): void {
  if (actual === expected) return;
  expect(Math.abs(actual - expected) / Math.abs(expected), `${actual} against ${expected}`).toBeLessThan(tolerance);
}

export const Z_975 = 1.9599639845400545;
