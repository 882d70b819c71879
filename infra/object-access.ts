// Turns "reads these, creates those" into policy statements, written out by hand: no grant* of the CDK, which add wildcards.
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { type KeyPattern, listPrefix } from '#infra/keys.ts';

/** A bucket and the key that encrypts what is in it. */
export interface Store {
  readonly bucket: Bucket;
  readonly key: IKey;
}

/** What a role may do in one bucket. Whoever may read or create below a prefix may list it, so that a missing key is 404 and not 403. */
export interface ObjectAccess {
  readonly reads?: readonly KeyPattern[];
  readonly readsVersions?: readonly KeyPattern[];
  readonly creates?: readonly KeyPattern[];
  /** Puts objects and gets none back, its own included. */
  readonly puts?: readonly KeyPattern[];
  /** Created only by a conditional write (`If-None-Match`): the policy refuses to overwrite. */
  readonly createsOnce?: readonly KeyPattern[];
  readonly deletes?: readonly KeyPattern[];
  /** Reads and writes the tags of object versions. */
  readonly tags?: readonly KeyPattern[];
  /** Sees the keys, without reading any object. */
  readonly lists?: readonly KeyPattern[];
  readonly listsVersions?: readonly KeyPattern[];
}

/** The statements that allow exactly this access, key use included. */
export function objectStatements(store: Store, access: ObjectAccess): PolicyStatement[] {
  const { reads = [], readsVersions = [], creates = [], createsOnce = [], deletes = [], tags = [] } = access;
  const { lists = [], listsVersions = [], puts = [] } = access;
  const written = [...creates, ...createsOnce];
  const listed = [...reads, ...readsVersions, ...written, ...deletes, ...tags, ...lists];
  return [
    ...onObjects(store, ['s3:GetObject'], [...reads, ...written]),
    ...onObjects(store, ['s3:GetObjectVersion'], readsVersions),
    ...onObjects(store, ['s3:PutObject'], [...creates, ...puts]),
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
    ...onObjects(store, ['s3:PutObject'], createsOnce, { Null: { 's3:if-none-match': 'false' } }),
    ...onObjects(store, ['s3:DeleteObject'], deletes),
    ...onObjects(store, ['s3:GetObjectVersionTagging', 's3:PutObjectVersionTagging'], tags),
    ...onBucket(store, ['s3:ListBucket'], listed),
    ...onBucket(store, ['s3:ListBucketVersions'], listsVersions),
    ...keyStatements(store.key, {
      reads: reads.length + readsVersions.length > 0,
      writes: written.length + puts.length > 0,
    }),
  ];
}

/** Every pattern of this access that becomes a resource with a wildcard. */
export function wildcardPatterns(access: ObjectAccess): KeyPattern[] {
  const { reads = [], readsVersions = [], creates = [], createsOnce = [], puts = [], deletes = [], tags = [] } = access;
  return [...new Set([...reads, ...readsVersions, ...creates, ...createsOnce, ...puts, ...deletes, ...tags])];
}

/** Use of an encryption key by a service on behalf of the role: a data key for each write, decryption for each read. */
export function keyStatements(
  key: IKey,
  use: { readonly reads: boolean; readonly writes: boolean },
): PolicyStatement[] {
  if (!use.reads && !use.writes) return [];
  const actions = use.writes ? ['kms:Decrypt', 'kms:GenerateDataKey'] : ['kms:Decrypt'];
  return [new PolicyStatement({ effect: Effect.ALLOW, actions, resources: [key.keyArn] })];
}

function onObjects(
  { bucket }: Store,
  actions: string[],
  patterns: readonly KeyPattern[],
  conditions: Record<string, Record<string, string>> = {},
): PolicyStatement[] {
  if (patterns.length === 0) return [];
  const resources = [...new Set(patterns)].map(({ pattern }) => `${bucket.bucketArn}/${pattern}`);
  return [new PolicyStatement({ effect: Effect.ALLOW, actions, resources, conditions })];
}

function onBucket({ bucket }: Store, actions: string[], patterns: readonly KeyPattern[]): PolicyStatement[] {
  if (patterns.length === 0) return [];
  const prefixes = [...new Set(patterns.map(listPrefix))].sort();
  const conditions = { StringLike: { 's3:prefix': prefixes } };
  return [new PolicyStatement({ effect: Effect.ALLOW, actions, resources: [bucket.bucketArn], conditions })];
}
