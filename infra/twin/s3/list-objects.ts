// ListObjectsV2: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
import { xmlDocument } from '../xml.ts';
import { checksumType } from './checksums.ts';
import { invalidArgument } from './errors.ts';
import {
  behindPrefix,
  keyWriter,
  type ListEntry,
  type ListSource,
  listKeys,
  listLimits,
  listPage,
} from './list-page.ts';
import type { BucketRequest, S3Response } from './request.ts';
import { type Room, xmlNamespace } from './room.ts';
import { encodeKey } from './url-encoding.ts';
import type { ObjectVersion } from './versions.ts';

interface Cursor {
  readonly from: Buffer;
  readonly inclusive: boolean;
}

export function listObjects(room: Room, { bucket, principal, query }: BucketRequest): S3Response {
  room.access.require(principal, 's3:ListBucket', bucket.arn, listKeys(query));
  const limits = listLimits(query);
  const write = keyWriter(query, encodeKey);
  const source: ListSource<ObjectVersion, Cursor> = {
    fetch: ({ from, inclusive }, limit) => room.versions.listCurrent(bucket.name, from, inclusive, limit),
    after: ({ key }) => ({ from: Buffer.from(key), inclusive: false }),
    afterPrefix: (commonPrefix) => ({ from: behindPrefix(commonPrefix), inclusive: false }),
  };
  const { entries, isTruncated } = listPage(source, limits, startOf(query, limits.prefix));
  const owner = query.get('fetch-owner') === 'true' ? { Owner: { ID: room.access.account } } : {};
  const result = {
    Name: bucket.name,
    Prefix: write(limits.prefix),
    Delimiter: limits.delimiter === '' ? undefined : write(limits.delimiter),
    MaxKeys: limits.maximum,
    EncodingType: query.get('encoding-type') ?? undefined,
    KeyCount: entries.length,
    IsTruncated: isTruncated,
    ContinuationToken: query.get('continuation-token') ?? undefined,
    NextContinuationToken: isTruncated ? tokenOf(entries[entries.length - 1]) : undefined,
    StartAfter: query.has('start-after') ? write(query.get('start-after') ?? '') : undefined,
    Contents: entries.flatMap((entry) => ('item' in entry ? [{ ...describe(entry.item, write), ...owner }] : [])),
    CommonPrefixes: entries.flatMap((entry) => ('item' in entry ? [] : [{ Prefix: write(entry.commonPrefix) }])),
  };
  return { status: 200, body: xmlDocument('ListBucketResult', result, xmlNamespace) };
}

function describe(version: ObjectVersion, write: (key: string) => string) {
  return {
    Key: write(version.key),
    LastModified: new Date(version.modifiedMs).toISOString(),
    ETag: `"${version.etag}"`,
    ChecksumAlgorithm: version.checksum?.algorithm,
    ChecksumType: version.checksum && checksumType(version.checksum),
    Size: version.sizeBytes,
    StorageClass: 'STANDARD',
  };
}

/** A continuation token wins over start-after, which only counts on the first page. */
function startOf(query: URLSearchParams, prefix: string): Cursor {
  const token = query.get('continuation-token');
  if (token !== null) return { from: readToken(token), inclusive: false };
  const startAfter = Buffer.from(query.get('start-after') ?? '');
  const prefixBytes = Buffer.from(prefix);
  const isInside = startAfter.length > 0 && Buffer.compare(startAfter, prefixBytes) >= 0;
  return isInside ? { from: startAfter, inclusive: false } : { from: prefixBytes, inclusive: true };
}

/** The token names the place behind the last entry: an implementation detail to clients, as in S3. */
function tokenOf(entry: ListEntry<ObjectVersion>): string {
  const place = 'item' in entry ? Buffer.from(entry.item.key) : behindPrefix(entry.commonPrefix);
  return `1${place.toString('base64url')}`;
}

function readToken(token: string): Buffer {
  if (!/^1[\w-]*$/.test(token)) throw invalidArgument('continuation-token', token, 'one from an earlier listing');
  return Buffer.from(token.slice(1), 'base64url');
}
