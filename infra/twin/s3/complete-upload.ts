// CompleteMultipartUpload: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
import { hash } from 'node:crypto';
import { childText, parseXml, type XmlElement, xmlDocument } from '../xml.ts';
import { writeKeys } from './access.ts';
import type { StoredBody } from './blobs.ts';
import { type Checksum, checksumType, computeChecksum, startChecksum } from './checksums.ts';
import { checkWrite, commitObject } from './commit-object.ts';
import { writeConditions } from './conditions.ts';
import { findUpload } from './create-upload.ts';
import { encryptionHeaders, requireKey } from './encryption.ts';
import { S3Error } from './errors.ts';
import { sentChecksum } from './integrity.ts';
import { versionHeader } from './object-headers.ts';
import { header, type ObjectRequest, type S3Response } from './request.ts';
import { type Room, xmlNamespace } from './room.ts';
import type { Part, Upload } from './uploads.ts';

const mostParts = 10_000;
/** Every part but the last has at least this many bytes. */
const leastPartBytes = 5 * 1024 * 1024;

/** A part as the client names it. */
interface NamedPart {
  readonly number: number;
  readonly etag: string;
  readonly checksum: string | undefined;
}

export async function completeUpload(room: Room, request: ObjectRequest): Promise<S3Response> {
  const { bucket, key, principal } = request;
  const keys = { ...writeKeys(request.headers, {}), 's3:objectcreationoperation': 'true' };
  room.access.require(principal, 's3:PutObject', `${bucket.arn}/${key}`, keys);
  const upload = findUpload(room, request);
  requireKey(room.access, principal, 'kms:Decrypt', upload.encryption, bucket, key);
  const parts = chooseParts(room, request, upload);
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  checkSize(request, sizeBytes);
  const conditions = writeConditions(request.headers);
  checkWrite(room, request, conditions);

  const { body, checksum } = await join(room, request, upload, parts, sizeBytes);
  const { headers, tags, encryption } = upload;
  const content = { sizeBytes, etag: etagOf(parts), headers, tags, checksum, encryption };
  let files: readonly string[] = [];
  const version = commitObject(
    room,
    request,
    content,
    body,
    conditions,
    'ObjectCreated:CompleteMultipartUpload',
    () => {
      // The parts may have been replaced, or the upload ended, while they were joined.
      requireSame(parts, chooseParts(room, request, findUpload(room, request)));
      files = room.uploads.remove(upload.uploadId);
    },
  );
  room.blobs.remove(files);
  const result = {
    Location: `http://${request.headers.host}/${bucket.name}/${key}`,
    Bucket: bucket.name,
    Key: key,
    ETag: `"${version.etag}"`,
    [`Checksum${checksum.algorithm}`]: checksum.value,
    ChecksumType: checksumType(checksum),
  };
  return {
    status: 200,
    headers: { ...versionHeader(version.versionId), ...encryptionHeaders(encryption) },
    body: xmlDocument('CompleteMultipartUploadResult', result, xmlNamespace),
  };
}

/** MD5 of the parts' MD5s and the number of parts. */
function etagOf(parts: readonly Part[]): string {
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
  return `${hash('md5', digests, 'hex')}-${parts.length}`;
}

/** Writes the parts as one body; its checksum must be the one that the client has sent, if it has. */
async function join(
  room: Room,
  request: ObjectRequest,
  upload: Upload,
  parts: readonly Part[],
  sizeBytes: number,
): Promise<{ readonly body: StoredBody; readonly checksum: Checksum }> {
  const { algorithm, type } = upload.checksum;
  const running = type === 'FULL_OBJECT' ? startChecksum(algorithm) : undefined;
  const bodies = parts.map(({ number }) => room.uploads.partBody(upload.uploadId, number));
  let body: StoredBody;
  try {
    body = await room.blobs.concatenate(bodies, sizeBytes, (bytes) => running?.update(bytes));
  } catch (error) {
    // A part's file is gone when its upload was aborted meanwhile: then this throws what S3 answers.
    requireSame(parts, chooseParts(room, request, findUpload(room, request)));
    throw error;
  }
  const checksum = { algorithm, value: running?.value() ?? compositeChecksum(upload, parts) };
  const sent = sentChecksum(request.headers);
  if (sent === undefined || (sent.algorithm === algorithm && sent.value === checksum.value)) return { body, checksum };
  if ('file' in body) room.blobs.remove([body.file]);
  throw new S3Error('BadDigest', `The ${sent.algorithm} you specified did not match the calculated checksum`);
}

