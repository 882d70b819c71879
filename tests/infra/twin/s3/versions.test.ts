import { hash } from 'node:crypto';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failure, raw, startTwin, type Twin } from './server.ts';

let twin: Twin;
beforeAll(async () => {
  twin = await startTwin();
});
afterAll(() => twin.close());

const put = async (Key: string, Body: string) =>
  (await twin.client.send(new PutObjectCommand({ Bucket: 'archive', Key, Body }))).VersionId ?? '';
const get = async (Key: string, VersionId?: string) =>
  (await twin.client.send(new GetObjectCommand({ Bucket: 'archive', Key, VersionId }))).Body?.transformToString();
const remove = (Key: string, VersionId?: string) =>
  twin.client.send(new DeleteObjectCommand({ Bucket: 'archive', Key, VersionId }));

describe('a versioned bucket', () => {
  test('keeps every version under an id of its own', async () => {
    const ids = [await put('notes', 'one'), await put('notes', 'two'), await put('notes', 'three')];
    expect(new Set(ids).size).toBe(3);
    expect(await get('notes')).toBe('three');
    expect(await Promise.all(ids.map((id) => get('notes', id)))).toEqual(['one', 'two', 'three']);
  });

  test('covers a deleted key with a delete marker', async () => {
    const id = await put('covered', 'text');
    const { DeleteMarker, VersionId: markerId } = await remove('covered');
    expect(DeleteMarker).toBe(true);
    expect(await failure(get('covered'))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    const response = await raw(twin.endpoint, 'GET', '/archive/covered');
    expect(response.headers).toMatchObject({ 'x-amz-delete-marker': 'true', 'x-amz-version-id': markerId });
    expect(await get('covered', id)).toBe('text');
    const { Contents } = await twin.client.send(new ListObjectsV2Command({ Bucket: 'archive', Prefix: 'covered' }));
    expect(Contents).toBeUndefined();
  });

  test('answers 405 for a delete marker named by its version', async () => {
    await put('marker', 'text');
    const { VersionId } = await remove('marker');
    expect(await failure(get('marker', VersionId))).toMatchObject({ name: 'MethodNotAllowed', status: 405 });
    const head = twin.client.send(new HeadObjectCommand({ Bucket: 'archive', Key: 'marker', VersionId }));
    expect(await failure(head)).toMatchObject({ status: 405 });
  });

  test('shows the version below when the marker is deleted', async () => {
    await put('restored', 'text');
    const marker = await remove('restored');
    const again = await remove('restored', marker.VersionId);
    expect(again).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId });
    expect(await get('restored')).toBe('text');
  });

  test('shows the version before when the current one is deleted for good', async () => {
    const first = await put('undone', 'one');
    const second = await put('undone', 'two');
    await remove('undone', second);
    expect(await get('undone')).toBe('one');
    expect(await failure(get('undone', second))).toMatchObject({ name: 'NoSuchVersion', status: 404 });
    await remove('undone', first);
    expect(await failure(get('undone'))).toMatchObject({ name: 'NoSuchKey' });
  });

  test('answers 204 for a version that does not exist and 400 for an id that cannot be one', async () => {
    await put('ids', 'text');
    expect((await remove('ids', 'A'.repeat(32))).$metadata.httpStatusCode).toBe(204);
    expect(await get('ids')).toBe('text');
    expect(await failure(remove('ids', 'not-an-id'))).toMatchObject({ name: 'InvalidArgument', status: 400 });
  });
});

describe('a bucket without versions', () => {
  test('overwrites, deletes for good and sends no version ids', async () => {
    const where = { Bucket: 'scratch', Key: 'k' };
    await twin.client.send(new PutObjectCommand({ ...where, Body: 'one' }));
    expect((await twin.client.send(new PutObjectCommand({ ...where, Body: 'two' }))).VersionId).toBeUndefined();
    const { Versions } = await twin.client.send(new ListObjectVersionsCommand({ Bucket: 'scratch' }));
    expect(Versions).toMatchObject([{ Key: 'k', VersionId: 'null', IsLatest: true, Size: 3 }]);
    expect((await twin.client.send(new DeleteObjectCommand(where))).DeleteMarker).toBeUndefined();
    expect(await failure(twin.client.send(new GetObjectCommand(where)))).toMatchObject({ name: 'NoSuchKey' });
    expect((await twin.client.send(new DeleteObjectCommand(where))).$metadata.httpStatusCode).toBe(204);
  });
});

