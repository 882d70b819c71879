// ListObjectVersions: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
import { element, xmlDocument } from '../xml.ts';
import { checksumType } from './checksums.ts';
import { invalidArgument } from './errors.ts';
import {
  behindPrefix,
  commonPrefixOf,
  keyWriter,
  type ListEntry,
  type ListLimits,
  type ListSource,
  listKeys,
  listLimits,
  listPage,
} from './list-page.ts';
import type { BucketRequest, S3Response } from './request.ts';
import { type Room, xmlNamespace } from './room.ts';
import { encodeKey } from './url-encoding.ts';
import type { ObjectVersion } from './versions.ts';

/** Versions of `from` below this sequence, then all later keys. */
interface Cursor {
  readonly from: Buffer;
  readonly belowSequence: number;
}

export function listVersions(room: Room, { bucket, principal, query }: BucketRequest): S3Response {
  room.access.require(principal, 's3:ListBucketVersions', bucket.arn, listKeys(query));
  const limits = listLimits(query);
  const write = keyWriter(query, encodeKey);
  const source: ListSource<ObjectVersion, Cursor> = {
    fetch: ({ from, belowSequence }, limit) => room.versions.listVersions(bucket.name, from, belowSequence, limit),
    after: ({ key, sequence }) => ({ from: Buffer.from(key), belowSequence: sequence }),
    afterPrefix: (commonPrefix) => ({ from: behindPrefix(commonPrefix), belowSequence: 0 }),
  };
  const { entries, isTruncated } = listPage(source, limits, startOf(room, bucket.name, query, limits));
  const head = {
    Name: bucket.name,
    Prefix: write(limits.prefix),
    Delimiter: limits.delimiter === '' ? undefined : write(limits.delimiter),
    KeyMarker: write(query.get('key-marker') ?? ''),
    VersionIdMarker: query.get('version-id-marker') ?? '',
    MaxKeys: limits.maximum,
    EncodingType: query.get('encoding-type') ?? undefined,
    IsTruncated: isTruncated,
    ...(isTruncated && nextMarkers(entries[entries.length - 1], write)),
  };
  // Versions and delete markers follow each other in one order, so they cannot be two lists.
  const body = entries
    .map((entry) => ('item' in entry ? describe(entry.item, room.access.account, write) : ''))
    .join('');
  const prefixes = entries.flatMap((entry) => ('item' in entry ? [] : [{ Prefix: write(entry.commonPrefix) }]));
  const document = xmlDocument('ListVersionsResult', { ...head, CommonPrefixes: prefixes }, xmlNamespace);
  const end = '</ListVersionsResult>';
  return { status: 200, body: document.slice(0, -end.length) + body + end };
}

function describe(version: ObjectVersion, account: string, write: (key: string) => string): string {
  const common = {
    Key: write(version.key),
    VersionId: version.versionId,
    IsLatest: version.isCurrent,
    LastModified: new Date(version.modifiedMs).toISOString(),
    Owner: { ID: account },
  };
  if (version.isDeleteMarker) return element('DeleteMarker', common);
  return element('Version', {
    ...common,
    ETag: `"${version.etag}"`,
    ChecksumAlgorithm: version.checksum?.algorithm,
    ChecksumType: version.checksum && checksumType(version.checksum),
    Size: version.sizeBytes,
    StorageClass: 'STANDARD',
  });
}

function nextMarkers(entry: ListEntry<ObjectVersion>, write: (key: string) => string) {
  if ('item' in entry) return { NextKeyMarker: write(entry.item.key), NextVersionIdMarker: entry.item.versionId };
  return { NextKeyMarker: write(entry.commonPrefix) };
}

function startOf(room: Room, bucket: string, query: URLSearchParams, limits: ListLimits): Cursor {
  const keyMarker = query.get('key-marker') ?? '';
  const versionIdMarker = query.get('version-id-marker') ?? '';
  const beginning = { from: Buffer.from(limits.prefix), belowSequence: Number.MAX_SAFE_INTEGER };
  if (keyMarker === '') {
    if (versionIdMarker === '') return beginning;
    throw invalidArgument('version-id-marker', versionIdMarker, 'only together with key-marker');
  }
  const markerBytes = Buffer.from(keyMarker);
  if (Buffer.compare(markerBytes, beginning.from) < 0) return beginning;
  if (versionIdMarker !== '') {
    const marked = room.versions.version(bucket, keyMarker, versionIdMarker);
    if (marked === undefined) throw invalidArgument('version-id-marker', versionIdMarker, 'a version of key-marker');
    return { from: markerBytes, belowSequence: marked.sequence };
  }
  const isCommonPrefix = keyMarker.startsWith(limits.prefix) && commonPrefixOf(keyMarker, limits) === keyMarker;
  return { from: isCommonPrefix ? behindPrefix(keyMarker) : markerBytes, belowSequence: 0 };
}
