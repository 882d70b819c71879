import { connect } from 'node:net';
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import type { Call } from '#infra/twin/contract.ts';
import { createFrontDoor, type FrontService, hasTarget, isSignedFor } from '#infra/twin/front-door.ts';
import { failure, region, startTwin, uploader } from './server.ts';

function service(
  name: string,
  matches: FrontService['matches'],
  errors: 'xml' | 'json',
  handle?: FrontService['handle'],
) {
  const calls: Call[] = [];
  const answer = async (call: Call) => {
    calls.push(call);
    call.response.end(errors === 'json' ? '{}' : '');
  };
  return { calls, name, matches, errors, handle: handle ?? answer };
}

async function openDoor(services: readonly FrontService[], log: string[] = []) {
  const door = createFrontDoor({
    principalOf: (accessKeyId) => (accessKeyId === 'UPLOADER' ? uploader : undefined),
    services,
    log: (line) => log.push(line),
  });
  const endpoint = await door.listen(0);
  const options = { endpoint, region, maxAttempts: 1 };
  const known = { accessKeyId: 'UPLOADER', secretAccessKey: 'not verified' };
  const unknown = { accessKeyId: 'STRANGER', secretAccessKey: 'not verified' };
  return {
    door,
    endpoint,
    sqs: new SQSClient({ ...options, credentials: known }),
    stranger: new SQSClient({ ...options, credentials: unknown }),
    kms: new KMSClient({ ...options, credentials: known }),
    [Symbol.asyncDispose]: () => door.close(0),
  };
}

describe('the front door', () => {
  test('hands each call to its service with the caller recognised by access key', async () => {
    const sqs = service('sqs', hasTarget('AmazonSQS'), 'json');
    const kms = service('kms', hasTarget('TrentService'), 'json');
    await using opened = await openDoor([sqs, kms, service('s3', isSignedFor('s3'), 'xml')]);
    await opened.sqs.send(new ListQueuesCommand({}));
    await opened.kms.send(new ListKeysCommand({}));
    expect(sqs.calls).toMatchObject([{ principal: uploader }]);
    expect(sqs.calls[0].request.headers['x-amz-target']).toBe('AmazonSQS.ListQueues');
    expect(sqs.calls[0].body.toString()).toBe('{}');
    expect(kms.calls).toHaveLength(1);
  });

  test('answers 501 for a target or a signed service that nobody serves', async () => {
    await using opened = await openDoor([service('s3', isSignedFor('s3'), 'xml')]);
    expect(await failure(opened.kms.send(new ListKeysCommand({})))).toMatchObject({
      name: 'NotImplemented',
      status: 501,
      message: 'target TrentService.ListKeys is not implemented by the twin',
    });
    const authorization = `AWS4-HMAC-SHA256 Credential=UPLOADER/20260101/${region}/batch/aws4_request, Signature=0`;
    const response = await fetch(`${opened.endpoint}/v1/submitjob`, { method: 'POST', headers: { authorization } });
    expect(response.status).toBe(501);
  });

  test('turns strangers away in the protocol of the service', async () => {
    const sqs = service('sqs', hasTarget('AmazonSQS'), 'json');
    await using opened = await openDoor([sqs]);
    const error = await failure(opened.stranger.send(new ListQueuesCommand({})));
    expect(error).toMatchObject({ name: 'UnrecognizedClientException', status: 403 });
    expect(sqs.calls).toEqual([]);
  });

  test('answers 500 when a service fails, logs why, and serves on', async () => {
    const log: string[] = [];
    let fails = true;
    const sqs = service('sqs', hasTarget('AmazonSQS'), 'json', async ({ response }) => {
      if (fails) throw new Error('broken inside');
      response.end('{}');
    });
    await using opened = await openDoor([sqs], log);
    expect(await failure(opened.sqs.send(new ListQueuesCommand({})))).toMatchObject({
      name: 'InternalError',
      status: 500,
    });
    expect(log).toHaveLength(1);
    expect(log[0]).toContain('sqs: Error: broken inside');
    fails = false;
    await opened.sqs.send(new ListQueuesCommand({}));
  });

  test('refuses a body over its limit, announced or not', async () => {
    await using twin = await startTwin({ maximumBodyBytes: 1000 });
    const put = (bytes: number) =>
      twin.client.send(new PutObjectCommand({ Bucket: 'archive', Key: 'k', Body: Buffer.alloc(bytes) }));
    await put(1000);
    expect(await failure(put(1001))).toMatchObject({ name: 'EntityTooLarge', status: 400 });
    const authorization = `AWS4-HMAC-SHA256 Credential=UPLOADER/20260101/${region}/s3/aws4_request, Signature=0`;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(2000));
        controller.close();
      },
    });
    const init = { method: 'PUT', headers: { authorization }, body, duplex: 'half' } as RequestInit;
    expect((await fetch(`${twin.endpoint}/archive/unannounced`, init)).status).toBe(400);
  });

  test('survives a client that leaves in the middle of its body', async () => {
    await using twin = await startTwin();
    const { hostname, port } = new URL(twin.endpoint);
    const socket = connect(Number(port), hostname);
    socket.write(
      `PUT /archive/half HTTP/1.1\r\nhost: x\r\nauthorization: AWS4-HMAC-SHA256 Credential=UPLOADER/1/${region}/s3/aws4_request\r\ncontent-length: 100\r\n\r\nhalf`,
      () => socket.destroy(),
    );
    await new Promise((resolve) => socket.on('close', resolve));
    await twin.client.send(new PutObjectCommand({ Bucket: 'archive', Key: 'whole', Body: 'x' }));
    expect(twin.db.prepare('SELECT key FROM s3_versions').all()).toEqual([{ key: 'whole' }]);
    expect(twin.log).toEqual([]);
  });

  test('answers the request under way before it closes', async () => {
    let release = () => {};
    const waiting = new Promise<void>((resolve) => {
      release = resolve;
    });
    let reached = () => {};
    const arrived = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const sqs = service('sqs', hasTarget('AmazonSQS'), 'json', async ({ response }) => {
      reached();
      await waiting;
      response.end('{"QueueUrls":["late"]}');
    });
    await using opened = await openDoor([sqs]);
    const answered = opened.sqs.send(new ListQueuesCommand({}));
    await arrived;
    const closed = opened.door.close(10_000);
    release();
    expect((await answered).QueueUrls).toEqual(['late']);
    await closed;
    await expect(fetch(opened.endpoint)).rejects.toThrow();
  });
});
