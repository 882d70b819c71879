// PutObject: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
import { hash } from 'node:crypto';
import { writeKeys } from './access.ts';
import { checksumHeaders, defaultChecksum } from './checksums.ts';
import { checkWrite, commitObject } from './commit-object.ts';
import { writeConditions } from './conditions.ts';
import { chooseEncryption, encryptionHeaders, requireKey } from './encryption.ts';
import { verifyBody } from './integrity.ts';
import type { EventName } from './notifications.ts';
import { takeObjectHeaders, versionHeader } from './object-headers.ts';
import { header, type ObjectRequest, type S3Response } from './request.ts';
import type { Room } from './room.ts';
import { parseTaggingHeader } from './tags.ts';

/** Writes the request's body as it says; the event tells how it came. */
export async function putObject(
  room: Room,
  request: ObjectRequest,
  eventName: EventName = 'ObjectCreated:Put',
): Promise<S3Response> {
  const { bucket, key, principal, body } = request;
  const arn = `${bucket.arn}/${key}`;
  const tags = parseTaggingHeader(header(request, 'x-amz-tagging') ?? '');
  const keys = writeKeys(request.headers, tags);
  const encryption = chooseEncryption(request.headers, bucket);
  room.access.require(principal, 's3:PutObject', arn, keys);
  if (Object.keys(tags).length > 0) room.access.require(principal, 's3:PutObjectTagging', arn, keys);
  requireKey(room.access, principal, 'kms:GenerateDataKey', encryption, bucket, key);

  const conditions = writeConditions(request.headers);
  const checksum = verifyBody(request) ?? defaultChecksum(body);
  const headers = takeObjectHeaders(request.headers);
  // Checked again inside the transaction; here it only saves writing a large body for nothing.
  checkWrite(room, request, conditions);
  const content = { sizeBytes: body.length, etag: hash('md5', body, 'hex'), headers, tags, checksum, encryption };
  const version = commitObject(room, request, content, await room.blobs.write(body), conditions, eventName);
  return {
    status: 200,
    headers: {
      etag: `"${version.etag}"`,
      ...versionHeader(version.versionId),
      ...encryptionHeaders(encryption),
      ...checksumHeaders(checksum),
    },
  };
}
