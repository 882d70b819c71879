// Time in which nothing happens is gone over: the twin's clock jumps while every message waits and no function runs.
import type { TwinClock } from './clock.ts';

const LOOK_EVERY_MS = 50;
const FIRST_STEP_MS = 15_000;
/** The longest jump is shorter than any visibility timeout, so that a message that was just received is still in flight. */
const LONGEST_STEP_MS = 60_000;

/** Whether functions run or messages can be received now; or all that is left waits; or nothing is left. */
export type Activity = 'working' | 'waiting' | 'idle';

/** Skips on as long as all that is left waits, in growing steps. Schedules fire when their time has come. */
export function skipIdleTime(clock: TwinClock, activity: () => Activity): { stop(): void } {
  let stepMs = 0;
  const look = (): void => {
    if (activity() !== 'waiting') stepMs = 0;
    else if (stepMs === 0)
      stepMs = FIRST_STEP_MS; // waits for a second look: a message may be on its way to a function
    else {
      clock.skip(stepMs);
      stepMs = Math.min(LONGEST_STEP_MS, 2 * stepMs);
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}
