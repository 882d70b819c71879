// docs/architecture.md, "State": a model of the protocol, walked at random. Its rules are proven necessary one by one.
import { expect, test } from 'vitest';
import { replayedChoices, seededChoices, shrink } from './state-walk/choices.ts';
import { RULES, type Rule } from './state-walk/rules.ts';
import { walkOnce } from './state-walk/walk.ts';

const WALKS = 20_000;
const WALKS_WITHOUT_RULE = 20_000;

interface Failure {
  readonly seed: string;
  readonly violations: readonly string[];
  readonly choices: readonly number[];
}

function firstFailure(walks: number, off?: Rule): Failure | undefined {
  for (let n = 0; n < walks; n++) {
    const choices = seededChoices(`walk ${n}`);
    const { violations } = walkOnce(choices, off);
    if (violations.length > 0) return { seed: `walk ${n}`, violations, choices: choices.made };
  }
  return undefined;
}

/** The failure in its smallest form, for whoever has to understand it. */
function explain({ seed, violations, choices }: Failure, off?: Rule): string {
  const small = shrink(choices, (list) => walkOnce(replayedChoices(list), off).violations.length > 0);
  const end = walkOnce(replayedChoices(small), off);
  return [`seed "${seed}"`, ...violations, `choices [${small.join()}]`, ...end.faults, ...end.violations].join('\n');
}

test(`${WALKS} random walks with up to 8 faults each end in no wrong state`, () => {
  const failure = firstFailure(WALKS);
  expect(failure && explain(failure)).toBeUndefined();
});

test('walks meet every kind of fault, and walks without one', () => {
  const met = new Set<string>();
  let quiet = 0;
  for (let n = 0; n < 500; n++) {
    const { faults } = walkOnce(seededChoices(`walk ${n}`));
    for (const fault of faults) met.add(fault);
    if (faults.length === 0) quiet++;
  }
  expect([...met].sort()).toEqual(
    ['crash', 'disable', 'duplicate', 'echo', 'erase', 'hours', 'lateTwin', 'loss', 'poison', 'replay'].sort(),
  );
  expect(quiet).toBeGreaterThan(20);
});

test.each(RULES)('walks notice that a protocol without "%s" is wrong', (rule) => {
  expect(firstFailure(WALKS_WITHOUT_RULE, rule)?.violations.length).toBeGreaterThan(0);
});

test('a failing walk shrinks to fewer decisions that still fail', () => {
  const rule = 'write the plan, then send';
  const failure = firstFailure(WALKS_WITHOUT_RULE, rule) as Failure;
  const fails = (list: readonly number[]) => walkOnce(replayedChoices(list), rule).violations.length > 0;
  const small = shrink(failure.choices, fails);
  expect(fails(failure.choices)).toBe(true);
  expect(fails(small)).toBe(true);
  expect(small.length).toBeLessThan(failure.choices.length);
});
