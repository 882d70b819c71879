import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccessRequest, Principal } from '#infra/twin/contract.ts';
import { openDatabase, transaction } from '#infra/twin/database.ts';
import { createSqs } from '#infra/twin/sqs/service.ts';
import { ARRIVALS, allowAll, DEAD, manualClock, openSqs, queue, ROLE, withDeadLetters } from './setting.ts';

describe('visibility', () => {
  test('hides a received message until its timeout, then delivers it again with a higher count', async () => {
    const { sqs, clock, take } = openSqs();
    const sentAt = String(clock.now());
    sqs.send(ROLE, ARRIVALS, 'a');
    clock.advance(5);
    const [first] = await take();
    expect(first.attributes).toEqual({
      SenderId: 'intake:s1',
      SentTimestamp: sentAt,
      ApproximateReceiveCount: '1',
      ApproximateFirstReceiveTimestamp: String(clock.now()),
    });
    clock.advance(29.999);
    expect(await take()).toEqual([]);
    clock.advance(0.001);
    const [second] = await take();
    expect(second.messageId).toBe(first.messageId);
    expect(second.attributes.ApproximateReceiveCount).toBe('2');
    expect(second.attributes.ApproximateFirstReceiveTimestamp).toBe(first.attributes.ApproximateFirstReceiveTimestamp);
  });

  test('an old handle of a redelivered message deletes nothing, the newest one does', async () => {
    const { sqs, clock, take } = openSqs();
    sqs.send(ROLE, ARRIVALS, 'a');
    const [first] = await take();
    clock.advance(30);
    const [second] = await take();
    sqs.deleteBatch(ROLE, ARRIVALS, [first.receiptHandle]);
    expect(sqs.depth(ARRIVALS).inFlight).toBe(1);
    sqs.deleteBatch(ROLE, ARRIVALS, [second.receiptHandle, second.receiptHandle]);
    expect(sqs.depth(ARRIVALS)).toEqual({ visible: 0, inFlight: 0, delayed: 0, oldestAgeSeconds: 0 });
  });

  test('a handle still deletes after its timeout while nobody has received the message again', async () => {
    const { sqs, clock, take } = openSqs();
    sqs.send(ROLE, ARRIVALS, 'a');
    const [message] = await take();
    clock.advance(31);
    sqs.deleteBatch(ROLE, ARRIVALS, [message.receiptHandle]);
    expect(await take()).toEqual([]);
  });

  test('can be shortened to nothing, lengthened, and refuses messages that are not in flight', async () => {
    const { sqs, clock, take } = openSqs({ queues: [queue('arrivals')] });
    sqs.send(ROLE, ARRIVALS, 'a');
    const [first] = await take();
    sqs.changeVisibility(ROLE, ARRIVALS, first.receiptHandle, 0);
    expect(() => sqs.changeVisibility(ROLE, ARRIVALS, first.receiptHandle, 5)).toThrow(
      'The message referred to is not in flight',
    );
    const [second] = await take();
    sqs.changeVisibility(ROLE, ARRIVALS, second.receiptHandle, 100);
    clock.advance(99);
    expect(await take()).toEqual([]);
    expect(() => sqs.changeVisibility(ROLE, ARRIVALS, first.receiptHandle, 5)).toThrow(
      'Message does not exist or is not available',
    );
    expect(() => sqs.changeVisibility(ROLE, ARRIVALS, 'nonsense', 5)).toThrow('not a valid receipt handle');
    clock.advance(1);
    expect(await take()).toHaveLength(1);
  });
});

describe('delay, retention and redrive', () => {
  test('a queue with a delay shows its messages when it is over', async () => {
    const { sqs, clock, takeBodies } = openSqs({ queues: [queue('arrivals', { delaySeconds: 10 })] });
    sqs.send(ROLE, ARRIVALS, 'a');
    expect(sqs.depth(ARRIVALS)).toMatchObject({ visible: 0, delayed: 1 });
    expect(await takeBodies()).toEqual([]);
    clock.advance(10);
    expect(sqs.depth(ARRIVALS)).toMatchObject({ visible: 1, delayed: 0, oldestAgeSeconds: 10 });
    expect(await takeBodies()).toEqual(['a']);
  });

  test('a message that was received too often moves to the dead letters, with its id, group and time of sending', async () => {
    const { sqs, clock, take } = openSqs();
    const messageId = sqs.send(ROLE, ARRIVALS, 'poison', { messageGroupId: 'leipzig' });
    const [first] = await take();
    clock.advance(30);
    expect(await take()).toHaveLength(1);
    clock.advance(30);
    expect(await take()).toEqual([]);
    expect(sqs.depth(ARRIVALS)).toMatchObject({ visible: 0, inFlight: 0 });
    const [dead] = await take(1, DEAD);
    expect(dead).toMatchObject({ messageId, body: 'poison' });
    expect(dead.attributes).toMatchObject({
      DeadLetterQueueSourceArn: ARRIVALS,
      SentTimestamp: first.attributes.SentTimestamp,
      MessageGroupId: 'leipzig',
    });
    sqs.deleteBatch(ROLE, ARRIVALS, [first.receiptHandle]);
    expect(sqs.depth(DEAD).inFlight).toBe(1);
  });

  test('retention counts from the original sending, also among the dead letters', async () => {
    const queues = [
      queue('arrivals', { retentionSeconds: 100, redrive: { deadLetterArn: DEAD, maxReceiveCount: 1 } }),
      queue('arrivals-dead', { retentionSeconds: 200 }),
    ];
    const { sqs, clock, take } = openSqs({ queues });
    sqs.send(ROLE, ARRIVALS, 'expires');
    clock.advance(50);
    sqs.send(ROLE, ARRIVALS, 'moves');
    clock.advance(50);
    expect((await take()).map(({ body }) => body)).toEqual(['moves']);
    clock.advance(30);
    expect(await take()).toEqual([]);
    expect(sqs.depth(DEAD)).toMatchObject({ visible: 1, oldestAgeSeconds: 80 });
    clock.advance(120);
    expect(await take(1, DEAD)).toEqual([]);
  });

  test('refuses a dead-letter queue that does not exist', () => {
    expect(() => openSqs({ queues: withDeadLetters.slice(0, 1) })).toThrow(`found the dead-letter queue ${DEAD}`);
  });
});

