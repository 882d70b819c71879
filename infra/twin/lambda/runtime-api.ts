import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MAXIMUM_PAYLOAD_BYTES } from './invocation.ts';

/** What one worker's runtime says; the worker answers `next` when there is something to do. */
export interface RuntimeClient {
  next(response: ServerResponse): void;
  responded(requestId: string, body: string | 'too large'): void;
  errored(requestId: string, body: string): void;
  initFailed(body: string): void;
}

export interface RuntimeApi {
  /** Opens the path of a worker: host, port and a secret path. */
  open(client: RuntimeClient): { readonly address: string; close(): void };
  /** Opens a URL that takes one PUT, as the presigned URL does that a custom resource answers to. */
  openResponseUrl(): { readonly url: string; readonly answer: Promise<string>; close(): void };
  stop(): Promise<void>;
}

/** Serves the Lambda Runtime API (2018-06-01) on 127.0.0.1, to each worker under its own path. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const clients = new Map<string, RuntimeClient>();
  const awaited = new Map<string, (body: string) => void>();
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, token, ...rest] = (request.url ?? '').split('?')[0].split('/');
    const client = clients.get(token);
    const resolveAnswer = awaited.get(token);
    if (client) return serveRuntime(client, `${request.method} /${rest.join('/')}`, request, response);
    if (resolveAnswer && request.method === 'PUT') {
      awaited.delete(token);
      resolveAnswer((await read(request, MAXIMUM_PAYLOAD_BYTES)) ?? '');
      response.writeHead(200).end();
      return;
    }
    response.writeHead(403).end();
  }

  return {
    open(client) {
      const token = randomBytes(16).toString('hex');
      clients.set(token, client);
      return { address: `${host}/${token}`, close: () => clients.delete(token) };
    },
    openResponseUrl() {
      const token = randomBytes(16).toString('hex');
      const answer = new Promise<string>((resolve) => awaited.set(token, resolve));
      return { url: `http://${host}/${token}/`, answer, close: () => awaited.delete(token) };
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serveRuntime(client: RuntimeClient, route: string, request: IncomingMessage, response: ServerResponse) {
  const [, requestId, verb] = /^POST \/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(route) ?? [];
  if (route === 'GET /2018-06-01/runtime/invocation/next') {
    client.next(response);
  } else if (route === 'POST /2018-06-01/runtime/init/error') {
    client.initFailed((await read(request, MAXIMUM_PAYLOAD_BYTES)) ?? '{}');
    response.writeHead(202).end();
  } else if (verb === 'response') {
    const body = await read(request, MAXIMUM_PAYLOAD_BYTES);
    client.responded(requestId, body ?? 'too large');
    response.writeHead(body === undefined ? 413 : 202).end();
  } else if (verb === 'error') {
    client.errored(requestId, (await read(request, MAXIMUM_PAYLOAD_BYTES)) ?? '{}');
    response.writeHead(202).end();
  } else {
    response.writeHead(404).end();
  }
}

/** Reads a body whole; past the limit it is read to its end and given up. */
async function read(request: IncomingMessage, maximumBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maximumBytes) chunks.push(chunk);
  }
  return bytes <= maximumBytes ? Buffer.concat(chunks).toString('utf8') : undefined;
}
