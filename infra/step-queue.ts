// A queue and its dead letters.
import { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface StepQueueProps {
  readonly key: IKey;
  /** Of the function that consumes the queue. */
  readonly timeoutSeconds: number;
  readonly windowSeconds: number;
}

const MAXIMUM_RECEIVES = 3;
const RETENTION_DAYS = 4;
const DEAD_LETTER_RETENTION_DAYS = 14;
/** Six times the longest timeout of a quarantine function (60 s). */
const DEAD_LETTER_VISIBILITY_SECONDS = 360;

/** Messages of one step, encrypted, over TLS only, and the queue of those that failed three times. */
export class StepQueue extends Construct {
  readonly messages: Queue;
  readonly deadLetters: Queue;
  readonly key: IKey;
  readonly visibilityTimeoutSeconds: number;

  constructor(scope: Construct, id: string, { key, timeoutSeconds, windowSeconds }: StepQueueProps) {
    super(scope, id);
    this.key = key;
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: six times the timeout, and the window
    this.visibilityTimeoutSeconds = 6 * timeoutSeconds + windowSeconds;
    const encrypted = { encryption: QueueEncryption.KMS, encryptionMasterKey: key, enforceSSL: true };
    // No further queue behind it, which would hide a failure: a quarantine function consumes it, and an alarm watches its age.
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...encrypted,
      retentionPeriod: Duration.days(DEAD_LETTER_RETENTION_DAYS),
      visibilityTimeout: Duration.seconds(DEAD_LETTER_VISIBILITY_SECONDS),
    });
    this.messages = new Queue(this, 'Messages', {
      ...encrypted,
      retentionPeriod: Duration.days(RETENTION_DAYS),
      visibilityTimeout: Duration.seconds(this.visibilityTimeoutSeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAXIMUM_RECEIVES },
    });
  }
}
