/** ln(share / (1 − share)), for shares between 0 and 1. */
export const logit = (share: number): number => Math.log(share / (1 - share));

/** The share of this logit, without overflow at either end. */
export function expit(of: number): number {
  return of >= 0 ? 1 / (1 + Math.exp(-of)) : Math.exp(of) / (1 + Math.exp(of));
}
