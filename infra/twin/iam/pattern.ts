// Texts of a policy with wildcards (* ?) and variables (${aws:PrincipalTag/site}), compiled once and matched often.
import { isKnownKey, type Lookup } from './context.ts';
import { PolicyError } from './policy-error.ts';

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'wildcard'; readonly source: string }
  | { readonly kind: 'variable'; readonly key: string; readonly fallback: string | undefined };

/** Undefined: a variable of the pattern has no value in this request, so the pattern means nothing. */
export type Matcher = (text: string, lookup: Lookup) => boolean | undefined;

export interface PatternSyntax {
  readonly wildcards: boolean;
  /** A wildcard stays within its segment of the ARN; the sixth segment takes the rest. */
  readonly arn: boolean;
  readonly ignoreCase: boolean;
  readonly variables: boolean;
}

const CACHED_EXPRESSIONS = 1000;

/** Compiles one pattern ("IAM JSON policy elements: Variables and tags", "IAM JSON policy elements: Resource"). */
export function compilePattern(pattern: string, syntax: PatternSyntax): Matcher {
  const parts = parsePattern(pattern, syntax);
  const variables = parts.filter((part) => part.kind === 'variable');
  if (variables.length === 0) return compileFixed(parts, syntax);
  const cache = new Map<string, RegExp>();
  return (text, lookup) => {
    const values: string[] = [];
    for (const { key, fallback } of variables) {
      const value = singleValue(lookup(key)) ?? fallback;
      if (value === undefined) return undefined;
      values.push(value);
    }
    const cacheKey = JSON.stringify(values);
    let expression = cache.get(cacheKey);
    if (expression === undefined) {
      if (cache.size >= CACHED_EXPRESSIONS) cache.clear();
      expression = expressionOf(parts, values, syntax);
      cache.set(cacheKey, expression);
    }
    return expression.test(text);
  };
}

function compileFixed(parts: readonly Part[], syntax: PatternSyntax): Matcher {
  const literal = parts.every((part) => part.kind === 'text');
  if (literal && !syntax.ignoreCase) {
    const expected = parts.map((part) => part.text).join('');
    return (text) => text === expected;
  }
  const expression = expressionOf(parts, [], syntax);
  return (text) => expression.test(text);
}

function singleValue(value: string | readonly string[] | undefined): string | undefined {
  if (typeof value === 'string' || value === undefined) return value;
  return value.length === 1 ? value[0] : undefined;
}

/** Values of variables are literal text: a tag with a `*` in it widens nothing. */
function expressionOf(parts: readonly Part[], values: readonly string[], syntax: PatternSyntax): RegExp {
  let next = 0;
  const source = parts.map((part) => {
    if (part.kind === 'wildcard') return part.source;
    return escapeText(part.kind === 'text' ? part.text : values[next++]);
  });
  return new RegExp(`^${source.join('')}$`, syntax.ignoreCase ? 'is' : 's');
}

const escapeText = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

function parsePattern(pattern: string, syntax: PatternSyntax): Part[] {
  const parts: Part[] = [];
  let colons = 0;
  for (const token of pattern.match(/\$\{[^}]*\}?|[*?]|[^*?$]+|\$/g) ?? []) {
    if (token.startsWith('${')) parts.push(parseVariable(token, pattern, syntax));
    else if (syntax.wildcards && (token === '*' || token === '?')) {
      const one = syntax.arn && colons < 5 ? '[^:]' : '.';
      parts.push({ kind: 'wildcard', source: token === '*' ? `${one}*` : one });
    } else {
      colons += token.split(':').length - 1;
      parts.push({ kind: 'text', text: token });
    }
  }
  return parts;
}

function parseVariable(token: string, pattern: string, syntax: PatternSyntax): Part {
  const escaped = /^\$\{([*?$])\}$/.exec(token);
  if (syntax.variables && escaped !== null) return { kind: 'text', text: escaped[1] };
  const variable = /^\$\{\s*([^,\s}]+)\s*(?:,\s*'([^']*)'\s*)?\}$/.exec(token);
  const key = variable?.[1].toLowerCase();
  if (!syntax.variables || variable === null || key === undefined || !isKnownKey(key)) {
    throw new PolicyError(
      `policy variable ${token} in "${pattern}" is not supported; allowed are known condition keys, in a policy of Version 2012-10-17`,
    );
  }
  return { kind: 'variable', key, fallback: variable[2] };
}
