// The operations that the twin's S3 knows. What is not in this table gets 501, down to a single header or parameter.
import { getBucketLocation, getBucketVersioning, headBucket, listBuckets } from './buckets.ts';
import { completeUpload } from './complete-upload.ts';
import { copyObject } from './copy-object.ts';
import { abortUpload, createUpload } from './create-upload.ts';
import { deleteObject, deleteObjects } from './delete-objects.ts';
import { encryptionRequestHeaders } from './encryption.ts';
import { notImplemented } from './errors.ts';
import { getObject, responseOverrides } from './get-object.ts';
import { checksumRequestHeaders } from './integrity.ts';
import { listObjects } from './list-objects.ts';
import { listParts, listUploads } from './list-uploads.ts';
import { listVersions } from './list-versions.ts';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts';
import { postObject } from './post-object.ts';
import { putObject } from './put-object.ts';
import type { BucketRequest, ObjectRequest, S3Request, S3Response } from './request.ts';
import type { Room } from './room.ts';
import { uploadPart, uploadPartCopy } from './upload-part.ts';

type Answer = S3Response | Promise<S3Response>;

interface Shape {
  readonly name: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Query parameter that makes it this operation. */
  readonly subresource?: string;
  /** Header that makes it this operation. */
  readonly selectingHeader?: string;
  /** A form that a browser posts, whose fields stand for headers. */
  readonly isForm?: true;
  /** Further query parameters. */
  readonly query?: readonly string[];
  /** Further headers, of those that change what a request means: `x-amz-*` and conditions. */
  readonly headers?: readonly string[];
}

export type Operation = Shape &
  (
    | { readonly on: 'service'; readonly handle: (room: Room, request: S3Request) => Answer }
    | { readonly on: 'bucket'; readonly handle: (room: Room, request: BucketRequest) => Answer }
    | { readonly on: 'object'; readonly handle: (room: Room, request: ObjectRequest) => Answer }
  );

const reading = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'range',
  'x-amz-checksum-mode',
];
const writing = ['if-match', 'if-none-match', 'x-amz-tagging', ...encryptionRequestHeaders];
const announcedBody = ['x-amz-sdk-checksum-algorithm', 'x-amz-trailer', ...checksumRequestHeaders];
const copySource = 'x-amz-copy-source';
const copyConditions = [
  'x-amz-source-expected-bucket-owner',
  ...['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'].map(
    (condition) => `${copySource}-${condition}`,
  ),
];
const copying = ['x-amz-metadata-directive', 'x-amz-tagging-directive', 'x-amz-checksum-algorithm', ...copyConditions];
const listing = ['prefix', 'delimiter', 'max-keys', 'encoding-type'];

