import { readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterEach, describe, expect, test } from 'vitest';
import { TransientFailure } from '#functions/errors.ts';
import { createInjector, type Injector } from '#infra/twin/faults/injector.ts';
import { parseFaultPlan } from '#infra/twin/faults/plan.ts';
import { s3Bucket } from '#lib/aws/bucket.ts';
import { bucket, failure, queueArn, region, startTwin, type Twin } from './server.ts';

const notifications = [{ id: 'All', events: ['s3:ObjectCreated:*'], prefix: '', suffix: '', queueArn }];
const buckets = [bucket('archive', { notifications })];

let twin: Twin | undefined;
afterEach(async () => {
  await twin?.close();
  twin = undefined;
});

function injector(...faults: readonly object[]): Injector {
  const plan = parseFaultPlan('test', { seed: 's3', faults });
  return createInjector({ plan, functions: [], log: () => undefined });
}

async function twinWith(...faults: readonly object[]): Promise<Twin> {
  twin = await startTwin({ buckets, injector: injector(...faults) });
  return twin;
}

const put = (Key: string, Body: string | Buffer, more: object = {}) =>
  new PutObjectCommand({ Bucket: 'archive', Key, Body, ...more });

async function versionsIn({ client }: Twin): Promise<number> {
  return (await client.send(new ListObjectVersionsCommand({ Bucket: 'archive' }))).Versions?.length ?? 0;
}

async function textOf({ client }: Twin, Key: string): Promise<string | undefined> {
  return (await client.send(new GetObjectCommand({ Bucket: 'archive', Key }))).Body?.transformToString();
}

const filesOf = ({ folder }: Twin): readonly string[] => readdirSync(join(folder, 'blobs'));
const once = { probability: 1, atMost: 1 };

describe('an unavailable S3', () => {
  test('answers 503 SlowDown before it does anything, and the next call as ever', async () => {
    const server = await twinWith({ fault: 's3-unavailable', ...once });
    expect(await failure(server.client.send(put('a', 'first')))).toMatchObject({ name: 'SlowDown', status: 503 });
    expect(await versionsIn(server)).toBe(0);
    await server.client.send(put('a', 'second'));
    expect(await textOf(server, 'a')).toBe('second');
  });
});

describe('a conflict', () => {
  test('meets conditional writes only, with 409', async () => {
    const server = await twinWith({ fault: 's3-conflict', ...once });
    await server.client.send(put('a', 'first'));
    const write = put('b', 'second', { IfNoneMatch: '*' });
    expect(await failure(server.client.send(write))).toMatchObject({ name: 'ConditionalRequestConflict', status: 409 });
    expect(await versionsIn(server)).toBe(1);
    await server.client.send(write);
    expect(await textOf(server, 'b')).toBe('second');
  });
});

describe('a conflict that a step meets', () => {
  const conflicts = (atMost: number) => twinWith({ fault: 's3-conflict', probability: 1, atMost });

  test('is tried again until the object is there, once', async () => {
    const server = await conflicts(4);
    expect(await s3Bucket(server.client, 'archive').create('a', 'first')).toBe(true);
    expect([await versionsIn(server), await textOf(server, 'a')]).toEqual([1, 'first']);
  });

  test('is tried again until the other writer is seen to have won', async () => {
    const server = await conflicts(1);
    await server.client.send(put('a', 'first'));
    expect(await s3Bucket(server.client, 'archive').create('a', 'second')).toBe(false);
    expect([await versionsIn(server), await textOf(server, 'a')]).toEqual([1, 'first']);
  });

  test('and that does not end is a failure for now: the queue brings the message again', async () => {
    const server = await conflicts(5);
    await expect(s3Bucket(server.client, 'archive').create('a', 'first')).rejects.toThrow(TransientFailure);
    expect(await versionsIn(server)).toBe(0);
  });
});

describe('a lost answer', () => {
  test('breaks the line when the object is written and its event sent', async () => {
    const server = await twinWith({ fault: 's3-lost-answer', ...once });
    await expect(server.client.send(put('a', 'first', { IfNoneMatch: '*' }))).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    expect(await textOf(server, 'a')).toBe('first');
    expect(server.sent()).toHaveLength(1);
    const again = server.client.send(put('a', 'first', { IfNoneMatch: '*' }));
    expect(await failure(again)).toMatchObject({ status: 412 });
  });

  test('never meets a read', async () => {
    const server = await twinWith({ fault: 's3-lost-answer', probability: 1, prefix: 'b' });
    await server.client.send(put('a', 'first'));
    await expect(server.client.send(put('b', 'second'))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await textOf(server, 'b')).toBe('second');
  });
});

describe('a slow read', () => {
  test.each([
    ['the database', 5_000],
    ['a file', 100_000],
  ])('brings a body from %s whole, piece by piece', async (_place, bytes) => {
    const server = await twinWith({ fault: 'slow-read', probability: 1, bytesPerSecond: 20 * bytes });
    const body = Buffer.alloc(bytes, 'ecg ');
    await server.client.send(put('a', body));
    const pieces = await piecesOf(server, '/archive/a');
    expect(Buffer.concat(pieces)).toEqual(body);
    const [first] = await piecesOf(server, '/archive/a', { range: 'bytes=4-7' });
    expect(first.toString()).toBe('ecg ');
  });

  test('lets nothing of a piece through before its time', async () => {
    const server = await twinWith({ fault: 'slow-read', probability: 1, bytesPerSecond: 200 });
    await server.client.send(put('a', Buffer.alloc(40, 'x')));
    const pieces = await piecesOf(server, '/archive/a');
    // Twenty pieces a second: 10 bytes each. The network may bring two at once, and never all.
    expect(pieces.length).toBeGreaterThan(1);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(40);
  });
});

