// Any other place: moto, another emulator, or AWS. Buckets and queues are made for this run and removed after it.
import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import {
  type BucketName,
  bucketNames,
  clientsOf,
  type QueueName,
  type QueueSettings,
  queueSettings,
  type SideDescription,
} from './side.ts';

/** `AWS_*` as the SDK reads them; without an endpoint it is AWS. */
export async function openRemote(environment: NodeJS.ProcessEnv): Promise<SideDescription> {
  const { CONTRACT_SIDE, CONTRACT_ENDPOINT: endpoint, CONTRACT_WITHOUT = '', CONTRACT_KEYS = '2500' } = environment;
  const region = environment.AWS_REGION ?? 'eu-central-1';
  const credentials = {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: environment.AWS_SESSION_TOKEN,
  };
  const { s3, sqs } = clientsOf({ endpoint, region }, credentials);
  const run = `contract-${randomBytes(4).toString('hex')}`;
  const arns = new Map<string, string>();
  const queues: Record<string, string> = {};
  for (const [name, settings] of Object.entries(queueSettings)) {
    const { url, arn } = await createQueue(sqs, `${run}-${name}`, settings, arns.get('dead'));
    queues[name] = url;
    arns.set(name, arn);
  }
  for (const name of bucketNames) await createBucket(s3, `${run}-${name}`, region, name !== 'plain');
  await announce(s3, `${run}-events`, arns.get('events') ?? '');
  return {
    name: CONTRACT_SIDE ?? endpoint ?? 'AWS',
    endpoint,
    region,
    credentials,
    buckets: Object.fromEntries(bucketNames.map((name) => [name, `${run}-${name}`])) as Record<BucketName, string>,
    queues: queues as Record<QueueName, string>,
    capabilities: {
      fairGroups: !CONTRACT_WITHOUT.split(',').includes('fair-groups'),
      pagingKeys: Number(CONTRACT_KEYS),
    },
    async close() {
      for (const name of bucketNames) await removeBucket(s3, `${run}-${name}`);
      for (const QueueUrl of Object.values(queues)) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      s3.destroy();
      sqs.destroy();
    },
  };
}

async function createQueue(sqs: SQSClient, QueueName: string, settings: QueueSettings, deadLetterArn?: string) {
  const { delaySeconds, maxReceiveCount } = settings;
  const service = {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: '*',
  };
  const Attributes: Record<string, string> = { VisibilityTimeout: '30' };
  if (delaySeconds !== undefined) Attributes.DelaySeconds = String(delaySeconds);
  if (maxReceiveCount !== undefined) {
    Attributes.RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetterArn, maxReceiveCount });
  }
  if (QueueName.endsWith('-events'))
    Attributes.Policy = JSON.stringify({ Version: '2012-10-17', Statement: [service] });
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  const described = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return { url: QueueUrl, arn: described.Attributes?.QueueArn ?? '' };
}

async function createBucket(s3: S3Client, Bucket: string, region: string, versioned: boolean): Promise<void> {
  const LocationConstraint = region as 'eu-central-1';
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      ...(region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint } }),
    }),
  );
  if (!versioned) return;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
}

function announce(s3: S3Client, Bucket: string, QueueArn: string) {
  const FilterRules = [
    { Name: 'prefix' as const, Value: 'drops/' },
    { Name: 'suffix' as const, Value: '.csv' },
  ];
  const configuration = {
    Id: 'Csv',
    QueueArn,
    Events: ['s3:ObjectCreated:*' as const],
    Filter: { Key: { FilterRules } },
  };
  return s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: { QueueConfigurations: [configuration] },
    }),
  );
}

async function removeBucket(s3: S3Client, Bucket: string): Promise<void> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads) await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    const Objects = [...Versions, ...DeleteMarkers].slice(0, 1000).map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) break;
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}
