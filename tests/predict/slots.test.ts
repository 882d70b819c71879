// Units that were divided: which objects fill a slot, and what predict does at the third receive.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PredictMessage, Slot } from '#functions/study.ts';
import { predictionsKey, type RowRange } from '#lib/ledger/keys.ts';
import { slotObjects } from '#lib/ledger/slots.ts';
import { northCloud, table } from '../steps/hospital.ts';
import { deliver, drainInOrder, dropFile, type MemoryCloud, type QueuedMessage } from '../steps/memory-cloud.ts';

const AT = { site: 'north', dropKey: 'd', unit: 'u' };
const SLOT: Slot = { model: 'm', version: '1.0.0', lane: 'standard' };

const keyOf = (range?: RowRange): string => predictionsKey(AT, SLOT, range);
const keysOf = (ranges: readonly RowRange[]): Set<string> => new Set(ranges.map((range) => keyOf(range)));

function halves({ from, to }: RowRange): RowRange[] {
  const middle = Math.floor((from + to) / 2);
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}

/** A tree of halvings as predict makes them: the leaves, and some parents that were filled as well. */
const halvedUnit = fc
  .record({ items: fc.integer({ min: 2, max: 400 }), splits: fc.array(fc.boolean(), { maxLength: 60 }) })
  .map(({ items, splits }) => {
    const leaves: RowRange[] = [];
    const parents: RowRange[] = [];
    const open: RowRange[] = halves({ from: 0, to: items });
    for (const split of splits.concat(Array(1000).fill(false))) {
      const range = open.shift();
      if (range === undefined) break;
      if (split && range.to - range.from > 1) {
        parents.push(range);
        open.push(...halves(range));
      } else leaves.push(range);
    }
    return { items, leaves, parents };
  });

const rangeOf = (key: string): RowRange => {
  const match = /rows-(\d+)-(\d+)/.exec(key);
  return { from: Number(match?.[1]), to: Number(match?.[2]) };
};

describe('objects of a slot', () => {
  test('leaves of any halving fill it, in row order and each row once', () => {
    fc.assert(
      fc.property(halvedUnit, ({ items, leaves }) => {
        const objects = slotObjects(keysOf(leaves), AT, SLOT, items) ?? [];
        const rows = objects.map(rangeOf);
        expect(rows[0]?.from).toBe(0);
        expect(rows.at(-1)?.to).toBe(items);
        rows.slice(1).forEach((range, n) => {
          expect(range.from).toBe(rows[n].to);
        });
      }),
    );
  });

  test('any leaf that is missing leaves it unfilled', () => {
    fc.assert(
      fc.property(halvedUnit, fc.nat(), ({ items, leaves }, at) => {
        const some = leaves.filter((_, n) => n !== at % leaves.length);
        expect(slotObjects(keysOf(some), AT, SLOT, items)).toBeUndefined();
      }),
    );
  });

  test('a parent that is present hides its halves, and the whole unit hides everything', () => {
    fc.assert(
      fc.property(halvedUnit, ({ items, leaves, parents }) => {
        const rows = (slotObjects(keysOf([...leaves, ...parents]), AT, SLOT, items) ?? []).map(rangeOf);
        for (const { from, to } of rows) {
          const wider = parents.find(
            (parent) => parent.from <= from && parent.to >= to && parent.to - parent.from > to - from,
          );
          expect(wider).toBeUndefined();
        }
        const keys = keysOf([...leaves, ...parents]).add(keyOf());
        expect(slotObjects(keys, AT, SLOT, items)).toEqual([keyOf()]);
      }),
    );
  });

  test('ranges of another model whose name goes on fill nothing', () => {
    const other = predictionsKey(AT, { model: 'm', version: '1.0.00' }, { from: 0, to: 2 });
    expect(slotObjects(new Set([other]), AT, SLOT, 2)).toBeUndefined();
  });
});

async function predictMessage(people = 3) {
  const cloud = await northCloud();
  dropFile(cloud, 'drops/north/tests.csv', table(...Array.from({ length: people }, (_, n) => n + 1)));
  await deliver(cloud, cloud.waiting.splice(0)[0]);
  await deliver(cloud, cloud.queues.sent.splice(0)[0]);
  const others = cloud.queues.sent.splice(0);
  const message = others.shift() as QueuedMessage;
  cloud.waiting.push(...others);
  return { cloud, message };
}

test('a unit is halved at the third receive, of some dozen rows sent row by row, and published from its parts', async () => {
  const { cloud, message } = await predictMessage(40);
  await deliver(cloud, message, 3);
  expect(rangesSent(cloud)).toEqual([
    { from: 0, to: 20 },
    { from: 20, to: 40 },
  ]);
  const [first, second] = cloud.queues.sent.splice(0);
  await deliver(cloud, first, 3);
  expect(rangesSent(cloud)).toEqual(Array.from({ length: 20 }, (_, n) => ({ from: n, to: n + 1 })));
  await deliver(cloud, second);
  await drainInOrder(cloud);
  expect(cloud.archive.keys('predictions/').filter((key) => key.includes('.rows-'))).toHaveLength(21);
  expect(cloud.archive.keys('units/north/').some((key) => key.endsWith('closed.json'))).toBe(true);
});

const rangesSent = ({ queues }: MemoryCloud) =>
  queues.sent.map(({ body }) => (JSON.parse(body) as PredictMessage).range);

test('a single row is not divided again but computed', async () => {
  const { cloud, message } = await predictMessage();
  const one = { ...(JSON.parse(message.body) as PredictMessage), range: { from: 1, to: 2 } };
  await deliver(cloud, { queue: 'predict', body: JSON.stringify(one) }, 3);
  expect(cloud.queues.sent).toEqual([]);
  expect(cloud.archive.keys('predictions/')).toEqual([expect.stringContaining('.rows-1-2.')]);
});

test('a slot that is filled is not computed again, and publish is sent again', async () => {
  const { cloud, message } = await predictMessage();
  await deliver(cloud, message);
  const [key] = cloud.archive.keys('predictions/');
  const before = (await cloud.archive.get(key))?.etag;
  cloud.queues.sent.length = 0;
  await deliver(cloud, message, 2);
  expect((await cloud.archive.get(key))?.etag).toBe(before);
  expect(cloud.queues.sent.map(({ queue }) => queue)).toEqual(['publish']);
});