describe('fair queues', () => {
  test('serve the group with the least messages in flight first', async () => {
    const { sqs, clock, takeBodies } = openSqs();
    for (let i = 0; i < 20; i++) sqs.send(ROLE, ARRIVALS, `noisy ${i}`, { messageGroupId: 'noisy' });
    expect(await takeBodies(5)).toEqual(['noisy 0', 'noisy 1', 'noisy 2', 'noisy 3', 'noisy 4']);
    sqs.send(ROLE, ARRIVALS, 'quiet 0', { messageGroupId: 'quiet' });
    sqs.send(ROLE, ARRIVALS, 'quiet 1', { messageGroupId: 'quiet' });
    clock.advance(0.001);
    sqs.send(ROLE, ARRIVALS, 'alone');
    expect(await takeBodies(4)).toEqual(['quiet 0', 'alone', 'quiet 1', 'noisy 5']);
  });

  test('take turns between groups when a single consumer finishes each message', async () => {
    const { sqs, take } = openSqs();
    for (const group of ['a', 'a', 'a', 'b', 'b', 'c']) sqs.send(ROLE, ARRIVALS, group, { messageGroupId: group });
    const order: string[] = [];
    for (let i = 0; i < 6; i++) {
      const [message] = await take(1);
      order.push(message.body);
      sqs.deleteBatch(ROLE, ARRIVALS, [message.receiptHandle]);
    }
    expect(order).toEqual(['a', 'b', 'c', 'a', 'b', 'a']);
  });

  test('keep the counts of groups true through any sequence of operations', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('send' as const), group: fc.constantFrom('a', 'b', undefined) }),
      fc.record({
        kind: fc.constantFrom('take' as const, 'delete' as const, 'release' as const, 'wait' as const),
        n: fc.nat(5),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { sqs, clock, database, take } = openSqs({ queues: [queue('arrivals')] });
        const held: string[] = [];
        let sent = 0;
        let deleted = 0;
        for (const made of steps) {
          if (made.kind === 'send') {
            sent++;
            sqs.send(ROLE, ARRIVALS, 'x', made.group === undefined ? {} : { messageGroupId: made.group });
          } else if (made.kind === 'take')
            held.push(...(await take(made.n + 1)).map((message) => message.receiptHandle));
          else if (made.kind === 'wait') {
            clock.advance(made.n * 10);
            if (made.n >= 3) held.length = 0;
          } else if (held.length > 0) {
            const [handle] = held.splice(made.n % held.length, 1);
            const before = sqs.depth(ARRIVALS);
            const inFlight = before.inFlight > 0;
            if (made.kind === 'delete') {
              sqs.deleteBatch(ROLE, ARRIVALS, [handle]);
              deleted++;
            } else if (inFlight) {
              try {
                sqs.changeVisibility(ROLE, ARRIVALS, handle, 0);
              } catch (error) {
                expect((error as Error).name).toBe('MessageNotInflight');
              }
            }
          }
          const { visible, inFlight, delayed } = sqs.depth(ARRIVALS);
          expect(visible + inFlight + delayed).toBe(sent - deleted);
        }
        const counted = database
          .prepare(
            `SELECT group_id, sum(state = 0) AS ready, sum(state = 2) AS in_flight FROM sqs_message
             WHERE group_id IS NOT NULL GROUP BY group_id`,
          )
          .all();
        const kept = database
          .prepare('SELECT group_id, ready, in_flight FROM sqs_group WHERE ready + in_flight > 0')
          .all();
        expect(kept).toEqual(counted);
        database.close();
      }),
      { numRuns: 25 },
    );
  });
});

