import {
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bucket, failure, raw, startTwin, type Twin } from './server.ts';

let twin: Twin;
beforeAll(async () => {
  twin = await startTwin({ buckets: [bucket('many'), bucket('tree'), bucket('odd')] });
});
afterAll(() => twin.close());

const put = (Bucket: string, Key: string) => twin.client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
const list = (Bucket: string, extra: object = {}) => twin.client.send(new ListObjectsV2Command({ Bucket, ...extra }));
const keys = (page: ListObjectsV2CommandOutput) => (page.Contents ?? []).map(({ Key }) => Key);
const prefixes = (page: ListObjectsV2CommandOutput) => (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix);

describe('ListObjectsV2 over 2,500 keys', () => {
  const expected = Array.from({ length: 2500 }, (_, index) => `drops/${String(index).padStart(5, '0')}`);
  beforeAll(async () => {
    for (let start = 0; start < 2500; start += 50) {
      await Promise.all(expected.slice(start, start + 50).map((key) => put('many', key)));
    }
  });

  test.each([undefined, 7, 999])('lists each once and in order, page size %s', async (MaxKeys) => {
    const listed: (string | undefined)[] = [];
    let pages = 0;
    for await (const page of paginateListObjectsV2(
      { client: twin.client },
      { Bucket: 'many', ...(MaxKeys && { MaxKeys }) },
    )) {
      listed.push(...keys(page));
      pages++;
      expect(page.KeyCount).toBe(page.Contents?.length);
    }
    expect(listed).toEqual(expected);
    expect(pages).toBe(Math.ceil(2500 / Math.min(MaxKeys ?? 1000, 1000)));
  });

  test('never returns more than 1000 keys', async () => {
    const page = await list('many', { MaxKeys: 5000 });
    expect(page).toMatchObject({ KeyCount: 1000, MaxKeys: 1000, IsTruncated: true });
  });

  test('starts after a given key and ends with its prefix', async () => {
    expect(keys(await list('many', { Prefix: 'drops/0010', StartAfter: 'drops/00107' }))).toEqual([
      'drops/00108',
      'drops/00109',
    ]);
    expect(keys(await list('many', { Prefix: 'drops/02499', StartAfter: 'a' }))).toEqual(['drops/02499']);
    expect(keys(await list('many', { Prefix: 'drops/1' }))).toEqual([]);
  });

  test('folds them into one common prefix', async () => {
    expect(prefixes(await list('many', { Delimiter: '/' }))).toEqual(['drops/']);
  });

  test('returns nothing and no token for a page of none', async () => {
    expect(await list('many', { MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  test('refuses a continuation token that it did not give', async () => {
    expect(await failure(list('many', { ContinuationToken: 'made up' }))).toMatchObject({
      name: 'InvalidArgument',
      status: 400,
    });
  });
});

describe('ListObjectsV2 with a delimiter', () => {
  beforeAll(async () => {
    for (const key of ['a', 'b/1', 'b/2', 'b/c/3', 'd', 'e/', 'e/f', 'g//h', 'z']) await put('tree', key);
  });

  test('shows the folders of a level', async () => {
    const root = await list('tree', { Delimiter: '/' });
    expect(keys(root)).toEqual(['a', 'd', 'z']);
    expect(prefixes(root)).toEqual(['b/', 'e/', 'g/']);
    expect(root.KeyCount).toBe(6);
    const inside = await list('tree', { Delimiter: '/', Prefix: 'b/' });
    expect(keys(inside)).toEqual(['b/1', 'b/2']);
    expect(prefixes(inside)).toEqual(['b/c/']);
    expect(prefixes(await list('tree', { Delimiter: '/', Prefix: 'g/' }))).toEqual(['g//']);
  });

  test.each([1, 2, 3, 5])('pages through keys and folders together, %i at a time', async (MaxKeys) => {
    const seen: (string | undefined)[] = [];
    for await (const page of paginateListObjectsV2(
      { client: twin.client },
      { Bucket: 'tree', Delimiter: '/', MaxKeys },
    )) {
      seen.push(...[...keys(page), ...prefixes(page)].toSorted());
    }
    expect(seen).toEqual(['a', 'b/', 'd', 'e/', 'g/', 'z']);
  });

  test('takes delimiters of several characters', async () => {
    expect(prefixes(await list('tree', { Delimiter: '/c/' }))).toEqual(['b/c/']);
  });
});

describe('ListObjectsV2 of unusual keys', () => {
  const odd = ['a b+c/ü 100%', 'x&<y>', 'line\nbreak\r', '\u0001control', '\uffee before', '🫀 astral'];
  beforeAll(async () => {
    for (const key of odd) await put('odd', key);
  });

  test('sorts by UTF-8 bytes, not by UTF-16 units', async () => {
    // printf '%s\n' ... | LC_ALL=C sort: U+1F9C0 (F0 …) comes after U+FFEE (EF …), in UTF-16 before it.
    expect(
      keys(await list('odd', { EncodingType: 'url' })).map((key) =>
        decodeURIComponent((key ?? '').replaceAll('+', ' ')),
      ),
    ).toEqual(['\u0001control', 'a b+c/ü 100%', 'line\nbreak\r', 'x&<y>', '\uffee before', '🫀 astral']);
  });

  test('url-encodes on request and repeats what was asked', async () => {
    const { body } = await raw(
      twin.endpoint,
      'GET',
      '/odd?list-type=2&encoding-type=url&prefix=a%20b%2B&start-after=a%20b',
    );
    expect(body).toContain('<Key>a+b%2Bc/%C3%BC+100%25</Key>');
    expect(body).toContain('<Prefix>a+b%2B</Prefix>');
    expect(body).toContain('<StartAfter>a+b</StartAfter>');
    expect(body).toContain('<EncodingType>url</EncodingType>');
  });

  test('refuses other encodings', async () => {
    const response = await raw(twin.endpoint, 'GET', '/odd?list-type=2&encoding-type=base64');
    expect(response.status).toBe(400);
  });
});
