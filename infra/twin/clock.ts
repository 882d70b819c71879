// The twin's time: the wall clock, or faster, so that a day of schedules and retries passes in minutes.
import type { Clock } from './contract.ts';
import { isDiskFull } from './disk-full.ts';
import type { StateFile } from './lambda/state-file.ts';

/** Longest wait that Node's timers take in one go, in milliseconds. */
const longestTimerMs = 2 ** 31 - 1;
/** How often a fast clock notes how far it has come, in milliseconds of the wall clock. */
const NOTE_EVERY_MS = 1000;

/** A clock that can go over time in which nothing happens. */
export interface TwinClock extends Clock {
  /** Goes on as if so many milliseconds of the twin's time had passed; sleepers whose time has come wake. */
  skip(milliseconds: number): void;
  /** How many times faster than the wall clock it runs. */
  readonly speed: number;
}

/** The clock as a function is told of it (TWIN_CLOCK): milliseconds since 1970 on the wall and here, and the speed. */
export const readingOf = (clock: TwinClock): string => `${Date.now()} ${clock.now()} ${clock.speed}`;

/** For a sleep that may be cut short by its signal: anything else is an error. */
export function endOfSleep(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}

export interface ClockOptions {
  /** Twin's seconds in a second of the wall clock; 1 when absent. */
  readonly speed?: number;
  /** Starts so many milliseconds ahead of the wall clock. */
  readonly aheadMs?: number;
}

/** A clock that starts at the wall time, or ahead of it, and runs `speed` times as fast (1 = wall clock). */
export function createClock({ speed = 1, aheadMs = 0 }: ClockOptions = {}): TwinClock {
  if (!(speed > 0 && Number.isFinite(speed)))
    throw new RangeError(`clock speed: found ${speed}, allowed are numbers above 0`);
  const startedAt = Date.now();
  let ahead = aheadMs;
  const sleepers = new Set<() => void>();
  const now = () => Math.floor(startedAt + (Date.now() - startedAt) * speed + ahead);

  async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const until = now() + Math.max(0, milliseconds);
    do await nap(Math.min(Math.max(0, until - now()) / speed, longestTimerMs), signal);
    while (now() < until);
  }

  /** Ends with its time, with the next skip, or rejects with the signal's reason. */
  function nap(wallMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const end = (settle: () => void) => {
        clearTimeout(timer);
        sleepers.delete(wake);
        signal?.removeEventListener('abort', abort);
        settle();
      };
      const wake = () => end(resolve);
      const abort = () => end(() => reject(signal?.reason));
      const timer = setTimeout(wake, Math.ceil(wallMs));
      sleepers.add(wake);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  function skip(milliseconds: number): void {
    ahead += Math.max(0, milliseconds);
    for (const wake of [...sleepers]) wake();
  }
  return { now, sleep, skip, speed };
}

/** How far the twin's time was ahead of the wall clock when it was last noted. */
export interface Ahead {
  readonly aheadMs: number;
}

export interface DurableClock extends TwinClock {
  stop(): void;
}

/**
 * A clock that never goes back when the twin starts again, not even after `kill -9`: moments that are stored (when a drop
 * came, when a message becomes visible) stay in their order. While no twin runs it goes on with the wall clock.
 */
export function openClock({
  speed = 1,
  state,
}: {
  readonly speed?: number;
  readonly state: StateFile<Ahead>;
}): DurableClock {
  const clock = createClock({ speed, aheadMs: state.read().aheadMs });
  // Noted before it is reached, so that a killed twin has noted too much and never too little.
  // Without room on the disk it goes on unnoted: a twin that is killed then may go back in time.
  const note = (furtherMs: number) => {
    try {
      state.write({ aheadMs: Math.max(0, clock.now() - Date.now() + furtherMs) });
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
  };
  const noteFast = () => note(2 * NOTE_EVERY_MS * (speed - 1));
  if (speed > 1) noteFast();
  const timer = speed > 1 ? setInterval(noteFast, NOTE_EVERY_MS).unref() : undefined;
  return {
    ...clock,
    skip(milliseconds) {
      note(milliseconds + (speed > 1 ? 2 * NOTE_EVERY_MS * (speed - 1) : 0));
      clock.skip(milliseconds);
    },
    stop: () => clearInterval(timer),
  };
}
