// The twin's S3: path-style requests of unmodified clients against the buckets of the template.
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type {
  Authorize,
  BucketDescription,
  Call,
  Clock,
  QueueService,
  SessionKeys,
  UnsignedCall,
} from '../contract.ts';
import { isDiskFull } from '../disk-full.ts';
import { type Injector, NO_FAULTS } from '../faults/injector.ts';
import { xmlDocument } from '../xml.ts';
import { createAccess } from './access.ts';
import { openBlobs } from './blobs.ts';
import { S3Error } from './errors.ts';
import { afflict, refuse } from './faults.ts';
import { checkNotifications, createNotifier } from './notifications.ts';
import { findOperation, type Operation } from './operations.ts';
import { isPostForm, openForm } from './post-form.ts';
import { isPresigned, openPresigned, type Verification } from './presigned-url.ts';
import { parseRequest, type S3Request, type S3Response } from './request.ts';
import type { Room } from './room.ts';
import { openUploads } from './uploads.ts';
import { openVersions } from './versions.ts';

export interface S3Options {
  readonly database: DatabaseSync;
  /** Folder for bodies above 64 KiB; nothing else may live in it. */
  readonly blobFolder: string;
  readonly clock: Clock;
  readonly authorize: Authorize;
  readonly queues: Pick<QueueService, 'send'>;
  readonly buckets: readonly BucketDescription[];
  /** The secret behind an access key id, for signatures that are the caller's only credential. */
  readonly keysOf: (accessKeyId: string) => SessionKeys | undefined;
  readonly region: string;
  /** Account id that owns the buckets. */
  readonly account: string;
  readonly log: (line: string) => void;
  /** What goes wrong although it should not; nothing when absent. */
  readonly injector?: Injector;
}

export interface S3Service {
  handle(call: Call): Promise<void>;
  /** Presigned URLs and browsers' forms, whose signature is verified; anything else is 403. */
  handleUnsigned(call: UnsignedCall): Promise<void>;
  /** Events that a queue refused since the state was created: in AWS they would be lost without a trace. */
  undeliveredEvents(): number;
}

/** Opens the state in `database` and `blobFolder`, which survive restarts, and serves the given buckets from it. */
export function createS3(options: S3Options): S3Service {
  const { database: db, clock, queues, region, account, log, injector = NO_FAULTS } = options;
  options.buckets.forEach(checkNotifications);
  const versions = openVersions(db);
  const uploads = openUploads(db);
  const isNamed = (file: string) => versions.namesFile(file) || uploads.namesFile(file);
  const notifier = createNotifier({ db, clock, queues, region, account, log, injector });
  const room: Room = {
    db,
    clock,
    access: createAccess(options.authorize, region, account),
    buckets: new Map(options.buckets.map((bucket) => [bucket.name, bucket])),
    versions,
    uploads,
    blobs: openBlobs(options.blobFolder, isNamed),
    notifier,
    beforeCommit: () => undefined,
  };

  const verification: Verification = { keysOf: options.keysOf, clock, region };

  function handle(call: Call): Promise<void> {
    return respond(call, (requestId) => dispatch(room, parseRequest(call, call.principal, requestId), injector));
  }

  function handleUnsigned(call: UnsignedCall): Promise<void> {
    return respond(call, async (requestId) => {
      if (isPresigned(call)) {
        const request = openPresigned(call, requestId, verification);
        return dispatch({ ...room, access: room.access.signedBy('REST-QUERY-STRING') }, request, injector);
      }
      if (!isPostForm(call)) throw new S3Error('AccessDenied', 'Anonymous access is forbidden for this operation');
      const request = await openForm(call, requestId, verification);
      return dispatch({ ...room, access: room.access.signedBy('POST') }, request, injector);
    });
  }

  async function respond(
    call: UnsignedCall,
    work: (requestId: string) => S3Response | Promise<S3Response>,
  ): Promise<void> {
    const requestId = randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase();
    const path = (call.request.url ?? '/').split('?', 1)[0];
    let answer: S3Response;
    try {
      answer = await work(requestId);
    } catch (error) {
      answer = renderError(s3Error(error), path, requestId, call.request.method === 'HEAD');
    }
    await send(call.response, answer, requestId);
  }

  function s3Error(error: unknown): S3Error {
    if (error instanceof S3Error) return error;
    if (!isDiskFull(error)) throw error;
    log(`s3: ${error.message}`);
    return new S3Error('InternalError', 'We encountered an internal error. Please try again.');
  }
  return { handle, handleUnsigned, undeliveredEvents: notifier.undeliveredEvents };
}

async function dispatch(room: Room, request: S3Request, injector: Injector): Promise<S3Response> {
  const operation = findOperation(request);
  requireOwner(room, request);
  if (!injector.active) return carryOut(room, operation, request);
  const occasion = refuse(injector, operation, request);
  const { room: afflicted, answer } = afflict(injector, occasion, operation, room);
  return answer(await carryOut(afflicted, operation, request));
}

function carryOut(room: Room, operation: Operation, request: S3Request): S3Response | Promise<S3Response> {
  if (operation.on === 'service') return operation.handle(room, request);
  const bucket = room.buckets.get(request.bucketName ?? '');
  if (bucket === undefined) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist');
  if (operation.on === 'bucket') return operation.handle(room, { ...request, bucket });
  return operation.handle(room, { ...request, bucket, key: request.key ?? '' });
}

/** All buckets belong to the one account: a caller that expects another owner is refused, as by S3. */
function requireOwner({ access }: Room, { headers }: S3Request): void {
  for (const name of ['x-amz-expected-bucket-owner', 'x-amz-source-expected-bucket-owner']) {
    const expected = headers[name];
    if (expected !== undefined && expected !== access.account)
      throw new S3Error('AccessDenied', `${name} is not the owner`);
  }
}

function renderError(error: S3Error, path: string, requestId: string, isHead: boolean): S3Response {
  if (isHead) return { status: error.status, headers: error.headers };
  const fields = { Code: error.code, Message: error.message, ...error.fields, Resource: path, RequestId: requestId };
  return { status: error.status, headers: error.headers, body: xmlDocument('Error', fields) };
}

async function send(response: ServerResponse, answer: S3Response, requestId: string): Promise<void> {
  const { body } = answer;
  if (answer.isLost) {
    if (body instanceof Readable) body.destroy();
    response.destroy();
    return;
  }
  response.statusCode = answer.status;
  response.setHeader('x-amz-request-id', requestId);
  response.setHeader('server', 'AmazonS3');
  if (typeof body === 'string') response.setHeader('content-type', 'application/xml');
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) response.end(body);
  else await pipeline(body, response);
}
