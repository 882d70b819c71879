import type { Random } from '#lib/simulate/random.ts';
import { random } from '#lib/simulate/random.ts';

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** One repetition: the interval (nothing where it cannot be told) of each named method. */
export interface Scenario {
  readonly name: string;
  readonly truth: number;
  readonly draw: (source: Random) => Record<string, Interval | undefined>;
}

export interface Coverage {
  readonly told: number;
  readonly untold: number;
  readonly covered: number;
  /** The truth lay below the interval. */
  readonly tooHigh: number;
  readonly tooLow: number;
  readonly meanWidth: number;
}

/** Repeats a scenario with its own seed and counts, for each method, where the truth lay. */
export function coverage({ name, truth, draw }: Scenario, repetitions: number): Map<string, Coverage> {
  const source = random(`coverage/${name}`);
  const counts = new Map<string, Coverage>();
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [method, interval] of Object.entries(draw(source))) {
      counts.set(method, counted(counts.get(method) ?? NONE, interval, truth));
    }
  }
  return counts;
}

const NONE: Coverage = { told: 0, untold: 0, covered: 0, tooHigh: 0, tooLow: 0, meanWidth: 0 };

function counted(before: Coverage, interval: Interval | undefined, truth: number): Coverage {
  if (interval === undefined) return { ...before, untold: before.untold + 1 };
  const told = before.told + 1;
  const tooHigh = truth < interval.lower;
  const tooLow = truth > interval.upper;
  return {
    ...before,
    told,
    covered: before.covered + Number(!tooHigh && !tooLow),
    tooHigh: before.tooHigh + Number(tooHigh),
    tooLow: before.tooLow + Number(tooLow),
    meanWidth: before.meanWidth + (interval.upper - interval.lower - before.meanWidth) / told,
  };
}

export function percent(count: number, of: number): string {
  return `${((100 * count) / Math.max(1, of)).toFixed(1)} %`;
}

/** The answer, or nothing where it is "cannot tell". */
export function told<T extends Interval>(answer: T | { readonly cannotTell: string }): T | undefined {
  return 'cannotTell' in answer ? undefined : answer;
}

/** The interval about its distance from the truth, so that methods of different truths share one scenario. */
export function shifted(interval: Interval | undefined, truth: number): Interval | undefined {
  return interval && { lower: interval.lower - truth, upper: interval.upper - truth };
}
