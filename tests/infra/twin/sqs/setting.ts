import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Authorize, Call, Clock, Principal, QueueDescription } from '#infra/twin/contract.ts';
import { openDatabase } from '#infra/twin/database.ts';
import type { Injector } from '#infra/twin/faults/injector.ts';
import { createSqs } from '#infra/twin/sqs/service.ts';

export const ACCOUNT = '111122223333';
export const arnOf = (name: string): string => `arn:aws:sqs:eu-central-1:${ACCOUNT}:${name}`;
export const ARRIVALS = arnOf('arrivals');
export const DEAD = arnOf('arrivals-dead');
export const ROLE: Principal = {
  kind: 'role',
  roleArn: `arn:aws:iam::${ACCOUNT}:role/intake`,
  sessionName: 's1',
  tags: {},
};
export const allowAll: Authorize = () => ({ allowed: true, reason: 'test' });

export function queue(name: string, changes: Partial<QueueDescription> = {}): QueueDescription {
  return {
    name,
    arn: arnOf(name),
    visibilityTimeoutSeconds: 30,
    retentionSeconds: 345_600,
    delaySeconds: 0,
    receiveWaitSeconds: 0,
    maximumMessageBytes: 1_048_576,
    ...changes,
  };
}

export const withDeadLetters: readonly QueueDescription[] = [
  queue('arrivals', { redrive: { deadLetterArn: DEAD, maxReceiveCount: 2 } }),
  queue('arrivals-dead', { retentionSeconds: 1_209_600 }),
];

/** A clock that stands still until it is moved; sleepers wake when it passes their time. */
export function manualClock(): Clock & { advance(seconds: number): void } {
  let now = Date.UTC(2026, 0, 1);
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => now,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + milliseconds, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    advance(seconds) {
      now += seconds * 1000;
      for (const sleeper of sleepers) {
        if (sleeper.at > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}

export function openSqs({
  queues = withDeadLetters,
  authorize = allowAll,
  injector,
}: {
  queues?: readonly QueueDescription[];
  authorize?: Authorize;
  injector?: Injector;
} = {}) {
  const clock = manualClock();
  const database = openDatabase(mkdtempSync(join(tmpdir(), 'sqs-')));
  const sqs = createSqs({ database, clock, authorize, queues, ...(injector && { injector }) });
  const take = (maxMessages = 10, arn = ARRIVALS) => sqs.receive(ROLE, arn, { maxMessages, waitSeconds: 0 });
  const takeBodies = async (maxMessages = 10, arn = ARRIVALS) => (await take(maxMessages, arn)).map(({ body }) => body);
  return { clock, database, sqs, take, takeBodies };
}

/** Serves one service on a free port of the loopback. */
export async function serve(
  handle: (call: Call) => Promise<void>,
  principal = ROLE,
): Promise<{ server: Server; base: string }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    await handle({ principal, request, response, body, url });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
