// Policy documents: parsed once, every element checked, unknown ones refused by name.
import type { AccessRequest } from '#infra/twin/contract.ts';
import { type Condition, compileCondition, type Effect, matchesAny } from './condition.ts';
import type { Lookup } from './context.ts';
import { compilePattern, type Matcher, type PatternSyntax } from './pattern.ts';
import { PolicyError } from './policy-error.ts';
import { compilePrincipal, type PrincipalMatch, type PrincipalMatcher } from './principal.ts';

/** A policy as the template writes it, intrinsics resolved. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Id?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export type PolicyKind = 'identity' | 'resource';

export interface Statement {
  /** The Sid, or the position in the policy: what a decision names. */
  readonly label: string;
  readonly effect: Effect;
  coversAction(action: string): boolean;
  /** Whether resource and conditions hold, and for whom. Ask only for actions that the statement covers. */
  applies(request: AccessRequest, lookup: Lookup): PrincipalMatch;
}

const DOCUMENT_ELEMENTS = ['Version', 'Id', 'Statement'];
const STATEMENT_ELEMENTS = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'Condition',
];
const CASELESS: PatternSyntax = { wildcards: true, arn: false, ignoreCase: true, variables: false };

/** Compiles a policy; throws a PolicyError that names what it does not know. */
export function parsePolicy(document: PolicyDocument, kind: PolicyKind, name: string): readonly Statement[] {
  try {
    refuseUnknown(document, DOCUMENT_ELEMENTS);
    const version = document.Version ?? '2008-10-17';
    if (version !== '2012-10-17' && version !== '2008-10-17') {
      throw new PolicyError(`Version ${version} is not known; allowed are 2012-10-17 and 2008-10-17`);
    }
    const variables = version === '2012-10-17';
    return asList(document.Statement).map((source, index) =>
      parseStatement(source, kind, variables, `statement ${index}`),
    );
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new PolicyError(`${name}: ${error.message}`, { cause: error });
  }
}

function parseStatement(source: PolicyStatement, kind: PolicyKind, variables: boolean, position: string): Statement {
  refuseUnknown(source, STATEMENT_ELEMENTS);
  const effect = source.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new PolicyError(`Effect ${JSON.stringify(effect)} is not known; allowed are Allow and Deny`);
  }
  const principal = parsePrincipal(source, kind);
  const actions = parseChoice(source, 'Action', 'NotAction', (text) => compilePattern(checkedAction(text), CASELESS));
  const resources = parseChoice(source, 'Resource', 'NotResource', (text) => compileResource(text, variables));
  const conditions = parseConditions(source, { effect, variables });
  return {
    label: source.Sid === undefined || source.Sid === '' ? position : `statement ${source.Sid}`,
    effect,
    coversAction: (action) => (matchesAny(actions.matchers, action, () => undefined) === true) !== actions.negated,
    applies: (request, lookup) => {
      const matched = matchesAny(resources.matchers, request.resourceArn, lookup);
      const covered = resources.negated
        ? matched === false || (matched === undefined && effect === 'Deny')
        : matched === true;
      if (!covered || !conditions.every((holds) => holds(lookup))) return 'none';
      return principal(request.principal);
    },
  };
}

function parsePrincipal(source: PolicyStatement, kind: PolicyKind): PrincipalMatcher {
  if ((source.Principal !== undefined) !== (kind === 'resource')) {
    throw new PolicyError(
      `Principal ${kind === 'resource' ? 'is missing in a resource' : 'stands in an identity'} policy`,
    );
  }
  return kind === 'resource' ? compilePrincipal(source.Principal) : () => 'direct';
}

type Positive = 'Action' | 'Resource';
type Negative = 'NotAction' | 'NotResource';

function parseChoice(source: PolicyStatement, name: Positive, not: Negative, compile: (text: string) => Matcher) {
  const positive = source[name];
  const value = positive ?? source[not];
  if (value === undefined || (positive !== undefined && source[not] !== undefined)) {
    throw new PolicyError(`exactly one of ${name} and ${not} is needed`);
  }
  return { negated: positive === undefined, matchers: valuesOf(value, name).map(compile) };
}

function checkedAction(action: string): string {
  if (action === '*' || /^[\w*?-]+:[\w*?]+$/.test(action)) return action;
  throw new PolicyError(`Action "${action}" is not of the form service:Action`);
}

function compileResource(resource: string, variables: boolean): Matcher {
  if (resource === '*') return () => true;
  if (!/^arn(?::[^:]*){4}:.+$/s.test(resource.replace(/\$\{[^}]*\}/g, 'x'))) {
    throw new PolicyError(`Resource "${resource}" is not an ARN of six parts`);
  }
  return compilePattern(resource, { wildcards: true, arn: true, ignoreCase: false, variables });
}

function parseConditions(
  source: PolicyStatement,
  syntax: { readonly effect: Effect; readonly variables: boolean },
): readonly Condition[] {
  return Object.entries(source.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => compileCondition(operator, key, valuesOf(value, key), syntax)),
  );
}

function valuesOf(value: unknown, name: string): readonly string[] {
  const values = asList(value);
  if (values.length === 0) throw new PolicyError(`${name} is an empty list`);
  return values.map((entry) => {
    if (typeof entry === 'string') return entry;
    if (typeof entry === 'boolean' || typeof entry === 'number') return String(entry);
    throw new PolicyError(
      `${name} has the value ${JSON.stringify(entry)}; allowed are texts (an unresolved intrinsic?)`,
    );
  });
}

function asList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

function refuseUnknown(record: object, allowed: readonly string[]): void {
  if (typeof record !== 'object' || record === null) {
    throw new PolicyError(`found ${JSON.stringify(record)} where a record is needed`);
  }
  for (const element of Object.keys(record)) {
    if (!allowed.includes(element)) {
      throw new PolicyError(`element ${element} is not supported; allowed are ${allowed.join(', ')}`);
    }
  }
}
