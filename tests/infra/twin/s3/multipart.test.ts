import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  type ChecksumType,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccessRequest } from '#infra/twin/contract.ts';
import { computeChecksum } from '#infra/twin/s3/checksums.ts';
import { bucket, failure, keyArn, queueArn, startTwin, type Twin } from './server.ts';

const MEBIBYTE = 1024 * 1024;
const first = Buffer.alloc(5 * MEBIBYTE, 'a');
const last = Buffer.from('the end');
const whole = Buffer.concat([first, last]);

let twin: Twin;
beforeAll(async () => {
  const notifications = [{ id: 'All', events: ['s3:ObjectCreated:*'], prefix: '', suffix: '', queueArn }];
  twin = await startTwin({ buckets: [bucket('archive', { notifications }), bucket('scratch', { versioned: false })] });
});
afterAll(() => twin.close());

const at = (Key: string) => ({ Bucket: 'archive', Key });
async function begin(Key: string, extra: object = {}) {
  const { UploadId = '' } = await twin.client.send(new CreateMultipartUploadCommand({ ...at(Key), ...extra }));
  return { ...at(Key), UploadId };
}
type Where = Awaited<ReturnType<typeof begin>>;
async function send(where: Where, PartNumber: number, Body: Buffer, ChecksumAlgorithm: ChecksumAlgorithm = 'CRC32') {
  const { $metadata, ...answer } = await twin.client.send(
    new UploadPartCommand({ ...where, PartNumber, Body, ChecksumAlgorithm }),
  );
  return { ...answer, PartNumber };
}
const complete = (where: Where, Parts: object[], extra: object = {}) =>
  twin.client.send(new CompleteMultipartUploadCommand({ ...where, MultipartUpload: { Parts }, ...extra }));
async function body(Key: string) {
  const response = await twin.client.send(new GetObjectCommand(at(Key)));
  return Buffer.from((await response.Body?.transformToByteArray()) ?? []);
}

