import type { EcgContract } from './ecg-contract.ts';

/** The reason `<class>-probable` where the model's own answer says that it cannot read the ECG; `weights` is the file that answered. */
export function answeredAbstention(
  { abstain, classes }: EcgContract,
  weights: string,
  probabilities: readonly number[],
): string | undefined {
  for (const rule of abstain) {
    if (rule.rule !== 'probability-at-least') continue;
    const limit = rule.folds?.[weights] ?? rule.value;
    if (probabilities[classes.indexOf(rule.class)] >= limit) return `${rule.class}-probable`;
  }
  return undefined;
}
