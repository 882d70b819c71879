import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failure, startTwin, type Twin } from './server.ts';

let twin: Twin;
beforeAll(async () => {
  twin = await startTwin();
});
afterAll(() => twin.close());

const put = (Key: string, Body: string | Buffer, extra: object = {}) =>
  twin.client.send(new PutObjectCommand({ Bucket: 'archive', Key, Body, ...extra }));
const copy = (CopySource: string, Key: string, extra: object = {}) =>
  twin.client.send(new CopyObjectCommand({ Bucket: 'archive', Key, CopySource, ...extra }));
const get = (Key: string) => twin.client.send(new GetObjectCommand({ Bucket: 'archive', Key }));
const tags = async (Key: string) =>
  (await twin.client.send(new GetObjectTaggingCommand({ Bucket: 'archive', Key }))).TagSet;

describe('a copy', () => {
  test.each([
    ['small', 100],
    ['large', 200_000],
  ])('of a %s object outlives the deletion of its source', async (size, length) => {
    const body = randomBytes(length);
    const { VersionId, ETag } = await put(`source/${size} ü+`, body);
    const result = await copy(`archive/${encodeURIComponent(`source/${size} ü+`)}`, `copy/${size}`);
    expect(result.CopyObjectResult?.ETag).toBe(ETag);
    expect(result.CopySourceVersionId).toBe(VersionId);
    await twin.client.send(new DeleteObjectCommand({ Bucket: 'archive', Key: `source/${size} ü+`, VersionId }));
    expect(Buffer.from((await (await get(`copy/${size}`)).Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
  });

  test('takes a named version, from another bucket too', async () => {
    const { VersionId } = await put('old', 'one');
    await put('old', 'two');
    await copy(`/archive/old?versionId=${VersionId}`, 'older');
    expect(await (await get('older')).Body?.transformToString()).toBe('one');
    await twin.client.send(new PutObjectCommand({ Bucket: 'scratch', Key: 'k', Body: 'elsewhere' }));
    await copy('scratch/k', 'from-scratch');
    expect(await (await get('from-scratch')).Body?.transformToString()).toBe('elsewhere');
  });

  test('carries metadata, type and tags along, or replaces them', async () => {
    await put('dressed', 'x', { ContentType: 'text/csv', Metadata: { a: '1' }, Tagging: 'state=new' });
    await copy('archive/dressed', 'same');
    expect(await get('same')).toMatchObject({ ContentType: 'text/csv', Metadata: { a: '1' } });
    expect(await tags('same')).toEqual([{ Key: 'state', Value: 'new' }]);
    await copy('archive/dressed', 'other', {
      MetadataDirective: 'REPLACE',
      ContentType: 'text/plain',
      Metadata: { b: '2' },
      TaggingDirective: 'REPLACE',
      Tagging: 'state=done',
    });
    const other = await get('other');
    expect(other.ContentType).toBe('text/plain');
    expect(other.Metadata).toEqual({ b: '2' });
    expect(await tags('other')).toEqual([{ Key: 'state', Value: 'done' }]);
  });

  test('obeys conditions on its source and on its target', async () => {
    const { ETag } = await put('condition', 'x');
    await put('taken', 'y');
    expect(await failure(copy('archive/condition', 'new', { CopySourceIfMatch: '"other"' }))).toMatchObject({
      name: 'PreconditionFailed',
    });
    expect(await failure(copy('archive/condition', 'new', { CopySourceIfNoneMatch: ETag }))).toMatchObject({
      status: 412,
    });
    expect(await failure(copy('archive/condition', 'taken', { IfNoneMatch: '*' }))).toMatchObject({
      name: 'PreconditionFailed',
      status: 412,
    });
    expect(await failure(copy('archive/condition', 'taken', { IfMatch: ETag }))).toMatchObject({ status: 412 });
    await copy('archive/condition', 'new', { CopySourceIfMatch: ETag, IfNoneMatch: '*' });
    expect(await (await get('new')).Body?.transformToString()).toBe('x');
  });

  test('of a missing key, a deleted key, a delete marker or itself is refused', async () => {
    expect(await failure(copy('archive/absent', 'new'))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    expect(await failure(copy('nowhere/k', 'new'))).toMatchObject({ name: 'NoSuchBucket', status: 404 });
    await put('marked', 'x');
    const { VersionId } = await twin.client.send(new DeleteObjectCommand({ Bucket: 'archive', Key: 'marked' }));
    expect(await failure(copy('archive/marked', 'new'))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    expect(await failure(copy(`archive/marked?versionId=${VersionId}`, 'new'))).toMatchObject({
      name: 'InvalidRequest',
      status: 400,
    });
    await put('self', 'x');
    expect(await failure(copy('archive/self', 'self'))).toMatchObject({ name: 'InvalidRequest', status: 400 });
  });

  test('that is refused leaves no file behind', async () => {
    await put('large', randomBytes(100_000));
    await put('blocked', 'x');
    const before = readdirSync(join(twin.folder, 'blobs')).length;
    await failure(copy('archive/large', 'blocked', { IfNoneMatch: '*' }));
    await failure(put('blocked', randomBytes(100_000), { IfNoneMatch: '*' }));
    expect(readdirSync(join(twin.folder, 'blobs'))).toHaveLength(before);
  });
});
