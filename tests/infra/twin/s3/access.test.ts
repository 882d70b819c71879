import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccessRequest } from '#infra/twin/contract.ts';
import { account, bucket, createClient, failure, keyArn, region, startTwin, type Twin, uploader } from './server.ts';

let twin: Twin;
let asked: AccessRequest[] = [];
/** Denied actions, or `action resource` for one resource. */
let denied = new Set<string>();

beforeEach(async () => {
  asked = [];
  denied = new Set();
  twin = await startTwin({
    buckets: [
      bucket('archive'),
      bucket('sealed', { kmsKeyArn: keyArn, bucketKeyEnabled: true }),
      bucket('sealed-each', { kmsKeyArn: keyArn }),
    ],
    authorize: (request) => {
      asked.push(request);
      const isDenied = denied.has(request.action) || denied.has(`${request.action} ${request.resourceArn}`);
      return { allowed: !isDenied, reason: isDenied ? 'denied by this test' : 'allowed by this test' };
    },
  });
});
afterEach(() => twin.close());

const Key = 'drops/north/a b.csv';
const where = { Bucket: 'archive', Key };
const objectArn = `arn:aws:s3:::archive/${Key}`;
const actions = () => asked.map(({ action, resourceArn }) => `${action} ${resourceArn}`);
const put = (extra: object = {}) => twin.client.send(new PutObjectCommand({ ...where, Body: 'x', ...extra }));

/** Runs a call and returns what it asked of the policies, and nothing from before. */
async function askedBy(call: () => Promise<unknown>): Promise<readonly string[]> {
  asked = [];
  await call();
  return actions();
}

describe('the action and resource asked for', () => {
  test('differ between the current object and a named version', async () => {
    const { VersionId } = await put();
    const send = twin.client;
    expect(await askedBy(() => send.send(new GetObjectCommand(where)))).toEqual([`s3:GetObject ${objectArn}`]);
    expect(await askedBy(() => send.send(new GetObjectCommand({ ...where, VersionId })))).toEqual([
      `s3:GetObjectVersion ${objectArn}`,
    ]);
    expect(asked[0].context['s3:versionid']).toBe(VersionId);
    expect(await askedBy(() => send.send(new HeadObjectCommand(where)))).toEqual([`s3:GetObject ${objectArn}`]);
    expect(await askedBy(() => send.send(new GetObjectTaggingCommand(where)))).toEqual([
      `s3:GetObjectTagging ${objectArn}`,
    ]);
    expect(await askedBy(() => send.send(new GetObjectTaggingCommand({ ...where, VersionId })))).toEqual([
      `s3:GetObjectVersionTagging ${objectArn}`,
    ]);
    const Tagging = { TagSet: [{ Key: 'state', Value: 'done' }] };
    expect(await askedBy(() => send.send(new PutObjectTaggingCommand({ ...where, Tagging })))).toEqual([
      `s3:PutObjectTagging ${objectArn}`,
    ]);
    expect(await askedBy(() => send.send(new PutObjectTaggingCommand({ ...where, VersionId, Tagging })))).toEqual([
      `s3:PutObjectVersionTagging ${objectArn}`,
    ]);
    expect(await askedBy(() => send.send(new DeleteObjectCommand(where)))).toEqual([`s3:DeleteObject ${objectArn}`]);
    expect(await askedBy(() => send.send(new DeleteObjectCommand({ ...where, VersionId })))).toEqual([
      `s3:DeleteObjectVersion ${objectArn}`,
    ]);
  });

  test('of bucket calls are those of the bucket', async () => {
    const arn = 'arn:aws:s3:::archive';
    const Bucket = 'archive';
    const send = twin.client;
    expect(await askedBy(() => send.send(new HeadBucketCommand({ Bucket })))).toEqual([`s3:ListBucket ${arn}`]);
    expect(await askedBy(() => send.send(new ListObjectsV2Command({ Bucket })))).toEqual([`s3:ListBucket ${arn}`]);
    expect(await askedBy(() => send.send(new ListObjectVersionsCommand({ Bucket })))).toEqual([
      `s3:ListBucketVersions ${arn}`,
    ]);
    expect(await askedBy(() => send.send(new GetBucketLocationCommand({ Bucket })))).toEqual([
      `s3:GetBucketLocation ${arn}`,
    ]);
    expect(await askedBy(() => send.send(new GetBucketVersioningCommand({ Bucket })))).toEqual([
      `s3:GetBucketVersioning ${arn}`,
    ]);
    expect(await askedBy(() => send.send(new ListBucketsCommand({})))).toEqual(['s3:ListAllMyBuckets arn:aws:s3:::*']);
  });

  test('of a put with tags include the tagging, with the tags as condition keys', async () => {
    expect(await askedBy(() => put({ Tagging: 'State=new&site=north' }))).toEqual([
      `s3:PutObject ${objectArn}`,
      `s3:PutObjectTagging ${objectArn}`,
    ]);
    for (const { context } of asked) {
      expect(context).toMatchObject({
        's3:requestobjecttag/state': 'new',
        's3:requestobjecttag/site': 'north',
        's3:requestobjecttagkeys': ['State', 'site'],
      });
    }
  });

  test('of a copy are those of reading its source and writing its target', async () => {
    const { VersionId } = await put({ Tagging: 'a=1' });
    const CopySource = `archive/${encodeURIComponent(Key)}`;
    const target = 'arn:aws:s3:::archive/copy';
    expect(
      await askedBy(() => twin.client.send(new CopyObjectCommand({ Bucket: 'archive', Key: 'copy', CopySource }))),
    ).toEqual([
      `s3:GetObject ${objectArn}`,
      `s3:GetObjectTagging ${objectArn}`,
      `s3:PutObject ${target}`,
      `s3:PutObjectTagging ${target}`,
    ]);
    const versioned = `${CopySource}?versionId=${VersionId}`;
    expect(
      await askedBy(() =>
        twin.client.send(new CopyObjectCommand({ Bucket: 'archive', Key: 'copy', CopySource: versioned })),
      ),
    ).toEqual([
      `s3:GetObjectVersion ${objectArn}`,
      `s3:GetObjectVersionTagging ${objectArn}`,
      `s3:PutObject ${target}`,
      `s3:PutObjectTagging ${target}`,
    ]);
    for (const action of ['s3:GetObject', 's3:GetObjectTagging', `s3:PutObject ${target}`, 's3:PutObjectTagging']) {
      denied = new Set([action]);
      const call = twin.client.send(new CopyObjectCommand({ Bucket: 'archive', Key: 'copy', CopySource }));
      expect(await failure(call), action).toMatchObject({ name: 'AccessDenied', status: 403 });
    }
  });

  test('of a write with If-Match include reading', async () => {
    const { ETag } = await put();
    expect(await askedBy(() => put({ IfMatch: ETag }))).toContain(`s3:GetObject ${objectArn}`);
    expect(asked[0].context).toMatchObject({ 's3:if-match': ETag });
    denied = new Set(['s3:GetObject']);
    expect(await failure(put({ IfMatch: ETag }))).toMatchObject({ name: 'AccessDenied' });
  });
});

