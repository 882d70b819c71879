// DeleteObject and DeleteObjects: https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
import { transaction } from '../database.ts';
import { childText, parseXml, type XmlFields, xmlDocument } from '../xml.ts';
import { versionKeys } from './access.ts';
import { newVersionId } from './commit-object.ts';
import { notImplemented, S3Error } from './errors.ts';
import { lookUp } from './find-object.ts';
import { verifyBody } from './integrity.ts';
import { versionHeader } from './object-headers.ts';
import { type BucketRequest, decodeKey, type ObjectRequest, type S3Response } from './request.ts';
import { nowToTheSecond, type Room, xmlNamespace } from './room.ts';

const mostKeys = 1000;

interface Target {
  readonly key: string;
  readonly versionId: string | undefined;
}

interface Deleted {
  /** A delete marker was written or removed. */
  readonly isDeleteMarker: boolean;
  /** The version removed, or that of the new delete marker; undefined when there was nothing to do. */
  readonly versionId: string | undefined;
  /** Body file that nothing names any more, to be removed after the commit. */
  readonly file?: string | undefined;
}

export function deleteObject(room: Room, request: ObjectRequest): S3Response {
  const target = { key: request.key, versionId: request.query.get('versionId') ?? undefined };
  const deleted = transaction(room.db, () => deleteTarget(room, request, target));
  if (deleted.file !== undefined) room.blobs.remove([deleted.file]);
  return {
    status: 204,
    headers: {
      ...(deleted.versionId !== undefined && versionHeader(deleted.versionId)),
      ...(deleted.isDeleteMarker && { 'x-amz-delete-marker': 'true' }),
    },
  };
}

/** Each key is asked for and answered by itself; all that succeed commit together. */
export function deleteObjects(room: Room, request: BucketRequest): S3Response {
  if (verifyBody(request) === undefined && request.headers['content-md5'] === undefined) {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const { targets, quiet } = parseTargets(request.body);
  const files: string[] = [];
  const deletedEntries: XmlFields[] = [];
  const errorEntries: XmlFields[] = [];
  transaction(room.db, () => {
    for (const target of targets) {
      try {
        const deleted = transaction(room.db, () => deleteTarget(room, request, target));
        if (deleted.file !== undefined) files.push(deleted.file);
        if (!quiet) deletedEntries.push(describeDeleted(target, deleted));
      } catch (error) {
        if (!(error instanceof S3Error)) throw error;
        errorEntries.push({ Key: target.key, VersionId: target.versionId, Code: error.code, Message: error.message });
      }
    }
  });
  room.blobs.remove(files);
  const result = { Deleted: deletedEntries, Error: errorEntries };
  return { status: 200, body: xmlDocument('DeleteResult', result, xmlNamespace) };
}

/** Without a version id a versioned bucket gains a delete marker; with one, that version goes for good. */
function deleteTarget(room: Room, request: BucketRequest, { key, versionId }: Target): Deleted {
  const { bucket, principal } = request;
  const action = versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';
  room.access.require(principal, action, `${bucket.arn}/${key}`, versionKeys(versionId));
  if (versionId === undefined && bucket.versioned) return writeDeleteMarker(room, request, key);

  const found = lookUp(room, bucket.name, key, versionId);
  if (found === undefined) return { isDeleteMarker: false, versionId };
  const file = room.versions.remove(found);
  room.notifier.publish(request, 'ObjectRemoved:Delete', {
    key,
    ...(bucket.versioned && { versionId: found.versionId }),
  });
  return { isDeleteMarker: found.isDeleteMarker, versionId: found.versionId, file };
}

function writeDeleteMarker(room: Room, request: BucketRequest, key: string): Deleted {
  const versionId = newVersionId();
  room.versions.insert(
    {
      bucket: request.bucket.name,
      key,
      versionId,
      isDeleteMarker: true,
      sizeBytes: 0,
      etag: '',
      modifiedMs: nowToTheSecond(room.clock),
      headers: { system: {}, metadata: {} },
      tags: {},
      checksum: undefined,
      encryption: undefined,
    },
    undefined,
  );
  room.notifier.publish(request, 'ObjectRemoved:DeleteMarkerCreated', { key, versionId });
  return { isDeleteMarker: true, versionId };
}

function parseTargets(body: Buffer): { readonly targets: readonly Target[]; readonly quiet: boolean } {
  const malformed = (cause?: unknown) =>
    Object.assign(new S3Error('MalformedXML', 'The XML is not well-formed or does not follow the schema of Delete'), {
      cause,
    });
  let root: ReturnType<typeof parseXml>;
  try {
    root = parseXml(body.toString('utf8'));
  } catch (cause) {
    throw malformed(cause);
  }
  const objects = root.children.filter((child) => child.name === 'Object');
  if (root.name !== 'Delete' || objects.length === 0 || objects.length > mostKeys) throw malformed();
  const targets = objects.map((object) => {
    const unknown = object.children.find((child) => child.name !== 'Key' && child.name !== 'VersionId');
    if (unknown !== undefined) throw notImplemented(`${unknown.name} in DeleteObjects`);
    const key = childText(object, 'Key');
    if (key === undefined || key === '') throw malformed();
    return { key: decodeKey(encodeURIComponent(key)), versionId: childText(object, 'VersionId') };
  });
  return { targets, quiet: childText(root, 'Quiet') === 'true' };
}

function describeDeleted(target: Target, { isDeleteMarker, versionId }: Deleted): XmlFields {
  return {
    Key: target.key,
    VersionId: target.versionId,
    ...(isDeleteMarker && { DeleteMarker: true, DeleteMarkerVersionId: versionId }),
  };
}
