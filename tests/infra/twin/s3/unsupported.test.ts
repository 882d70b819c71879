import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  PutBucketPolicyCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { account, failure, raw, region, startTwin, type Twin } from './server.ts';

let twin: Twin;
const where = { Bucket: 'archive', Key: 'k' };
beforeAll(async () => {
  twin = await startTwin();
  await twin.client.send(new PutObjectCommand({ ...where, Body: 'precious' }));
});
afterAll(() => twin.close());

async function expectUntouched() {
  const { Body, VersionId } = await twin.client.send(new GetObjectCommand(where));
  expect(await Body?.transformToString()).toBe('precious');
  const count = twin.db.prepare('SELECT count(*) AS versions FROM s3_versions').get();
  expect(count).toEqual({ versions: 1 });
  expect(VersionId).toHaveLength(32);
}

describe('what the twin does not do gets 501 NotImplemented and changes nothing', () => {
  test.each([
    ['GetObjectAcl', () => twin.client.send(new GetObjectAclCommand(where))],
    ['PutObjectAcl', () => twin.client.send(new PutObjectAclCommand({ ...where, ACL: 'private' }))],
    [
      'PutObjectLegalHold',
      () => twin.client.send(new PutObjectLegalHoldCommand({ ...where, LegalHold: { Status: 'ON' } })),
    ],
    [
      'GetObjectAttributes',
      () => twin.client.send(new GetObjectAttributesCommand({ ...where, ObjectAttributes: ['ETag'] })),
    ],
    [
      'CreateMultipartUpload with an ACL',
      () => twin.client.send(new CreateMultipartUploadCommand({ ...where, ACL: 'private' })),
    ],
    ['PutBucketPolicy', () => twin.client.send(new PutBucketPolicyCommand({ Bucket: 'archive', Policy: '{}' }))],
    ['CreateBucket', () => twin.client.send(new CreateBucketCommand({ Bucket: 'new' }))],
    ['ListObjects, first version', () => twin.client.send(new ListObjectsCommand({ Bucket: 'archive' }))],
    ['a part of an object', () => twin.client.send(new GetObjectCommand({ ...where, PartNumber: 1 }))],
    ['an ACL on a put', () => twin.client.send(new PutObjectCommand({ ...where, Body: 'x', ACL: 'public-read' }))],
    ['a storage class', () => twin.client.send(new PutObjectCommand({ ...where, Body: 'x', StorageClass: 'GLACIER' }))],
    [
      'an object lock',
      () => twin.client.send(new PutObjectCommand({ ...where, Body: 'x', ObjectLockLegalHoldStatus: 'ON' })),
    ],
    [
      'a key of the caller (SSE-C)',
      () =>
        twin.client.send(
          new GetObjectCommand({
            ...where,
            SSECustomerAlgorithm: 'AES256',
            SSECustomerKey: Buffer.alloc(32, 1).toString('base64'),
          }),
        ),
    ],
    [
      'KMS on a bucket without a key',
      () => twin.client.send(new PutObjectCommand({ ...where, Body: 'x', ServerSideEncryption: 'aws:kms' })),
    ],
  ])('%s', async (_, call) => {
    expect(await failure(call())).toMatchObject({ name: 'NotImplemented', status: 501 });
    await expectUntouched();
  });

  test.each([
    ['PUT', '/archive/k?invented', 'PutObject with ?invented'],
    ['PUT', '/archive/k?partNumber=1&invented=x', 'UploadPart with ?invented'],
    ['GET', '/archive/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0', 'GetObject with ?X-Amz-Algorithm'],
    ['GET', '/archive?policy', 'GET on a bucket with ?policy'],
    ['DELETE', '/archive', 'DELETE on a bucket'],
    ['POST', '/archive', 'POST on a bucket'],
    ['PATCH', '/archive/k', 'PATCH on an object'],
    ['GET', '/archive?list-type=3', 'ListObjects with list-type other than 2'],
    ['GET', '/archive?list-type=2&invented=1', 'ListObjectsV2 with ?invented'],
  ])('%s %s, named in the answer', async (method, path, named) => {
    const response = await raw(twin.endpoint, method, path, {}, method === 'PUT' ? 'x' : '');
    expect(response.status).toBe(501);
    expect(response.body).toContain('<Code>NotImplemented</Code>');
    expect(response.body).toContain(`<Message>${named} is not implemented by the twin</Message>`);
    await expectUntouched();
  });

  test.each(['x-amz-website-redirect-location', 'x-amz-mfa', 'x-amz-invented'])('header %s', async (name) => {
    const response = await raw(twin.endpoint, 'PUT', '/archive/k', { [name]: '/x' }, 'x');
    expect(response.status).toBe(501);
    expect(response.body).toContain(`header ${name}`);
    await expectUntouched();
  });

  test('a condition on an operation that has none', async () => {
    expect(await raw(twin.endpoint, 'DELETE', '/archive/k', { 'if-match': '"x"' })).toMatchObject({ status: 501 });
    await expectUntouched();
  });
});

describe('a bucket', () => {
  test('says where it is, whether it keeps versions, and who owns it', async () => {
    expect(await twin.client.send(new HeadBucketCommand({ Bucket: 'archive' }))).toMatchObject({
      BucketRegion: region,
    });
    expect(await twin.client.send(new GetBucketLocationCommand({ Bucket: 'archive' }))).toMatchObject({
      LocationConstraint: region,
    });
    expect((await twin.client.send(new GetBucketVersioningCommand({ Bucket: 'archive' }))).Status).toBe('Enabled');
    expect((await twin.client.send(new GetBucketVersioningCommand({ Bucket: 'scratch' }))).Status).toBeUndefined();
    const { Buckets } = await twin.client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['archive', 'scratch']);
    await twin.client.send(new HeadBucketCommand({ Bucket: 'archive', ExpectedBucketOwner: account }));
    const other = twin.client.send(new GetObjectCommand({ ...where, ExpectedBucketOwner: '999999999999' }));
    expect(await failure(other)).toMatchObject({ name: 'AccessDenied', status: 403 });
  });

  test('that is missing is NotFound for HEAD', async () => {
    const call = twin.client.send(new HeadBucketCommand({ Bucket: 'elsewhere' }));
    expect(await failure(call)).toMatchObject({ name: 'NotFound', status: 404 });
  });
});
