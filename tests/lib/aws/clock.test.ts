import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { functionClock } from '#lib/aws/clock.ts';

const wall = Date.UTC(2026, 0, 1);
beforeEach(() => {
  vi.useFakeTimers({ now: wall });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the clock of a function', () => {
  it('is the wall clock in AWS', () => {
    const clock = functionClock({});
    vi.advanceTimersByTime(1234);
    expect(clock.now()).toBe(wall + 1234);
  });

  it('is the twin’s where the twin says so: ahead, and as many times faster', () => {
    const clock = functionClock({ TWIN_CLOCK: `${wall} ${wall + 86_400_000} 60` });
    expect(clock.now()).toBe(wall + 86_400_000);
    vi.advanceTimersByTime(1000);
    expect(clock.now()).toBe(wall + 86_400_000 + 60_000);
  });

  it('follows when the twin says it anew for the next invocation', () => {
    const environment = { TWIN_CLOCK: `${wall} ${wall} 1` };
    const clock = functionClock(environment);
    environment.TWIN_CLOCK = `${wall} ${wall + 5} 1.5`;
    expect(clock.now()).toBe(wall + 5);
  });

  it.each(['', 'now', '1 2', '1 2 -3', '1 2 3 4'])('refuses "%s", which no twin says', (said) => {
    expect(() => functionClock({ TWIN_CLOCK: said }).now()).toThrow(
      `environment: found TWIN_CLOCK "${said}", expected wall ms, twin ms and speed`,
    );
  });
});
