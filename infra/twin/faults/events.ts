// Faults that S3 allows itself: an event comes at least once, and in no order.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
import type { Injector } from './injector.ts';

/**
 * Delay in seconds of each copy of an event that is sent; one copy at once where no fault strikes. What becomes of an event
 * is decided by its place in the bucket's sequence, not by when it happens: a restart changes nothing. Copies are late each by itself.
 */
export function copiesOf(event: string, key: string, injector: Injector): readonly number[] {
  if (!injector.active) return [0];
  const occasion = { operation: 'event', key };
  const copies = injector.draw('duplicate-event', { ...occasion, id: event }) ? 2 : 1;
  return Array.from({ length: copies }, (_, copy) => {
    const late = injector.draw('late-event', { ...occasion, id: `${event}/${copy}` });
    return late ? late.draw.integer(1, late.fault.upToSeconds) : 0;
  });
}
