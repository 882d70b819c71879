// One side of the contract: a place that speaks S3 and SQS, with the buckets and queues that the suite needs.
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Signer } from '../signing.ts';
import { openRemote } from './remote-side.ts';
import { openTwin } from './twin-side.ts';

export type Credentials = Signer['credentials'];

/** Buckets of the suite; created objects in `events` below `drops/` that end in `.csv` are announced to queue `events`. */
export const bucketNames = ['archive', 'plain', 'events'] as const;
export type BucketName = (typeof bucketNames)[number];

export interface QueueSettings {
  readonly delaySeconds?: number;
  /** Messages that were received this often go to queue `dead`. */
  readonly maxReceiveCount?: number;
}

/** Each test has a queue of its own, so that none must be empty before it. */
export const queueSettings = {
  events: {},
  messages: {},
  visibility: {},
  batches: {},
  poll: {},
  fair: {},
  delayed: { delaySeconds: 2 },
  dead: {},
  poison: { maxReceiveCount: 2 },
} as const satisfies Readonly<Record<string, QueueSettings>>;
export type QueueName = keyof typeof queueSettings;

export interface SideDescription {
  readonly name: string;
  /** Undefined for AWS itself. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly credentials: Credentials;
  readonly buckets: Readonly<Record<BucketName, string>>;
  /** URLs. */
  readonly queues: Readonly<Record<QueueName, string>>;
  readonly capabilities: {
    /** A caller who may read below `open/` of `archive` and nothing else; absent on sides without IAM. */
    readonly reader?: Credentials;
    /** Standard queues share out fairly among message groups. */
    readonly fairGroups: boolean;
    /** How many keys the paging test writes. */
    readonly pagingKeys: number;
  };
  /** Removes what was made for the suite. */
  close(): Promise<void>;
}

export interface Side extends SideDescription {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly signer: Signer;
}

/** The side that the environment names (`run.ts` sets it), by default a twin in this process. */
export async function openSide(): Promise<Side> {
  const isRemote = process.env.CONTRACT_SIDE !== undefined;
  const description = await (isRemote ? openRemote(process.env) : openTwin());
  const { s3, sqs } = clientsOf(description, description.credentials);
  const { region, credentials, endpoint = `https://s3.${region}.amazonaws.com` } = description;
  const close = async () => {
    s3.destroy();
    sqs.destroy();
    await description.close();
  };
  return { ...description, s3, sqs, signer: { endpoint, region, credentials }, close };
}

export function clientsOf(
  { endpoint, region }: Pick<SideDescription, 'endpoint' | 'region'>,
  credentials: Credentials,
): { readonly s3: S3Client; readonly sqs: SQSClient } {
  const { sessionToken, ...keys } = credentials;
  const options = {
    region,
    maxAttempts: 1,
    credentials: { ...keys, ...(sessionToken !== undefined && { sessionToken }) },
    ...(endpoint !== undefined && { endpoint }),
  };
  return { s3: new S3Client({ ...options, forcePathStyle: true }), sqs: new SQSClient(options) };
}

/** How a call ended that had to fail: the error's name and the status of the answer. */
export async function failure(call: Promise<unknown>): Promise<readonly [name: string, status: number]> {
  try {
    await call;
  } catch (error) {
    const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return [name, $metadata?.httpStatusCode ?? 0];
  }
  throw new Error('the call succeeded, an error was expected');
}
