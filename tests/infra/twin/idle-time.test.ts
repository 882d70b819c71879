import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Ahead, createClock, openClock } from '#infra/twin/clock.ts';
import { type Activity, skipIdleTime } from '#infra/twin/idle-time.ts';
import type { StateFile } from '#infra/twin/lambda/state-file.ts';

const HOUR_MS = 3_600_000;

/** Kept in memory; a killed twin leaves what was written last. */
function stateFile(): StateFile<Ahead> {
  let kept: Ahead = { aheadMs: 0 };
  return {
    read: () => kept,
    write: (value) => {
      kept = value;
    },
  };
}

describe('a clock that skips', () => {
  it('wakes whoever sleeps no longer than that, and nobody else', async () => {
    const clock = createClock();
    const woken: number[] = [];
    const stopping = new AbortController();
    for (const hours of [2, 1, 5]) {
      void clock.sleep(hours * HOUR_MS, stopping.signal).then(
        () => woken.push(hours),
        (error: unknown) => expect(error).toBe(stopping.signal.reason),
      );
    }
    clock.skip(3 * HOUR_MS);
    await wait(50);
    expect(woken.sort()).toEqual([1, 2]);
    stopping.abort();
  });

  it('goes on from there when it is opened again', () => {
    const state = stateFile();
    const first = openClock({ state });
    first.skip(HOUR_MS);
    const then = first.now();
    first.stop();
    expect(openClock({ state }).now()).toBeGreaterThanOrEqual(then);
  });

  it('never goes back when a fast one is killed, also when it is opened at the pace of the wall clock', async () => {
    const state = stateFile();
    const fast = openClock({ state, speed: 3600 });
    await wait(60);
    fast.skip(HOUR_MS);
    const then = fast.now();
    expect(openClock({ state }).now()).toBeGreaterThanOrEqual(then);
    fast.stop();
  });
});

describe('idle time', () => {
  it('is gone over while all that is left waits, and not otherwise', async () => {
    const clock = createClock();
    const state = { activity: 'working' as Activity };
    const before = clock.now();
    const skipping = skipIdleTime(clock, () => state.activity);
    await wait(300);
    state.activity = 'idle';
    await wait(300);
    expect(clock.now() - before).toBeLessThan(HOUR_MS / 2);
    state.activity = 'waiting';
    await clock.sleep(HOUR_MS / 2);
    skipping.stop();
    expect(clock.now() - before).toBeGreaterThanOrEqual(HOUR_MS / 2);
  });
});
