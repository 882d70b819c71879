// The one place where an object comes into being: condition, version and event in a single transaction.
import { randomUUID } from 'node:crypto';
import { transaction } from '../database.ts';
import type { StoredBody } from './blobs.ts';
import { requireWrite, type WriteConditions } from './conditions.ts';
import type { EventName } from './notifications.ts';
import type { ObjectRequest } from './request.ts';
import { nowToTheSecond, type Room } from './room.ts';
import type { NewVersion } from './versions.ts';

/** What a write knows of the new version; the rest comes from bucket and clock. */
export type ObjectContent = Pick<NewVersion, 'sizeBytes' | 'etag' | 'headers' | 'tags' | 'checksum' | 'encryption'>;

/** An opaque version id of 32 URL-safe characters, as long as those of S3. */
export function newVersionId(): string {
  return randomUUID().replaceAll('-', '');
}

/** Throws unless the conditions hold for the key as it is now. */
export function checkWrite(room: Room, request: ObjectRequest, conditions: WriteConditions): void {
  const { bucket, key, principal } = request;
  const current = room.versions.current(bucket.name, key);
  if (conditions.ifMatch !== undefined) {
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: If-Match reads, so it needs s3:GetObject.
    room.access.require(principal, 's3:GetObject', `${bucket.arn}/${key}`);
  }
  requireWrite(conditions, current?.isDeleteMarker === false ? current.etag : undefined);
}

/**
 * Writes a new current version of the request's key and announces it; on any error nothing is left, the body included.
 * `alsoCommit` runs in the same transaction.
 */
export function commitObject(
  room: Room,
  request: ObjectRequest,
  content: ObjectContent,
  body: StoredBody,
  conditions: WriteConditions,
  eventName: EventName,
  alsoCommit: () => void = () => undefined,
): NewVersion {
  const { bucket, key } = request;
  const version: NewVersion = {
    ...content,
    bucket: bucket.name,
    key,
    versionId: bucket.versioned ? newVersionId() : 'null',
    isDeleteMarker: false,
    modifiedMs: nowToTheSecond(room.clock),
  };
  let replacedFile: string | undefined;
  try {
    transaction(room.db, () => {
      alsoCommit();
      checkWrite(room, request, conditions);
      const replaced = bucket.versioned ? undefined : room.versions.current(bucket.name, key);
      if (replaced) replacedFile = room.versions.remove(replaced);
      room.versions.insert(version, body);
      room.notifier.publish(request, eventName, {
        key,
        size: version.sizeBytes,
        eTag: version.etag,
        ...(bucket.versioned && { versionId: version.versionId }),
      });
      room.beforeCommit();
    });
  } catch (error) {
    if ('file' in body) room.blobs.remove([body.file]);
    throw error;
  }
  if (replacedFile !== undefined) room.blobs.remove([replacedFile]);
  return version;
}
