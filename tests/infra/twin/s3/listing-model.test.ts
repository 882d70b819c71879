import { ListObjectsV2Command, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeAwsChunked, MalformedChunks } from '#infra/twin/s3/aws-chunked.ts';
import { bucket, startTwin, type Twin } from './server.ts';

const letters = ['a', 'b', '/', '//', ' ', '+', '%', 'ü', '\uffee', '🫀', '\u{10ffff}'];
const word = (maxLength: number) =>
  fc.array(fc.constantFrom(...letters), { minLength: 0, maxLength }).map((parts) => parts.join(''));
const keys = fc.sample(word(6), { numRuns: 150, seed: 7 }).filter((key) => key !== '');
const sorted = [...new Set(keys)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

let twin: Twin;
beforeAll(async () => {
  twin = await startTwin({ buckets: [bucket('model')] });
  for (const Key of keys) await twin.client.send(new PutObjectCommand({ Bucket: 'model', Key, Body: 'x' }));
});
afterAll(() => twin.close());

const query = fc.record({
  Prefix: word(2),
  Delimiter: fc.constantFrom('', '/', '//', 'a', '🫀'),
  MaxKeys: fc.integer({ min: 1, max: 40 }),
});

/** What a listing should show, by the definition: keys with the prefix, each folded behind the first delimiter that follows it. */
function modelOf(all: readonly string[], prefix: string, delimiter: string): readonly string[] {
  const shown: string[] = [];
  for (const key of all.filter((candidate) => candidate.startsWith(prefix))) {
    const rest = key.slice(prefix.length);
    const at = delimiter === '' ? -1 : rest.indexOf(delimiter);
    const entry = at < 0 ? `key ${key}` : `prefix ${prefix}${rest.slice(0, at)}${delimiter}`;
    if (at < 0 || !shown.includes(entry)) shown.push(entry);
  }
  return shown;
}

interface Page {
  readonly keys: readonly (string | undefined)[];
  readonly prefixes: readonly (string | undefined)[];
}
const entriesOf = (page: Page) => [
  ...page.keys.map((key) => `key ${key}`),
  ...page.prefixes.map((prefix) => `prefix ${prefix}`),
];

test('objects: every prefix, delimiter and page size shows what the definition says', async () => {
  await fc.assert(
    fc.asyncProperty(query, async ({ Prefix, Delimiter, MaxKeys }) => {
      const seen: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await twin.client.send(
          new ListObjectsV2Command({ Bucket: 'model', Prefix, Delimiter, MaxKeys, ContinuationToken }),
        );
        const entries = entriesOf({
          keys: (page.Contents ?? []).map(({ Key }) => Key),
          prefixes: (page.CommonPrefixes ?? []).map((common) => common.Prefix),
        });
        expect(entries.length).toBe(page.IsTruncated ? MaxKeys : page.KeyCount);
        seen.push(...entries);
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      expect(seen.toSorted()).toEqual(modelOf(sorted, Prefix, Delimiter).toSorted());
    }),
    { numRuns: 40, seed: 11 },
  );
});

test('versions: every prefix, delimiter and page size shows what the definition says', async () => {
  const all = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  await fc.assert(
    fc.asyncProperty(query, async ({ Prefix, Delimiter, MaxKeys }) => {
      const seen: string[] = [];
      let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
      do {
        const page = await twin.client.send(
          new ListObjectVersionsCommand({ Bucket: 'model', Prefix, Delimiter, MaxKeys, ...marker }),
        );
        seen.push(
          ...entriesOf({
            keys: (page.Versions ?? []).map(({ Key }) => Key),
            prefixes: (page.CommonPrefixes ?? []).map((common) => common.Prefix),
          }),
        );
        marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      } while (marker.KeyMarker !== undefined);
      expect(seen.toSorted()).toEqual(modelOf(all, Prefix, Delimiter).toSorted());
    }),
    { numRuns: 40, seed: 13 },
  );
});

test('aws-chunked: any bytes are decoded or refused as malformed', () => {
  const chunkish = fc
    .array(fc.constantFrom('5\r\n', 'hello', '\r\n', '0\r\n', 'a;x=1\r\n', 'k:v', 'ffffffff\r\n', '\n'))
    .map((parts) => Buffer.from(parts.join('')));
  const anything = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.oneof(chunkish, anything), (encoded) => {
      try {
        const { body } = decodeAwsChunked(encoded);
        expect(body.length).toBeLessThan(encoded.length);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedChunks);
      }
    }),
    { numRuns: 2000, seed: 17 },
  );
});
