// The ports of a function, from its environment.
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { InsidePorts, IntakeBucket, Ports } from '#functions/ports.ts';
import { s3Bucket } from './bucket.ts';
import { functionClock } from './clock.ts';
import { queueUrls, readEnvironment, required } from './environment.ts';
import { kmsIdentity } from './identity.ts';
import { counts, log } from './observe.ts';
import { sqsQueues } from './queues.ts';

/** More than the SDK's three attempts: a message that fails waits for half an hour. */
const CLIENT = { maxAttempts: 6, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined };

export function archivePorts(): Ports {
  const environment = readEnvironment();
  return {
    archive: s3Bucket(new S3Client(CLIENT), environment.ARCHIVE_BUCKET),
    queues: sqsQueues(new SQSClient({ maxAttempts: CLIENT.maxAttempts }), queueUrls()),
    clock: functionClock(),
    log,
    metrics: counts,
  };
}

/** Ports of a step inside the intake boundary that derives no keys of people. */
export function intakePorts(): Ports & { readonly intake: IntakeBucket } {
  return { ...archivePorts(), intake: s3Bucket(new S3Client(CLIENT), required(readEnvironment(), 'INTAKE_BUCKET')) };
}

/** Ports of a step inside the intake boundary. */
export function insidePorts(): InsidePorts {
  const environment = readEnvironment();
  return {
    ...intakePorts(),
    identity: kmsIdentity(new KMSClient({ maxAttempts: CLIENT.maxAttempts }), required(environment, 'IDENTITY_KEY_ID')),
  };
}
