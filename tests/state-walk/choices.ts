// Every decision of a walk in one list, so that a walk can be repeated and made smaller. Choice 0 is always the quiet one.
import { random } from '#lib/simulate/random.ts';

export interface Choices {
  /** Uniform in 0 … count−1. */
  below(count: number): number;
  /** True with probability 1 in `odds`. */
  rarely(odds: number): boolean;
  readonly made: readonly number[];
}

/** Decisions from a seed. */
export function seededChoices(seed: string): Choices {
  const stream = random(seed);
  return recording((count) => stream.uint32() % count); // counts are tiny: the bias is below 1e-7
}

/** The decisions of an earlier walk; the quiet one wherever the list has ended or does not fit. */
export function replayedChoices(list: readonly number[]): Choices {
  let next = 0;
  return recording((count) => {
    const choice = list[next++] ?? 0;
    return choice < count ? choice : 0;
  });
}

function recording(draw: (count: number) => number): Choices {
  const made: number[] = [];
  const below = (count: number): number => {
    if (count === 1) return 0;
    const choice = draw(count);
    made.push(choice);
    return choice;
  };
  return { below, rarely: (odds) => below(odds) === odds - 1, made };
}

/** The shortest and quietest list found that still fails: cuts the tail, then silences chunks of ever smaller size. */
export function shrink(list: readonly number[], fails: (list: readonly number[]) => boolean): readonly number[] {
  let best = list;
  for (let size = best.length >> 1; size >= 1; size >>= 1) {
    while (best.length > size && fails(best.slice(0, -size))) best = best.slice(0, -size);
  }
  for (let size = Math.max(1, best.length >> 2); size >= 1; size >>= 1) {
    for (let start = 0; start < best.length; start += size) {
      if (best.slice(start, start + size).every((choice) => choice === 0)) continue;
      const quiet = best.map((choice, n) => (n >= start && n < start + size ? 0 : choice));
      if (fails(quiet)) best = quiet;
    }
  }
  return best;
}
