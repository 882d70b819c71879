// Long polls: woken by a send as soon as its transaction is over, or by the clock.
import type { Clock } from '#infra/twin/contract.ts';

export interface Waiters {
  /** May be called inside a transaction: waking happens after the running synchronous code, hence after its commit. */
  wake(queueArn: string): void;
  /** Resolves when the queue is woken, after so many milliseconds of the twin's time, or on abort. */
  wait(queueArn: string, milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export function createWaiters(clock: Clock): Waiters {
  const waiting = new Map<string, Set<() => void>>();
  const waking = new Set<string>();

  function wakeAll(queueArn: string): void {
    waking.delete(queueArn);
    for (const resolve of waiting.get(queueArn) ?? []) resolve();
  }

  return {
    wake(queueArn) {
      if (waking.has(queueArn) || !waiting.has(queueArn)) return;
      waking.add(queueArn);
      queueMicrotask(() => wakeAll(queueArn));
    },
    async wait(queueArn, milliseconds, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const sleeping = new AbortController();
      const queue = waiting.get(queueArn) ?? new Set();
      waiting.set(queueArn, queue.add(resolve));
      signal?.addEventListener('abort', () => resolve(), { once: true, signal: sleeping.signal });
      if (signal?.aborted) resolve();
      const slept = clock.sleep(milliseconds, sleeping.signal).catch((error: unknown) => {
        if (!sleeping.signal.aborted) throw error;
      });
      try {
        await Promise.race([promise, slept]);
      } finally {
        sleeping.abort();
        queue.delete(resolve);
        if (queue.size === 0) waiting.delete(queueArn);
      }
    },
  };
}
