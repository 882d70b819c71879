// Which version a read means, and what a caller learns when there is none.
import { invalidArgument, S3Error } from './errors.ts';
import { versionHeader } from './object-headers.ts';
import type { ObjectRequest } from './request.ts';
import type { Room } from './room.ts';
import type { ObjectVersion } from './versions.ts';

/** The version named, else the current one; a delete marker is a version too. Does not ask the policies. */
export function lookUp(
  room: Room,
  bucket: string,
  key: string,
  versionId: string | undefined,
): ObjectVersion | undefined {
  if (versionId === undefined) return room.versions.current(bucket, key);
  if (versionId !== 'null' && !/^[A-Za-z0-9._-]{32}$/.test(versionId)) {
    throw invalidArgument('versionId', versionId, 'a version id');
  }
  return room.versions.version(bucket, key, versionId);
}

/** Narrows to an object with a body, or throws what S3 answers. Without s3:ListBucket nobody learns that a key is missing. */
export function requireObject(
  room: Room,
  request: ObjectRequest,
  found: ObjectVersion | undefined,
  versionId: string | undefined,
): ObjectVersion {
  if (found !== undefined && !found.isDeleteMarker) return found;
  const { bucket, key, principal } = request;
  if (found !== undefined && versionId !== undefined) {
    throw new S3Error('MethodNotAllowed', 'The specified method is not allowed against a delete marker', {
      headers: { ...markerHeaders(found), allow: 'DELETE', 'last-modified': new Date(found.modifiedMs).toUTCString() },
      fields: { ResourceType: 'DeleteMarker' },
    });
  }
  // S3 asks as if the missing key itself were listed, so a permission confined by `s3:prefix` is enough.
  room.access.require(principal, 's3:ListBucket', bucket.arn, { 's3:prefix': key });
  if (versionId !== undefined) throw new S3Error('NoSuchVersion', 'The specified version does not exist');
  throw new S3Error('NoSuchKey', 'The specified key does not exist', { headers: found ? markerHeaders(found) : {} });
}

function markerHeaders(marker: ObjectVersion): Record<string, string> {
  return { 'x-amz-delete-marker': 'true', ...versionHeader(marker.versionId) };
}
