// Bucket notifications: the S3 event, sent to the queue in the transaction that writes the object.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
import { hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { BucketDescription, BucketNotification, Clock, Principal, QueueService } from '../contract.ts';
import { transaction } from '../database.ts';
import { isDiskFull } from '../disk-full.ts';
import { copiesOf } from '../faults/events.ts';
import { type Injector, NO_FAULTS } from '../faults/injector.ts';
import type { BucketRequest } from './request.ts';
import { encodeKey } from './url-encoding.ts';

export type EventName =
  | 'ObjectCreated:Put'
  | 'ObjectCreated:Post'
  | 'ObjectCreated:Copy'
  | 'ObjectCreated:CompleteMultipartUpload'
  | 'ObjectRemoved:Delete'
  | 'ObjectRemoved:DeleteMarkerCreated';

const supportedEvents: readonly string[] = [
  's3:ObjectCreated:*',
  's3:ObjectCreated:Put',
  's3:ObjectCreated:Post',
  's3:ObjectCreated:Copy',
  's3:ObjectCreated:CompleteMultipartUpload',
  's3:ObjectRemoved:*',
  's3:ObjectRemoved:Delete',
  's3:ObjectRemoved:DeleteMarkerCreated',
];

export interface EventObject {
  readonly key: string;
  /** In bytes; absent for removals. */
  readonly size?: number;
  readonly eTag?: string;
  /** Absent in a bucket without versions. */
  readonly versionId?: string;
}

export interface Notifier {
  /** Call inside the transaction that changes the object. A refusing queue loses the event, as in AWS, and never the object. */
  publish(request: BucketRequest, eventName: EventName, object: EventObject): void;
  /** Events that a queue refused since the state was created. */
  undeliveredEvents(): number;
}

export interface NotifierOptions {
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly queues: Pick<QueueService, 'send'>;
  readonly region: string;
  readonly account: string;
  readonly log: (line: string) => void;
  readonly injector?: Injector;
}

export function createNotifier({
  db,
  clock,
  queues,
  region,
  account,
  log,
  injector = NO_FAULTS,
}: NotifierOptions): Notifier {
  db.exec(`
    CREATE TABLE IF NOT EXISTS s3_counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
    INSERT OR IGNORE INTO s3_counters (name, value) VALUES ('sequencer', 0), ('undelivered', 0);
  `);
  const count = db.prepare('UPDATE s3_counters SET value = value + 1 WHERE name = ? RETURNING value');
  const read = db.prepare('SELECT value FROM s3_counters WHERE name = ?');
  const sender: Principal = { kind: 'service', service: 's3.amazonaws.com' };

  function publish(request: BucketRequest, eventName: EventName, object: EventObject): void {
    const { bucket } = request;
    for (const notification of bucket.notifications) {
      if (!wants(notification, eventName, object.key)) continue;
      const sequencer = Number(count.get('sequencer')?.value).toString(16).toUpperCase().padStart(16, '0');
      const body = JSON.stringify({
        Records: [
          eventRecord({ request, eventName, object, notification, sequencer, region, account, nowMs: clock.now() }),
        ],
      });
      const context = { 'aws:sourcearn': bucket.arn, 'aws:sourceaccount': account };
      try {
        const copies = copiesOf(`${bucket.name}/${sequencer}`, object.key, injector);
        transaction(db, () => {
          for (const delaySeconds of copies) {
            queues.send(sender, notification.queueArn, body, { context, ...(delaySeconds > 0 && { delaySeconds }) });
          }
        });
      } catch (error) {
        if (isDiskFull(error)) throw error; // then there is no object either
        count.get('undelivered');
        const reason = error instanceof Error ? error.message : String(error);
        log(`s3: event ${eventName} of ${bucket.name} not delivered to ${notification.queueArn}: ${reason}`);
      }
    }
  }
  return { publish, undeliveredEvents: () => Number(read.get('undelivered')?.value) };
}

/** Throws for events that the twin does not send: a notification that never comes would look like a lost one. */
export function checkNotifications(bucket: BucketDescription): void {
  for (const { id, events } of bucket.notifications) {
    const unknown = events.find((event) => !supportedEvents.includes(event));
    if (unknown !== undefined) {
      throw new Error(
        `notification ${id} of bucket ${bucket.name}: found ${unknown}, allowed are ${supportedEvents.join(', ')}`,
      );
    }
  }
}

function wants({ events, prefix, suffix }: BucketNotification, eventName: EventName, key: string): boolean {
  const [family] = eventName.split(':');
  const named = events.includes(`s3:${eventName}`) || events.includes(`s3:${family}:*`);
  return named && key.startsWith(prefix) && key.endsWith(suffix);
}

interface EventParts {
  readonly request: BucketRequest;
  readonly eventName: EventName;
  readonly object: EventObject;
  readonly notification: BucketNotification;
  readonly sequencer: string;
  readonly region: string;
  readonly account: string;
  readonly nowMs: number;
}

function eventRecord({ request, eventName, object, notification, sequencer, region, account, nowMs }: EventParts) {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: new Date(nowMs).toISOString(),
    eventName,
    userIdentity: { principalId: principalId(request.principal) },
    requestParameters: { sourceIPAddress: request.sourceIp },
    responseElements: {
      'x-amz-request-id': request.requestId,
      'x-amz-id-2': hash('sha256', request.requestId, 'base64'),
    },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: notification.id,
      bucket: {
        name: request.bucket.name,
        ownerIdentity: { principalId: `A${uniqueId(account).slice(0, 13)}` },
        arn: request.bucket.arn,
      },
      object: { ...object, key: encodeKey(object.key), sequencer },
    },
  };
}

/** `AWS:<role id>:<session>`, the role id made from the ARN in the form of IAM's. */
function principalId(principal: Principal): string {
  if (principal.kind === 'service') return `AWS:${principal.service}`;
  return `AWS:AROA${uniqueId(principal.roleArn)}:${principal.sessionName}`;
}

function uniqueId(name: string): string {
  return hash('sha256', name, 'hex').slice(0, 17).toUpperCase();
}