describe('the condition keys', () => {
  test('of every call name the transport and the principal', async () => {
    await put();
    expect(asked[0].principal).toEqual(uploader);
    expect(asked[0].context).toMatchObject({
      'aws:securetransport': 'true',
      's3:signatureversion': 'AWS4-HMAC-SHA256',
      's3:resourceaccount': account,
    });
  });

  test('of a listing are those sent and no others', async () => {
    await twin.client.send(
      new ListObjectsV2Command({ Bucket: 'archive', Prefix: 'drops/north/', Delimiter: '/', MaxKeys: 5 }),
    );
    expect(asked[0].context).toMatchObject({ 's3:prefix': 'drops/north/', 's3:delimiter': '/', 's3:max-keys': '5' });
    asked = [];
    await twin.client.send(new ListObjectsV2Command({ Bucket: 'archive' }));
    expect(Object.keys(asked[0].context).filter((key) => /prefix|delimiter|max-keys/.test(key))).toEqual([]);
  });

  test('of a write name its condition and its encryption as sent', async () => {
    await put({ IfNoneMatch: '*' });
    expect(asked[0].context).toMatchObject({ 's3:if-none-match': '*' });
    expect(asked[0].context['s3:x-amz-server-side-encryption']).toBeUndefined();
    asked = [];
    await put({ Bucket: 'sealed', ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn });
    expect(asked[0].context).toMatchObject({
      's3:x-amz-server-side-encryption': 'aws:kms',
      's3:x-amz-server-side-encryption-aws-kms-key-id': keyArn,
    });
  });

  test('of a read name the tags of the object', async () => {
    await put({ Tagging: 'State=done' });
    asked = [];
    await twin.client.send(new GetObjectCommand(where));
    expect(asked[0].context).toMatchObject({ 's3:existingobjecttag/state': 'done' });
  });
});