describe('a multipart upload', () => {
  test('becomes one object with the headers, tags and etag of S3, and announces it once', async () => {
    const where = await begin('whole', {
      ContentType: 'text/plain',
      Metadata: { site: 'north' },
      Tagging: 'state=new',
    });
    const parts = [await send(where, 1, first), await send(where, 7, last)];
    const sentBefore = twin.sent().length;
    const done = await complete(where, parts);
    // S3's rule (https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html), with the digest of Node's OpenSSL.
    const digests = [first, last].map((part) => createHash('md5').update(part).digest());
    expect(done.ETag).toBe(`"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-2"`);
    expect(done.VersionId).toHaveLength(32);
    const response = await twin.client.send(new HeadObjectCommand(at('whole')));
    expect(response).toMatchObject({
      ContentLength: whole.length,
      ContentType: 'text/plain',
      Metadata: { site: 'north' },
      ETag: done.ETag,
    });
    expect((await body('whole')).equals(whole)).toBe(true);
    expect((await twin.client.send(new GetObjectTaggingCommand(at('whole')))).TagSet).toEqual([
      { Key: 'state', Value: 'new' },
    ]);
    const events = twin.sent().slice(sentBefore);
    expect(events.map((event) => JSON.parse(event.body).Records[0])).toMatchObject([
      {
        eventName: 'ObjectCreated:CompleteMultipartUpload',
        s3: { object: { key: 'whole', size: whole.length, versionId: done.VersionId } },
      },
    ]);
    expect(await failure(complete(where, parts))).toMatchObject({ name: 'NoSuchUpload', status: 404 });
  });

  test('shows its parts and itself while it runs, and nothing of it after an abort', async () => {
    const where = await begin('aborted/ü +');
    for (const number of [3, 1, 2]) await send(where, number, last);
    const again = await send(where, 2, Buffer.from('again'));
    const list = (extra: object) => twin.client.send(new ListPartsCommand({ ...where, ...extra }));
    const page = await list({ MaxParts: 2 });
    expect(page.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, 7],
      [2, 5],
    ]);
    expect(page.Parts?.[1].ETag).toBe(again.ETag);
    expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '2' });
    const rest = await list({ PartNumberMarker: page.NextPartNumberMarker });
    expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([3]);
    const uploads = async () =>
      (await twin.client.send(new ListMultipartUploadsCommand({ Bucket: 'archive', Prefix: 'aborted/' }))).Uploads;
    expect(await uploads()).toMatchObject([{ Key: 'aborted/ü +', UploadId: where.UploadId }]);
    expect(await failure(twin.client.send(new HeadObjectCommand(at(where.Key))))).toMatchObject({ status: 404 });
    await twin.client.send(new AbortMultipartUploadCommand(where));
    expect(await uploads()).toBeUndefined();
    expect(await failure(send(where, 4, last))).toMatchObject({ name: 'NoSuchUpload', status: 404 });
    expect(await failure(list({}))).toMatchObject({ name: 'NoSuchUpload' });
  });

  test('of which there are many is listed page by page', async () => {
    const started: Where[] = [];
    for (const key of ['many/b', 'many/a', 'many/a', 'many/c/1', 'many/c/2']) started.push(await begin(key));
    const input = { Bucket: 'archive', Prefix: 'many/', MaxUploads: 2 };
    const found: (string | undefined)[] = [];
    let markers: object = {};
    for (let more = true; more; ) {
      const page = await twin.client.send(new ListMultipartUploadsCommand({ ...input, ...markers }));
      found.push(...(page.Uploads ?? []).map(({ UploadId }) => UploadId));
      markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      more = page.IsTruncated === true;
    }
    expect(found).toEqual([1, 2, 0, 3, 4].map((index) => started[index].UploadId));
    const grouped = await twin.client.send(
      new ListMultipartUploadsCommand({ Bucket: 'archive', Prefix: 'many/', Delimiter: '/' }),
    );
    expect(grouped.CommonPrefixes).toEqual([{ Prefix: 'many/c/' }]);
    expect(grouped.Uploads).toHaveLength(3);
  });

  test('survives a restart, its parts on disk', async () => {
    const where = await begin('restarted');
    const part = await send(where, 1, first);
    const again = await startTwin({ folder: twin.folder, buckets: [bucket('archive')] });
    const done = await again.client.send(
      new CompleteMultipartUploadCommand({ ...where, MultipartUpload: { Parts: [part] } }),
    );
    await again.close();
    expect(done.ETag).toMatch(/-1"$/);
    expect((await body('restarted')).equals(first)).toBe(true);
  });

  test('copies parts from objects, whole or a range', async () => {
    await twin.client.send(new PutObjectCommand({ ...at('source ü'), Body: whole }));
    const where = await begin('copied', { ChecksumAlgorithm: 'CRC32C', ChecksumType: 'FULL_OBJECT' });
    const copy = async (PartNumber: number, extra: object = {}) => {
      const CopySource = `archive/${encodeURIComponent('source ü')}`;
      const answer = await twin.client.send(new UploadPartCopyCommand({ ...where, PartNumber, CopySource, ...extra }));
      return { PartNumber, ETag: answer.CopyPartResult?.ETag };
    };
    const parts = [await copy(1), await copy(2, { CopySourceRange: `bytes=${first.length}-${whole.length - 1}` })];
    await complete(where, parts);
    expect((await body('copied')).equals(Buffer.concat([whole, last]))).toBe(true);
    const outside = copy(3, { CopySourceRange: `bytes=0-${whole.length}` });
    expect(await failure(outside)).toMatchObject({ status: expect.any(Number) });
    await twin.client.send(new CopyObjectCommand({ ...at('copy of all'), CopySource: 'archive/copied' }));
    const copied = await twin.client.send(new HeadObjectCommand({ ...at('copy of all'), ChecksumMode: 'ENABLED' }));
    expect(copied.ETag).toBe(`"${createHash('md5').update(whole).update(last).digest('hex')}"`);
    expect(copied.ChecksumCRC32C).toBe(computeChecksum('CRC32C', Buffer.concat([whole, last])));
  });
});

