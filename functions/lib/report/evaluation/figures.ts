// Figures wherever they stand in a record.
import { type Figure, isEstimate, SUPPRESSED } from '../record.ts';

const isFigure = (value: object): value is Figure => 'estimate' in value || 'cannotTell' in value;

/** Every figure of a record, in its order. */
function figuresIn(value: unknown): Figure[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isFigure(value)) return [value];
  return Object.values(value).flatMap(figuresIn);
}

/** How the figures of a record were made, each method once, with the sources that its words point to. */
export function methodWords(value: unknown, sources: readonly (readonly [word: string, source: string])[]): string {
  const methods = figuresIn(value).flatMap((figure) => (isEstimate(figure) ? [figure.method] : []));
  return [...new Set(methods)]
    .sort()
    .map((method) =>
      [method, ...sources.filter(([word]) => method.includes(word)).map(([, source]) => source)].join(', '),
    )
    .join('; ');
}

/** The record with every figure in it hidden. */
export function withoutFigures<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (isFigure(value)) return SUPPRESSED as Value;
  if (Array.isArray(value)) return value.map((entry) => withoutFigures(entry)) as Value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, withoutFigures(entry)])) as Value;
}

/** A median or a quartile is one person's value: two digits of it leave. */
export const twoDigits = <Value>(value: Value): Value =>
  typeof value === 'number' ? (Number(value.toPrecision(2)) as Value) : value;
