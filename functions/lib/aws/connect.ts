// Ports for somebody outside the functions: an address and credentials instead of a function's environment.
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { IntakeBucket, QueueName, Queues } from '#functions/ports.ts';
import { s3Bucket } from './bucket.ts';
import { sqsQueues } from './queues.ts';

/** Where the services are, and as whom to call them; what is absent comes from the environment, as the SDK reads it. */
export interface Account {
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** A bucket of the account; at an endpoint of its own it is addressed by path. */
export const connectBucket = (account: Account, name: string): IntakeBucket =>
  s3Bucket(new S3Client({ ...account, maxAttempts: 6, forcePathStyle: account.endpoint !== undefined }), name);

/** Queues of the account, by their addresses. */
export const connectQueues = (account: Account, urls: Readonly<Partial<Record<QueueName, string>>>): Queues =>
  sqsQueues(new SQSClient({ ...account, maxAttempts: 6 }), urls);
