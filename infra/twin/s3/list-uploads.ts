// ListMultipartUploads and ListParts: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
import { xmlDocument } from '../xml.ts';
import { findUpload } from './create-upload.ts';
import { invalidArgument } from './errors.ts';
import {
  behindPrefix,
  commonPrefixOf,
  keyWriter,
  type ListEntry,
  type ListLimits,
  type ListSource,
  listPage,
} from './list-page.ts';
import type { BucketRequest, ObjectRequest, S3Response } from './request.ts';
import { type Room, xmlNamespace } from './room.ts';
import type { Upload } from './uploads.ts';
import { encodeKey } from './url-encoding.ts';

const mostEntries = 1000;

/** Uploads of `from` above this sequence, then all later keys. */
interface Cursor {
  readonly from: Buffer;
  readonly aboveSequence: number;
}

export function listUploads(room: Room, { bucket, principal, query }: BucketRequest): S3Response {
  room.access.require(principal, 's3:ListBucketMultipartUploads', bucket.arn);
  const write = keyWriter(query, encodeKey);
  const limits: ListLimits = {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    maximum: limitOf(query, 'max-uploads'),
  };
  const source: ListSource<Upload, Cursor> = {
    fetch: ({ from, aboveSequence }, limit) => room.uploads.list(bucket.name, from, aboveSequence, limit),
    after: ({ key, sequence }) => ({ from: Buffer.from(key), aboveSequence: sequence }),
    afterPrefix: (commonPrefix) => ({ from: behindPrefix(commonPrefix), aboveSequence: 0 }),
  };
  const { entries, isTruncated } = listPage(source, limits, startOf(room, query, limits));
  const result = {
    Bucket: bucket.name,
    KeyMarker: write(query.get('key-marker') ?? ''),
    UploadIdMarker: query.get('upload-id-marker') ?? '',
    ...(isTruncated && nextMarkers(entries[entries.length - 1], write)),
    Prefix: write(limits.prefix),
    Delimiter: limits.delimiter === '' ? undefined : write(limits.delimiter),
    EncodingType: query.get('encoding-type') ?? undefined,
    MaxUploads: limits.maximum,
    IsTruncated: isTruncated,
    Upload: entries.flatMap((entry) => ('item' in entry ? [describe(entry.item, room.access.account, write)] : [])),
    CommonPrefixes: entries.flatMap((entry) => ('item' in entry ? [] : [{ Prefix: write(entry.commonPrefix) }])),
  };
  return { status: 200, body: xmlDocument('ListMultipartUploadsResult', result, xmlNamespace) };
}

export function listParts(room: Room, request: ObjectRequest): S3Response {
  const { bucket, key, principal, query } = request;
  room.access.require(principal, 's3:ListMultipartUploadParts', `${bucket.arn}/${key}`);
  const upload = findUpload(room, request);
  const maximum = limitOf(query, 'max-parts');
  const after = numberOf(query, 'part-number-marker') ?? 0;
  const found = room.uploads.parts(upload.uploadId, after, maximum + 1);
  const parts = found.slice(0, maximum);
  const { algorithm, type, isDeclared } = upload.checksum;
  const result = {
    Bucket: bucket.name,
    Key: key,
    UploadId: upload.uploadId,
    PartNumberMarker: after,
    NextPartNumberMarker: parts.at(-1)?.number ?? 0,
    MaxParts: maximum,
    IsTruncated: maximum > 0 && found.length > maximum,
    StorageClass: 'STANDARD',
    ...(isDeclared && { ChecksumAlgorithm: algorithm, ChecksumType: type }),
    Part: parts.map(({ number, modifiedMs, etag, sizeBytes, checksum }) => ({
      PartNumber: number,
      LastModified: new Date(modifiedMs).toISOString(),
      ETag: `"${etag}"`,
      Size: sizeBytes,
      [`Checksum${algorithm}`]: checksum,
    })),
  };
  return { status: 200, body: xmlDocument('ListPartsResult', result, xmlNamespace) };
}

function describe({ key, uploadId, initiatedMs, checksum }: Upload, account: string, write: (key: string) => string) {
  const { algorithm, type, isDeclared } = checksum;
  return {
    Key: write(key),
    UploadId: uploadId,
    Owner: { ID: account },
    StorageClass: 'STANDARD',
    Initiated: new Date(initiatedMs).toISOString(),
    ...(isDeclared && { ChecksumAlgorithm: algorithm, ChecksumType: type }),
  };
}

function nextMarkers(entry: ListEntry<Upload>, write: (key: string) => string) {
  if ('item' in entry) return { NextKeyMarker: write(entry.item.key), NextUploadIdMarker: entry.item.uploadId };
  return { NextKeyMarker: write(entry.commonPrefix), NextUploadIdMarker: '' };
}

/** Without key-marker S3 ignores upload-id-marker; with key-marker alone only later keys are listed. */
function startOf(room: Room, query: URLSearchParams, limits: ListLimits): Cursor {
  const keyMarker = query.get('key-marker') ?? '';
  const beginning = { from: Buffer.from(limits.prefix), aboveSequence: 0 };
  const marker = Buffer.from(keyMarker);
  if (keyMarker === '' || Buffer.compare(marker, beginning.from) < 0) return beginning;
  const uploadId = query.get('upload-id-marker') ?? '';
  if (uploadId !== '') {
    const upload = room.uploads.find(uploadId);
    if (upload?.key !== keyMarker) throw invalidArgument('upload-id-marker', uploadId, 'an upload of key-marker');
    return { from: marker, aboveSequence: upload.sequence };
  }
  const isCommonPrefix = keyMarker.startsWith(limits.prefix) && commonPrefixOf(keyMarker, limits) === keyMarker;
  return { from: isCommonPrefix ? behindPrefix(keyMarker) : marker, aboveSequence: Number.MAX_SAFE_INTEGER };
}

function limitOf(query: URLSearchParams, name: string): number {
  return Math.min(numberOf(query, name) ?? mostEntries, mostEntries);
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const sent = query.get(name);
  if (sent === null) return undefined;
  if (!/^\d{1,10}$/.test(sent)) throw invalidArgument(name, sent, 'a number from 0');
  return Number(sent);
}