describe('long polls', () => {
  const wait = { maxMessages: 10, waitSeconds: 20 };

  test('are woken by a send once its transaction has committed', async () => {
    const { sqs, database } = openSqs();
    const polled = sqs.receive(ROLE, ARRIVALS, wait);
    transaction(database, () => sqs.send(ROLE, ARRIVALS, 'a'));
    expect((await polled).map(({ body }) => body)).toEqual(['a']);
  });

  test('see nothing of a send that was rolled back', async () => {
    const { sqs, database, clock } = openSqs();
    const polled = sqs.receive(ROLE, ARRIVALS, wait);
    const failing = () =>
      transaction(database, () => {
        sqs.send(ROLE, ARRIVALS, 'a');
        throw new Error('disk full');
      });
    expect(failing).toThrow('disk full');
    await Promise.resolve();
    clock.advance(20);
    expect(await polled).toEqual([]);
  });

  test('are woken by the end of a visibility timeout and of a delay', async () => {
    const { sqs, clock, take } = openSqs();
    sqs.send(ROLE, ARRIVALS, 'a');
    await take();
    clock.advance(15);
    const polled = sqs.receive(ROLE, ARRIVALS, wait);
    clock.advance(15);
    expect(await polled).toHaveLength(1);
  });

  test('end empty when their time is over or they are aborted', async () => {
    const { sqs, clock } = openSqs();
    const ended = sqs.receive(ROLE, ARRIVALS, wait);
    clock.advance(20);
    expect(await ended).toEqual([]);
    const abort = new AbortController();
    const aborted = sqs.receive(ROLE, ARRIVALS, { ...wait, signal: abort.signal });
    abort.abort();
    sqs.send(ROLE, ARRIVALS, 'a');
    expect(await aborted).toEqual([]);
    expect(sqs.depth(ARRIVALS).visible).toBe(1);
  });
});

describe('authorisation', () => {
  const key = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const service: Principal = { kind: 'service', service: 's3.amazonaws.com' };
  const context = { 'aws:sourcearn': 'arn:aws:s3:::intake' };

  test('asks for the queue, and for its key through SQS', async () => {
    const asked: AccessRequest[] = [];
    const authorize = (request: AccessRequest) => {
      asked.push(request);
      return { allowed: true, reason: 'test' };
    };
    const { sqs } = openSqs({ queues: [queue('arrivals', { kmsKeyArn: key })], authorize });
    sqs.send(service, ARRIVALS, 'a', { context });
    const [message] = await sqs.receive(ROLE, ARRIVALS, { maxMessages: 1, waitSeconds: 0 });
    expect(message.attributes.SenderId).toBe('s3.amazonaws.com');
    sqs.deleteBatch(ROLE, ARRIVALS, [message.receiptHandle]);
    const throughSqs = { 'kms:viaservice': 'sqs.eu-central-1.amazonaws.com' };
    expect(asked).toEqual([
      { principal: service, action: 'sqs:SendMessage', resourceArn: ARRIVALS, context },
      { principal: service, action: 'kms:GenerateDataKey', resourceArn: key, context: { ...context, ...throughSqs } },
      { principal: service, action: 'kms:Decrypt', resourceArn: key, context: { ...context, ...throughSqs } },
      { principal: ROLE, action: 'sqs:ReceiveMessage', resourceArn: ARRIVALS, context: {} },
      { principal: ROLE, action: 'kms:Decrypt', resourceArn: key, context: throughSqs },
      { principal: ROLE, action: 'sqs:DeleteMessage', resourceArn: ARRIVALS, context: {} },
    ]);
  });

  test.each([
    ['sqs:SendMessage', 'AccessDeniedException'],
    ['kms:GenerateDataKey', 'KmsAccessDenied'],
    ['kms:Decrypt', 'KmsAccessDenied'],
  ])('without %s refuses to send with %s and keeps nothing', (action, name) => {
    const authorize = (request: AccessRequest) => ({ allowed: request.action !== action, reason: 'test' });
    const { sqs } = openSqs({ queues: [queue('arrivals', { kmsKeyArn: key })], authorize });
    expect(() => sqs.send(service, ARRIVALS, 'a', { context })).toThrow(expect.objectContaining({ name }));
    expect(sqs.depth(ARRIVALS).visible).toBe(0);
  });
});

test('messages survive kill -9 of the process that sent and received them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sqs-kill-'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'sender-process.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(line);
    if (acknowledged.length === 300) child.kill('SIGKILL');
  }
  const clock = manualClock();
  clock.advance(365 * 86_400);
  const queues = [queue('arrivals', { retentionSeconds: 10 * 365 * 86_400 })];
  const sqs = createSqs({ database: openDatabase(folder), clock, authorize: allowAll, queues });
  const found = new Set<string>();
  for (;;) {
    const messages = await sqs.receive(ROLE, ARRIVALS, { maxMessages: 10, waitSeconds: 0 });
    if (messages.length === 0) break;
    for (const message of messages) found.add(`${message.messageId} ${message.body}`);
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(300);
  expect(acknowledged.filter((line) => !found.has(line))).toEqual([]);
});
