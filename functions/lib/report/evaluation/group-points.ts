import { type Point, pointOf } from '../point.ts';
import { betweenPoints, type StyleOf } from './between-section.ts';
import type { ComparedResults } from './compared-record.ts';
import { comparisonPoints } from './comparison-words.ts';

/** What hospitals and groups say of each other; where nothing was pooled or tested, `range`: how far they lie apart. */
export function groupPoints({ between, comparison }: ComparedResults, styleOf: StyleOf, range: string): Point[] {
  const pooled = betweenPoints(between, styleOf);
  const isTested = comparison?.gaps.some(({ pValue }) => typeof pValue === 'number') === true;
  return [
    ...pooled,
    ...comparisonPoints(comparison, styleOf),
    ...(pooled.length > 0 || isTested ? [] : pointOf('result', range)),
  ];
}
