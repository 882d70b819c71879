// GetObject and HeadObject: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
import { existingTagKeys, versionKeys } from './access.ts';
import { evaluateRead, preconditionFailed, readConditions } from './conditions.ts';
import { requireKey } from './encryption.ts';
import { invalidArgument } from './errors.ts';
import { lookUp, requireObject } from './find-object.ts';
import { objectResponseHeaders } from './object-headers.ts';
import { type ByteRange, parseRange } from './range.ts';
import { header, type ObjectRequest, type S3Response } from './request.ts';
import type { Room } from './room.ts';
import type { ObjectVersion } from './versions.ts';

/** Query parameters with which a reader overrides stored headers. */
export const responseOverrides = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
].map((name) => `response-${name}`);

export function getObject(room: Room, request: ObjectRequest): S3Response {
  const { bucket, key, principal, query } = request;
  const isHead = request.method === 'HEAD';
  const version = findReadable(room, request, query.get('versionId') ?? undefined);
  const withChecksum = header(request, 'x-amz-checksum-mode')?.toUpperCase() === 'ENABLED';
  // A HEAD uses the key only for the checksum, which is stored encrypted.
  if (!isHead || withChecksum) requireKey(room.access, principal, 'kms:Decrypt', version.encryption, bucket, key);

  const state = evaluateRead(readConditions(request.headers), version);
  if (state === 'failed') throw preconditionFailed('If-Match');
  const range = state === 'proceed' ? parseRange(header(request, 'range'), version.sizeBytes) : undefined;
  const headers = {
    // The stored checksum is that of the whole object, so a range comes without.
    ...objectResponseHeaders(version, withChecksum && range === undefined),
    ...taggingCount(room, request, version),
    ...overrides(query),
  };
  if (state === 'not-modified') return { status: 304, headers };
  return isHead ? answer(version, headers, range) : answer(version, headers, range, room);
}

/** Asks the policies for a read and finds the object; CopyObject reads its source the same way. */
export function findReadable(room: Room, request: ObjectRequest, versionId: string | undefined): ObjectVersion {
  const { bucket, key, principal } = request;
  const found = lookUp(room, bucket.name, key, versionId);
  const action = versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  room.access.require(principal, action, `${bucket.arn}/${key}`, {
    ...existingTagKeys(found?.tags),
    ...versionKeys(versionId),
  });
  return requireObject(room, request, found, versionId);
}

function answer(
  version: ObjectVersion,
  headers: Record<string, string>,
  range: ByteRange | undefined,
  room?: Room,
): S3Response {
  const { start, end } = range ?? { start: 0, end: version.sizeBytes - 1 };
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(end - start + 1),
      ...(range && { 'content-range': `bytes ${start}-${end}/${version.sizeBytes}` }),
    },
    ...(room &&
      version.sizeBytes > 0 && { body: room.blobs.read(room.versions.body(version.sequence), { start, end }) }),
  };
}

/** `x-amz-tagging-count`, for callers that may read the tags. */
function taggingCount(
  room: Room,
  { principal, bucket, key }: ObjectRequest,
  { tags }: ObjectVersion,
): Record<string, string> {
  const count = Object.keys(tags).length;
  if (count === 0) return {};
  const { allowed } = room.access.decide(
    principal,
    's3:GetObjectTagging',
    `${bucket.arn}/${key}`,
    existingTagKeys(tags),
  );
  return allowed ? { 'x-amz-tagging-count': String(count) } : {};
}

/** Values go out as UTF-8 bytes, which Node takes as Latin-1. */
function overrides(query: URLSearchParams): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of responseOverrides) {
    const value = query.get(name);
    if (value === null) continue;
    if (/\p{Cc}/u.test(value)) throw invalidArgument(name, value, 'text without control characters');
    headers[name.slice('response-'.length)] = Buffer.from(value).toString('latin1');
  }
  return headers;
}
