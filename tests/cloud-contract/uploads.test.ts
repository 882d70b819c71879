// Uploads of large objects in parts, by URL and by form.
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { type Posting, postForm, presign } from '../signing.ts';
import { failure, openSide } from './side.ts';

const side = await openSide();
const { s3, buckets, signer } = side;
const Bucket = buckets.archive;
afterAll(() => side.close());

const first = Buffer.alloc(5 * 1024 * 1024, 'a');
const last = Buffer.from('the end');

async function begin(Key: string, extra: object = {}) {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...extra }));
  return { Bucket, Key, UploadId };
}
type Where = Awaited<ReturnType<typeof begin>>;
async function send(where: Where, PartNumber: number, Body: Buffer) {
  const { ETag, ChecksumCRC32 } = await s3.send(
    new UploadPartCommand({ ...where, PartNumber, Body, ChecksumAlgorithm: 'CRC32' }),
  );
  return { PartNumber, ETag, ChecksumCRC32 };
}
const complete = (where: Where, Parts: object[], extra: object = {}) =>
  s3.send(new CompleteMultipartUploadCommand({ ...where, MultipartUpload: { Parts }, ...extra }));
const text = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

describe(`multipart uploads (${side.name})`, () => {
  // Python: hashlib.md5(md5(first) + md5(last)); zlib.crc32 of the parts' CRC32s, and of the whole.
  test.each([
    ['COMPOSITE', 'i3wNww==-2'],
    ['FULL_OBJECT', 'UDdeww=='],
  ] as const)('become one object with a %s checksum', async (ChecksumType, checksum) => {
    const Key = `whole/${ChecksumType}`;
    const where = await begin(Key, { ChecksumAlgorithm: 'CRC32', ChecksumType });
    const parts = [await send(where, 1, first), await send(where, 2, last)];
    const done = await complete(where, parts);
    expect(done.ETag).toBe('"dc2bc882b07e1e67a48bed8997ce6caf-2"');
    expect(done).toMatchObject({ ChecksumCRC32: checksum, ChecksumType });
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ContentLength: first.length + last.length, ChecksumCRC32: checksum, ChecksumType });
  });

  test('can be looked at while they run, and are gone when aborted', async () => {
    const where = await begin('aborted');
    await send(where, 2, last);
    await send(where, 1, last);
    const { Parts } = await s3.send(new ListPartsCommand(where));
    expect(Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 7],
      [2, 7],
    ]);
    const list = new ListMultipartUploadsCommand({ Bucket, Prefix: 'aborted' });
    expect((await s3.send(list)).Uploads?.map(({ UploadId }) => UploadId)).toEqual([where.UploadId]);
    await s3.send(new AbortMultipartUploadCommand(where));
    expect((await s3.send(list)).Uploads).toBeUndefined();
  });

  test('take no part once they are aborted', async () => {
    const where = await begin('aborted before');
    await s3.send(new AbortMultipartUploadCommand(where));
    expect(await failure(send(where, 1, last))).toEqual(['NoSuchUpload', 404]);
  });

  test('refuse parts that are too small or unknown', async () => {
    const where = await begin('refused', { ChecksumAlgorithm: 'CRC32' });
    const parts = [await send(where, 1, last), await send(where, 2, last)];
    expect(await failure(complete(where, parts))).toEqual(['EntityTooSmall', 400]);
    expect(await failure(complete(where, [{ ...parts[0], PartNumber: 3 }]))).toEqual(['InvalidPart', 400]);
  });

  test('refuse parts that are out of order', async () => {
    const where = await begin('disordered', { ChecksumAlgorithm: 'CRC32' });
    const parts = [await send(where, 1, first), await send(where, 2, first)];
    expect(await failure(complete(where, parts.toReversed()))).toEqual(['InvalidPartOrder', 400]);
  });

  test('with composite checksums are completed with the checksum of each part only', async () => {
    const where = await begin('unchecked', { ChecksumAlgorithm: 'CRC32' });
    const { PartNumber, ETag } = await send(where, 1, last);
    expect(await failure(complete(where, [{ PartNumber, ETag }]))).toEqual(['InvalidRequest', 400]);
  });

  test('honour If-None-Match at their end', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'taken', Body: 'x' }));
    const where = await begin('taken');
    const parts = [await send(where, 1, last)];
    expect(await failure(complete(where, parts, { IfNoneMatch: '*' }))).toEqual(['PreconditionFailed', 412]);
    expect(await text('taken')).toBe('x');
  });

  test('copy ranges of objects', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: '0123456789' }));
    const where = await begin('copied');
    const CopySource = `${Bucket}/source`;
    const { CopyPartResult } = await s3.send(
      new UploadPartCopyCommand({ ...where, PartNumber: 1, CopySource, CopySourceRange: 'bytes=2-4' }),
    );
    await complete(where, [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]);
    expect(await text('copied')).toBe('234');
  });
});

describe(`presigned URLs (${side.name})`, () => {
  test('read and write by themselves', async () => {
    const path = `/${Bucket}/signed/a (1) ü+.csv`;
    const upload = await presign(signer, path, { method: 'PUT' });
    expect((await fetch(upload, { method: 'PUT', body: 'by URL' })).status).toBe(200);
    expect(await (await fetch(await presign(signer, path))).text()).toBe('by URL');
  });

  test('are 403 for another key', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'signed/b', Body: 'x' }));
    const url = await presign(signer, `/${Bucket}/signed/c`);
    const other = await fetch(url.replace('/signed/c', '/signed/b'));
    expect([other.status, await other.text()]).toEqual([403, expect.stringContaining('<Code>SignatureDoesNotMatch<')]);
  });

  test('are 403 after their time', async () => {
    const signingDate = new Date(Date.now() - 120_000);
    const late = await fetch(await presign(signer, `/${Bucket}/signed/b`, { signingDate }));
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
  });
});

describe(`forms with a signed policy (${side.name})`, () => {
  const conditions = [
    ['starts-with', '$key', 'drops/'],
    ['content-length-range', 1, 5],
  ];
  const post = (posting: Omit<Posting, 'bucket'>) => postForm(signer, { bucket: Bucket, ...posting });

  test('store their file', async () => {
    expect((await post({ conditions, fields: { key: 'drops/form.csv' }, file: 'a,b\n' })).status).toBe(204);
    expect(await text('drops/form.csv')).toBe('a,b\n');
  });

  test.each<[string, Omit<Posting, 'bucket'>, number]>([
    ['a key outside the prefix', { conditions, fields: { key: 'other/form.csv' } }, 403],
    ['a file too large', { conditions, file: 'a,b,c\n' }, 400],
    ['a field without a condition', { conditions, fields: { 'x-amz-meta-a': 'b' } }, 403],
    ['a policy that has ended', { conditions, expiresInMs: -1000 }, 403],
    ['a wrong signature', { conditions, fields: { 'x-amz-signature': '00' } }, 403],
  ])('are refused for %s', async (_, posting, status) => {
    expect((await post(posting)).status).toBe(status);
  });
});