describe('a full disk', () => {
  const small = 'x'.repeat(1000);
  const large = 'x'.repeat(200_000);

  test.each([
    ['in the database', small],
    ['in a file', large],
  ])('answers 500 InternalError, and nothing of an object %s is ever seen', async (_place, body) => {
    const server = await twinWith({ fault: 'disk-full', ...once });
    expect(await failure(server.client.send(put('a', body)))).toMatchObject({ name: 'InternalError', status: 500 });
    expect([await versionsIn(server), filesOf(server), server.sent()]).toEqual([0, [], []]);
    expect(server.log).toEqual(['s3: ENOSPC: no space left on device, write']);
    await server.client.send(put('a', body));
    expect(await textOf(server, 'a')).toBe(body);
    expect(server.sent()).toHaveLength(1);
  });

  test.each([
    ['in the database', small],
    ['in a file', large],
  ])('leaves the object of before as it was, %s', async (_place, body) => {
    const server = await twinWith({ fault: 'disk-full', ...once, prefix: 'copy' });
    await server.client.send(put('a', body));
    const copy = new CopyObjectCommand({ Bucket: 'archive', Key: 'copy', CopySource: 'archive/a' });
    expect(await failure(server.client.send(copy))).toMatchObject({ name: 'InternalError', status: 500 });
    expect([await versionsIn(server), await textOf(server, 'a')]).toEqual([1, body]);
    await server.client.send(copy);
    expect(await textOf(server, 'copy')).toBe(body);
  });

  test('leaves an upload in parts as it was, whether a part or its end fails', async () => {
    const upload = { Bucket: 'archive', Key: 'a' };
    const server = await twinWith({ fault: 'disk-full', probability: 1, atMost: 2 });
    const { UploadId } = await server.client.send(new CreateMultipartUploadCommand(upload));
    const part = new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: large });
    expect(await failure(server.client.send(part))).toMatchObject({ status: 500 });
    const parts = await server.client.send(new ListPartsCommand({ ...upload, UploadId }));
    expect([parts.Parts, filesOf(server)]).toEqual([undefined, []]);

    const second = new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: small });
    expect(await failure(server.client.send(second))).toMatchObject({ status: 500 });
    const { ETag } = await server.client.send(part);
    const complete = new CompleteMultipartUploadCommand({
      ...upload,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    });
    await server.client.send(complete);
    expect(await textOf(server, 'a')).toBe(large);
  });

  test('at the end of an upload leaves its parts for the next try', async () => {
    const upload = { Bucket: 'archive', Key: 'a' };
    twin = await startTwin({ buckets, injector: onlyFor('CompleteMultipartUpload') });
    const { UploadId } = await twin.client.send(new CreateMultipartUploadCommand(upload));
    const part = new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: large });
    const { ETag } = await twin.client.send(part);
    const Parts = [{ PartNumber: 1, ETag }];
    const complete = new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } });
    expect(await failure(twin.client.send(complete))).toMatchObject({ name: 'InternalError', status: 500 });
    expect([await versionsIn(twin), filesOf(twin).length, twin.sent()]).toEqual([0, 1, []]);
    await twin.client.send(complete);
    expect(await textOf(twin, 'a')).toBe(large);
    expect(twin.sent()).toHaveLength(1);
  });

  test('of SQLite itself is answered in the same way, and goes on when there is room again', async () => {
    twin = await startTwin({ buckets });
    const server = twin;
    await server.client.send(put('before', small));
    const { page_count: pages } = server.db.prepare('PRAGMA page_count').get() as { page_count: number };
    server.db.exec(`PRAGMA max_page_count = ${pages}`);
    const answers: string[] = [];
    for (let n = 0; n < 8; n++) {
      answers.push(
        await server.client.send(put(`full/${n}`, 'x'.repeat(20_000))).then(
          () => 'stored',
          ({ name, $metadata }) => `${$metadata.httpStatusCode} ${name}`,
        ),
      );
    }
    expect(answers).toContain('500 InternalError');
    const stored = answers.filter((answer) => answer === 'stored').length;
    expect(await versionsIn(server)).toBe(1 + stored);
    expect(server.sent()).toHaveLength(1 + stored);
    expect(server.s3.undeliveredEvents()).toBe(0);
    server.db.exec('PRAGMA max_page_count = 1000000');
    await server.client.send(put('after', small));
    expect([await textOf(server, 'before'), await textOf(server, 'after')]).toEqual([small, small]);
  });
});

/** Strikes one operation once, for which a plan has no filter. */
function onlyFor(operation: string): Injector {
  const one = injector({ fault: 'disk-full', ...once });
  return {
    ...one,
    draw: (kind, occasion) => (occasion.operation === operation ? one.draw(kind, occasion) : undefined),
  };
}

/** The body as it arrives. */
function piecesOf({ endpoint }: Twin, path: string, headers: Record<string, string> = {}): Promise<readonly Buffer[]> {
  const authorization = `AWS4-HMAC-SHA256 Credential=UPLOADER/20260101/${region}/s3/aws4_request, SignedHeaders=host, Signature=0`;
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    httpRequest(`${endpoint}${path}`, { headers: { authorization, ...headers } }, (response) => {
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => resolve(pieces));
      response.on('error', reject);
    })
      .on('error', reject)
      .end();
  });
}
