import type { HeaderLabel } from '#lib/sites/site.ts';
import type { GivenLabel } from './table-labels.ts';

/**
 * Labels that the diagnoses of a header give (SNOMED CT codes after `Dx:`), as the site's description says what they mean: 1 with
 * one of the positive codes; 0 with one of the negative codes, or where none are described with any other diagnosis. A header
 * without diagnoses gives no label.
 */
export function headerLabels(diagnoses: readonly string[], described: readonly HeaderLabel[]): GivenLabel[] {
  return described.flatMap(({ name, positive, negative, source, method, readers, blinded }) => {
    const isPositive = diagnoses.some((code) => positive.includes(code));
    const isNegative = diagnoses.some((code) => negative?.includes(code) ?? true);
    if (!isPositive && !isNegative) return [];
    const value = isPositive ? 1 : 0;
    return [{ label: name, value, source, method, date: null, readers: readers ?? null, blinded: blinded ?? null }];
  });
}
