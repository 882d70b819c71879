// One S3 call, taken apart: path-style bucket and key, query, headers.
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { BucketDescription, Principal, UnsignedCall } from '../contract.ts';
import { invalidArgument, S3Error } from './errors.ts';

export interface S3Request {
  readonly method: string;
  /** Absent for the service itself (ListBuckets). */
  readonly bucketName: string | undefined;
  /** Absent for the bucket itself. */
  readonly key: string | undefined;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly principal: Principal;
  readonly sourceIp: string;
  readonly requestId: string;
  /** A browser's form, its policy checked: then `headers`, `key` and `body` are those of the form. */
  readonly form?: ReadonlyMap<string, string>;
}

/** A request for a bucket that exists. */
export interface BucketRequest extends S3Request {
  readonly bucket: BucketDescription;
}

/** A request for a key of a bucket that exists. */
export interface ObjectRequest extends BucketRequest {
  readonly key: string;
}

export interface S3Response {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable;
  /** The line breaks before the answer: what was asked for is done, and the caller does not know. */
  readonly isLost?: true;
}

const longestKeyBytes = 1024;

/** Reads the raw request line: a URL parser would take `..` and `//` out of keys. */
export function parseRequest(
  { request, body, trailers = {} }: UnsignedCall,
  principal: Principal,
  requestId: string,
): S3Request {
  const [path, search = ''] = splitOnce(request.url ?? '/', '?');
  const [bucketName, key] = splitOnce(path.slice(1), '/');
  return {
    method: request.method ?? '',
    bucketName: bucketName === '' ? undefined : decodePath(bucketName),
    key: key === undefined || key === '' ? undefined : decodeKey(key),
    query: new URLSearchParams(search),
    headers: request.headers,
    trailers,
    body,
    principal,
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    requestId,
  };
}

/** A single-valued header. */
export function header(request: S3Request, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Decodes a percent-encoded key and checks its length. */
export function decodeKey(encoded: string): string {
  const key = decodePath(encoded);
  const bytes = Buffer.byteLength(key);
  if (bytes > longestKeyBytes) {
    throw new S3Error('KeyTooLongError', `key: found ${bytes} bytes, allowed are ${longestKeyBytes}`);
  }
  return key;
}

function decodePath(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    const error = invalidArgument('key', encoded, 'percent-encoded UTF-8');
    error.cause = cause;
    throw error;
  }
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
