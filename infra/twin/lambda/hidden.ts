// Messages stay hidden while a function works on them. In AWS that follows from the queue's visibility timeout, which must
// be longer than the function's; under a fast clock the one passes in the twin's time and the other on the wall.
import { endOfSleep, type TwinClock } from '../clock.ts';
import type { QueueService, ReceivedMessage } from '../contract.ts';

export interface HiddenOptions {
  readonly queues: Pick<QueueService, 'keepInFlight'>;
  readonly clock: TwinClock;
  readonly queueArn: string;
  readonly visibilityTimeoutSeconds: number;
}

/** Hides the messages anew whenever half of their time is over, until it is stopped; does nothing at the wall's speed. */
export function keepHidden(
  { queues, clock, queueArn, visibilityTimeoutSeconds }: HiddenOptions,
  messages: readonly ReceivedMessage[],
): { stop(): void } {
  const stopping = new AbortController();
  const { signal } = stopping;

  async function hide(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(500 * visibilityTimeoutSeconds, signal);
      queues.keepInFlight(
        queueArn,
        messages.map(({ receiptHandle }) => receiptHandle),
      );
    }
  }
  if (clock.speed > 1) hide().catch(endOfSleep);
  return { stop: () => stopping.abort() };
}
