// CreateMultipartUpload and AbortMultipartUpload: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
import { randomBytes } from 'node:crypto';
import { transaction } from '../database.ts';
import { xmlDocument } from '../xml.ts';
import { writeKeys } from './access.ts';
import { type ChecksumAlgorithm, checksumAlgorithms } from './checksums.ts';
import { chooseEncryption, encryptionHeaders, requireKey } from './encryption.ts';
import { invalidArgument, S3Error } from './errors.ts';
import { takeObjectHeaders } from './object-headers.ts';
import { header, type ObjectRequest, type S3Response } from './request.ts';
import { nowToTheSecond, type Room, xmlNamespace } from './room.ts';
import { parseTaggingHeader } from './tags.ts';
import type { Upload, UploadContent } from './uploads.ts';

export function createUpload(room: Room, request: ObjectRequest): S3Response {
  const { bucket, key, principal } = request;
  const arn = `${bucket.arn}/${key}`;
  const tags = parseTaggingHeader(header(request, 'x-amz-tagging') ?? '');
  const keys = { ...writeKeys(request.headers, tags), 's3:objectcreationoperation': 'false' };
  const encryption = chooseEncryption(request.headers, bucket);
  room.access.require(principal, 's3:PutObject', arn, keys);
  if (Object.keys(tags).length > 0) room.access.require(principal, 's3:PutObjectTagging', arn, keys);
  requireKey(room.access, principal, 'kms:GenerateDataKey', encryption, bucket, key);

  const checksum = chooseChecksum(request);
  const uploadId = randomBytes(48).toString('base64url');
  const headers = takeObjectHeaders(request.headers);
  const initiatedMs = nowToTheSecond(room.clock);
  room.uploads.create({ uploadId, bucket: bucket.name, key, initiatedMs, headers, tags, encryption, checksum });
  const result = { Bucket: bucket.name, Key: key, UploadId: uploadId };
  return {
    status: 200,
    headers: {
      ...encryptionHeaders(encryption),
      ...(checksum.isDeclared && {
        'x-amz-checksum-algorithm': checksum.algorithm,
        'x-amz-checksum-type': checksum.type,
      }),
    },
    body: xmlDocument('InitiateMultipartUploadResult', result, xmlNamespace),
  };
}

export function abortUpload(room: Room, request: ObjectRequest): S3Response {
  const { bucket, key, principal } = request;
  room.access.require(principal, 's3:AbortMultipartUpload', `${bucket.arn}/${key}`);
  const files = transaction(room.db, () => room.uploads.remove(findUpload(room, request).uploadId));
  room.blobs.remove(files);
  return { status: 204 };
}

/** The upload that `?uploadId=` names, which belongs to this bucket and key. */
export function findUpload(room: Room, { bucket, key, query }: ObjectRequest): Upload {
  const upload = room.uploads.find(query.get('uploadId') ?? '');
  if (upload !== undefined && upload.bucket === bucket.name && upload.key === key) return upload;
  throw new S3Error('NoSuchUpload', 'The specified upload does not exist: it may have been aborted or completed');
}

/** CRC64NVME covers the whole object, SHA1 and SHA256 the checksums of the parts; the two other CRCs do either. */
function chooseChecksum(request: ObjectRequest): UploadContent['checksum'] {
  const algorithm = header(request, 'x-amz-checksum-algorithm')?.toUpperCase();
  const type = header(request, 'x-amz-checksum-type')?.toUpperCase();
  if (algorithm === undefined) {
    if (type !== undefined) throw invalidArgument('x-amz-checksum-type', type, 'only with x-amz-checksum-algorithm');
    return { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', isDeclared: false };
  }
  if (!isAlgorithm(algorithm)) {
    throw invalidArgument('x-amz-checksum-algorithm', algorithm, `one of ${checksumAlgorithms.join(', ')}`);
  }
  const allowed = typesOf(algorithm);
  const chosen = type === undefined ? allowed[0] : allowed.find((candidate) => candidate === type);
  if (chosen === undefined) {
    throw new S3Error(
      'InvalidRequest',
      `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm`,
    );
  }
  return { algorithm, type: chosen, isDeclared: true };
}

function isAlgorithm(name: string): name is ChecksumAlgorithm {
  return checksumAlgorithms.some((algorithm) => algorithm === name);
}

/** The first is the default. */
function typesOf(algorithm: ChecksumAlgorithm): readonly ('COMPOSITE' | 'FULL_OBJECT')[] {
  if (algorithm === 'CRC64NVME') return ['FULL_OBJECT'];
  return algorithm.startsWith('SHA') ? ['COMPOSITE'] : ['COMPOSITE', 'FULL_OBJECT'];
}
