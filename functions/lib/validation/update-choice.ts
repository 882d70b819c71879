import type { ClosedTest } from './closed-test.ts';
import type { UpdateMethod } from './model-update.ts';

/** Fewest people with, and without, the outcome for the intercept to be updated. */
export const FEWEST_FOR_INTERCEPT = 20;
/** For the slope too. */
export const FEWEST_FOR_SLOPE = 100;
/** For isotonic regression, beside `FEWEST_ROWS_FOR_ISOTONIC`. */
export const FEWEST_FOR_ISOTONIC = 200;
export const FEWEST_ROWS_FOR_ISOTONIC = 1000;

/** People of each class, the fewer of both, and all people. */
export interface LocalPeople {
  readonly fewerOfBoth: number;
  readonly all: number;
}

/**
 * Which updates so many local people can carry. One coefficient needs few: the intercept from 20 people of each class on. The slope from
 * 100 on, as many as a validation itself needs (Vergouwe et al., doi 10.1016/j.jclinepi.2004.06.017; Collins et al., doi 10.1002/sim.6787).
 * Isotonic regression, which has as many parameters as steps, overfits below about 1,000 (Niculescu-Mizil and Caruana,
 * doi 10.1145/1102351.1102430).
 */
export function allowedUpdates({ fewerOfBoth, all }: LocalPeople): UpdateMethod[] {
  return [
    ...(fewerOfBoth >= FEWEST_FOR_INTERCEPT ? (['intercept'] as const) : []),
    ...(fewerOfBoth >= FEWEST_FOR_SLOPE ? (['slope'] as const) : []),
    ...(fewerOfBoth >= FEWEST_FOR_ISOTONIC && all >= FEWEST_ROWS_FOR_ISOTONIC ? (['isotonic'] as const) : []),
  ];
}

/** The lower limit of the gain in log-loss on held-out people, by method; nothing where it cannot be told. */
export type HeldOutGains = Partial<Record<UpdateMethod, { readonly estimate: number; readonly lower: number }>>;

/**
 * The update that is offered: the choice of the closed test, if held-out people gain by it in log-loss at all. Isotonic regression only
 * if its gain is surely above 0 (lower limit) and larger than that of the test's choice.
 */
export function offeredUpdate(test: ClosedTest | undefined, gains: HeldOutGains): UpdateMethod | 'none' {
  const chosen = test === undefined || test.choice === 'none' ? undefined : gains[test.choice];
  const helps = chosen !== undefined && chosen.estimate > 0;
  const { isotonic } = gains;
  if (isotonic !== undefined && isotonic.lower > 0 && isotonic.estimate > (helps ? chosen.estimate : 0))
    return 'isotonic';
  return helps && test !== undefined ? test.choice : 'none';
}
