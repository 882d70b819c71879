// CopyObject: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
import type { BucketDescription } from '../contract.ts';
import { xmlDocument } from '../xml.ts';
import { existingTagKeys, versionKeys, writeKeys } from './access.ts';
import { checkWrite, commitObject } from './commit-object.ts';
import { evaluateRead, preconditionFailed, readConditions, writeConditions } from './conditions.ts';
import { chooseEncryption, encryptionHeaders, requireKey } from './encryption.ts';
import { invalidArgument, notImplemented, S3Error } from './errors.ts';
import { findReadable } from './get-object.ts';
import { takeObjectHeaders, versionHeader } from './object-headers.ts';
import { decodeKey, header, type ObjectRequest, type S3Response } from './request.ts';
import { type Room, xmlNamespace } from './room.ts';
import { parseTaggingHeader, type Tags } from './tags.ts';
import type { ObjectVersion } from './versions.ts';

interface Source {
  readonly bucket: BucketDescription;
  readonly key: string;
  readonly versionId: string | undefined;
}

export function copyObject(room: Room, request: ObjectRequest): S3Response {
  const { bucket, key, principal } = request;
  const source = parseSource(room, request);
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
  const content = {
    sizeBytes: original.sizeBytes,
    etag: original.etag,
    headers: replacesHeaders ? takeObjectHeaders(request.headers) : original.headers,
    tags,
    checksum: chooseChecksum(request, original),
    encryption,
  };
  const body = room.blobs.duplicate(room.versions.body(original.sequence));
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

/** `[/]bucket/key[?versionId=…]`, percent-encoded. */
function parseSource(room: Room, request: ObjectRequest): Source {
  const sent = header(request, 'x-amz-copy-source') ?? '';
  const found = /^\/?([^/]+)\/([^?]+)(?:\?versionId=([^&]+))?$/.exec(sent);
  if (found === null)
    throw invalidArgument('x-amz-copy-source', sent, 'bucket/key or bucket/key?versionId=id, percent-encoded');
  const bucket = room.buckets.get(found[1]);
  if (bucket === undefined) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
  return { bucket, key: decodeKey(found[2]), versionId: found[3] };
}

function readSource(room: Room, request: ObjectRequest, source: Source): ObjectVersion {
  const { bucket, key, versionId } = source;
  let original: ObjectVersion;
  try {
    original = findReadable(room, { ...request, bucket, key }, versionId);
  } catch (error) {
    if (!(error instanceof S3Error && error.code === 'MethodNotAllowed')) throw error;
    throw new S3Error(
      'InvalidRequest',
      'The source of a copy request may not specifically refer to a delete marker by version id',
    );
  }
  requireKey(room.access, request.principal, 'kms:Decrypt', original.encryption, bucket, key);
  const state = evaluateRead(readConditions(request.headers, 'x-amz-copy-source-'), original);
  if (state !== 'proceed') throw preconditionFailed('x-amz-copy-source');
  return original;
}

/** Tags of the source, which the caller must be allowed to read, or those of the request. */
function chooseTags(
  room: Room,
  request: ObjectRequest,
  { bucket, key, versionId }: Source,
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

/** The checksum of the source goes along; asking for another algorithm is refused unless it is the one stored. */
function chooseChecksum(request: ObjectRequest, original: ObjectVersion) {
  const wanted = header(request, 'x-amz-checksum-algorithm');
  if (wanted === undefined || wanted === original.checksum?.algorithm) return original.checksum;
  throw notImplemented('x-amz-checksum-algorithm on CopyObject');
}
