// Get-, Put- and DeleteObjectTagging: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html
import { existingTagKeys, requestTagKeys, versionKeys } from './access.ts';
import { lookUp, requireObject } from './find-object.ts';
import { verifyBody } from './integrity.ts';
import { versionHeader } from './object-headers.ts';
import type { ObjectRequest, S3Response } from './request.ts';
import { type Room, xmlNamespace } from './room.ts';
import { parseTaggingXml, renderTagging, type Tags } from './tags.ts';
import type { ObjectVersion } from './versions.ts';

export function getObjectTagging(room: Room, request: ObjectRequest): S3Response {
  const version = findTagged(room, request, 'Get', {});
  return { status: 200, headers: versionHeader(version.versionId), body: renderTagging(version.tags, xmlNamespace) };
}

export function putObjectTagging(room: Room, request: ObjectRequest): S3Response {
  verifyBody(request);
  const tags = parseTaggingXml(request.body);
  const version = findTagged(room, request, 'Put', tags);
  room.versions.setTags(version.sequence, tags);
  return { status: 200, headers: versionHeader(version.versionId) };
}

export function deleteObjectTagging(room: Room, request: ObjectRequest): S3Response {
  const version = findTagged(room, request, 'Delete', {});
  room.versions.setTags(version.sequence, {});
  return { status: 204, headers: versionHeader(version.versionId) };
}

function findTagged(room: Room, request: ObjectRequest, verb: 'Get' | 'Put' | 'Delete', newTags: Tags): ObjectVersion {
  const { bucket, key, principal, query } = request;
  const versionId = query.get('versionId') ?? undefined;
  const found = lookUp(room, bucket.name, key, versionId);
  const action = `s3:${verb}Object${versionId === undefined ? '' : 'Version'}Tagging`;
  room.access.require(principal, action, `${bucket.arn}/${key}`, {
    ...existingTagKeys(found?.tags),
    ...requestTagKeys(newTags),
    ...versionKeys(versionId),
  });
  return requireObject(room, request, found, versionId);
}
