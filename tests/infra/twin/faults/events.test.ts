import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { createClock } from '#infra/twin/clock.ts';
import { transaction } from '#infra/twin/database.ts';
import { copiesOf } from '#infra/twin/faults/events.ts';
import { createInjector, type Injector, NO_FAULTS } from '#infra/twin/faults/injector.ts';
import { parseFaultPlan } from '#infra/twin/faults/plan.ts';
import { createNotifier } from '#infra/twin/s3/notifications.ts';
import type { BucketRequest } from '#infra/twin/s3/request.ts';
import { bucket, queueArn, uploader } from '../s3/server.ts';

const duplicates = { fault: 'duplicate-event', probability: 0.3 };
const late = { fault: 'late-event', probability: 0.5, upToSeconds: 20 };
const events = Array.from({ length: 1000 }, (_, n) => `intake/${n}`);

function injector(seed: string, ...faults: readonly object[]): Injector {
  return createInjector({ plan: parseFaultPlan('test', { seed, faults }), functions: [], log: () => undefined });
}

describe('faults of events', () => {
  it('send each event once and at once where there are none', () => {
    expect(events.flatMap((event) => copiesOf(event, 'drops/a', NO_FAULTS))).toEqual(events.map(() => 0));
  });

  it('send about the given share twice, and the given share of copies late by up to the longest delay', () => {
    const faults = injector('1', duplicates, late);
    const copies = events.map((event) => copiesOf(event, 'drops/a', faults));
    // 300 of 1000 at 0.3, standard deviation 14.5; about 650 of 1300 at 0.5, standard deviation 18: four of them either way
    const twice = copies.filter(({ length }) => length === 2).length;
    expect(Math.abs(twice - 300)).toBeLessThan(58);
    expect(copies.every(({ length }) => length === 1 || length === 2)).toBe(true);
    const inTime = copies.flat().filter((seconds) => seconds === 0).length;
    expect(Math.abs(inTime - copies.flat().length / 2)).toBeLessThan(72);
    expect(new Set(copies.flat())).toEqual(new Set(Array.from({ length: 21 }, (_, seconds) => seconds)));
    expect(faults.counts()).toEqual({ 'duplicate-event': twice, 'late-event': copies.flat().length - inTime });
  });

  it('are decided by seed and event, whatever was asked before', () => {
    const all = (seed: string, asked: readonly string[]) => {
      const faults = injector(seed, duplicates, late);
      return asked.map((event) => copiesOf(event, 'drops/a', faults));
    };
    const forwards = all('1', events);
    expect(all('1', events.toReversed()).toReversed()).toEqual(forwards);
    expect(all('2', events)).not.toEqual(forwards);
  });

  it('leave keys outside their prefix alone', () => {
    const faults = injector('1', { ...duplicates, probability: 1, prefix: 'drops/north/' });
    expect(copiesOf('intake/1', 'drops/south/a', faults)).toEqual([0]);
    expect(copiesOf('intake/1', 'drops/north/a', faults)).toEqual([0, 0]);
  });

  it('send both copies with the same body and the delays of the queue, or none when the write fails', () => {
    const always = { probability: 1 };
    const certain = [
      { ...duplicates, ...always },
      { ...late, ...always, upToSeconds: 900 },
    ];
    const { db, sent, publish } = notifier(injector('twice', ...certain));
    const failing = () =>
      transaction(db, () => {
        publish();
        throw new Error('the object could not be written');
      });
    expect(failing).toThrow('the object could not be written');
    expect(sent()).toEqual([]);
    publish();
    const [first, second, ...more] = sent();
    expect(more).toEqual([]);
    expect(first.body).toBe(second.body);
    expect([first.delay, second.delay]).toEqual(
      copiesOf('intake/0000000000000001', 'drops/a', injector('twice', ...certain)),
    );
    expect(first.delay).not.toBe(second.delay);
  });
});

/** Sends into a table of the same database, so that what was sent is what was committed. */
function notifier(given: Injector) {
  const db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE sent (body TEXT NOT NULL, delay INTEGER NOT NULL)');
  const send = (_principal: unknown, _queue: string, body: string, options?: { delaySeconds?: number }) => {
    db.prepare('INSERT INTO sent VALUES (?, ?)').run(body, options?.delaySeconds ?? 0);
    return 'sent';
  };
  const log = (line: string) => {
    throw new Error(line);
  };
  const { publish } = createNotifier({
    db,
    clock: createClock(),
    queues: { send },
    region: 'eu-central-1',
    account: '111122223333',
    log,
    injector: given,
  });
  const notifications = [{ id: 'Arrivals', events: ['s3:ObjectCreated:*'], prefix: '', suffix: '', queueArn }];
  const request = {
    bucket: bucket('intake', { notifications }),
    principal: uploader,
    requestId: 'A',
    sourceIp: '127.0.0.1',
  } as unknown as BucketRequest;
  return {
    db,
    sent: () => db.prepare('SELECT * FROM sent').all() as unknown as { body: string; delay: number }[],
    publish: () => publish(request, 'ObjectCreated:Put', { key: 'drops/a', size: 1, versionId: 'v' }),
  };
}
