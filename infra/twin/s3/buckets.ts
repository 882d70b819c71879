// What a bucket says of itself: HeadBucket, GetBucketLocation, GetBucketVersioning, ListBuckets.
import { xmlDocument } from '../xml.ts';
import type { BucketRequest, S3Request, S3Response } from './request.ts';
import { type Room, xmlNamespace } from './room.ts';

export function headBucket(room: Room, { bucket, principal }: BucketRequest): S3Response {
  room.access.require(principal, 's3:ListBucket', bucket.arn);
  return { status: 200, headers: { 'x-amz-bucket-region': room.access.region, 'x-amz-access-point-alias': 'false' } };
}

export function getBucketLocation(room: Room, { bucket, principal }: BucketRequest): S3Response {
  room.access.require(principal, 's3:GetBucketLocation', bucket.arn);
  const { region } = room.access;
  // The oldest region answers with an empty element.
  const location = region === 'us-east-1' ? '' : region;
  return { status: 200, body: xmlDocument('LocationConstraint', location, xmlNamespace) };
}

export function getBucketVersioning(room: Room, { bucket, principal }: BucketRequest): S3Response {
  room.access.require(principal, 's3:GetBucketVersioning', bucket.arn);
  const status = bucket.versioned ? { Status: 'Enabled' } : {};
  return { status: 200, body: xmlDocument('VersioningConfiguration', status, xmlNamespace) };
}

export function listBuckets(room: Room, { principal }: S3Request): S3Response {
  room.access.require(principal, 's3:ListAllMyBuckets', 'arn:aws:s3:::*');
  const names = [...room.buckets.keys()].sort();
  const result = { Owner: { ID: room.access.account }, Buckets: { Bucket: names.map((Name) => ({ Name })) } };
  return { status: 200, body: xmlDocument('ListAllMyBucketsResult', result, xmlNamespace) };
}
