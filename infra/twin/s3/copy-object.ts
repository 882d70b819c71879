// CopyObject: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
import { createHash } from 'node:crypto';
import { xmlDocument } from '../xml.ts';
import { existingTagKeys, versionKeys, writeKeys } from './access.ts';
import type { StoredBody } from './blobs.ts';
import { type ChecksumAlgorithm, checksumAlgorithms, startChecksum } from './checksums.ts';
import { checkWrite, commitObject } from './commit-object.ts';
import { writeConditions } from './conditions.ts';
import { type CopySource, parseCopySource, readSource } from './copy-source.ts';
import { chooseEncryption, encryptionHeaders, requireKey } from './encryption.ts';
import { invalidArgument, S3Error } from './errors.ts';
import { takeObjectHeaders, versionHeader } from './object-headers.ts';
import { header, type ObjectRequest, type S3Response } from './request.ts';
import { type Room, xmlNamespace } from './room.ts';
import { parseTaggingHeader, type Tags } from './tags.ts';
import type { ObjectVersion } from './versions.ts';

export async function copyObject(room: Room, request: ObjectRequest): Promise<S3Response> {
  const { bucket, key, principal } = request;
  const source = parseCopySource(room, request);
  const original = readSource(room, request, source);
  const replacesHeaders = directive(request, 'x-amz-metadata-directive') === 'REPLACE';
  if (source.bucket.name === bucket.name && source.key === key && source.versionId === undefined && !replacesHeaders) {
    throw new S3Error(
      'InvalidRequest',
      'This copy request is illegal because it copies an object to itself without changing anything',
    );
  }
  const tags = chooseTags(room, request, source, original);
  const arn = `${bucket.arn}/${key}`;
  const keys = writeKeys(request.headers, tags);
  const encryption = chooseEncryption(request.headers, bucket);
  room.access.require(principal, 's3:PutObject', arn, keys);
  if (Object.keys(tags).length > 0) room.access.require(principal, 's3:PutObjectTagging', arn, keys);
  requireKey(room.access, principal, 'kms:GenerateDataKey', encryption, bucket, key);

  const conditions = writeConditions(request.headers);
  checkWrite(room, request, conditions);
  const algorithm = chooseAlgorithm(request, original);
  // Before anything is waited for: the source may be removed meanwhile.
  const body = room.blobs.duplicate(room.versions.body(original.sequence));
  const content = {
    sizeBytes: original.sizeBytes,
    ...(await digestsOf(room, original, body, algorithm)),
    headers: replacesHeaders ? takeObjectHeaders(request.headers) : original.headers,
    tags,
    encryption,
  };
  const version = commitObject(room, request, content, body, conditions, 'ObjectCreated:Copy');
  const checksum = content.checksum && { [`Checksum${content.checksum.algorithm}`]: content.checksum.value };
  const result = { ETag: `"${version.etag}"`, LastModified: new Date(version.modifiedMs).toISOString(), ...checksum };
  return {
    status: 200,
    headers: {
      ...versionHeader(version.versionId),
      ...encryptionHeaders(encryption),
      ...(source.bucket.versioned && { 'x-amz-copy-source-version-id': original.versionId }),
    },
    body: xmlDocument('CopyObjectResult', result, xmlNamespace),
  };
}

/** Tags of the source, which the caller must be allowed to read, or those of the request. */
function chooseTags(
  room: Room,
  request: ObjectRequest,
  { bucket, key, versionId }: CopySource,
  original: ObjectVersion,
): Tags {
  if (directive(request, 'x-amz-tagging-directive') === 'REPLACE') {
    return parseTaggingHeader(header(request, 'x-amz-tagging') ?? '');
  }
  if (Object.keys(original.tags).length === 0) return {};
  const action = versionId === undefined ? 's3:GetObjectTagging' : 's3:GetObjectVersionTagging';
  const keys = { ...existingTagKeys(original.tags), ...versionKeys(versionId) };
  room.access.require(request.principal, action, `${bucket.arn}/${key}`, keys);
  return original.tags;
}

function directive(request: ObjectRequest, name: string): 'COPY' | 'REPLACE' {
  const value = header(request, name) ?? 'COPY';
  if (value !== 'COPY' && value !== 'REPLACE') throw invalidArgument(name, value, 'COPY or REPLACE');
  return value;
}

/** The algorithm that the caller asks for, or that of the source. */
function chooseAlgorithm(request: ObjectRequest, { checksum }: ObjectVersion): ChecksumAlgorithm {
  const wanted = header(request, 'x-amz-checksum-algorithm');
  const algorithm = checksumAlgorithms.find((name) => name === wanted?.toUpperCase());
  if (wanted !== undefined && algorithm === undefined) {
    throw invalidArgument('x-amz-checksum-algorithm', wanted, `one of ${checksumAlgorithms.join(', ')}`);
  }
  return algorithm ?? checksum?.algorithm ?? 'CRC64NVME';
}

/** A copy is one part: its etag and checksum are those of the whole body, whatever the source was made of. */
async function digestsOf(
  room: Room,
  { etag, checksum }: ObjectVersion,
  body: StoredBody,
  algorithm: ChecksumAlgorithm,
): Promise<Pick<ObjectVersion, 'etag' | 'checksum'>> {
  if (!etag.includes('-') && checksum?.algorithm === algorithm) return { etag, checksum };
  const md5 = createHash('md5');
  const running = startChecksum(algorithm);
  for await (const bytes of room.blobs.pieces(body)) {
    md5.update(bytes);
    running.update(bytes);
  }
  return { etag: md5.digest('hex'), checksum: { algorithm, value: running.value() } };
}
