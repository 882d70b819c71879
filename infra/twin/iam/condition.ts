// The Condition element: operators, set operators, IfExists, missing keys.
import { isKnownKey, type Lookup } from './context.ts';
import { compilePattern, type Matcher } from './pattern.ts';
import { PolicyError } from './policy-error.ts';

export type Effect = 'Allow' | 'Deny';
export type Condition = (lookup: Lookup) => boolean;

interface Operator {
  readonly negated: boolean;
  readonly compile: (value: string, variables: boolean) => Matcher;
}

const text =
  (wildcards: boolean, ignoreCase: boolean): Operator['compile'] =>
  (value, variables) =>
    compilePattern(value, { wildcards, arn: false, ignoreCase, variables });

const arn: Operator['compile'] = (value, variables) =>
  compilePattern(value, { wildcards: true, arn: true, ignoreCase: false, variables });

const bool: Operator['compile'] = (value) => {
  const expected = value.toLowerCase();
  if (expected !== 'true' && expected !== 'false') {
    throw new PolicyError(`condition value "${value}" is not a boolean; allowed are true and false`);
  }
  return (found) => found.toLowerCase() === expected;
};

const number =
  (compare: (found: number, limit: number) => boolean): Operator['compile'] =>
  (value) => {
    const limit = value.trim() === '' ? Number.NaN : Number(value);
    if (Number.isNaN(limit)) throw new PolicyError(`condition value "${value}" is not a number`);
    return (found) => found.trim() !== '' && compare(Number(found), limit);
  };

const pair = (name: string, not: string, compile: Operator['compile']): [string, Operator][] => [
  [name, { negated: false, compile }],
  [not, { negated: true, compile }],
];

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...pair('StringEquals', 'StringNotEquals', text(false, false)),
  ...pair('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', text(false, true)),
  ...pair('StringLike', 'StringNotLike', text(true, false)),
  ...pair('ArnEquals', 'ArnNotEquals', arn),
  ...pair('ArnLike', 'ArnNotLike', arn),
  ...pair(
    'NumericEquals',
    'NumericNotEquals',
    number((found, limit) => found === limit),
  ),
  ['NumericLessThan', { negated: false, compile: number((found, limit) => found < limit) }],
  ['NumericLessThanEquals', { negated: false, compile: number((found, limit) => found <= limit) }],
  ['NumericGreaterThan', { negated: false, compile: number((found, limit) => found > limit) }],
  ['NumericGreaterThanEquals', { negated: false, compile: number((found, limit) => found >= limit) }],
  ['Bool', { negated: false, compile: bool }],
]);

/** Compiles one line of a Condition block ("IAM JSON policy elements: Condition operators"). */
export function compileCondition(
  operatorText: string,
  keyText: string,
  values: readonly string[],
  syntax: { readonly effect: Effect; readonly variables: boolean },
): Condition {
  const key = keyText.toLowerCase();
  if (!isKnownKey(key)) throw new PolicyError(`condition key ${keyText} is not known to the twin`);
  if (operatorText === 'Null') return compileNull(key, values);
  const [, set, name, ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operatorText) ?? [];
  const operator = OPERATORS.get(name ?? '');
  if (operator === undefined) throw new PolicyError(`condition operator ${operatorText} is not known to the twin`);
  const { negated } = operator;
  const matchers = values.map((value) => operator.compile(value, syntax.variables));
  // A variable without a value never widens access: an Allow does not hold, a negated Deny does.
  const holds = (value: string, lookup: Lookup): boolean => {
    const matched = matchesAny(matchers, value, lookup);
    if (!negated) return matched === true;
    return matched === undefined ? syntax.effect === 'Deny' : !matched;
  };
  const whenMissing = ifExists !== undefined || set === 'ForAllValues' || (set === undefined && negated);
  const every = set === 'ForAllValues' || (set === undefined && negated);
  return (lookup) => {
    const found = lookup(key);
    if (typeof found === 'string') return holds(found, lookup);
    if (found === undefined || found.length === 0) return whenMissing;
    return every ? found.every((value) => holds(value, lookup)) : found.some((value) => holds(value, lookup));
  };
}

function compileNull(key: string, values: readonly string[]): Condition {
  const matchers = values.map((value) => bool(value, false));
  return (lookup) => {
    const found = lookup(key);
    const missing = String(found === undefined || (typeof found !== 'string' && found.length === 0));
    return matchers.some((matches) => matches(missing, lookup) === true);
  };
}

/** True when one pattern matches; undefined when none does but one could not be resolved. */
export function matchesAny(matchers: readonly Matcher[], value: string, lookup: Lookup): boolean | undefined {
  let unresolved = false;
  for (const matches of matchers) {
    const matched = matches(value, lookup);
    if (matched === true) return true;
    if (matched === undefined) unresolved = true;
  }
  return unresolved ? undefined : false;
}
