import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failure, startTwin, type Twin } from './server.ts';

let twin: Twin;
beforeAll(async () => {
  twin = await startTwin();
});
afterAll(() => twin.close());

const put = (Key: string, Body: string | Buffer, extra: object = {}) =>
  twin.client.send(new PutObjectCommand({ Bucket: 'archive', Key, Body, ...extra }));
const text = async (Key: string) =>
  (await twin.client.send(new GetObjectCommand({ Bucket: 'archive', Key }))).Body?.transformToString();

describe.each([
  ['small', 10],
  ['large', 200_000],
])('If-None-Match: * with a %s body', (size, length) => {
  test('lets exactly one of 50 parallel writers win, and its body stays', async () => {
    const Key = `race/${size}`;
    const attempts = Array.from({ length: 50 }, (_, index) =>
      put(Key, String(index).padEnd(length, '.'), { IfNoneMatch: '*' }).then(
        () => index,
        (error: Error) => error.name,
      ),
    );
    const outcomes = await Promise.all(attempts);
    const winners = outcomes.filter((outcome) => typeof outcome === 'number');
    expect(winners).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'PreconditionFailed')).toHaveLength(49);
    expect(await text(Key)).toBe(String(winners[0]).padEnd(length, '.'));
    const { Versions } = await twin.client.send(new ListObjectVersionsCommand({ Bucket: 'archive', Prefix: Key }));
    expect(Versions).toHaveLength(1);
  });
});

describe('If-None-Match', () => {
  test('writes again once a delete marker is current', async () => {
    await put('deleted', 'one', { IfNoneMatch: '*' });
    expect(await failure(put('deleted', 'two', { IfNoneMatch: '*' }))).toMatchObject({
      name: 'PreconditionFailed',
      status: 412,
    });
    await twin.client.send(new DeleteObjectCommand({ Bucket: 'archive', Key: 'deleted' }));
    await put('deleted', 'three', { IfNoneMatch: '*' });
    expect(await text('deleted')).toBe('three');
  });

  test('other than * is not implemented, as in S3', async () => {
    expect(await failure(put('other', 'x', { IfNoneMatch: '"etag"' }))).toMatchObject({
      name: 'NotImplemented',
      status: 501,
    });
  });

  test('holds in a bucket without versions', async () => {
    const write = () =>
      twin.client.send(new PutObjectCommand({ Bucket: 'scratch', Key: 'k', Body: 'x', IfNoneMatch: '*' }));
    await write();
    expect(await failure(write())).toMatchObject({ name: 'PreconditionFailed' });
  });
});

describe('If-Match', () => {
  test('writes over the version it names and no other', async () => {
    const first = await put('swap', 'one');
    const second = await put('swap', 'two', { IfMatch: first.ETag });
    expect(await failure(put('swap', 'three', { IfMatch: first.ETag }))).toMatchObject({
      name: 'PreconditionFailed',
      status: 412,
    });
    await put('swap', 'three', { IfMatch: second.ETag });
    expect(await text('swap')).toBe('three');
  });

  test('is NoSuchKey when the key is missing or deleted', async () => {
    expect(await failure(put('absent', 'x', { IfMatch: '"etag"' }))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    const { ETag } = await put('gone', 'x');
    await twin.client.send(new DeleteObjectCommand({ Bucket: 'archive', Key: 'gone' }));
    expect(await failure(put('gone', 'y', { IfMatch: ETag }))).toMatchObject({ name: 'NoSuchKey', status: 404 });
  });
});
