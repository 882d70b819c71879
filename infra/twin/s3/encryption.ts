// Server-side encryption as callers see it: which key, who may use it, and the headers. Nothing is encrypted on this disk.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
import type { BucketDescription, Principal } from '../contract.ts';
import type { Access } from './access.ts';
import { notImplemented } from './errors.ts';

export type Encryption =
  | { readonly algorithm: 'AES256' }
  | { readonly algorithm: 'aws:kms'; readonly keyArn: string; readonly bucketKeyEnabled: boolean };

const prefix = 'x-amz-server-side-encryption';

/** Request headers that PutObject and CopyObject may carry; SSE-C and an own encryption context are refused. */
export const encryptionRequestHeaders = [prefix, `${prefix}-aws-kms-key-id`, `${prefix}-bucket-key-enabled`] as const;

/** What the request asks for, or the default of the bucket. */
export function chooseEncryption(headers: Readonly<Record<string, unknown>>, bucket: BucketDescription): Encryption {
  const algorithm = headers[prefix];
  const keyId = headers[`${prefix}-aws-kms-key-id`];
  const bucketKey = headers[`${prefix}-bucket-key-enabled`];
  const { kmsKeyArn, bucketKeyEnabled } = bucket;
  const byKms =
    kmsKeyArn === undefined ? undefined : ({ algorithm: 'aws:kms', keyArn: kmsKeyArn, bucketKeyEnabled } as const);
  if (bucketKey !== undefined && bucketKey !== String(bucketKeyEnabled)) {
    throw notImplemented(`${prefix}-bucket-key-enabled other than that of the bucket`);
  }
  if (keyId !== undefined && keyId !== kmsKeyArn && keyId !== kmsKeyArn?.split('/').at(-1)) {
    throw notImplemented(`${prefix}-aws-kms-key-id other than the key of the bucket`);
  }
  if (algorithm === undefined) return byKms ?? { algorithm: 'AES256' };
  if (algorithm === 'AES256' && keyId === undefined) return { algorithm: 'AES256' };
  if (algorithm === 'aws:kms' && byKms !== undefined) return byKms;
  throw notImplemented(`${prefix}: ${algorithm} on this bucket`);
}

export function encryptionHeaders(encryption: Encryption | undefined): Record<string, string> {
  if (encryption === undefined) return {};
  if (encryption.algorithm === 'AES256') return { [prefix]: 'AES256' };
  return {
    [prefix]: 'aws:kms',
    [`${prefix}-aws-kms-key-id`]: encryption.keyArn,
    ...(encryption.bucketKeyEnabled && { [`${prefix}-bucket-key-enabled`]: 'true' }),
  };
}

/** Asks for the key as S3 does in the caller's name; throws 403 when the caller may not use it. */
export function requireKey(
  access: Access,
  principal: Principal,
  action: 'kms:GenerateDataKey' | 'kms:Decrypt',
  encryption: Encryption | undefined,
  bucket: BucketDescription,
  key: string,
): void {
  if (encryption?.algorithm !== 'aws:kms') return;
  access.require(principal, action, encryption.keyArn, {
    'kms:viaservice': `s3.${access.region}.amazonaws.com`,
    'kms:calleraccount': access.account,
    'kms:encryptioncontext:aws:s3:arn': encryption.bucketKeyEnabled ? bucket.arn : `${bucket.arn}/${key}`,
    'kms:encryptioncontextkeys': ['aws:s3:arn'],
  });
}
