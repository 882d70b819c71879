// What the pipeline relies on when it reads and writes single objects.
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { afterAll, describe, expect, test } from 'vitest';
import { s3Bucket } from '#lib/aws/bucket.ts';
import { clientsOf, failure, openSide } from './side.ts';

const side = await openSide();
const { s3, buckets } = side;
afterAll(() => side.close());

const at = (Key: string, bucket = buckets.archive) => ({ Bucket: bucket, Key });
const put = (Key: string, Body: string | Buffer, extra: Partial<PutObjectCommandInput> = {}) =>
  s3.send(new PutObjectCommand({ ...at(Key), Body, ...extra }));
const get = (Key: string, extra: object = {}) => s3.send(new GetObjectCommand({ ...at(Key), ...extra }));
const text = async (Key: string, extra: object = {}) => (await get(Key, extra)).Body?.transformToString();

describe(`conditional writes (${side.name})`, () => {
  test('of 50 parallel writers with If-None-Match exactly one wins, and its body stays', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        put('race', String(index), { IfNoneMatch: '*' }).then(
          () => ({ index, refused: undefined }),
          (error: Error & { $metadata?: { httpStatusCode?: number } }) => ({
            index,
            refused: `${error.name} ${error.$metadata?.httpStatusCode}`,
          }),
        ),
      ),
    );
    const winners = outcomes.filter(({ refused }) => refused === undefined);
    expect(winners).toHaveLength(1);
    expect(await text('race')).toBe(String(winners[0].index));
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: buckets.archive, Prefix: 'race' }));
    expect(Versions).toHaveLength(1);
    // S3 answers 409 while a write is under way, whose end it does not know yet, and 412 once the object is there.
    const refusals = new Set(outcomes.flatMap(({ refused }) => refused ?? []));
    expect(['PreconditionFailed 412', 'ConditionalRequestConflict 409']).toEqual(expect.arrayContaining([...refusals]));
    expect(await failure(put('race', 'late', { IfNoneMatch: '*' }))).toEqual(['PreconditionFailed', 412]);
  });

  test('of 50 steps that create a key one is told that it did, and every other that the key is there', async () => {
    const archive = s3Bucket(s3, buckets.archive);
    const created = await Promise.all(Array.from({ length: 50 }, (_, index) => archive.create('once', String(index))));
    expect(created.filter((one) => one)).toHaveLength(1);
    expect(await text('once')).toBe(String(created.indexOf(true)));
  });

  test('If-None-Match writes again once a delete marker is current', async () => {
    await put('marked', 'one', { IfNoneMatch: '*' });
    expect(await failure(put('marked', 'two', { IfNoneMatch: '*' }))).toEqual(['PreconditionFailed', 412]);
    await s3.send(new DeleteObjectCommand(at('marked')));
    await put('marked', 'two', { IfNoneMatch: '*' });
    expect(await text('marked')).toBe('two');
  });

  test('If-Match replaces the object that was read, and no other', async () => {
    const { ETag } = await put('counter', '1');
    await put('counter', '2', { IfMatch: ETag });
    expect(await failure(put('counter', '3', { IfMatch: ETag }))).toEqual(['PreconditionFailed', 412]);
    expect(await text('counter')).toBe('2');
  });

  test('If-Match on a key that does not exist is NoSuchKey', async () => {
    expect(await failure(put('never', '1', { IfMatch: '"0"' }))).toEqual(['NoSuchKey', 404]);
  });
});

