// A twin's S3 behind its front door for the tests, with a queue that records what is sent to it.
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { S3Client } from '@aws-sdk/client-s3';
import { createClock } from '#infra/twin/clock.ts';
import type {
  AccessRequest,
  Authorize,
  BucketDescription,
  Clock,
  Principal,
  QueueService,
  SessionKeys,
} from '#infra/twin/contract.ts';
import { openDatabase } from '#infra/twin/database.ts';
import type { Injector } from '#infra/twin/faults/injector.ts';
import { createFrontDoor, isSignedFor } from '#infra/twin/front-door.ts';
import { createS3, type S3Service } from '#infra/twin/s3/s3.ts';

export const region = 'eu-central-1';
export const account = '111122223333';
export const keyArn = `arn:aws:kms:${region}:${account}:key/0d9c4d0a-8a29-4c0e-9b7a-6a1f2c3d4e5f`;
export const queueArn = `arn:aws:sqs:${region}:${account}:arrivals`;
export const uploader: Principal = {
  kind: 'role',
  roleArn: `arn:aws:iam::${account}:role/uploader`,
  sessionName: 'north',
  tags: { site: 'north' },
};

/** The uploader's session: its secret counts where the signature is all that a caller shows. */
export const keys: SessionKeys = {
  principal: uploader,
  secretAccessKey: 'uploader-secret',
  sessionToken: 'uploader-token',
};

export function bucket(name: string, extra: Partial<BucketDescription> = {}): BucketDescription {
  return { name, arn: `arn:aws:s3:::${name}`, versioned: true, bucketKeyEnabled: false, notifications: [], ...extra };
}

export interface SentEvent {
  readonly principal: Principal;
  readonly queueArn: string;
  readonly body: string;
  readonly context: AccessRequest['context'];
}

/** Writes into the shared database, so that what it recorded is exactly what was committed. */
function recordingQueue(db: DatabaseSync, refuses: () => boolean): Pick<QueueService, 'send'> {
  db.exec('CREATE TABLE IF NOT EXISTS sent (id INTEGER PRIMARY KEY, event TEXT NOT NULL)');
  const insert = db.prepare('INSERT INTO sent (event) VALUES (?)');
  return {
    send(principal, queue, body, options) {
      insert.run(JSON.stringify({ principal, queueArn: queue, body, context: options?.context }));
      if (refuses()) throw new Error('AccessDenied: the queue policy does not allow sqs:SendMessage');
      return 'recorded';
    },
  };
}

function readSent(db: DatabaseSync): readonly SentEvent[] {
  return db
    .prepare('SELECT event FROM sent ORDER BY id')
    .all()
    .map((row) => JSON.parse(row.event as string) as SentEvent);
}

export interface TwinOptions {
  readonly buckets?: readonly BucketDescription[];
  readonly authorize?: Authorize;
  readonly clock?: Clock;
  readonly folder?: string;
  readonly port?: number;
  readonly queueRefuses?: () => boolean;
  readonly maximumBodyBytes?: number;
  readonly injector?: Injector;
}

export interface Twin extends AsyncDisposable {
  readonly client: S3Client;
  readonly endpoint: string;
  readonly folder: string;
  readonly db: DatabaseSync;
  readonly s3: S3Service;
  readonly log: string[];
  sent(): readonly SentEvent[];
  close(): Promise<void>;
}

export async function startTwin(options: TwinOptions = {}): Promise<Twin> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'twin-s3-'));
  const db = openDatabase(folder);
  const log: string[] = [];
  const s3 = createS3({
    database: db,
    blobFolder: join(folder, 'blobs'),
    clock: options.clock ?? createClock(),
    authorize: options.authorize ?? (() => ({ allowed: true, reason: 'all is allowed in this test' })),
    queues: recordingQueue(db, options.queueRefuses ?? (() => false)),
    keysOf: (accessKeyId) => (accessKeyId === 'UPLOADER' ? keys : undefined),
    buckets: options.buckets ?? [bucket('archive'), bucket('scratch', { versioned: false })],
    region,
    account,
    log: (line) => log.push(line),
    ...(options.injector && { injector: options.injector }),
  });
  const door = createFrontDoor({
    principalOf: (accessKeyId) => (accessKeyId === 'UPLOADER' ? uploader : undefined),
    services: [{ ...s3, name: 's3', matches: isSignedFor('s3'), errors: 'xml' }],
    log: (line) => log.push(line),
    ...(options.maximumBodyBytes !== undefined && { maximumBodyBytes: options.maximumBodyBytes }),
  });
  const endpoint = await door.listen(options.port ?? 0);
  const client = createClient(endpoint);
  async function close() {
    client.destroy();
    await door.close(100);
    db.close();
    if (options.folder === undefined) rmSync(folder, { recursive: true });
  }
  return { client, endpoint, folder, db, s3, log, sent: () => readSent(db), close, [Symbol.asyncDispose]: close };
}

export function createClient(endpoint: string, accessKeyId = 'UPLOADER'): S3Client {
  const credentials = { accessKeyId, secretAccessKey: 'not verified' };
  return new S3Client({ endpoint, region, forcePathStyle: true, credentials, maxAttempts: 1 });
}

export interface RawResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request by hand, for what the SDK would not send; the path goes out as it is. */
export function raw(
  endpoint: string,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Buffer = '',
): Promise<RawResponse> {
  const { hostname, port } = new URL(endpoint);
  const authorization = `AWS4-HMAC-SHA256 Credential=UPLOADER/20260101/${region}/s3/aws4_request, SignedHeaders=host, Signature=0`;
  return new Promise((resolve, reject) => {
    const sending = httpRequest(
      { hostname, port, method, path, headers: { authorization, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    sending.on('error', reject);
    sending.end(body);
  });
}

/** The error that a call ends in: its name, status and headers as the SDK reports them. */
export async function failure(
  call: Promise<unknown>,
): Promise<{ readonly name: string; readonly status: number; readonly message: string }> {
  try {
    await call;
  } catch (error) {
    const { name, message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    return { name, message, status: $metadata?.httpStatusCode ?? 0 };
  }
  throw new Error('the call succeeded, an error was expected');
}
