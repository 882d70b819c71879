import type { BucketDescription, BucketNotification, QueueDescription } from '../contract.ts';
import type { KeyDescription, ResourcePolicy } from './descriptions.ts';
import {
  booleanAt,
  isObject,
  type Json,
  type JsonObject,
  listAt,
  numberAt,
  objectAt,
  stringAt,
  TemplateError,
} from './json.ts';
import { checkProperties, type ResolvedResource, type Stack } from './stack.ts';

export function describeBuckets(stack: Stack): BucketDescription[] {
  return stack.ofType('AWS::S3::Bucket').map((bucket) => {
    const { logicalId, name, arn, properties } = bucket;
    checkProperties(
      bucket,
      ['BucketName', 'BucketEncryption', 'VersioningConfiguration', 'NotificationConfiguration'],
      [
        'LifecycleConfiguration',
        'LoggingConfiguration',
        'MetricsConfigurations',
        'OwnershipControls',
        'PublicAccessBlockConfiguration',
        'Tags',
      ],
    );
    const versioning = objectAt(properties.VersioningConfiguration ?? {}, `${logicalId}.VersioningConfiguration`);
    return {
      name,
      arn,
      versioned: versioning.Status === 'Enabled',
      ...encryption(stack, bucket),
      notifications: notifications(bucket),
    };
  });
}

function encryption(stack: Stack, { logicalId, properties }: ResolvedResource) {
  const at = `${logicalId}.BucketEncryption`;
  if (properties.BucketEncryption === undefined) return { bucketKeyEnabled: false };
  const rules = listAt(objectAt(properties.BucketEncryption, at).ServerSideEncryptionConfiguration, at);
  const rule = objectAt(rules[0], at);
  const byDefault = objectAt(rule.ServerSideEncryptionByDefault, at);
  const bucketKeyEnabled = rule.BucketKeyEnabled !== undefined && booleanAt(rule.BucketKeyEnabled, at);
  if (byDefault.SSEAlgorithm === 'AES256') return { bucketKeyEnabled: false };
  if (byDefault.SSEAlgorithm !== 'aws:kms' || byDefault.KMSMasterKeyID === undefined) {
    const found = JSON.stringify(byDefault);
    throw new TemplateError(`${at}: found ${found}, the twin knows AES256, and aws:kms with a key of the template`);
  }
  return { bucketKeyEnabled, kmsKeyArn: keyArn(stack, byDefault.KMSMasterKeyID, at) };
}

function notifications({ logicalId, properties }: ResolvedResource): BucketNotification[] {
  const at = `${logicalId}.NotificationConfiguration`;
  const configuration = objectAt(properties.NotificationConfiguration ?? {}, at);
  const other = Object.keys(configuration).find((key) => key !== 'QueueConfigurations');
  if (other !== undefined) throw new TemplateError(`${at}: found ${other}, the twin knows QueueConfigurations`);
  return listAt(configuration.QueueConfigurations ?? [], at).map((item, index) => {
    const entry = objectAt(item, at);
    const filter = objectAt(objectAt(entry.Filter ?? {}, at).S3Key ?? {}, at);
    return {
      id: `${logicalId}-${index}`,
      events: [stringAt(entry.Event, `${at}.Event`)],
      ...keyFilter(listAt(filter.Rules ?? [], at), at),
      queueArn: stringAt(entry.Queue, `${at}.Queue`),
    };
  });
}

function keyFilter(rules: readonly Json[], at: string): { prefix: string; suffix: string } {
  const filter = { prefix: '', suffix: '' };
  for (const rule of rules) {
    const { Name, Value } = objectAt(rule, at);
    const name = stringAt(Name, at).toLowerCase();
    if (name !== 'prefix' && name !== 'suffix') {
      throw new TemplateError(`${at}: filter rule ${name}, allowed are prefix and suffix`);
    }
    filter[name] = stringAt(Value, at);
  }
  return filter;
}

/** Queues, with the defaults of the CloudFormation resource reference. */
export function describeQueues(stack: Stack): QueueDescription[] {
  return stack.ofType('AWS::SQS::Queue').map((queue) => {
    const { logicalId, name, arn, properties } = queue;
    const numbers = {
      VisibilityTimeout: 30,
      MessageRetentionPeriod: 345_600,
      DelaySeconds: 0,
      ReceiveMessageWaitTimeSeconds: 0,
      MaximumMessageSize: 1_048_576,
    };
    checkProperties(
      queue,
      ['QueueName', 'KmsMasterKeyId', 'RedrivePolicy', ...Object.keys(numbers)],
      ['KmsDataKeyReusePeriodSeconds', 'SqsManagedSseEnabled', 'RedriveAllowPolicy', 'Tags'],
    );
    const number = (key: keyof typeof numbers) => numberAt(properties[key] ?? numbers[key], `${logicalId}.${key}`);
    return {
      name,
      arn,
      visibilityTimeoutSeconds: number('VisibilityTimeout'),
      retentionSeconds: number('MessageRetentionPeriod'),
      delaySeconds: number('DelaySeconds'),
      receiveWaitSeconds: number('ReceiveMessageWaitTimeSeconds'),
      maximumMessageBytes: number('MaximumMessageSize'),
      ...(properties.KmsMasterKeyId !== undefined && {
        kmsKeyArn: keyArn(stack, properties.KmsMasterKeyId, `${logicalId}.KmsMasterKeyId`),
      }),
      ...(properties.RedrivePolicy !== undefined && { redrive: redrive(queue) }),
    };
  });
}

