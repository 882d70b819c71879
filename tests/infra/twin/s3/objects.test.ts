import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failure, raw, startTwin, type Twin } from './server.ts';

let twin: Twin;
beforeAll(async () => {
  twin = await startTwin();
});
afterAll(() => twin.close());

const put = (Key: string, Body: string | Buffer, extra: object = {}) =>
  twin.client.send(new PutObjectCommand({ Bucket: 'archive', Key, Body, ...extra }));
const get = (Key: string, extra: object = {}) =>
  twin.client.send(new GetObjectCommand({ Bucket: 'archive', Key, ...extra }));
const bytes = async (response: { Body?: { transformToByteArray(): Promise<Uint8Array> } }) =>
  Buffer.from((await response.Body?.transformToByteArray()) ?? []);

describe('an object', () => {
  test.each([
    ['empty', 0],
    ['small enough for the database', 64 * 1024],
    ['one byte too large for the database', 64 * 1024 + 1],
    ['of some megabytes', 5_000_000],
  ])('comes back byte for byte: %s', async (_, length) => {
    const body = randomBytes(length);
    const { VersionId } = await put(`sizes/${length}`, body);
    const response = await get(`sizes/${length}`);
    expect((await bytes(response)).equals(body)).toBe(true);
    expect(response).toMatchObject({
      ContentLength: length,
      VersionId,
      AcceptRanges: 'bytes',
      ServerSideEncryption: 'AES256',
    });
  });

  test('sent as a stream with a trailing checksum is stored decoded', async () => {
    const body = randomBytes(300_000);
    await twin.client.send(
      new PutObjectCommand({
        Bucket: 'archive',
        Key: 'streamed',
        Body: Readable.from([body.subarray(0, 7), body.subarray(7)]),
        ContentLength: body.length,
        ContentEncoding: 'gzip',
      }),
    );
    const response = await get('streamed');
    expect((await bytes(response)).equals(body)).toBe(true);
    expect(response.ContentEncoding).toBe('gzip');
  });

  test('keeps the headers and metadata that were stored with it', async () => {
    const stored = {
      ContentType: 'text/csv; charset=utf-8',
      ContentEncoding: 'gzip',
      ContentDisposition: 'attachment; filename="a.csv"',
      ContentLanguage: 'de',
      CacheControl: 'no-store',
      Metadata: { origin: 'ward 3', unit: 'mV' },
    };
    await put('headers', 'x', stored);
    expect(await get('headers')).toMatchObject(stored);
    expect(await twin.client.send(new HeadObjectCommand({ Bucket: 'archive', Key: 'headers' }))).toMatchObject(stored);
  });

  test('has the MD5 of its body as ETag', async () => {
    // printf hello | md5sum
    expect((await put('etag', 'hello')).ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    expect((await get('etag')).ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
  });

  test('returns metadata outside ASCII as an encoded word, as S3 does', async () => {
    await put('umlaut-metadata', 'x', { Metadata: { ward: 'Süd' } });
    // printf Süd | base64
    expect((await get('umlaut-metadata')).Metadata).toEqual({ ward: '=?UTF-8?B?U8O8ZA==?=' });
  });

  test('answers with the headers that the reader asks for instead of the stored ones', async () => {
    await put('override', 'x', { ContentType: 'text/plain' });
    const response = await get('override', { ResponseContentType: 'text/html', ResponseCacheControl: 'private' });
    expect(response).toMatchObject({ ContentType: 'text/html', CacheControl: 'private' });
    const umlaut = await raw(twin.endpoint, 'GET', '/archive/override?response-content-language=%C3%BC');
    expect(Buffer.from(umlaut.headers['content-language'] ?? '', 'latin1').toString()).toBe('ü');
    const split = await raw(twin.endpoint, 'GET', '/archive/override?response-content-type=a%0D%0Ab%3Ac');
    expect(split).toMatchObject({ status: 400 });
  });

  test.each([
    'with space',
    'plus+and+plus',
    'Jürgen/Größe.csv',
    '100%',
    '%2F',
    'heart 🫀/ecg',
    '/leading',
    'trailing/',
    '//double//slash//',
    'a/../b/./c',
    '..',
    `&<>"'*()!~;:@=$,?#[]{}|\\^\``,
    'e\u0301 is not \u00e9',
  ])('is found under exactly its key: %s', async (key) => {
    await put(key, `body of ${key}`);
    expect((await bytes(await get(key))).toString()).toBe(`body of ${key}`);
    const { Contents } = await twin.client.send(new ListObjectsV2Command({ Bucket: 'archive', Prefix: key }));
    expect(Contents?.map(({ Key }) => Key)).toContain(key);
  });

  test('may not have a key above 1024 bytes', async () => {
    await put('k'.repeat(1024), 'x');
    expect(await failure(put('ü'.repeat(513), 'x'))).toMatchObject({ name: 'KeyTooLongError', status: 400 });
  });

  test('may not have more than 2048 bytes of metadata', async () => {
    const error = await failure(put('metadata', 'x', { Metadata: { a: 'b'.repeat(2048) } }));
    expect(error).toMatchObject({ name: 'MetadataTooLarge', status: 400 });
  });
});

describe('a missing object', () => {
  test('is NoSuchKey for GET and NotFound for HEAD', async () => {
    expect(await failure(get('nowhere'))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    const head = twin.client.send(new HeadObjectCommand({ Bucket: 'archive', Key: 'nowhere' }));
    expect(await failure(head)).toMatchObject({ name: 'NotFound', status: 404 });
  });

  test('in a missing bucket is NoSuchBucket', async () => {
    const call = twin.client.send(new GetObjectCommand({ Bucket: 'elsewhere', Key: 'k' }));
    expect(await failure(call)).toMatchObject({ name: 'NoSuchBucket', status: 404 });
  });
});

describe('a range', () => {
  const body = randomBytes(100_000);
  beforeAll(async () => {
    await put('range/small', '0123456789');
    await put('range/large', body);
    await put('range/empty', '');
  });

  test.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-30', '0123456789', 'bytes 0-9/10'],
    ['bytes=5-500', '56789', 'bytes 5-9/10'],
    ['bytes=0-0', '0', 'bytes 0-0/10'],
  ])('%s gives that part', async (Range, text, ContentRange) => {
    const response = await get('range/small', { Range });
    expect(response.$metadata.httpStatusCode).toBe(206);
    expect(response).toMatchObject({ ContentRange, ContentLength: text.length });
    expect((await bytes(response)).toString()).toBe(text);
  });

  test('of a body on disk gives that part', async () => {
    const response = await get('range/large', { Range: 'bytes=70000-70009' });
    expect((await bytes(response)).equals(body.subarray(70_000, 70_010))).toBe(true);
    const suffix = await get('range/large', { Range: 'bytes=-5' });
    expect((await bytes(suffix)).equals(body.subarray(-5))).toBe(true);
  });

  test('of a HEAD gives its length without a body', async () => {
    const head = await twin.client.send(
      new HeadObjectCommand({ Bucket: 'archive', Key: 'range/small', Range: 'bytes=1-3' }),
    );
    expect(head).toMatchObject({ ContentLength: 3, ContentRange: 'bytes 1-3/10' });
  });

  test.each([
    ['range/small', 'bytes=10-'],
    ['range/small', 'bytes=-0'],
    ['range/empty', 'bytes=0-0'],
  ])('outside of %s is InvalidRange: %s', async (key, Range) => {
    expect(await failure(get(key, { Range }))).toMatchObject({ name: 'InvalidRange', status: 416 });
  });

  test.each(['bytes=4-2', 'lines=1-2', 'bytes=a-b'])('that is malformed is ignored: %s', async (Range) => {
    expect((await bytes(await get('range/small', { Range }))).toString()).toBe('0123456789');
  });

  test('that is a list of ranges is refused', async () => {
    expect(await failure(get('range/small', { Range: 'bytes=0-1,3-4' }))).toMatchObject({
      name: 'NotImplemented',
      status: 501,
    });
  });
});

describe('a read with a condition', () => {
  let etag = '';
  beforeAll(async () => {
    etag = (await put('conditional', 'text')).ETag ?? '';
  });
  const hourAgo = () => new Date(Date.now() - 3_600_000);
  const inAnHour = () => new Date(Date.now() + 3_600_000);

  test('goes on when it holds', async () => {
    for (const extra of [
      { IfMatch: etag },
      { IfMatch: '*' },
      { IfNoneMatch: '"other"' },
      { IfModifiedSince: hourAgo() },
      { IfUnmodifiedSince: inAnHour() },
      { IfMatch: etag, IfUnmodifiedSince: hourAgo() },
      { IfNoneMatch: '"other"', IfModifiedSince: inAnHour() },
    ]) {
      expect((await bytes(await get('conditional', extra))).toString()).toBe('text');
    }
  });

  test('ends in 412 or 304 when it does not', async () => {
    expect(await failure(get('conditional', { IfMatch: '"other"' }))).toMatchObject({
      name: 'PreconditionFailed',
      status: 412,
    });
    expect(await failure(get('conditional', { IfUnmodifiedSince: hourAgo() }))).toMatchObject({ status: 412 });
    expect(await failure(get('conditional', { IfNoneMatch: etag }))).toMatchObject({ status: 304 });
    expect(await failure(get('conditional', { IfModifiedSince: inAnHour() }))).toMatchObject({ status: 304 });
  });

  test('answers 304 with the ETag and no body', async () => {
    const response = await raw(twin.endpoint, 'GET', '/archive/conditional', { 'if-none-match': etag });
    expect(response).toMatchObject({ status: 304, body: '' });
    expect(response.headers.etag).toBe(etag);
  });
});
