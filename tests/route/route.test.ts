import { expect, test } from 'vitest';
import { route } from '#functions/route/route.ts';
import type { Received } from '#functions/study.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { readArrivals } from '#lib/ledger/arrival.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { receivedKey, siteKey } from '#lib/ledger/keys.ts';
import { parseSite } from '#lib/sites/site.ts';
import { dropAndSettle, NORTH, northCloud, table } from '../steps/hospital.ts';
import {
  arrivalEvent,
  deliver,
  drainInOrder,
  dropFile,
  MAXIMUM_DROP_BYTES,
  type QueuedMessage,
  recordAt,
  START_MS,
} from '../steps/memory-cloud.ts';

/** Versions that a step has opened. */
function watchReads(cloud: Awaited<ReturnType<typeof northCloud>>): string[] {
  const read: string[] = [];
  const open = cloud.intake.getVersion.bind(cloud.intake);
  cloud.intake.getVersion = (key, versionId) => {
    read.push(key);
    return open(key, versionId);
  };
  return read;
}

test.each([
  ['a site that is not set up', 'drops/south/tests.csv'],
  ['a key without a site', 'drops/tests.csv'],
  ['a site that no site can be called', 'drops/Herr Müller/tests.csv'],
])('a drop of %s is refused unread and kept under the keeper of strangers', async (_, key) => {
  const cloud = await northCloud();
  const read = watchReads(cloud);
  const { receipt, plan } = await dropAndSettle(cloud, key, table(1));
  expect(plan).toMatchObject({ site: '_unknown', state: 'rejected', items: 1, reason: { code: 'site-unknown' } });
  expect(receipt.summary).toBe(
    'Not accepted: found a key whose site is not set up here, accepted drops/<site>/<file> of a known site.',
  );
  expect(read).toEqual([]);
  expect((await countLedger(cloud.archive, cloud.intake)).complete).toBe(true);
  expect(cloud.archive.keys().filter((name) => /south|müller/i.test(name))).toEqual([]);
});

test('a drop over the size limit is refused from its event, unread', async () => {
  const cloud = await northCloud();
  const read = watchReads(cloud);
  const { receipt, plan } = await dropAndSettle(cloud, 'drops/north/big.csv', new Uint8Array(MAXIMUM_DROP_BYTES + 1));
  expect(plan.reason).toEqual({
    code: 'too-large',
    message: 'found 1000001 bytes, accepted up to 1000000 bytes; split the table',
  });
  expect(receipt).toMatchObject({ state: 'rejected', sizeBytes: 1_000_001, outcomes: { rejected: 1 } });
  expect(read).toEqual([]);
});

test("a site's own size limit goes before a larger one of the deployment", async () => {
  const cloud = await northCloud({ site: parseSite({ ...NORTH, maximumDropBytes: 20 }) });
  const read = watchReads(cloud);
  const { plan } = await dropAndSettle(cloud, 'drops/north/big.csv', table(1));
  expect(plan.reason?.message).toMatch(/^found \d+ bytes, accepted up to 20 bytes; split the table$/);
  expect(read).toEqual([]);
});

test('an empty object is refused unread', async () => {
  const cloud = await northCloud();
  const read = watchReads(cloud);
  const { plan, receipt } = await dropAndSettle(cloud, 'drops/north/empty.csv', '');
  expect(plan.reason?.code).toBe('empty');
  expect(receipt.summary).toBe('Not accepted: found an empty object, accepted a table or an ECG.');
  expect(read).toEqual([]);
});

test.each(['drops/north/März 2026/Ergometrie (1).csv', 'drops/north/a+b & c=d%20.csv', 'drops/north/心电图.csv'])(
  'the key %s comes through its url-encoded event unchanged',
  async (key) => {
    const cloud = await northCloud();
    const { receipt, plan } = await dropAndSettle(cloud, key, table(1, 2));
    expect(receipt).toMatchObject({ object: key, outcomes: { published: 2 } });
    expect(plan.items).toBe(2);
  },
);