describe('ListObjectVersions', () => {
  test('lists by key and the newest version first, across pages of any size', async () => {
    const expected: string[] = [];
    for (const key of ['pages/a', 'pages/b c', 'pages/ü']) {
      const ids = [await put(key, '1'), await put(key, '2')];
      if (key === 'pages/b c') ids.push((await remove(key)).VersionId ?? '');
      expected.push(...ids.reverse().map((id) => `${key} ${id}`));
    }
    for (const MaxKeys of [1, 2, 3, 100]) {
      const listed: string[] = [];
      let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
      for (;;) {
        const page = await twin.client.send(
          new ListObjectVersionsCommand({ Bucket: 'archive', Prefix: 'pages/', MaxKeys, ...marker }),
        );
        const entries = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
        expect(entries.length).toBeLessThanOrEqual(MaxKeys);
        listed.push(...entries.map(({ Key, VersionId }) => `${Key} ${VersionId}`));
        if (!page.IsTruncated) break;
        marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
      // The SDK hands out versions and delete markers as two lists, so their common order shows on pages of one.
      if (MaxKeys === 1) expect(listed).toEqual(expected);
      expect(listed.toSorted()).toEqual(expected.toSorted());
    }
  });

  test('says which version is the latest and folds keys at a delimiter', async () => {
    await put('fold/x/1', 'a');
    await put('fold/x/2', 'a');
    await put('fold/y', 'a');
    await put('fold/y', 'b');
    await put('fold/z/1', 'a');
    const pages = [];
    let KeyMarker: string | undefined;
    let VersionIdMarker: string | undefined;
    do {
      const page = await twin.client.send(
        new ListObjectVersionsCommand({
          Bucket: 'archive',
          Prefix: 'fold/',
          Delimiter: '/',
          MaxKeys: 1,
          KeyMarker,
          VersionIdMarker,
        }),
      );
      pages.push(page.CommonPrefixes?.[0].Prefix ?? `${page.Versions?.[0].Key} ${page.Versions?.[0].IsLatest}`);
      ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
    } while (KeyMarker);
    expect(pages).toEqual(['fold/x/', 'fold/y true', 'fold/y false', 'fold/z/']);
  });

  test('refuses a version marker without its key', async () => {
    const call = twin.client.send(new ListObjectVersionsCommand({ Bucket: 'archive', VersionIdMarker: 'x' }));
    expect(await failure(call)).toMatchObject({ name: 'InvalidArgument', status: 400 });
  });
});

describe('DeleteObjects', () => {
  test('deletes versions and writes markers in one call, and reports each', async () => {
    const first = await put('many/a&<b>', '1');
    await put('many/ c ', '2');
    const Objects = [{ Key: 'many/a&<b>', VersionId: first }, { Key: 'many/ c ' }];
    const { Deleted, Errors } = await twin.client.send(
      new DeleteObjectsCommand({ Bucket: 'archive', Delete: { Objects } }),
    );
    expect(Errors).toBeUndefined();
    expect(Deleted).toMatchObject([
      { Key: 'many/a&<b>', VersionId: first },
      { Key: 'many/ c ', DeleteMarker: true },
    ]);
    expect(await failure(get('many/ c '))).toMatchObject({ name: 'NoSuchKey' });
  });

  test('says nothing of what went well when it is quiet', async () => {
    await put('quiet', '1');
    const Delete = { Objects: [{ Key: 'quiet' }], Quiet: true };
    const { Deleted } = await twin.client.send(new DeleteObjectsCommand({ Bucket: 'archive', Delete }));
    expect(Deleted).toBeUndefined();
    expect(await failure(get('quiet'))).toMatchObject({ name: 'NoSuchKey' });
  });

  test.each([
    ['no digest', '<Delete/>', undefined, 'InvalidRequest'],
    ['the digest of another body', '<Delete/>', 'another body', 'BadDigest'],
    ['cut XML', '<Delete><Object>', '<Delete><Object>', 'MalformedXML'],
    ['no keys', '<Delete></Delete>', '<Delete></Delete>', 'MalformedXML'],
  ])('refuses a body with %s', async (_, body, digested, code) => {
    const headers: Record<string, string> =
      digested === undefined ? {} : { 'content-md5': hash('md5', digested, 'base64') };
    const response = await raw(twin.endpoint, 'POST', '/archive?delete', headers, body);
    expect(response.status).toBe(400);
    expect(response.body).toContain(`<Code>${code}</Code>`);
  });
});
