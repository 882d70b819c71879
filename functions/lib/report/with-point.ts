import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import type { Untold } from './record.ts';

/** What was seen stands beside the reason for which it has no interval. */
export function withPoint(figure: Estimate | CannotTell, point: number): Estimate | Untold {
  return 'cannotTell' in figure && Number.isFinite(point) ? { ...figure, point } : figure;
}