test('the same event twice is one received drop, one count and one receipt', async () => {
  const cloud = await northCloud();
  const versionId = cloud.intake.drop('drops/north/tests.csv', table(1));
  const first = arrivalEvent('drops/north/tests.csv', versionId, 60, START_MS);
  const later = arrivalEvent('drops/north/tests.csv', versionId, 60, START_MS + 5000);
  cloud.waiting.push({ queue: 'arrivals', body: first }, { queue: 'arrivals', body: later });
  await drainInOrder(cloud);
  const { total } = await countLedger(cloud.archive, cloud.intake);
  expect(total).toMatchObject({ received: 1, versions: 1, settled: 1 });
  expect(cloud.metrics.counts.get('DropsReceived')).toBe(1);
  const [key] = cloud.archive.keys('ledger/north/').filter((name) => name.endsWith('received.json'));
  expect((await recordAt<Received>(cloud.archive, key)).receivedAt).toBe(new Date(START_MS).toISOString());
});

test('one event with several records receives each of them', async () => {
  const cloud = await northCloud();
  const events = ['a.csv', 'b.csv'].map((name) => {
    const versionId = cloud.intake.drop(`drops/north/${name}`, table(1));
    return JSON.parse(arrivalEvent(`drops/north/${name}`, versionId, 60, START_MS)) as { Records: object[] };
  });
  const body = JSON.stringify({ Records: events.flatMap(({ Records }) => Records) });
  for (const arrival of readArrivals(body)) await route(arrival, cloud.ports, { maximumDropBytes: 1000 });
  expect(cloud.queues.sent.map(({ queue }) => queue)).toEqual(['intake', 'intake']);
});

test('the test event of a new notification is nothing to do', () => {
  expect(readArrivals('{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}')).toEqual([]);
});

test('the received record holds neither the name nor the path of the file', async () => {
  const cloud = await northCloud();
  const { receipt } = await dropAndSettle(cloud, 'drops/north/Jane Roe.csv', table(1));
  const stored = await cloud.archive.get(receivedKey('north', receipt.dropKey));
  expect(Buffer.from(stored?.body ?? []).toString()).not.toContain('Jane');
});

test('a site that is set up between two deliveries of one event does not receive the version twice', async () => {
  const cloud = await northCloud();
  dropFile(cloud, 'drops/south/tests.csv', table(1));
  const [event] = cloud.waiting;
  await drainInOrder(cloud);
  cloud.archive.drop(siteKey('south'), JSON.stringify({ ...NORTH, site: 'south' }));
  cloud.waiting.push(event as QueuedMessage);
  await drainInOrder(cloud);
  const { complete, problems, total } = await countLedger(cloud.archive, cloud.intake);
  expect({ complete, problems, received: total.received }).toEqual({ complete: true, problems: [], received: 1 });
  expect(cloud.archive.keys('ledger/south/')).toEqual([]);
});

test('a refused drop whose route died is not read when the sweep sends it on', async () => {
  const death = { armed: true };
  const cloud = await northCloud({
    gate: (moment, effect) => {
      if (death.armed && moment === 'before' && effect.endsWith('plan.json')) throw new Error('killed');
    },
  });
  const reads = watchReads(cloud);
  dropFile(cloud, 'drops/north/huge.csv', 'x'.repeat(MAXIMUM_DROP_BYTES + 1));
  await expect(deliver(cloud, cloud.waiting.shift() as QueuedMessage)).rejects.toThrow('killed');
  death.armed = false;
  cloud.clock.nowMs += 7 * 60 * 60 * 1000;
  await sweep(cloud.ports);
  await drainInOrder(cloud);
  const { total, complete } = await countLedger(cloud.archive, cloud.intake);
  expect({ complete, rejected: total.outcomes.rejected, reads }).toEqual({ complete: true, rejected: 1, reads: [] });
});