describe(`reads (${side.name})`, () => {
  test('of the first, middle and last bytes, and of a suffix longer than the object', async () => {
    await put('range', '0123456789');
    const ranges = ['bytes=0-3', 'bytes=4-', 'bytes=-3', 'bytes=-100', 'bytes=8-100'];
    const found = await Promise.all(
      ranges.map(async (Range) => {
        const { Body, ContentRange, ContentLength } = await get('range', { Range });
        return [await Body?.transformToString(), ContentRange, ContentLength];
      }),
    );
    expect(found).toEqual([
      ['0123', 'bytes 0-3/10', 4],
      ['456789', 'bytes 4-9/10', 6],
      ['789', 'bytes 7-9/10', 3],
      ['0123456789', 'bytes 0-9/10', 10],
      ['89', 'bytes 8-9/10', 2],
    ]);
  });

  test('behind the end are 416', async () => {
    await put('short', '0123');
    expect(await failure(get('short', { Range: 'bytes=4-' }))).toEqual(['InvalidRange', 416]);
  });

  test('are 304 for the etag that the caller has, 412 for another one that it demands', async () => {
    const { ETag } = await put('known', 'x');
    expect((await failure(get('known', { IfNoneMatch: ETag })))[1]).toBe(304);
    expect(await failure(get('known', { IfMatch: '"0"' }))).toEqual(['PreconditionFailed', 412]);
  });

  test('of what is not there are 404: NoSuchKey, NotFound for HEAD, NoSuchBucket', async () => {
    expect(await failure(get('missing'))).toEqual(['NoSuchKey', 404]);
    expect(await failure(s3.send(new HeadObjectCommand(at('missing'))))).toEqual(['NotFound', 404]);
    const elsewhere = new GetObjectCommand(at('k', `${buckets.archive}-missing`));
    expect(await failure(s3.send(elsewhere))).toEqual(['NoSuchBucket', 404]);
  });

  test('bring back content type, metadata and the checksum that was sent', async () => {
    await put('described', 'hello', {
      ContentType: 'text/csv',
      Metadata: { site: 'north' },
      ChecksumAlgorithm: 'SHA256',
    });
    const head = await s3.send(new HeadObjectCommand({ ...at('described'), ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({
      ContentType: 'text/csv',
      Metadata: { site: 'north' },
      // printf hello | openssl dgst -sha256 -binary | base64
      ChecksumSHA256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
      // printf hello | md5sum
      ETag: '"5d41402abc4b2a76b9719d911017c592"',
    });
  });

  test('of a body stored without a checksum bring back CRC64NVME', async () => {
    const plain = clientsOf(side, side.credentials).s3;
    plain.config.requestChecksumCalculation = async () => 'WHEN_REQUIRED';
    await plain.send(new PutObjectCommand({ ...at('unchecked'), Body: '123456789' }));
    plain.destroy();
    const head = await s3.send(new HeadObjectCommand({ ...at('unchecked'), ChecksumMode: 'ENABLED' }));
    // Check value of CRC-64/NVME, ae8b14860a799888: https://reveng.sourceforge.io/crc-catalogue/all.htm
    expect(head).toMatchObject({ ChecksumCRC64NVME: 'rosUhgp5mIg=', ChecksumType: 'FULL_OBJECT' });
  });
});

describe(`damage on the way (${side.name})`, () => {
  test.each([
    ['Content-MD5', { ContentMD5: 'XUFAKrxLKna5cZ2REBfFkg==' }],
    ['a SHA-256', { ChecksumSHA256: `${'A'.repeat(43)}=` }],
  ])('is noticed by %s, and nothing is stored', async (name, extra) => {
    const Key = `damaged by ${name}`;
    expect(await failure(put(Key, 'x', extra))).toEqual(['BadDigest', 400]);
    expect(await failure(get(Key))).toEqual(['NoSuchKey', 404]);
  });
});

describe(`versions (${side.name})`, () => {
  test('stay readable by id, newest first in the listing', async () => {
    const first = await put('versioned', 'one');
    const second = await put('versioned', 'two');
    expect(await text('versioned')).toBe('two');
    expect(await text('versioned', { VersionId: first.VersionId })).toBe('one');
    const listed = await s3.send(new ListObjectVersionsCommand({ Bucket: buckets.archive, Prefix: 'versioned' }));
    expect(listed.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [second.VersionId, true],
      [first.VersionId, false],
    ]);
  });

  test('a deletion leaves a marker: 404 for the key, 405 for the marker; without the marker the object is back', async () => {
    await put('removed', 'here');
    const marker = await s3.send(new DeleteObjectCommand(at('removed')));
    expect(marker.DeleteMarker).toBe(true);
    expect(await failure(get('removed'))).toEqual(['NoSuchKey', 404]);
    expect(await failure(get('removed', { VersionId: marker.VersionId }))).toEqual(['MethodNotAllowed', 405]);
    await s3.send(new DeleteObjectCommand({ ...at('removed'), VersionId: marker.VersionId }));
    expect(await text('removed')).toBe('here');
  });

  test('a version that is not there is NoSuchVersion', async () => {
    const { VersionId } = await put('gone', 'x');
    await s3.send(new DeleteObjectCommand({ ...at('gone'), VersionId }));
    expect(await failure(get('gone', { VersionId }))).toEqual(['NoSuchVersion', 404]);
  });

  test('a bucket without versions replaces and removes', async () => {
    const where = at('only', buckets.plain);
    const answer = await s3.send(new PutObjectCommand({ ...where, Body: 'one' }));
    expect(answer.VersionId).toBeUndefined();
    await s3.send(new PutObjectCommand({ ...where, Body: 'two' }));
    await s3.send(new DeleteObjectCommand(where));
    expect(await failure(s3.send(new GetObjectCommand(where)))).toEqual(['NoSuchKey', 404]);
  });
});

describe(`tags (${side.name})`, () => {
  const tagsOf = async (Key: string, extra: object = {}) =>
    (await s3.send(new GetObjectTaggingCommand({ ...at(Key), ...extra }))).TagSet;

  test('come with the object or later, for the version that is named only', async () => {
    const first = await put('tagged', 'one', { Tagging: 'state=new&site=north' });
    await put('tagged', 'two', { Tagging: 'state=new' });
    const TagSet = [{ Key: 'state', Value: 'done' }];
    await s3.send(new PutObjectTaggingCommand({ ...at('tagged'), VersionId: first.VersionId, Tagging: { TagSet } }));
    expect(await tagsOf('tagged')).toEqual([{ Key: 'state', Value: 'new' }]);
    expect(await tagsOf('tagged', { VersionId: first.VersionId })).toEqual(TagSet);
    expect((await get('tagged')).TagCount).toBe(1);
    await s3.send(new DeleteObjectTaggingCommand(at('tagged')));
    expect(await tagsOf('tagged')).toEqual([]);
  });

  test('more than ten are refused', async () => {
    const TagSet = Array.from({ length: 11 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));
    await put('many tags', 'x');
    const tagging = s3.send(new PutObjectTaggingCommand({ ...at('many tags'), Tagging: { TagSet } }));
    expect((await failure(tagging))[1]).toBe(400);
  });
});

describe(`copies (${side.name})`, () => {
  test('take metadata and tags along, or those that are given', async () => {
    await put('original', 'x', { Metadata: { a: '1' }, Tagging: 't=1' });
    const CopySource = `${buckets.archive}/original`;
    await s3.send(new CopyObjectCommand({ ...at('copy'), CopySource }));
    expect(await get('copy')).toMatchObject({ Metadata: { a: '1' }, TagCount: 1 });
    await s3.send(
      new CopyObjectCommand({
        ...at('changed'),
        CopySource,
        MetadataDirective: 'REPLACE',
        TaggingDirective: 'REPLACE',
        Metadata: { b: '2' },
      }),
    );
    const changed = await get('changed');
    expect(changed.Metadata).toEqual({ b: '2' });
    expect(changed.TagCount).toBeUndefined();
  });

  test('of a version older than the condition allows are 412', async () => {
    await put('stale', 'x');
    const CopySource = `${buckets.archive}/stale`;
    const copying = s3.send(new CopyObjectCommand({ ...at('k'), CopySource, CopySourceIfMatch: '"0"' }));
    expect(await failure(copying)).toEqual(['PreconditionFailed', 412]);
  });
});

const { reader } = side.capabilities;
describe.skipIf(reader === undefined)(`a caller with few permissions (${side.name}, skipped without IAM)`, () => {
  test('reads what it may, and is told 403 for the rest, missing keys included', async () => {
    const limited = clientsOf(side, reader ?? side.credentials).s3;
    const read = (Key: string) => limited.send(new GetObjectCommand(at(Key)));
    await put('open/a', 'x');
    await put('closed/a', 'x');
    expect(await (await read('open/a')).Body?.transformToString()).toBe('x');
    expect(await failure(read('closed/a'))).toEqual(['AccessDenied', 403]);
    // Without s3:ListBucket nobody learns that a key is missing.
    expect(await failure(read('open/missing'))).toEqual(['AccessDenied', 403]);
    expect(await failure(limited.send(new PutObjectCommand({ ...at('open/b'), Body: 'x' })))).toEqual([
      'AccessDenied',
      403,
    ]);
    limited.destroy();
  });
});
