// Is the body that arrived the body that was sent? Every digest that came with it is checked.
import { hash } from 'node:crypto';
import { type Checksum, type ChecksumAlgorithm, checksumAlgorithms, computeChecksum } from './checksums.ts';
import { S3Error } from './errors.ts';
import type { S3Request } from './request.ts';

/** Length in bytes of each checksum. */
const checksumBytes: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
};

export const checksumRequestHeaders = checksumAlgorithms.map(
  (algorithm) => `x-amz-checksum-${algorithm.toLowerCase()}`,
);

/** Checks Content-MD5, x-amz-content-sha256 and the checksum of header or trailer; returns the latter, to be stored. */
export function verifyBody({ headers, trailers, body }: S3Request): Checksum | undefined {
  verifyMd5(headers['content-md5'], body);
  const sha256 = headers['x-amz-content-sha256'];
  if (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) && hash('sha256', body, 'hex') !== sha256) {
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed",
    );
  }
  const checksum = sentChecksum({ ...headers, ...trailers });
  const announced = headers['x-amz-sdk-checksum-algorithm'] ?? headers['x-amz-trailer'];
  if (checksum === undefined && announced !== undefined) {
    throw new S3Error('InvalidRequest', `checksum ${announced} is announced, but neither header nor trailer holds it`);
  }
  if (checksum !== undefined && computeChecksum(checksum.algorithm, body) !== checksum.value) {
    throw new S3Error('BadDigest', `The ${checksum.algorithm} you specified did not match the calculated checksum`);
  }
  return checksum;
}

function verifyMd5(sent: string | string[] | undefined, body: Buffer): void {
  if (sent === undefined) return;
  if (typeof sent !== 'string' || Buffer.from(sent, 'base64').length !== 16) {
    throw new S3Error('InvalidDigest', 'The Content-MD5 you specified is not valid: allowed is the base64 of 16 bytes');
  }
  if (hash('md5', body, 'base64') !== sent) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what was received');
  }
}

/** The one checksum among these headers, well-formed. */
export function sentChecksum(headers: Readonly<Record<string, unknown>>): Checksum | undefined {
  const sent = checksumAlgorithms.filter((_, index) => headers[checksumRequestHeaders[index]] !== undefined);
  if (sent.length > 1) throw new S3Error('InvalidRequest', `checksums: found ${sent.join(', ')}, allowed is one`);
  if (sent.length === 0) return undefined;
  const [algorithm] = sent;
  const value = String(headers[`x-amz-checksum-${algorithm.toLowerCase()}`]);
  if (Buffer.from(value.replace(/-\d+$/, ''), 'base64').length !== checksumBytes[algorithm]) {
    throw new S3Error('InvalidRequest', `Value for x-amz-checksum-${algorithm.toLowerCase()} header is invalid`);
  }
  return { algorithm, value };
}
