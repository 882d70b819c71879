// Findings of the rule packs that stay, each on the construct that it concerns, with the reason and the compensating control.
import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import type { KeyPattern } from '#infra/keys.ts';

/** Accepts one finding of a rule pack on this construct and what is below it. */
export function acknowledge(construct: IConstruct, reasons: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(reasons)) Validations.of(construct).acknowledge({ id, reason });
}

/** Accepts the wildcard of one key pattern in the policy; any other wildcard of the policy stays a finding. */
export function acknowledgeKeyPattern(policy: IConstruct, bucket: Bucket, { pattern, reason }: KeyPattern): void {
  const resource = bucket.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) throw new Error(`${bucket.node.path} is no bucket of this stack`);
  const bucketId = Stack.of(bucket).resolve(resource.logicalId);
  const printed = pattern.replaceAll('${', '<').replaceAll('}', '>');
  acknowledge(policy, {
    [`AwsSolutions-IAM5[Resource::<${bucketId}.Arn>/${printed}]`]: `${reason}; the prefix is the limit`,
  });
}

export const TRACE_WILDCARD = {
  'AwsSolutions-IAM5[Resource::*]':
    'X-Ray has no resources that a policy could name: PutTraceSegments and PutTelemetryRecords accept only "*". Trace segments carry timings and keys, never payloads.',
} as const;

const NO_VPC =
  'The function opens no socket of its own and none can reach it: it calls S3, SQS and KMS over TLS with its own role, which names the objects and queues that it may touch. A VPC would add endpoints to keep up and no further limit.';

/** Findings on every function. */
export const FUNCTION_REASONS = { 'HIPAA.Security-LambdaInsideVPC': NO_VPC } as const;

export const QUEUE_FED_FUNCTION = {
  'HIPAA.Security-LambdaDLQ':
    'Invoked synchronously by its event source mapping only, for which Lambda ignores a dead-letter configuration: failed messages stay in the queue, whose redrive policy hands them to the dead-letter queue that a quarantine function consumes.',
} as const;

export const SCHEDULED_FUNCTION = {
  'HIPAA.Security-LambdaDLQ':
    'The event of a schedule says nothing that could be lost: every tick works on all that is in the archive, so the next one repeats what a failed one left. The alarm on errors reports the failure.',
} as const;

export const DEPLOYMENT_FUNCTION = {
  'HIPAA.Security-LambdaDLQ':
    'Invoked by CloudFormation during a deployment only: a failure answers the deployment, which rolls back and names it.',
} as const;

export const UNRESERVED_CONCURRENCY = {
  'HIPAA.Security-LambdaConcurrency':
    'Concurrency is limited where work enters: maximum concurrency per event source mapping, or one invocation per schedule tick. Reserving is a choice of the account (context reservedConcurrency), as it takes from the quota of everything else in it; the alarm on throttles shows when it is needed.',
} as const;

export const DATA_BUCKET = {
  'HIPAA.Security-S3BucketReplicationEnabled':
    'Health data stays in the region that the operator chose: a copy elsewhere is a decision about residency and not a default. Against loss stand eleven nines of durability over three zones, versioning, retention of the bucket when the stack goes, and roles without permission to delete versions.',
} as const;

const ACCESS_LOGS_ONLY =
  'it holds access logs only, is retained when the stack goes, and no role of this stack can read or write it';

export const ACCESS_LOG_BUCKET = {
  'HIPAA.Security-S3BucketReplicationEnabled': `Access logs follow the residency of the data they describe: ${ACCESS_LOGS_ONLY}.`,
  'HIPAA.Security-S3DefaultEncryptionKMS': `S3 delivers server access logs only to buckets encrypted with S3-managed keys (AES-256), not with KMS: ${ACCESS_LOGS_ONLY}.`,
} as const;
