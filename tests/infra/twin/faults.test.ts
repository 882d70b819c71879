import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { createClock } from '#infra/twin/clock.ts';
import { transaction } from '#infra/twin/database.ts';
import { copiesOf, type Faults } from '#infra/twin/faults.ts';
import { createNotifier } from '#infra/twin/s3/notifications.ts';
import type { BucketRequest } from '#infra/twin/s3/request.ts';
import { bucket, queueArn, uploader } from './s3/server.ts';

const faults: Faults = { seed: 1, duplicateEvents: 0.3, delayEventsUpToSeconds: 20 };
const events = Array.from({ length: 1000 }, (_, n) => `intake/${n}`);

describe('faults of events', () => {
  it('send each event once and at once where there are none', () => {
    expect(events.flatMap((event) => copiesOf(event, undefined))).toEqual(events.map(() => 0));
  });

  it('send about the given share twice, each copy up to the longest delay later', () => {
    const copies = events.map((event) => copiesOf(event, faults));
    // 300 of 1000 at 0.3, standard deviation 14.5: four of them either way
    const twice = copies.filter(({ length }) => length === 2).length;
    expect(Math.abs(twice - 300)).toBeLessThan(58);
    expect(copies.every(({ length }) => length === 1 || length === 2)).toBe(true);
    expect(new Set(copies.flat())).toEqual(new Set(Array.from({ length: 21 }, (_, seconds) => seconds)));
  });

  it('are decided by seed and event, whatever was asked before', () => {
    const forwards = events.map((event) => copiesOf(event, faults));
    const backwards = events.toReversed().map((event) => copiesOf(event, faults));
    expect(backwards.toReversed()).toEqual(forwards);
    expect(events.map((event) => copiesOf(event, { ...faults, seed: 2 }))).not.toEqual(forwards);
  });

  it.each([
    [{ duplicateEvents: 1.1 }, 'found 1.1 as share of duplicate events, allowed 0 to 1'],
    [{ delayEventsUpToSeconds: 901 }, 'found a delay of 901 s, allowed whole numbers from 0 to 900 s'],
    [{ delayEventsUpToSeconds: 0.5 }, 'found a delay of 0.5 s, allowed whole numbers from 0 to 900 s'],
  ])('refuse %j', (wrong, words) => {
    expect(() => notifier({ ...faults, ...wrong })).toThrow(words);
  });

  it('send both copies with the same body and the delays of the queue, or none when the write fails', () => {
    const { db, sent, publish } = notifier({ seed: 'twice', duplicateEvents: 1, delayEventsUpToSeconds: 900 });
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
      copiesOf('intake/0000000000000001', { seed: 'twice', duplicateEvents: 1, delayEventsUpToSeconds: 900 }),
    );
  });
});

/** Sends into a table of the same database, so that what was sent is what was committed. */
function notifier(given: Faults) {
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
    faults: given,
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
