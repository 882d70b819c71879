import type { Count } from './record.ts';

/** The number itself: shareable reports are made from internal ones, in which none is hidden. */
export function openCount(count: Count): number {
  if (typeof count !== 'number')
    throw new Error('a count is hidden already: shareable reports are made from internal ones');
  return count;
}
