// Faults that AWS allows itself, drawn from a seed: S3 delivers an event at least once, and in no order.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
import { random } from '#lib/simulate/random.ts';

export interface Faults {
  /** What becomes of an event is decided by the seed and the event, not by when it happens: a restart changes nothing. */
  readonly seed: string | number;
  /** Share of events that are sent twice, 0 to 1. */
  readonly duplicateEvents: number;
  /** Longest time that an event waits in its queue, each copy by itself; 0 to 900, as SQS allows. */
  readonly delayEventsUpToSeconds: number;
}

/** Throws for shares and times that cannot be. */
export function checkFaults({ duplicateEvents, delayEventsUpToSeconds }: Faults): void {
  if (!(duplicateEvents >= 0 && duplicateEvents <= 1))
    throw new RangeError(`faults: found ${duplicateEvents} as share of duplicate events, allowed 0 to 1`);
  const isDelay =
    Number.isInteger(delayEventsUpToSeconds) && delayEventsUpToSeconds >= 0 && delayEventsUpToSeconds <= 900;
  if (!isDelay)
    throw new RangeError(`faults: found a delay of ${delayEventsUpToSeconds} s, allowed whole numbers from 0 to 900 s`);
}

/** Delay in seconds of each copy of an event that is sent; one copy at once where there are no faults. */
export function copiesOf(event: string, faults: Faults | undefined): readonly number[] {
  if (faults === undefined) return [0];
  const draw = random(`${faults.seed}/${event}`);
  const copies = draw.bernoulli(faults.duplicateEvents) ? 2 : 1;
  return Array.from({ length: copies }, () => draw.integer(0, faults.delayEventsUpToSeconds));
}
