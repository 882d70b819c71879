// The checksums of S3: verified on upload, stored, and returned when asked.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc64Nvme } from './crc64-nvme.ts';

/** In S3's own spelling; the header is `x-amz-checksum-` and the name in lower case. */
export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64 of the big-endian bytes; a composite one ends in `-` and the number of parts. */
  readonly value: string;
}

/** A checksum over bytes that come piece by piece. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  /** Base64 of the big-endian bytes. */
  value(): string;
}

export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum {
  if (algorithm === 'SHA1' || algorithm === 'SHA256') {
    const digest = createHash(algorithm);
    return { update: (bytes) => void digest.update(bytes), value: () => digest.digest('base64') };
  }
  if (algorithm === 'CRC64NVME') {
    const running = crc64Nvme();
    return { update: running.update, value: () => bigEndianBase64(...running.words()) };
  }
  const next = algorithm === 'CRC32' ? crc32 : crc32c;
  let crc = 0;
  return {
    update: (bytes) => {
      crc = next(bytes, crc);
    },
    value: () => bigEndianBase64(crc),
  };
}

/** Base64 checksum of a body. */
export function computeChecksum(algorithm: ChecksumAlgorithm, body: Uint8Array): string {
  const running = startChecksum(algorithm);
  running.update(body);
  return running.value();
}

/** What S3 stores for a body that came without a checksum. */
export function defaultChecksum(body: Uint8Array): Checksum {
  return { algorithm: 'CRC64NVME', value: computeChecksum('CRC64NVME', body) };
}

/** Of the whole body, or of the checksums of its parts. */
export function checksumType({ value }: Checksum): ChecksumType {
  return /-\d+$/.test(value) ? 'COMPOSITE' : 'FULL_OBJECT';
}

/** Response headers that report a stored checksum. */
export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (checksum === undefined) return {};
  return {
    [`x-amz-checksum-${checksum.algorithm.toLowerCase()}`]: checksum.value,
    'x-amz-checksum-type': checksumType(checksum),
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

/** `previous` is the checksum of the bytes before these, as in zlib's crc32. */
function crc32c(body: Uint8Array, previous: number): number {
  let crc = previous ^ 0xffffffff;
  for (let i = 0; i < body.length; i++) crc = (crc >>> 8) ^ crc32cTable[(crc ^ body[i]) & 0xff];
  return (crc ^ 0xffffffff) >>> 0;
}
