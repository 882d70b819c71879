// How repeated looks at the same limit share one chance of a false alarm.

import { RefusedInput } from '#functions/errors.ts';
import { normalCdf, normalQuantile } from '#lib/validation/normal.ts';
import type { Audits } from './limit.ts';

export type Spending = Audits['spending'];

/** A plan with the place of this audit in it. */
export interface PlacedAudits extends Omit<Audits, 'look'> {
  /** Which of the year's audits this is judged as, from 1; above `perYear` the year's chance is spent already. */
  readonly look: number;
  /** As the plan has it; null where it leaves that to the archive. */
  readonly stated: number | null;
  /** Earlier audits of the year that the archive holds; null where nobody looked. */
  readonly before: number | null;
}

/** The later of what the plan states and what the archive holds: an audit that was made and is not known spends nothing twice. */
export function placeOf({ look: stated, ...plan }: Audits, before: number | null): PlacedAudits {
  if (stated === undefined && before === null)
    throw new RefusedInput(
      'audits: found no "look", and no archive that counts the earlier ones, allowed one of the two',
    );
  const look = Math.max(stated ?? 1, (before ?? 0) + 1);
  return { ...plan, look, stated: stated ?? null, before };
}

const GRID = 1200;

/**
 * One-sided boundaries z of a group-sequential test at these information fractions (ascending, the last 1 in a full plan), with
 * the spending functions of Lan and DeMets (doi 10.1093/biomet/70.3.659): `pocock` α ln(1 + (e − 1) t), `obrien-fleming`
 * 2 − 2 Φ(z_{α/2} / √t). The chance of crossing at look k, none crossed before, is found by recursive integration of the density of a
 * Brownian motion (Armitage, McPherson and Rowe, doi 10.2307/2343787), by Simpson's rule on 1,200 intervals.
 */
export function spendingBoundaries(fractions: readonly number[], alpha: number, spending: Spending): number[] {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha: found ${alpha}, allowed: between 0 and 1`);
  const wrong = fractions.findIndex((t, look) => !(t > (fractions[look - 1] ?? 0) && t <= 1));
  if (wrong >= 0 || fractions.length === 0)
    throw new RangeError(`fractions: found ${fractions.join(', ') || 'none'}, allowed: ascending, above 0 to 1`);
  const boundaries: number[] = [];
  let state: Density | undefined;
  let spent = 0;
  for (const t of fractions) {
    const toSpend = spentBy(t, alpha, spending) - spent;
    const crossing = (b: number) => (state === undefined ? 1 - normalCdf(b / Math.sqrt(t)) : tailAfter(state, t, b));
    const b = decreasing(crossing, toSpend, 12 * Math.sqrt(t));
    spent += toSpend;
    boundaries.push(b / Math.sqrt(t));
    state = nextDensity(state, t, b);
  }
  return boundaries;
}

/** α spent up to information fraction t. */
export function spentBy(t: number, alpha: number, spending: Spending): number {
  if (spending === 'pocock') return alpha * Math.log(1 + (Math.E - 1) * t);
  return 2 * normalCdf(normalQuantile(alpha / 2) / Math.sqrt(t));
}

/**
 * Confidence level of the two-sided interval of this audit: limits are called broken or kept by it. Without a plan 95 %. Audits of
 * new patients are independent and share the chance of a false alarm equally; audits of all patients so far spend it.
 */
export function levelOf(audits: Omit<PlacedAudits, 'stated' | 'before'> | undefined): number {
  if (audits === undefined) return 0.95;
  const { perYear, falseAlarmsPerYear: alpha, patients, spending } = audits;
  const look = Math.min(audits.look, perYear);
  if (patients === 'new') return 1 - 2 * (1 - (1 - alpha) ** (1 / perYear));
  const fractions = Array.from({ length: look }, (_, before) => (before + 1) / perYear);
  const boundary = spendingBoundaries(fractions, alpha, spending)[look - 1];
  return 1 - 2 * normalCdf(-boundary);
}

/** Density of the Brownian motion at the last look where no boundary was crossed, on a grid from far below to the boundary. */
interface Density {
  readonly t: number;
  readonly from: number;
  readonly step: number;
  readonly values: Float64Array;
}

function nextDensity(before: Density | undefined, t: number, b: number): Density {
  const from = -9 * Math.sqrt(t);
  const step = (b - from) / GRID;
  const values = Float64Array.from({ length: GRID + 1 }, (_, place) => {
    const x = from + place * step;
    if (before === undefined) return gaussian(x, t);
    return integrate(before, (u) => gaussian(x - u, t - before.t));
  });
  return { t, from, step, values };
}

const tailAfter = (before: Density, t: number, b: number): number =>
  integrate(before, (u) => normalCdf((u - b) / Math.sqrt(t - before.t)));

const gaussian = (x: number, variance: number): number =>
  Math.exp((-x * x) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

/** ∫ density(u) f(u) du by Simpson's rule. */
function integrate({ from, step, values }: Density, f: (u: number) => number): number {
  let total = 0;
  for (let place = 0; place <= GRID; place++) {
    const weight = place === 0 || place === GRID ? 1 : place % 2 === 1 ? 4 : 2;
    if (values[place] > 0) total += weight * values[place] * f(from + place * step);
  }
  return (total * step) / 3;
}

/** Where a decreasing function has this value, by bisection to rounding. */
function decreasing(f: (x: number) => number, value: number, high: number): number {
  let [left, right] = [-high, high];
  for (let round = 0; round < 60; round++) {
    const middle = (left + right) / 2;
    if (f(middle) > value) left = middle;
    else right = middle;
  }
  return (left + right) / 2;
}
