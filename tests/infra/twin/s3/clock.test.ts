import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createClock } from '#infra/twin/clock.ts';

const start = new Date('2026-01-01T00:00:00Z');
beforeEach(() => {
  vi.useFakeTimers({ now: start });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the clock', () => {
  test('is the wall clock unless told otherwise', () => {
    const clock = createClock();
    vi.advanceTimersByTime(1234);
    expect(clock.now()).toBe(start.getTime() + 1234);
  });

  test('runs faster by its speed', () => {
    const clock = createClock({ speed: 60 });
    expect(clock.now()).toBe(start.getTime());
    vi.advanceTimersByTime(1000);
    expect(clock.now()).toBe(start.getTime() + 60_000);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a speed of %s', (speed) => {
    expect(() => createClock({ speed })).toThrow(`clock speed: found ${speed}, allowed are numbers above 0`);
  });
});

describe('sleep', () => {
  beforeEach(() => {
    vi.useRealTimers();
  });

  test('waits at least the given span of its own time', async () => {
    const clock = createClock({ speed: 1000 });
    const before = clock.now();
    await clock.sleep(20_000);
    // One millisecond of slack on the wall: timers and Date round apart.
    expect(clock.now() - before).toBeGreaterThanOrEqual(19_000);
  });

  test('ends early when it is aborted', async () => {
    const controller = new AbortController();
    const sleeping = createClock().sleep(3_600_000, controller.signal);
    controller.abort();
    await expect(sleeping).rejects.toMatchObject({ name: 'AbortError' });
  });
});
