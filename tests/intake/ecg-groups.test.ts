import fc from 'fast-check';
import { expect, test } from 'vitest';
import { groupsOf } from '#functions/intake/ecg-groups.ts';

const MEGABYTE = 2 ** 20;

const sizes = (bytesOf: readonly number[]) => groupsOf(bytesOf).map(({ places }) => places.length);

test('a hundred short records become four even groups, one is a group, none is none', () => {
  expect(sizes(Array(100).fill(1000))).toEqual([25, 25, 25, 25]);
  expect(sizes([1000])).toEqual([1]);
  expect(sizes([])).toEqual([]);
});

test('a group ends where its signals would pass 4 MiB, and a longer record stands by itself', () => {
  const groups = groupsOf([3 * MEGABYTE, MEGABYTE, 1, 5 * MEGABYTE, 2]);
  expect(groups).toEqual([
    { places: [0, 1], isLong: false },
    { places: [2], isLong: false },
    { places: [3], isLong: true },
    { places: [4], isLong: false },
  ]);
});

test('whatever their sizes, each record is in one group, in order, and no group of several passes the limits', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 6 * MEGABYTE }), { maxLength: 200 }), (bytesOf) => {
      const groups = groupsOf(bytesOf);
      expect(groups.flatMap(({ places }) => places)).toEqual([...bytesOf.keys()]);
      for (const { places, isLong } of groups) {
        const bytes = places.reduce((sum, place) => sum + bytesOf[place], 0);
        expect(places.length).toBeLessThanOrEqual(32);
        expect(isLong).toBe(bytes > 4 * MEGABYTE);
        if (isLong) expect(places).toHaveLength(1);
      }
    }),
  );
});