function compositeChecksum({ checksum: { algorithm } }: Upload, parts: readonly Part[]): string {
  const values = Buffer.concat(parts.map(({ checksum }) => Buffer.from(checksum, 'base64')));
  return `${computeChecksum(algorithm, values)}-${parts.length}`;
}

/** The stored parts that the request names, or what is wrong with the list. */
function chooseParts(room: Room, request: ObjectRequest, upload: Upload): readonly Part[] {
  const named = parseParts(request, upload);
  const stored = new Map(room.uploads.parts(upload.uploadId, 0, mostParts).map((part) => [part.number, part]));
  const parts = named.map(({ number, etag, checksum }, index) => {
    if (index > 0 && number <= named[index - 1].number) {
      throw new S3Error('InvalidPartOrder', 'The list of parts was not in ascending order');
    }
    const part = stored.get(number);
    if (part !== undefined && part.etag === etag && (checksum ?? part.checksum) === part.checksum) return part;
    throw new S3Error(
      'InvalidPart',
      'One or more of the specified parts could not be found: not uploaded, or with another entity tag or checksum',
      { fields: { UploadId: upload.uploadId, PartNumber: number, ETag: etag } },
    );
  });
  const small = parts.slice(0, -1).find(({ sizeBytes }) => sizeBytes < leastPartBytes);
  if (small === undefined) return parts;
  throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    fields: {
      ProposedSize: small.sizeBytes,
      MinSizeAllowed: leastPartBytes,
      PartNumber: small.number,
      ETag: small.etag,
    },
  });
}

function parseParts({ body }: ObjectRequest, { checksum }: Upload): readonly NamedPart[] {
  let root: XmlElement;
  try {
    root = parseXml(body.toString('utf8'));
  } catch (cause) {
    throw malformed(cause);
  }
  const entries = root.children.filter(({ name }) => name === 'Part');
  if (root.name !== 'CompleteMultipartUpload' || entries.length === 0 || entries.length > mostParts) throw malformed();
  return entries.map((entry) => {
    const number = Number(childText(entry, 'PartNumber'));
    const etag = childText(entry, 'ETag')?.replaceAll('"', '');
    if (!Number.isInteger(number) || number < 1 || etag === undefined) throw malformed();
    const value = childText(entry, `Checksum${checksum.algorithm}`);
    if (value === undefined && checksum.type === 'COMPOSITE') throw missingChecksum(checksum.algorithm, number);
    return { number, etag, checksum: value };
  });
}

function missingChecksum(algorithm: string, number: number): S3Error {
  return new S3Error(
    'InvalidRequest',
    `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request`,
  );
}

function checkSize(request: ObjectRequest, sizeBytes: number): void {
  const sent = header(request, 'x-amz-mp-object-size');
  if (sent === undefined || sent === String(sizeBytes)) return;
  throw new S3Error('InvalidRequest', `x-amz-mp-object-size: found ${sent}, the parts hold ${sizeBytes} bytes`);
}

function requireSame(parts: readonly Part[], now: readonly Part[]): void {
  const isSame = parts.every(
    ({ etag, sizeBytes }, index) => etag === now[index].etag && sizeBytes === now[index].sizeBytes,
  );
  if (!isSame) throw new S3Error('InvalidPart', 'One or more of the specified parts were replaced during completion');
}

function malformed(cause?: unknown): S3Error {
  const error = new S3Error(
    'MalformedXML',
    'The XML is not well-formed or does not follow the schema of CompleteMultipartUpload',
  );
  error.cause = cause;
  return error;
}
