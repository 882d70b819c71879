import { type Point, pointOf } from '../point.ts';
import { betweenPoints, type StyleOf } from './between-section.ts';
import type { ComparedResults } from './compared-record.ts';
import { comparisonPoints } from './comparison-words.ts';

/** What hospitals and groups say of each other; where nothing was tested, `range`: how far they lie apart. */
export function groupPoints({ between, comparison }: ComparedResults, styleOf: StyleOf, range: string): Point[] {
  const tested = [...betweenPoints(between, styleOf), ...comparisonPoints(comparison, styleOf)];
  return tested.length > 0 ? tested : pointOf('result', range);
}
