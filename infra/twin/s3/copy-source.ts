// What a copy is made of: the source that `x-amz-copy-source` names, and whether the caller may read it.
import type { BucketDescription } from '../contract.ts';
import { evaluateRead, preconditionFailed, readConditions } from './conditions.ts';
import { requireKey } from './encryption.ts';
import { invalidArgument, S3Error } from './errors.ts';
import { findReadable } from './get-object.ts';
import { decodeKey, header, type ObjectRequest } from './request.ts';
import type { Room } from './room.ts';
import type { ObjectVersion } from './versions.ts';

export interface CopySource {
  readonly bucket: BucketDescription;
  readonly key: string;
  readonly versionId: string | undefined;
}

/** `[/]bucket/key[?versionId=…]`, percent-encoded. */
export function parseCopySource(room: Room, request: ObjectRequest): CopySource {
  const sent = header(request, 'x-amz-copy-source') ?? '';
  const found = /^\/?([^/]+)\/([^?]+)(?:\?versionId=([^&]+))?$/.exec(sent);
  if (found === null)
    throw invalidArgument('x-amz-copy-source', sent, 'bucket/key or bucket/key?versionId=id, percent-encoded');
  const bucket = room.buckets.get(found[1]);
  if (bucket === undefined) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
  return { bucket, key: decodeKey(found[2]), versionId: found[3] };
}

export function readSource(room: Room, request: ObjectRequest, source: CopySource): ObjectVersion {
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
