// The checksums of S3: verified on upload, stored, and returned when asked.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** In S3's own spelling; the header is `x-amz-checksum-` and the name in lower case. */
export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64 of the big-endian bytes. */
  readonly value: string;
}

/** Base64 checksum of a body. */
export function computeChecksum(algorithm: ChecksumAlgorithm, body: Uint8Array): string {
  switch (algorithm) {
    case 'CRC32':
      return bigEndianBase64(crc32(body));
    case 'CRC32C':
      return bigEndianBase64(crc32c(body));
    case 'CRC64NVME':
      return bigEndianBase64(...crc64Nvme(body));
    case 'SHA1':
      return hash('sha1', body, 'base64');
    case 'SHA256':
      return hash('sha256', body, 'base64');
  }
}

/** Response headers that report a stored checksum. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return {
    [`x-amz-checksum-${checksum.algorithm.toLowerCase()}`]: checksum.value,
    'x-amz-checksum-type': 'FULL_OBJECT',
  };
}

function bigEndianBase64(...words: readonly number[]): string {
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, index) => {
    bytes.writeUInt32BE(word, index * 4);
  });
  return bytes.toString('base64');
}

/** Table of the reflected polynomial 0x1EDC6F41 (Castagnoli, RFC 3720 appendix B.4). */
const crc32cTable = new Uint32Array(256).map((_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

function crc32c(body: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < body.length; i++) crc = (crc >>> 8) ^ crc32cTable[(crc ^ body[i]) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}

/** High and low words of the table of CRC-64/NVME: reflected polynomial 0x9a6c9329ac4bc9b5 (NVM Express 2.0, 5.2.1.3.4). */
const [crc64High, crc64Low] = crc64Tables();

function crc64Tables(): readonly [Uint32Array, Uint32Array] {
  const high = new Uint32Array(256);
  const low = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let value = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
    high[byte] = Number(value >> 32n);
    low[byte] = Number(value & 0xffffffffn);
  }
  return [high, low];
}

function crc64Nvme(body: Uint8Array): readonly [number, number] {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (let i = 0; i < body.length; i++) {
    const index = (low ^ body[i]) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ crc64Low[index];
    high = (high >>> 8) ^ crc64High[index];
  }
  return [~high >>> 0, ~low >>> 0];
}