export const operations: readonly Operation[] = [
  { name: 'ListBuckets', method: 'GET', on: 'service', handle: listBuckets },

  { name: 'HeadBucket', method: 'HEAD', on: 'bucket', handle: headBucket },
  { name: 'GetBucketLocation', method: 'GET', on: 'bucket', subresource: 'location', handle: getBucketLocation },
  { name: 'GetBucketVersioning', method: 'GET', on: 'bucket', subresource: 'versioning', handle: getBucketVersioning },
  {
    name: 'ListObjectsV2',
    method: 'GET',
    on: 'bucket',
    subresource: 'list-type',
    query: [...listing, 'start-after', 'continuation-token', 'fetch-owner'],
    handle: listObjects,
  },
  {
    name: 'ListObjectVersions',
    method: 'GET',
    on: 'bucket',
    subresource: 'versions',
    query: [...listing, 'key-marker', 'version-id-marker'],
    handle: listVersions,
  },
  {
    name: 'DeleteObjects',
    method: 'POST',
    on: 'bucket',
    subresource: 'delete',
    headers: announcedBody,
    handle: deleteObjects,
  },

  {
    name: 'ListMultipartUploads',
    method: 'GET',
    on: 'bucket',
    subresource: 'uploads',
    query: ['prefix', 'delimiter', 'encoding-type', 'max-uploads', 'key-marker', 'upload-id-marker'],
    handle: listUploads,
  },

  {
    name: 'CreateMultipartUpload',
    method: 'POST',
    on: 'object',
    subresource: 'uploads',
    headers: ['x-amz-tagging', 'x-amz-checksum-algorithm', 'x-amz-checksum-type', ...encryptionRequestHeaders],
    handle: createUpload,
  },
  {
    name: 'CompleteMultipartUpload',
    method: 'POST',
    on: 'object',
    subresource: 'uploadId',
    headers: ['if-match', 'if-none-match', 'x-amz-mp-object-size', 'x-amz-checksum-type', ...checksumRequestHeaders],
    handle: completeUpload,
  },
  {
    name: 'GetObjectTagging',
    method: 'GET',
    on: 'object',
    subresource: 'tagging',
    query: ['versionId'],
    handle: getObjectTagging,
  },
  {
    name: 'PutObjectTagging',
    method: 'PUT',
    on: 'object',
    subresource: 'tagging',
    query: ['versionId'],
    headers: announcedBody,
    handle: putObjectTagging,
  },
  {
    name: 'DeleteObjectTagging',
    method: 'DELETE',
    on: 'object',
    subresource: 'tagging',
    query: ['versionId'],
    handle: deleteObjectTagging,
  },
  {
    name: 'UploadPartCopy',
    method: 'PUT',
    on: 'object',
    subresource: 'partNumber',
    selectingHeader: copySource,
    query: ['uploadId'],
    headers: ['x-amz-copy-source-range', ...copyConditions],
    handle: uploadPartCopy,
  },
  {
    name: 'CopyObject',
    method: 'PUT',
    on: 'object',
    selectingHeader: copySource,
    headers: [...writing, ...copying],
    handle: copyObject,
  },
  {
    name: 'UploadPart',
    method: 'PUT',
    on: 'object',
    subresource: 'partNumber',
    query: ['uploadId'],
    headers: announcedBody,
    handle: uploadPart,
  },
  { name: 'PutObject', method: 'PUT', on: 'object', headers: [...writing, ...announcedBody], handle: putObject },
  {
    name: 'PostObject',
    method: 'POST',
    on: 'object',
    isForm: true,
    headers: ['x-amz-tagging', ...encryptionRequestHeaders, ...checksumRequestHeaders],
    handle: postObject,
  },
  { name: 'HeadObject', method: 'HEAD', on: 'object', query: ['versionId'], headers: reading, handle: getObject },
  {
    name: 'ListParts',
    method: 'GET',
    on: 'object',
    subresource: 'uploadId',
    query: ['max-parts', 'part-number-marker'],
    handle: listParts,
  },
  {
    name: 'GetObject',
    method: 'GET',
    on: 'object',
    query: ['versionId', ...responseOverrides],
    headers: reading,
    handle: getObject,
  },
  {
    name: 'AbortMultipartUpload',
    method: 'DELETE',
    on: 'object',
    subresource: 'uploadId',
    handle: abortUpload,
  },
  { name: 'DeleteObject', method: 'DELETE', on: 'object', query: ['versionId'], handle: deleteObject },
];

/** Whether it changes what is stored. */
export const isWrite = ({ method }: Pick<Operation, 'method'>): boolean => method !== 'GET' && method !== 'HEAD';

/** Headers of every request that say nothing about what is to be done. */
const neutralHeaders = new Set([
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-expected-bucket-owner',
  'x-amz-security-token',
  'x-amz-user-agent',
]);

const takesMetadata = new Set(['PutObject', 'PostObject', 'CopyObject', 'CreateMultipartUpload']);

/** The operation that a request means; 501 if there is none, or if it asks for more than that operation does here. */
export function findOperation(request: S3Request): Operation {
  const on = request.bucketName === undefined ? 'service' : request.key === undefined ? 'bucket' : 'object';
  const operation = operations.find(
    (candidate) =>
      candidate.method === request.method &&
      candidate.on === on &&
      (candidate.isForm === true) === (request.form !== undefined) &&
      (candidate.subresource === undefined || request.query.has(candidate.subresource)) &&
      (candidate.selectingHeader === undefined || request.headers[candidate.selectingHeader] !== undefined),
  );
  const parameters = [...request.query.keys()].filter((name) => name !== 'x-id');
  if (operation === undefined) {
    throw notImplemented(
      `${request.method} on ${on === 'object' ? 'an' : 'a'} ${on}${parameters.length > 0 ? ` with ?${parameters.join('&')}` : ''}`,
    );
  }
  const parameter = parameters.find((name) => name !== operation.subresource && !operation.query?.includes(name));
  if (parameter !== undefined) throw notImplemented(`${operation.name} with ?${parameter}`);
  if (operation.subresource === 'list-type' && request.query.get('list-type') !== '2') {
    throw notImplemented(`ListObjects with list-type other than 2`);
  }
  const header = Object.keys(request.headers).find((name) => changesMeaning(name) && !isKnown(operation, name));
  if (header !== undefined) throw notImplemented(`${operation.name} with header ${header}`);
  return operation;
}

function changesMeaning(header: string): boolean {
  return header.startsWith('x-amz-') || header.startsWith('if-') || header === 'range';
}

function isKnown(operation: Operation, header: string): boolean {
  if (neutralHeaders.has(header) || header === operation.selectingHeader) return true;
  if (operation.headers?.includes(header)) return true;
  return header.startsWith('x-amz-meta-') && takesMetadata.has(operation.name);
}