describe('completing', () => {
  test('refuses parts that are too small, unknown, changed, or out of order, and stores nothing', async () => {
    const where = await begin('refused', { ChecksumAlgorithm: 'CRC32' });
    const small = await send(where, 1, last);
    const second = await send(where, 2, last);
    const cases: [string, object[]][] = [
      ['EntityTooSmall', [small, second]],
      ['InvalidPart', [{ ...small, PartNumber: 3 }]],
      ['InvalidPart', [{ ...small, ETag: '"00000000000000000000000000000000"' }]],
      ['InvalidPart', [{ ...small, ChecksumCRC32: 'AAAAAA==' }]],
      ['InvalidPartOrder', [second, small]],
      ['InvalidRequest', [{ PartNumber: 1, ETag: small.ETag }]],
      ['MalformedXML', []],
    ];
    for (const [name, parts] of cases) {
      expect(await failure(complete(where, parts)), name).toMatchObject({ name, status: 400 });
    }
    expect(await failure(complete(where, [small], { MpuObjectSize: 8 }))).toMatchObject({ name: 'InvalidRequest' });
    expect(await failure(complete({ ...where, UploadId: 'unknown' }, [small]))).toMatchObject({ status: 404 });
    expect(await failure(twin.client.send(new HeadObjectCommand(at('refused'))))).toMatchObject({ status: 404 });
    await complete(where, [small], { MpuObjectSize: 7 });
    expect((await body('refused')).toString()).toBe('the end');
  });

  test('honours If-None-Match and If-Match; of parallel completions one wins', async () => {
    const uploads = await Promise.all(Array.from({ length: 8 }, () => begin('raced')));
    const outcomes = await Promise.all(
      uploads.map(async (where, index) => {
        const parts = [await send(where, 1, Buffer.from(String(index)))];
        return complete(where, parts, { IfNoneMatch: '*' }).then(
          ({ ETag }) => ETag,
          (error: Error) => error.name,
        );
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'PreconditionFailed')).toHaveLength(7);
    const winner = outcomes.find((outcome) => outcome !== 'PreconditionFailed');
    const where = await begin('raced');
    const parts = [await send(where, 1, last)];
    expect(await failure(complete(where, parts, { IfMatch: '"0"' }))).toMatchObject({ status: 412 });
    await complete(where, parts, { IfMatch: winner });
    expect((await body('raced')).toString()).toBe('the end');
  });

  test('leaves no file behind when it is aborted in the middle', async () => {
    const where = await begin('halfway');
    const parts = [await send(where, 1, first), await send(where, 2, first)];
    const completing = complete(where, parts).then(
      () => 'completed',
      (error: Error) => error.name,
    );
    const aborting = twin.client.send(new AbortMultipartUploadCommand(where)).then(
      () => 'aborted',
      (error: Error) => error.name,
    );
    const outcomes = await Promise.all([completing, aborting]);
    expect([
      ['completed', 'NoSuchUpload'],
      ['NoSuchUpload', 'aborted'],
    ]).toContainEqual(outcomes);
  });
});

describe('checksums', () => {
  // Python 3, f = b'a' * 5 * 2**20, l = b'the end', c = lambda x: struct.pack('>I', zlib.crc32(x)), s = lambda x:
  // hashlib.sha256(x).digest(): base64 of c(c(f) + c(l)), c(f + l) and s(s(f) + s(l)); and with crcmod 1.7
  // mkCrcFun(0x1ad93d23594c93659, initCrc=0, xorOut=0xffffffffffffffff, rev=True)(f + l), whose check value is that of the
  // CRC catalogue (see integrity.test.ts).
  test.each<[ChecksumAlgorithm | undefined, ChecksumType | undefined, string, string]>([
    ['CRC32', undefined, 'COMPOSITE', 'i3wNww==-2'],
    ['CRC32', 'FULL_OBJECT', 'FULL_OBJECT', 'UDdeww=='],
    ['SHA256', undefined, 'COMPOSITE', 'stKFFJNNoqm09I0IEVuGts1Qlzwts4MyyX5v3V24AU4=-2'],
    ['CRC64NVME', undefined, 'FULL_OBJECT', '/sibae8xldY='],
  ])('%s %s', async (algorithm, type, storedType, value) => {
    const Key = `checksum/${algorithm}/${type}`;
    const where = await begin(Key, { ChecksumAlgorithm: algorithm, ChecksumType: type });
    const sending = algorithm === 'CRC64NVME' ? 'CRC32' : algorithm;
    const parts =
      algorithm === 'CRC64NVME'
        ? await Promise.all([rawPart(where, 1, first), rawPart(where, 2, last)])
        : [await send(where, 1, first, sending), await send(where, 2, last, sending)];
    const name = `Checksum${algorithm}`;
    const done = await complete(where, parts);
    expect(done).toMatchObject({ [name]: value, ChecksumType: storedType });
    const head = await twin.client.send(new HeadObjectCommand({ ...at(Key), ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ [name]: value, ChecksumType: storedType });
    const { Contents } = await twin.client.send(new ListObjectsV2Command({ Bucket: 'archive', Prefix: Key }));
    expect(Contents).toMatchObject([{ ChecksumAlgorithm: [algorithm], ChecksumType: storedType }]);
    expect((await body(Key)).equals(whole)).toBe(true);
  });

  /** The SDK computes no CRC64NVME without an optional package, so S3 does. */
  async function rawPart(where: Where, PartNumber: number, bytes: Buffer) {
    const ChecksumCRC64NVME = computeChecksum('CRC64NVME', bytes);
    const { ETag } = await twin.client.send(
      new UploadPartCommand({ ...where, PartNumber, Body: bytes, ChecksumCRC64NVME }),
    );
    return { ETag, PartNumber, ChecksumCRC64NVME };
  }

  test('of a whole object that is not what was sent is BadDigest', async () => {
    const where = await begin('digest', { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const parts = [await send(where, 1, last)];
    expect(await failure(complete(where, parts, { ChecksumCRC32: 'AAAAAA==' }))).toMatchObject({ name: 'BadDigest' });
    await complete(where, parts, { ChecksumCRC32: computeChecksum('CRC32', last) });
  });

  test('of another algorithm than the upload has, or of a type that it cannot have, are InvalidRequest', async () => {
    const where = await begin('mixed', { ChecksumAlgorithm: 'SHA256' });
    expect(await failure(send(where, 1, last, 'CRC32'))).toMatchObject({ name: 'InvalidRequest' });
    const impossible = begin('mixed', { ChecksumAlgorithm: 'SHA1', ChecksumType: 'FULL_OBJECT' });
    expect(await failure(impossible)).toMatchObject({ name: 'InvalidRequest' });
  });
});

test('each operation asks for the permission that IAM names, and for the key of the bucket', async () => {
  const asked: AccessRequest[] = [];
  const authorize = (request: AccessRequest) => {
    asked.push(request);
    return { allowed: true, reason: 'asked' };
  };
  await using other = await startTwin({ authorize, buckets: [bucket('archive', { kmsKeyArn: keyArn })] });
  const where = { ...at('k'), UploadId: '' };
  const actionsOf = async (call: () => Promise<unknown>) => {
    asked.length = 0;
    await call();
    return asked.map(({ action, resourceArn }) => `${action} ${resourceArn.split(':').at(-1)}`);
  };
  const key = `key/${keyArn.split('/')[1]}`;
  expect(
    await actionsOf(async () => {
      const created = await other.client.send(new CreateMultipartUploadCommand(at('k')));
      where.UploadId = created.UploadId ?? '';
    }),
  ).toEqual(['s3:PutObject archive/k', `kms:GenerateDataKey ${key}`]);
  let part: object = {};
  expect(
    await actionsOf(async () => {
      const { $metadata, ...sent } = await other.client.send(
        new UploadPartCommand({ ...where, PartNumber: 1, Body: 'x' }),
      );
      part = { ...sent, PartNumber: 1 };
    }),
  ).toEqual(['s3:PutObject archive/k', `kms:Decrypt ${key}`]);
  expect(await actionsOf(() => other.client.send(new ListPartsCommand(where)))).toEqual([
    's3:ListMultipartUploadParts archive/k',
  ]);
  const list = new ListMultipartUploadsCommand({ Bucket: 'archive' });
  expect(await actionsOf(() => other.client.send(list))).toEqual(['s3:ListBucketMultipartUploads archive']);
  const finish = new CompleteMultipartUploadCommand({ ...where, MultipartUpload: { Parts: [part] }, IfNoneMatch: '*' });
  expect(await actionsOf(() => other.client.send(finish))).toEqual(['s3:PutObject archive/k', `kms:Decrypt ${key}`]);
  const { UploadId } = await other.client.send(new CreateMultipartUploadCommand(at('k')));
  const abort = new AbortMultipartUploadCommand({ ...at('k'), UploadId });
  expect(await actionsOf(() => other.client.send(abort))).toEqual(['s3:AbortMultipartUpload archive/k']);
});