function redrive({ logicalId, properties }: ResolvedResource): NonNullable<QueueDescription['redrive']> {
  const at = `${logicalId}.RedrivePolicy`;
  const policy = objectAt(properties.RedrivePolicy, at);
  return {
    deadLetterArn: stringAt(policy.deadLetterTargetArn, `${at}.deadLetterTargetArn`),
    maxReceiveCount: numberAt(policy.maxReceiveCount, `${at}.maxReceiveCount`),
  };
}

export function describeKeys(stack: Stack): KeyDescription[] {
  return stack.ofType('AWS::KMS::Key').map((key) => {
    const { logicalId, name, arn, properties } = key;
    checkProperties(
      key,
      ['KeyPolicy', 'KeySpec'],
      [
        'KeyUsage',
        'Description',
        'EnableKeyRotation',
        'Enabled',
        'PendingWindowInDays',
        'RotationPeriodInDays',
        'MultiRegion',
        'Tags',
      ],
    );
    const keySpec = stringAt(properties.KeySpec ?? 'SYMMETRIC_DEFAULT', `${logicalId}.KeySpec`);
    if (keySpec !== 'SYMMETRIC_DEFAULT' && keySpec !== 'HMAC_256') {
      throw new TemplateError(`${logicalId}: KeySpec ${keySpec}, the twin knows SYMMETRIC_DEFAULT and HMAC_256`);
    }
    return {
      logicalId,
      keyId: name,
      arn,
      keySpec,
      policy: objectAt(properties.KeyPolicy, `${logicalId}.KeyPolicy`),
      aliases: stack
        .ofType('AWS::KMS::Alias')
        .filter((alias) => keyArn(stack, alias.properties.TargetKeyId, `${alias.logicalId}.TargetKeyId`) === arn)
        .map((alias) => alias.name),
    };
  });
}

/** A key may be named by id, ARN or alias; the twin's rooms know it by its ARN. */
function keyArn(stack: Stack, named: Json | undefined, at: string): string {
  const text = stringAt(named, at);
  const alias = stack.ofType('AWS::KMS::Alias').find((item) => item.name === text);
  const target = alias ? stringAt(alias.properties.TargetKeyId, at) : text;
  const key = stack.ofType('AWS::KMS::Key').find((item) => item.arn === target || item.name === target);
  if (!key) throw new TemplateError(`${at}: key ${text} is not in the template`);
  return key.arn;
}

/** Policies that stand at buckets, queues, keys and functions. */
export function describeResourcePolicies(stack: Stack): ResourcePolicy[] {
  const buckets = stack.ofType('AWS::S3::BucketPolicy').map((policy) => ({
    resourceArn: `arn:aws:s3:::${stringAt(policy.properties.Bucket, `${policy.logicalId}.Bucket`)}`,
    document: objectAt(policy.properties.PolicyDocument, `${policy.logicalId}.PolicyDocument`),
  }));
  const queues = stack.ofType('AWS::SQS::QueuePolicy').flatMap((policy) =>
    listAt(policy.properties.Queues, `${policy.logicalId}.Queues`).map((url) => ({
      resourceArn: queueArnOf(stack, stringAt(url, policy.logicalId), policy.logicalId),
      document: objectAt(policy.properties.PolicyDocument, `${policy.logicalId}.PolicyDocument`),
    })),
  );
  const keys = describeKeys(stack).map((key) => ({ resourceArn: key.arn, document: key.policy }));
  return [...buckets, ...queues, ...keys, ...functionPolicies(stack)];
}

function queueArnOf(stack: Stack, url: string, at: string): string {
  const name = url.split('/').at(-1);
  const queue = stack.ofType('AWS::SQS::Queue').find((item) => item.name === name);
  if (!queue) throw new TemplateError(`${at}: queue ${url} is not in the template`);
  return queue.arn;
}

/** A Lambda permission is one statement of the function's resource policy. */
function functionPolicies(stack: Stack): ResourcePolicy[] {
  return stack.ofType('AWS::Lambda::Permission').map((permission) => {
    const { logicalId, properties } = permission;
    checkProperties(permission, ['Action', 'FunctionName', 'Principal', 'SourceArn', 'SourceAccount'], []);
    const named = stringAt(properties.FunctionName, `${logicalId}.FunctionName`);
    const target = stack.ofType('AWS::Lambda::Function').find((item) => item.arn === named || item.name === named);
    if (!target) throw new TemplateError(`${logicalId}: function ${named} is not in the template`);
    const principal = stringAt(properties.Principal, `${logicalId}.Principal`);
    const statement: JsonObject = {
      Effect: 'Allow',
      Principal: principal.endsWith('.amazonaws.com') ? { Service: principal } : { AWS: principal },
      Action: stringAt(properties.Action, `${logicalId}.Action`),
      Resource: target.arn,
      ...sourceCondition(properties),
    };
    return { resourceArn: target.arn, document: { Version: '2012-10-17', Statement: [statement] } };
  });
}

function sourceCondition(properties: JsonObject): JsonObject {
  const condition = {
    ...(properties.SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': properties.SourceArn } }),
    ...(properties.SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': properties.SourceAccount } }),
  };
  return isObject(condition) && Object.keys(condition).length > 0 ? { Condition: condition } : {};
}
