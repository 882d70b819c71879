import type { BucketDescription, QueueDescription } from '../contract.ts';
import type { JsonObject } from './json.ts';

export interface RoleDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly trustPolicy: JsonObject;
  /** Inline, attached and AWS managed policy documents. */
  readonly policies: readonly { readonly name: string; readonly document: JsonObject }[];
}

/** Policy of a bucket, queue, key or function. */
export interface ResourcePolicy {
  readonly resourceArn: string;
  readonly document: JsonObject;
}

export interface KeyDescription {
  readonly logicalId: string;
  readonly keyId: string;
  readonly arn: string;
  readonly keySpec: 'SYMMETRIC_DEFAULT' | 'HMAC_256';
  readonly policy: JsonObject;
  readonly aliases: readonly string[];
}

export interface FunctionDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly code: { readonly folder: string } | { readonly inlineSource: string };
  /** For instance index.handler. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Folders that AWS unpacks into /opt. */
  readonly layerFolders: readonly string[];
  readonly reservedConcurrency?: number;
  /** Retries of an asynchronous invocation that fails; 2 unless the template says otherwise. */
  readonly maximumRetryAttempts: number;
}

export interface MappingDescription {
  readonly logicalId: string;
  readonly functionArn: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly reportsItemFailures: boolean;
  readonly maximumConcurrency?: number;
}

export interface ScheduleDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** rate(...) or cron(...). */
  readonly expression: string;
  readonly source: 'aws.events' | 'aws.scheduler';
  readonly targets: readonly ScheduleTarget[];
}

export interface ScheduleTarget {
  /** A function or a queue. */
  readonly arn: string;
  /** A fixed payload instead of the scheduled event. */
  readonly input?: string;
  /** Role that EventBridge Scheduler takes on; rules act as the service itself. */
  readonly roleArn?: string;
  readonly messageGroupId?: string;
}

export interface CustomResourceDescription {
  readonly logicalId: string;
  readonly type: string;
}

export interface AlarmDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly definition: JsonObject;
}

/** A template as plain descriptions: everything that the twin starts. */
export interface StackDescription {
  readonly buckets: readonly BucketDescription[];
  readonly queues: readonly QueueDescription[];
  readonly keys: readonly KeyDescription[];
  readonly roles: readonly RoleDescription[];
  readonly resourcePolicies: readonly ResourcePolicy[];
  readonly functions: readonly FunctionDescription[];
  readonly mappings: readonly MappingDescription[];
  readonly schedules: readonly ScheduleDescription[];
  /** In the order in which they must run. */
  readonly customResources: readonly CustomResourceDescription[];
  readonly alarms: readonly AlarmDescription[];
}
