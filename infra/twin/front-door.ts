// The one address of the twin: reads a request whole, recognises its caller, and hands it to the service it is meant for.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Call, Principal, UnsignedCall } from './contract.ts';
import { type DecodedBody, decodeAwsChunked, MalformedChunks } from './s3/aws-chunked.ts';
import { xmlDocument } from './xml.ts';

export interface FrontService {
  readonly name: string;
  /** Decides from the request line and headers alone. */
  matches(request: IncomingMessage): boolean;
  handle(call: Call): Promise<void>;
  /** Takes requests without an `Authorization` header, and finds their caller itself; they are refused when absent. */
  handleUnsigned?(call: UnsignedCall): Promise<void>;
  /** How its clients expect errors that arise before the service is reached. */
  readonly errors: 'xml' | 'json';
}

export interface FrontDoorOptions {
  /** The caller behind an access key id; undefined for keys that the twin has not given out. */
  readonly principalOf: (accessKeyId: string) => Principal | undefined;
  /** Asked in this order; the first that matches serves. */
  readonly services: readonly FrontService[];
  readonly log: (line: string) => void;
  readonly maximumBodyBytes?: number;
}

export interface FrontDoor {
  /** Listens on 127.0.0.1 (port 0: any free one); resolves to the address for `AWS_ENDPOINT_URL`. */
  listen(port: number): Promise<string>;
  /** Stops accepting and resolves when the requests under way are answered, or cut off after `graceMs` of wall time. */
  close(graceMs?: number): Promise<void>;
}

/** True for requests with `X-Amz-Target: <prefix>.…`, such as `AmazonSQS` or `TrentService`. */
export function hasTarget(prefix: string): (request: IncomingMessage) => boolean {
  return (request) => String(request.headers['x-amz-target'] ?? '').startsWith(`${prefix}.`);
}

/** True for requests that are signed for this service (`batch`), or, for `s3`, also for unsigned ones without a target. */
export function isSignedFor(service: string): (request: IncomingMessage) => boolean {
  return (request) => {
    if (request.headers['x-amz-target'] !== undefined) return false;
    return (credentialOf(request)?.service ?? 's3') === service;
  };
}

/** Names an error before any service has seen the request. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * Signatures in headers are not verified: an access key id that the twin gave out is enough, since only this machine
 * can call. Where the signature itself is handed on (presigned URLs, forms), the service verifies it.
 */
export function createFrontDoor({
  principalOf,
  services,
  log,
  maximumBodyBytes = 512 * 1024 * 1024,
}: FrontDoorOptions): FrontDoor {
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const service = services.find((candidate) => candidate.matches(request));
    try {
      if (service === undefined)
        throw new Refusal(501, 'NotImplemented', `${describe(request)} is not implemented by the twin`);
      const isUnsigned = service.handleUnsigned !== undefined && request.headers.authorization === undefined;
      const principal = isUnsigned ? undefined : recognise(request, service, principalOf);
      const { body, trailers } = decode(request, await readBody(request, maximumBodyBytes));
      const url = new URL(`http://127.0.0.1${request.url ?? '/'}`);
      const call: UnsignedCall = { request, response, body, url, trailers };
      await (principal === undefined ? service.handleUnsigned?.(call) : service.handle({ ...call, principal }));
    } catch (error) {
      if (request.errored || response.destroyed) return;
      if (!(error instanceof Refusal))
        log(`${service?.name ?? 'front door'}: ${error instanceof Error ? error.stack : error}`);
      refuse(
        request,
        response,
        service?.errors ?? errorsOf(request),
        error instanceof Refusal
          ? error
          : new Refusal(500, 'InternalError', 'The twin failed on this request, see its log'),
      );
    }
  }

  let isClosing = false;
  const server = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    // A connection kept alive would hold up closing until its client drops it.
    response.once('close', () => isClosing && setImmediate(() => server.closeIdleConnections()));
    void serve(request, response);
  });
  return {
    listen: (port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', 1024, () => {
          server.off('error', reject);
          resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
        });
      }),
    close: (graceMs = 5_000) =>
      new Promise((resolve, reject) => {
        isClosing = true;
        if (!server.listening) return resolve();
        const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close((error) => {
          clearTimeout(cutOff);
          if (error) reject(error);
          else resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function recognise(
  request: IncomingMessage,
  service: FrontService,
  principalOf: FrontDoorOptions['principalOf'],
): Principal {
  const credential = credentialOf(request);
  const principal = credential && principalOf(credential.accessKeyId);
  if (principal !== undefined) return principal;
  if (service.errors === 'json') {
    throw new Refusal(403, 'UnrecognizedClientException', 'The security token included in the request is invalid');
  }
  throw new Refusal(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in the twin');
}

/** Access key id and service of a SigV4 `Authorization` header. */
function credentialOf(
  request: IncomingMessage,
): { readonly accessKeyId: string; readonly service: string } | undefined {
  const found = /Credential=([^/,\s]+)\/[^/,]*\/[^/,]*\/([^/,]+)\//.exec(request.headers.authorization ?? '');
  return found ? { accessKeyId: found[1], service: found[2] } : undefined;
}

/** Reads to the end even when there is too much: a client that is still sending would not see the answer. */
async function readBody(request: IncomingMessage, maximumBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > maximumBytes) chunks.length = 0;
    else chunks.push(chunk);
  }
  if (length > maximumBytes) {
    throw new Refusal(400, 'EntityTooLarge', `request body: found ${length} bytes, allowed are ${maximumBytes}`);
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length);
}

function decode(request: IncomingMessage, body: Buffer): DecodedBody {
  const { headers } = request;
  const chunked =
    String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-') ||
    /\baws-chunked\b/.test(headers['content-encoding'] ?? '');
  if (!chunked) return { body, trailers: {} };
  const decodedLength = headers['x-amz-decoded-content-length'];
  try {
    return decodeAwsChunked(body, decodedLength === undefined ? undefined : Number(decodedLength));
  } catch (error) {
    if (error instanceof MalformedChunks) throw new Refusal(400, 'IncompleteBody', error.message);
    throw error;
  }
}

function refuse(request: IncomingMessage, response: ServerResponse, errors: 'xml' | 'json', refusal: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const requestId = randomUUID();
  const body =
    errors === 'json'
      ? JSON.stringify({ __type: refusal.code, message: refusal.message })
      : xmlDocument('Error', { Code: refusal.code, Message: refusal.message, RequestId: requestId });
  response.statusCode = refusal.status;
  response.setHeader('content-type', errors === 'json' ? 'application/x-amz-json-1.0' : 'application/xml');
  response.setHeader('x-amzn-requestid', requestId);
  if (errors === 'json') response.setHeader('x-amzn-errortype', refusal.code);
  // The rest of a body that was not read would be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  response.end(request.method === 'HEAD' ? undefined : body);
}

function errorsOf(request: IncomingMessage): 'xml' | 'json' {
  return /json/.test(request.headers['content-type'] ?? '') ? 'json' : 'xml';
}

function describe(request: IncomingMessage): string {
  const target = request.headers['x-amz-target'];
  if (target !== undefined) return `target ${target}`;
  return `${request.method} for the service ${credentialOf(request)?.service ?? 'unknown'}`;
}
