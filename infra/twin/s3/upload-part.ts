// UploadPart and UploadPartCopy: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html
import { hash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { transaction } from '../database.ts';
import { xmlDocument } from '../xml.ts';
import { computeChecksum } from './checksums.ts';
import { parseCopySource, readSource } from './copy-source.ts';
import { findUpload } from './create-upload.ts';
import { encryptionHeaders, requireKey } from './encryption.ts';
import { invalidArgument, S3Error } from './errors.ts';
import { verifyBody } from './integrity.ts';
import { header, type ObjectRequest, type S3Response } from './request.ts';
import { nowToTheSecond, type Room, xmlNamespace } from './room.ts';
import type { Part, Upload } from './uploads.ts';

const highestPartNumber = 10_000;

export async function uploadPart(room: Room, request: ObjectRequest): Promise<S3Response> {
  const { upload, number } = openPart(room, request);
  const sent = verifyBody(request);
  const { algorithm, isDeclared } = upload.checksum;
  if (isDeclared && sent !== undefined && sent.algorithm !== algorithm) {
    throw new S3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${algorithm.toLowerCase()}, actual checksum Type: ${sent.algorithm.toLowerCase()}`,
    );
  }
  const part = await storePart(room, request, upload, number, request.body);
  return {
    status: 200,
    headers: {
      etag: `"${part.etag}"`,
      ...encryptionHeaders(upload.encryption),
      [`x-amz-checksum-${algorithm.toLowerCase()}`]: part.checksum,
      ...(sent && { [`x-amz-checksum-${sent.algorithm.toLowerCase()}`]: sent.value }),
    },
  };
}

export async function uploadPartCopy(room: Room, request: ObjectRequest): Promise<S3Response> {
  const { upload, number } = openPart(room, request);
  const source = parseCopySource(room, request);
  const original = readSource(room, request, source);
  const range = copyRange(request, original.sizeBytes);
  const read = room.blobs.read(room.versions.body(original.sequence), range);
  const body = read instanceof Uint8Array ? Buffer.from(read) : await buffer(read);
  const part = await storePart(room, request, upload, number, body);
  const result = {
    ETag: `"${part.etag}"`,
    LastModified: new Date(part.modifiedMs).toISOString(),
    [`Checksum${upload.checksum.algorithm}`]: part.checksum,
  };
  return {
    status: 200,
    headers: {
      ...encryptionHeaders(upload.encryption),
      ...(source.bucket.versioned && { 'x-amz-copy-source-version-id': original.versionId }),
    },
    body: xmlDocument('CopyPartResult', result, xmlNamespace),
  };
}

/** Asks the policies and finds the upload; a part needs `kms:Decrypt` for the data key of its upload. */
function openPart(room: Room, request: ObjectRequest): { readonly upload: Upload; readonly number: number } {
  const { bucket, key, principal, query } = request;
  const sent = query.get('partNumber') ?? '';
  const number = Number(sent);
  if (!/^\d+$/.test(sent) || number < 1 || number > highestPartNumber) {
    throw invalidArgument('partNumber', sent, `a number from 1 to ${highestPartNumber}`);
  }
  room.access.require(principal, 's3:PutObject', `${bucket.arn}/${key}`, { 's3:objectcreationoperation': 'false' });
  const upload = findUpload(room, request);
  requireKey(room.access, principal, 'kms:Decrypt', upload.encryption, bucket, key);
  return { upload, number };
}

/** Replaces an earlier part of the same number. */
async function storePart(
  room: Room,
  request: ObjectRequest,
  upload: Upload,
  number: number,
  body: Buffer,
): Promise<Part> {
  const part: Part = {
    number,
    sizeBytes: body.length,
    etag: hash('md5', body, 'hex'),
    checksum: computeChecksum(upload.checksum.algorithm, body),
    modifiedMs: nowToTheSecond(room.clock),
  };
  const stored = await room.blobs.write(body);
  let replaced: string | undefined;
  try {
    transaction(room.db, () => {
      findUpload(room, request);
      replaced = room.uploads.setPart(upload.uploadId, part, stored);
      room.beforeCommit();
    });
  } catch (error) {
    if ('file' in stored) room.blobs.remove([stored.file]);
    throw error;
  }
  if (replaced !== undefined) room.blobs.remove([replaced]);
  return part;
}

/** `bytes=first-last`, both given and inside the source. */
function copyRange(request: ObjectRequest, sizeBytes: number): { readonly start: number; readonly end: number } {
  const sent = header(request, 'x-amz-copy-source-range');
  if (sent === undefined) return { start: 0, end: sizeBytes - 1 };
  const found = /^bytes=(\d+)-(\d+)$/.exec(sent);
  const [start, end] = [Number(found?.[1]), Number(found?.[2])];
  if (found === null || start > end || end >= sizeBytes) {
    throw invalidArgument('x-amz-copy-source-range', sent, `bytes=first-last inside ${sizeBytes} bytes`);
  }
  return { start, end };
}
