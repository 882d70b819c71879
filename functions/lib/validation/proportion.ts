import { clopperPearson } from './clopper-pearson.ts';
import { fewerThan, studies } from './counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { wilson } from './wilson.ts';

export interface ProportionOptions {
  /** @default 0.95 */
  readonly level?: number;
  /** Fewest rows in the denominator that get an answer. @default 1 */
  readonly minimumRows?: number;
}

/** A proportion with Wilson's interval, or Clopper and Pearson's exact one where the count is 0 or n. Rows must be independent. */
export function proportion(successes: number, n: number, options: ProportionOptions = {}): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  const minimumRows = options.minimumRows ?? 1;
  if (!Number.isInteger(successes) || !Number.isInteger(n) || successes < 0 || successes > n) {
    throw new RangeError(`proportion: found ${successes} of ${n}, allowed: whole numbers, 0 <= successes <= n`);
  }
  if (n === 0) return { cannotTell: 'there is no study in the denominator', n, events: 0 };
  if (n < minimumRows) {
    return { cannotTell: `${studies(n)} in the denominator ${fewerThan(n, minimumRows)}`, n, events: successes };
  }
  const exact = successes === 0 || successes === n;
  const interval = exact ? clopperPearson(successes, n, level) : wilson(successes, n, level);
  const method = exact ? 'proportion, exact Clopper-Pearson interval' : 'proportion, Wilson interval';
  return { estimate: successes / n, ...interval, level, method, n, events: successes };
}
