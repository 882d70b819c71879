// What a comparison of groups came to, in the same words wherever groups are compared.
import type { Verdict } from '#lib/fairness/gap.ts';
import { HIDDEN } from './format.ts';
import { isSuppressed, type Suppressed } from './record.ts';

/** "0.034", "<\u00a00.001", "1", "–", "hidden". */
export function pText(p: number | Suppressed | null): string {
  if (p === null) return '–';
  if (isSuppressed(p)) return HIDDEN;
  if (p < 0.001) return '<\u00a00.001';
  return p > 0.9995 ? '1' : p.toFixed(3);
}

/** "p\u00a0=\u00a00.034", "p\u00a0<\u00a00.001". */
export const pClause = (p: number | Suppressed | null): string =>
  typeof p === 'number' && p < 0.001 ? `p\u00a0${pText(p)}` : `p\u00a0=\u00a0${pText(p)}`;

/** "differs", "equivalent within 10 points", "cannot tell"; `within` is the acceptable gap. */
export function verdictText(verdict: Verdict | 'hidden', within: string): string {
  switch (verdict) {
    case 'differs':
      return 'differs';
    case 'differs-within-margin':
      return `differs, by less than ${within}`;
    case 'equivalent':
      return `equivalent within ${within}`;
    case 'hidden':
      return HIDDEN;
    case 'cannot-tell':
      return 'cannot tell';
  }
}
