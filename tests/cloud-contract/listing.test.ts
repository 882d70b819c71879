// Listings page by page, and keys of every kind.
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSide } from './side.ts';

const side = await openSide();
const { s3, buckets } = side;
const Bucket = buckets.plain;
const { pagingKeys } = side.capabilities;
afterAll(() => side.close());

const keys = Array.from({ length: pagingKeys }, (_, index) => `paging/${index % 7}/${String(index).padStart(5, '0')}`);

async function writeAll(names: readonly string[]): Promise<void> {
  const waiting = [...names];
  const work = async () => {
    for (let Key = waiting.pop(); Key !== undefined; Key = waiting.pop()) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body: '.' }));
    }
  };
  await Promise.all(Array.from({ length: 32 }, work));
}

async function pages(input: Omit<ListObjectsV2CommandInput, 'Bucket'>) {
  const found: { readonly keys: string[]; readonly prefixes: string[] }[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, ContinuationToken, ...input }));
    found.push({
      keys: (page.Contents ?? []).map(({ Key = '' }) => Key),
      prefixes: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
    });
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return found;
}

describe(`${pagingKeys} keys (${side.name})`, () => {
  beforeAll(() => writeAll(keys));

  test('come in pages of 1,000, each key once, in order', async () => {
    const found = await pages({ Prefix: 'paging/' });
    expect(found.map((page) => page.keys.length)).toEqual(pageSizes(pagingKeys, 1000));
    expect(found.flatMap((page) => page.keys)).toEqual(keys.toSorted());
  });

  test('come in smaller pages when asked, from behind a key', async () => {
    const sorted = keys.toSorted();
    const StartAfter = sorted[Math.floor(pagingKeys / 2)];
    const found = await pages({ Prefix: 'paging/', MaxKeys: 400, StartAfter });
    const expected = sorted.slice(Math.floor(pagingKeys / 2) + 1);
    expect(found.map((page) => page.keys.length)).toEqual(pageSizes(expected.length, 400));
    expect(found.flatMap((page) => page.keys)).toEqual(expected);
  });

  test('are grouped by a delimiter, across pages', async () => {
    const found = await pages({ Prefix: 'paging/', Delimiter: '/', MaxKeys: 3 });
    expect(found.map((page) => page.prefixes.length)).toEqual([3, 3, 1]);
    expect(found.flatMap((page) => page.prefixes)).toEqual([0, 1, 2, 3, 4, 5, 6].map((group) => `paging/${group}/`));
  });

  test('are removed 1,000 at a time', async () => {
    for (let start = 0; start < keys.length; start += 1000) {
      const Objects = keys.slice(start, start + 1000).map((Key) => ({ Key }));
      const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      expect(Errors).toBeUndefined();
      expect(Deleted).toHaveLength(Objects.length);
    }
    expect(await pages({ Prefix: 'paging/' })).toEqual([{ keys: [], prefixes: [] }]);
  });
});

describe(`keys (${side.name})`, () => {
  const strange = [
    'a b+c%20d',
    'ü/é/日本/😀',
    'quotes \' " & < >',
    '(brackets) [and] {more} ~ ! * $ @ , ; : =',
    'question?mark#hash',
    'double//slash',
    'back\\slash',
  ];

  test.each(strange)('%s stands for itself', async (name) => {
    const Key = `strange/${name}`;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: name }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await Body?.transformToString()).toBe(name);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }));
    expect(Contents?.map((entry) => entry.Key)).toEqual([Key]);
  });

  test('are listed in the order of their UTF-8 bytes', async () => {
    // U+FF5E comes before U+1F600 in UTF-8, and behind it in UTF-16.
    const names = ['order/z', 'order/ü', 'order/\uff5e', 'order/\u{1f600}', 'order/A'];
    await writeAll(names);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'order/' }));
    expect(Contents?.map(({ Key }) => Key)).toEqual([
      'order/A',
      'order/z',
      'order/ü',
      'order/\uff5e',
      'order/\u{1f600}',
    ]);
  });

  test('are url-encoded in a listing that asks for it', async () => {
    await writeAll(['encoded/a b+c/ü']);
    const input = { Bucket, Prefix: 'encoded/', EncodingType: 'url' } as const;
    const { Contents } = await s3.send(new ListObjectsV2Command(input));
    expect(Contents?.map(({ Key }) => Key)).toEqual(['encoded/a+b%2Bc/%C3%BC']);
  });
});

function pageSizes(total: number, most: number): number[] {
  return Array.from({ length: Math.max(1, Math.ceil(total / most)) }, (_, index) =>
    Math.min(most, total - index * most),
  );
}
