// The two buckets with their access logs, and the keys of data, queues and identity. The intake boundary shares no key with the archive.
import { Aws, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type BucketProps,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ACCESS_LOG_BUCKET, acknowledge, DATA_BUCKET } from '#infra/acknowledgements.ts';
import type { Store } from '#infra/object-access.ts';
import type { Settings } from '#infra/settings.ts';

/** The tag that `settle` puts on an object version once its drop is complete: only tagged versions expire. */
const DONE_TAG = { key: 'state', value: 'done' } as const;

const ABANDONED_UPLOAD_DAYS = 7;

const PRIVATE = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
  versioned: true,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  removalPolicy: RemovalPolicy.RETAIN,
} as const satisfies BucketProps;

/** Everything that stores: one key for each side's data, another for its queues (bucket and queue under one key need each other). */
export class Storage extends Construct {
  readonly intake: Store;
  readonly archive: Store;
  readonly intakeQueueKey: Key;
  readonly archiveQueueKey: Key;
  /** HMAC key behind every key of a subject, study and drop. Without it no drop can be matched to its past. */
  readonly identityKey: Key;
  /** Says that a request comes from the intake bucket's events, without naming the bucket resource (which needs the queue first). */
  readonly fromIntakeEvents: Readonly<Record<string, Record<string, string>>>;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    // A name that is known before the bucket exists: the queue's policies name the bucket, and the bucket needs the queue.
    const bucketName = `${Stack.of(this).stackName.toLowerCase()}-intake-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
    this.fromIntakeEvents = {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnEquals: { 'aws:SourceArn': `arn:${Aws.PARTITION}:s3:::${bucketName}` },
    };
    this.intakeQueueKey = encryptionKey(this, 'IntakeQueueKey', 'Messages inside the intake boundary');
    this.archiveQueueKey = encryptionKey(this, 'ArchiveQueueKey', 'Messages and alarms outside the intake boundary');
    this.intakeQueueKey.addToResourcePolicy(
      new PolicyStatement({
        sid: 'EventsOfTheIntakeBucket',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: this.fromIntakeEvents,
      }),
    );
    this.intake = this.store('Intake', 'What hospitals drop, and their receipts', settings, {
      bucketName,
      lifecycleRules: intakeLifecycle(settings),
    });
    this.archive = this.store('Archive', 'De-identified studies, results and reports', settings, {
      lifecycleRules: archiveLifecycle(),
    });
    this.identityKey = new Key(this, 'IdentityKey', {
      description: 'HMAC secret behind the keys of subjects, studies and drops',
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }

  private store(name: 'Intake' | 'Archive', holds: string, settings: Settings, own: Partial<BucketProps>): Store {
    const key = encryptionKey(this, `${name}Key`, holds);
    allowLogs(key);
    const bucket = new Bucket(this, `${name}Bucket`, {
      ...PRIVATE,
      ...own,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      // The CDK's classes declare optional properties as `T | undefined`, its interfaces do not.
      serverAccessLogsBucket: accessLogs(this, `${name}AccessLogs`, settings) as IBucket,
    });
    acknowledge(bucket, DATA_BUCKET);
    refuseOtherKeys(bucket, key);
    return { bucket, key };
  }
}

/** Object keys in the intake bucket identify people, and access logs repeat them: each side keeps its own. */
function accessLogs(scope: Construct, id: string, { logRetentionDays }: Settings): Bucket {
  const bucket = new Bucket(scope, id, {
    ...PRIVATE,
    encryption: BucketEncryption.S3_MANAGED,
    lifecycleRules: [{ expiration: Duration.days(logRetentionDays), noncurrentVersionExpiration: Duration.days(1) }],
  });
  acknowledge(bucket, ACCESS_LOG_BUCKET);
  return bucket;
}

function encryptionKey(scope: Construct, id: string, holds: string): Key {
  return new Key(scope, id, { description: holds, enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
}

/** CloudWatch Logs encrypts the logs of those who work on the data with the key of the data. */
function allowLogs(key: Key): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'LogGroupsOfThisAccount',
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
      actions: [
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
        'kms:GenerateDataKey',
        'kms:DescribeKey',
      ],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:*`,
        },
      },
    }),
  );
}

/** Objects are encrypted with the bucket's key: by default when a request names none, and a request that names another is refused. */
function refuseOtherKeys(bucket: Bucket, key: Key): void {
  const encryption = 's3:x-amz-server-side-encryption';
  const keyId = 's3:x-amz-server-side-encryption-aws-kms-key-id';
  const refuse = (sid: string, header: string, allowed: string) =>
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects('*')],
        conditions: { Null: { [header]: 'false' }, StringNotEquals: { [header]: allowed } },
      }),
    );
  refuse('OnlyKms', encryption, 'aws:kms');
  refuse('OnlyTheKeyOfThisBucket', keyId, key.keyArn);
}

/** Only versions that `settle` tagged expire; a tag filter holds for noncurrent versions too, so what nobody settled stays. */
function intakeLifecycle({ expireDoneAfterDays }: Settings): LifecycleRule[] {
  return [
    {
      id: 'ExpireSettledDrops',
      prefix: 'drops/',
      tagFilters: { [DONE_TAG.key]: DONE_TAG.value },
      expiration: Duration.days(expireDoneAfterDays),
      noncurrentVersionExpiration: Duration.days(expireDoneAfterDays),
    },
    // Takes away delete markers behind which nothing is left.
    { id: 'ForgetEmptyDeleteMarkers', expiredObjectDeleteMarker: true },
    { id: 'AbortAbandonedUploads', abortIncompleteMultipartUploadAfter: Duration.days(ABANDONED_UPLOAD_DAYS) },
  ];
}

/** Nothing of the archive expires but the versions of hints, which are rebuilt from the rest. */
function archiveLifecycle(): LifecycleRule[] {
  return [
    {
      id: 'ForgetClosedHints',
      prefix: 'ledger/open/',
      noncurrentVersionExpiration: Duration.days(1),
      expiredObjectDeleteMarker: true,
    },
    { id: 'AbortAbandonedUploads', abortIncompleteMultipartUploadAfter: Duration.days(ABANDONED_UPLOAD_DAYS) },
  ];
}
