import {
  ChecksumAlgorithm,
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { computeChecksum } from '#infra/twin/s3/checksums.ts';
import { raw, startTwin, type Twin } from './server.ts';

let twin: Twin;
beforeAll(async () => {
  twin = await startTwin();
});
afterAll(() => twin.close());

// Check values for the ASCII text 123456789: CRCs from the catalogue of parametrised CRC algorithms
// (https://reveng.sourceforge.io/crc-catalogue/all.htm: CRC-32/ISO-HDLC cbf43926, CRC-32/ISCSI e3069283,
// CRC-64/NVME ae8b14860a799888), digests from `printf 123456789 | sha1sum` and `sha256sum` (coreutils 9.1).
const checkValues = [
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
  ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
] as const;
const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
const put = (key: string, headers: Record<string, string>, body = '123456789') =>
  raw(twin.endpoint, 'PUT', `/archive/${key}`, headers, body);

describe.each(checkValues)('%s', (algorithm, hex) => {
  const header = `x-amz-checksum-${algorithm.toLowerCase()}`;

  test('agrees with its published check value', () => {
    expect(computeChecksum(algorithm, Buffer.from('123456789'))).toBe(base64(hex));
  });

  test('is stored, and returned when asked', async () => {
    const response = await put(algorithm, { [header]: base64(hex) });
    expect(response.headers).toMatchObject({ [header]: base64(hex), 'x-amz-checksum-type': 'FULL_OBJECT' });
    const asked = await raw(twin.endpoint, 'HEAD', `/archive/${algorithm}`, { 'x-amz-checksum-mode': 'ENABLED' });
    expect(asked.headers[header]).toBe(base64(hex));
    const plain = await raw(twin.endpoint, 'HEAD', `/archive/${algorithm}`);
    expect(plain.headers[header]).toBeUndefined();
    const range = await raw(twin.endpoint, 'GET', `/archive/${algorithm}`, {
      'x-amz-checksum-mode': 'ENABLED',
      range: 'bytes=0-1',
    });
    expect(range.headers[header]).toBeUndefined();
  });

  test('of another body is BadDigest, and nothing is stored', async () => {
    const response = await put(`bad-${algorithm}`, { [header]: base64(hex) }, '123456780');
    expect(response.status).toBe(400);
    expect(response.body).toContain('<Code>BadDigest</Code>');
    expect((await raw(twin.endpoint, 'HEAD', `/archive/bad-${algorithm}`)).status).toBe(404);
  });

  test('of a wrong length is InvalidRequest', async () => {
    expect((await put(`short-${algorithm}`, { [header]: 'AAA=' })).body).toContain('<Code>InvalidRequest</Code>');
  });
});

describe('the SDK', () => {
  test.each([ChecksumAlgorithm.CRC32, ChecksumAlgorithm.SHA1, ChecksumAlgorithm.SHA256, ChecksumAlgorithm.CRC32C])(
    'agrees on the %s of a body and verifies it on the way back',
    async (algorithm) => {
      const where = { Bucket: 'archive', Key: `sdk/${algorithm}` };
      await twin.client.send(
        new PutObjectCommand({ ...where, Body: 'x'.repeat(100_001), ChecksumAlgorithm: algorithm }),
      );
      const response = await twin.client.send(new GetObjectCommand(where));
      expect(await response.Body?.transformToString()).toHaveLength(100_001);
      expect(response[`Checksum${algorithm}`]).toBe(computeChecksum(algorithm, Buffer.from('x'.repeat(100_001))));
      const copied = await twin.client.send(
        new CopyObjectCommand({
          Bucket: 'archive',
          Key: `copied/${algorithm}`,
          CopySource: `archive/sdk/${algorithm}`,
        }),
      );
      expect(copied.CopyObjectResult?.[`Checksum${algorithm}`]).toBe(response[`Checksum${algorithm}`]);
    },
  );

  test('notices a body that was damaged on disk', async () => {
    const where = { Bucket: 'archive', Key: 'damaged' };
    await twin.client.send(new PutObjectCommand({ ...where, Body: 'sound' }));
    twin.db.prepare("UPDATE s3_versions SET body = CAST('soumd' AS BLOB) WHERE key = 'damaged'").run();
    const response = await twin.client.send(new GetObjectCommand(where));
    await expect(response.Body?.transformToString()).rejects.toThrow(/checksum/i);
    expect((await twin.client.send(new HeadObjectCommand(where))).ContentLength).toBe(5);
  });
});

describe('a body', () => {
  test.each([
    ['Content-MD5 of another body', { 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==' }, 'BadDigest'],
    ['Content-MD5 that is none', { 'content-md5': 'abc' }, 'InvalidDigest'],
    ['x-amz-content-sha256 of another body', { 'x-amz-content-sha256': '0'.repeat(64) }, 'XAmzContentSHA256Mismatch'],
    ['two checksums', { 'x-amz-checksum-crc32': 'y/Q5Jg==', 'x-amz-checksum-crc32c': '4waSgw==' }, 'InvalidRequest'],
    ['an announced checksum that never comes', { 'x-amz-sdk-checksum-algorithm': 'CRC32' }, 'InvalidRequest'],
  ])('with %s is refused', async (_, headers, code) => {
    const response = await put('refused', headers as Record<string, string>);
    expect(response.status).toBe(400);
    expect(response.body).toContain(`<Code>${code}</Code>`);
  });

  const streaming = {
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'content-encoding': 'aws-chunked',
    'x-amz-trailer': 'x-amz-checksum-crc32',
  };

  test('in signed or unsigned chunks is joined and checked against its trailer', async () => {
    const chunks = '4;chunk-signature=00\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n';
    expect(await put('chunked', { ...streaming, 'x-amz-decoded-content-length': '9' }, chunks)).toMatchObject({
      status: 200,
    });
    const stored = await raw(twin.endpoint, 'GET', '/archive/chunked');
    expect(stored.body).toBe('123456789');
    expect(stored.headers['content-encoding']).toBeUndefined();
  });

  test.each([
    ['a trailer of another body', '9\r\n123456780\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n', 'BadDigest'],
    ['no trailer', '9\r\n123456789\r\n0\r\n\r\n', 'InvalidRequest'],
    ['a chunk cut short', '9\r\n12345', 'IncompleteBody'],
    ['no last chunk', '9\r\n123456789\r\n', 'IncompleteBody'],
    ['a chunk size that is no number', 'zz\r\n123456789\r\n0\r\n\r\n', 'IncompleteBody'],
    ['a chunk longer than it says', '8\r\n123456789\r\n0\r\n\r\n', 'IncompleteBody'],
    ['another length than announced', '8\r\n12345678\r\n0\r\n\r\n', 'IncompleteBody'],
  ])('in chunks with %s is refused', async (_, chunks, code) => {
    const response = await put('refused', { ...streaming, 'x-amz-decoded-content-length': '9' }, chunks);
    expect(response.status).toBe(400);
    expect(response.body).toContain(`<Code>${code}</Code>`);
  });
});
