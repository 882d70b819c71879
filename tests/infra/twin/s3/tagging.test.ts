import {
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failure, raw, startTwin, type Twin } from './server.ts';

let twin: Twin;
beforeAll(async () => {
  twin = await startTwin();
});
afterAll(() => twin.close());

const put = async (Key: string, Tagging?: string) =>
  (
    await twin.client.send(
      new PutObjectCommand({ Bucket: 'archive', Key, Body: 'x', ...(Tagging !== undefined && { Tagging }) }),
    )
  ).VersionId;
const tags = async (Key: string, VersionId?: string) =>
  (await twin.client.send(new GetObjectTaggingCommand({ Bucket: 'archive', Key, VersionId }))).TagSet;
const tag = (Key: string, TagSet: { Key: string; Value: string }[], VersionId?: string) =>
  twin.client.send(new PutObjectTaggingCommand({ Bucket: 'archive', Key, VersionId, Tagging: { TagSet } }));

describe('tags', () => {
  test('sent with a put are stored, counted and read', async () => {
    await put('with-put', 'state=done&who=Dr.%20M%C3%BCller');
    expect(await tags('with-put')).toEqual([
      { Key: 'state', Value: 'done' },
      { Key: 'who', Value: 'Dr. Müller' },
    ]);
    const response = await twin.client.send(new GetObjectCommand({ Bucket: 'archive', Key: 'with-put' }));
    expect(response.TagCount).toBe(2);
  });

  test('replace those before, without touching body or version', async () => {
    const version = await put('replaced', 'a=1');
    await tag('replaced', [{ Key: 'b', Value: '2' }]);
    expect(await tags('replaced')).toEqual([{ Key: 'b', Value: '2' }]);
    const response = await twin.client.send(new GetObjectCommand({ Bucket: 'archive', Key: 'replaced' }));
    expect(response.VersionId).toBe(version);
    expect(await response.Body?.transformToString()).toBe('x');
  });

  test('belong to a version', async () => {
    const first = await put('versioned', 'n=1');
    const second = await put('versioned', 'n=2');
    await tag('versioned', [{ Key: 'n', Value: 'one' }], first);
    expect(await tags('versioned', first)).toEqual([{ Key: 'n', Value: 'one' }]);
    expect(await tags('versioned', second)).toEqual([{ Key: 'n', Value: '2' }]);
    await twin.client.send(new DeleteObjectTaggingCommand({ Bucket: 'archive', Key: 'versioned' }));
    expect(await tags('versioned')).toEqual([]);
    expect(await tags('versioned', first)).toEqual([{ Key: 'n', Value: 'one' }]);
  });

  test('of a missing key are NoSuchKey', async () => {
    expect(await failure(tags('missing'))).toMatchObject({ name: 'NoSuchKey', status: 404 });
  });

  test.each([
    ['eleven tags', Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }))],
    [
      'a key twice',
      [
        { Key: 'k', Value: '1' },
        { Key: 'k', Value: '2' },
      ],
    ],
    ['a key of 129 characters', [{ Key: 'k'.repeat(129), Value: 'v' }]],
    ['a value of 257 characters', [{ Key: 'k', Value: 'v'.repeat(257) }]],
    ['an empty key', [{ Key: '', Value: 'v' }]],
    ['a forbidden character', [{ Key: 'k', Value: 'a<b' }]],
  ])('are refused with %s', async (_, set) => {
    await put('limits');
    expect(await failure(tag('limits', set))).toMatchObject({ name: 'InvalidTag', status: 400 });
  });

  test('that are not XML are MalformedXML', async () => {
    const response = await raw(twin.endpoint, 'PUT', '/archive/limits?tagging', {}, 'state=done');
    expect(response).toMatchObject({ status: 400 });
    expect(response.body).toContain('<Code>MalformedXML</Code>');
  });
});