describe('a denied caller', () => {
  test('gets 403 AccessDenied and nothing changes', async () => {
    denied = new Set(['s3:PutObject']);
    const error = await failure(put());
    expect(error).toMatchObject({ name: 'AccessDenied', status: 403 });
    expect(error.message).toBe('uploader/north is not authorized to perform: s3:PutObject (denied by this test)');
    denied = new Set();
    expect(await failure(twin.client.send(new GetObjectCommand(where)))).toMatchObject({ name: 'NoSuchKey' });
  });

  test('without s3:ListBucket cannot tell a missing key, a missing version or a delete marker from a forbidden one', async () => {
    denied = new Set(['s3:ListBucket']);
    const get = () => twin.client.send(new GetObjectCommand(where));
    expect(await failure(get())).toMatchObject({ name: 'AccessDenied', status: 403 });
    expect(await failure(twin.client.send(new HeadObjectCommand(where)))).toMatchObject({ status: 403 });
    expect(await failure(twin.client.send(new GetObjectTaggingCommand(where)))).toMatchObject({ name: 'AccessDenied' });
    await put();
    await twin.client.send(new DeleteObjectCommand(where));
    expect(await failure(get())).toMatchObject({ name: 'AccessDenied', status: 403 });
    const missing = twin.client.send(new GetObjectCommand({ ...where, VersionId: 'A'.repeat(32) }));
    expect(await failure(missing)).toMatchObject({ name: 'AccessDenied', status: 403 });
    const CopySource = 'archive/absent';
    expect(await failure(twin.client.send(new CopyObjectCommand({ ...where, CopySource })))).toMatchObject({
      name: 'AccessDenied',
    });
  });

  test('of DeleteObjects is told for each key', async () => {
    await put();
    await put({ Key: 'kept' });
    denied = new Set(['s3:DeleteObject arn:aws:s3:::archive/kept']);
    const Delete = { Objects: [{ Key }, { Key: 'kept' }] };
    const { Deleted, Errors } = await twin.client.send(new DeleteObjectsCommand({ Bucket: 'archive', Delete }));
    expect(Deleted).toMatchObject([{ Key, DeleteMarker: true }]);
    expect(Errors).toMatchObject([{ Key: 'kept', Code: 'AccessDenied' }]);
    await twin.client.send(new GetObjectCommand({ Bucket: 'archive', Key: 'kept' }));
  });

  test('with an unknown access key or none gets InvalidAccessKeyId', async () => {
    const stranger = createClient(twin.endpoint, 'STRANGER');
    const call = stranger.send(new GetObjectCommand(where));
    expect(await failure(call)).toMatchObject({ name: 'InvalidAccessKeyId', status: 403 });
    expect((await fetch(`${twin.endpoint}/archive/k`)).status).toBe(403);
    stranger.destroy();
  });
});

describe('a bucket with a KMS key', () => {
  test.each([
    ['sealed', 'arn:aws:s3:::sealed'],
    ['sealed-each', `arn:aws:s3:::sealed-each/${Key}`],
  ])('asks for the key in the name of the caller: %s', async (Bucket, encryptionContext) => {
    const context = {
      'kms:viaservice': `s3.${region}.amazonaws.com`,
      'kms:encryptioncontext:aws:s3:arn': encryptionContext,
    };
    await put({ Bucket });
    expect(actions()).toEqual([`s3:PutObject arn:aws:s3:::${Bucket}/${Key}`, `kms:GenerateDataKey ${keyArn}`]);
    expect(asked[1].context).toMatchObject(context);
    asked = [];
    const response = await twin.client.send(new GetObjectCommand({ Bucket, Key }));
    expect(response).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn });
    expect(actions()).toEqual([`s3:GetObject arn:aws:s3:::${Bucket}/${Key}`, `kms:Decrypt ${keyArn}`]);
    expect(asked[1].context).toMatchObject(context);
  });

  test('refuses writers and readers who may not use the key, but shows them the metadata', async () => {
    const sealed = { Bucket: 'sealed', Key };
    await put(sealed);
    denied = new Set(['kms:GenerateDataKey', 'kms:Decrypt']);
    expect(await failure(put(sealed))).toMatchObject({ name: 'AccessDenied', status: 403 });
    expect(await failure(twin.client.send(new GetObjectCommand(sealed)))).toMatchObject({
      name: 'AccessDenied',
      status: 403,
    });
    expect((await twin.client.send(new HeadObjectCommand(sealed))).ContentLength).toBe(1);
    const withChecksum = twin.client.send(new HeadObjectCommand({ ...sealed, ChecksumMode: 'ENABLED' }));
    expect(await failure(withChecksum)).toMatchObject({ status: 403 });
  });

  test('takes its own key by ARN or id and no other', async () => {
    const kms = { Bucket: 'sealed', ServerSideEncryption: 'aws:kms' };
    const id = keyArn.split('/')[1];
    expect(await put({ ...kms, SSEKMSKeyId: id })).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyArn,
      BucketKeyEnabled: true,
    });
    expect(await failure(put({ ...kms, SSEKMSKeyId: 'another' }))).toMatchObject({
      name: 'NotImplemented',
      status: 501,
    });
  });

  test('stores without the key on request, and then reads without it', async () => {
    await put({ Bucket: 'sealed', ServerSideEncryption: 'AES256' });
    denied = new Set(['kms:Decrypt']);
    const response = await twin.client.send(new GetObjectCommand({ Bucket: 'sealed', Key }));
    expect(response.ServerSideEncryption).toBe('AES256');
  });
});
