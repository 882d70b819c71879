// The twin in this process, with roles, so that its refusals are part of the contract.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClock } from '#infra/twin/clock.ts';
import type { BucketDescription, Principal, QueueDescription } from '#infra/twin/contract.ts';
import { openDatabase } from '#infra/twin/database.ts';
import { createFrontDoor, hasTarget, isSignedFor } from '#infra/twin/front-door.ts';
import { createAuthorizer } from '#infra/twin/iam/authorizer.ts';
import type { PolicyDocument, PolicyStatement } from '#infra/twin/iam/policy.ts';
import { createS3 } from '#infra/twin/s3/s3.ts';
import { createSessions } from '#infra/twin/sessions.ts';
import { createSqs } from '#infra/twin/sqs/service.ts';
import { type BucketName, type QueueName, type QueueSettings, queueSettings, type SideDescription } from './side.ts';

const account = '111122223333';
const region = 'eu-central-1';
const arnOf = (queue: string) => `arn:aws:sqs:${region}:${account}:${queue}`;

const buckets: readonly BucketDescription[] = [
  describeBucket('archive'),
  describeBucket('plain', { versioned: false }),
  describeBucket('events', {
    notifications: [
      { id: 'Csv', events: ['s3:ObjectCreated:*'], prefix: 'drops/', suffix: '.csv', queueArn: arnOf('events') },
    ],
  }),
];

const policies = {
  owner: [allow('s3:*', '*'), allow('sqs:*', '*')],
  reader: [allow('s3:GetObject', 'arn:aws:s3:::archive/open/*')],
};

export async function openTwin(): Promise<SideDescription> {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  const database = openDatabase(folder);
  const clock = createClock();
  const sessions = createSessions();
  const failures: string[] = [];
  const log = (line: string) => failures.push(line);
  const authorize = createAuthorizer({
    rolePolicies: new Map(
      Object.entries(policies).map(([role, statements]) => [roleArn(role), [document(...statements)]]),
    ),
    resourcePolicies: new Map([[arnOf('events'), document(fromBucket('events'))]]),
    account,
  });
  const queues = createSqs({ database, clock, authorize, queues: Object.entries(queueSettings).map(describeQueue) });
  const blobFolder = join(folder, 'blobs');
  const { keysOf } = sessions;
  const s3 = createS3({ database, blobFolder, clock, authorize, queues, buckets, keysOf, region, account, log });
  const door = createFrontDoor({
    principalOf: sessions.principalOf,
    services: [
      { ...queues, name: 'sqs', matches: hasTarget('AmazonSQS'), errors: 'json' },
      { ...s3, name: 's3', matches: isSignedFor('s3'), errors: 'xml' },
    ],
    log,
  });
  const endpoint = await door.listen(0);
  return {
    name: 'twin',
    endpoint,
    region,
    credentials: sessions.open(role('owner')),
    buckets: Object.fromEntries(buckets.map(({ name }) => [name, name])) as Record<BucketName, string>,
    queues: Object.fromEntries(
      Object.keys(queueSettings).map((name) => [name, `${endpoint}/${account}/${name}`]),
    ) as Record<QueueName, string>,
    capabilities: { reader: sessions.open(role('reader')), fairGroups: true, pagingKeys: 2500 },
    async close() {
      await door.close(100);
      database.close();
      rmSync(folder, { recursive: true });
      if (failures.length > 0) throw new Error(`the twin failed on requests: ${failures.join('; ')}`);
    },
  };
}

function describeBucket(name: string, extra: Partial<BucketDescription> = {}): BucketDescription {
  return { name, arn: `arn:aws:s3:::${name}`, versioned: true, bucketKeyEnabled: false, notifications: [], ...extra };
}

function describeQueue([name, { delaySeconds, maxReceiveCount }]: [string, QueueSettings]): QueueDescription {
  return {
    name,
    arn: arnOf(name),
    visibilityTimeoutSeconds: 30,
    retentionSeconds: 3600,
    delaySeconds: delaySeconds ?? 0,
    receiveWaitSeconds: 0,
    maximumMessageBytes: 1_048_576,
    ...(maxReceiveCount !== undefined && { redrive: { deadLetterArn: arnOf('dead'), maxReceiveCount } }),
  };
}

function role(name: string): Principal {
  return { kind: 'role', roleArn: roleArn(name), sessionName: name, tags: {} };
}

function roleArn(name: string): string {
  return `arn:aws:iam::${account}:role/${name}`;
}

function allow(Action: string, Resource: string) {
  return { Effect: 'Allow', Action, Resource } as const;
}

function fromBucket(queue: string) {
  return {
    Effect: 'Allow',
    Principal: { Service: 's3.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: arnOf(queue),
  } as const;
}

function document(...Statement: PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}
