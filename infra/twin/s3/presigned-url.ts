// Presigned URLs: the signature stands in the query and is verified, since whoever holds the URL is the caller.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
import type { Clock, Principal, SessionKeys, UnsignedCall } from '../contract.ts';
import { S3Error } from './errors.ts';
import { parseRequest, type S3Request } from './request.ts';
import {
  type Credential,
  encodeStrictly,
  findKeys,
  parseAmzDate,
  parseCredential,
  signatureAlgorithm,
  stringToSign,
  verifySignature,
  verifyToken,
} from './signature.ts';

const longestSeconds = 7 * 24 * 3600;
/** How far the signer's clock may be ahead. */
const mostAheadMs = 15 * 60_000;
const signing = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Date',
  'X-Amz-Expires',
  'X-Amz-SignedHeaders',
  'X-Amz-Signature',
];
const ownParameters = new Set([...signing, 'X-Amz-Security-Token']);

export interface Verification {
  readonly keysOf: (accessKeyId: string) => SessionKeys | undefined;
  readonly clock: Clock;
  readonly region: string;
}

/** True for a request that says it is signed in its query. */
export function isPresigned({ request }: UnsignedCall): boolean {
  return /[?&]X-Amz-(Algorithm|Signature|Credential)=/.test(request.url ?? '');
}

/** The request that the URL stands for, in the name of its signer; throws unless signature and time are right. */
export function openPresigned(call: UnsignedCall, requestId: string, verification: Verification): S3Request {
  const query = new URLSearchParams((call.request.url ?? '').split('?')[1] ?? '');
  const credential = readCredential(query, verification.region);
  const keys = findKeys(verification.keysOf, credential);
  verifyToken(keys, query.get('X-Amz-Security-Token'));
  const signedHeaders = (query.get('X-Amz-SignedHeaders') ?? '').split(';');
  requireSigned(call, signedHeaders);
  const amzDate = query.get('X-Amz-Date') ?? '';
  const canonical = canonicalRequest(call, query, signedHeaders);
  verifySignature(keys, credential, stringToSign(amzDate, credential, canonical), query.get('X-Amz-Signature') ?? '');
  checkTime(amzDate, Number(query.get('X-Amz-Expires')), verification.clock.now());
  return asRequest(call, keys.principal, requestId);
}

function readCredential(query: URLSearchParams, region: string): Credential {
  const missing = signing.find((name) => query.getAll(name).length !== 1);
  if (missing !== undefined) throw refused(`query-string authentication requires ${signing.join(', ')}, each once`);
  if (query.get('X-Amz-Algorithm') !== signatureAlgorithm) {
    throw refused(`X-Amz-Algorithm: only ${signatureAlgorithm} is supported`);
  }
  const credential = parseCredential(query.get('X-Amz-Credential') ?? '');
  if (credential === undefined) throw refused('X-Amz-Credential: allowed is <key id>/<date>/<region>/s3/aws4_request');
  if (credential.region !== region)
    throw refused(`X-Amz-Credential: found region ${credential.region}, allowed is ${region}`);
  const expires = query.get('X-Amz-Expires') ?? '';
  if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > longestSeconds) {
    throw refused(`X-Amz-Expires: found ${JSON.stringify(expires)}, allowed are 1 to ${longestSeconds} seconds`);
  }
  const amzDate = query.get('X-Amz-Date') ?? '';
  if (parseAmzDate(amzDate) === undefined || !amzDate.startsWith(credential.date)) {
    throw refused('X-Amz-Date: allowed is YYYYMMDDTHHMMSSZ on the day of X-Amz-Credential');
  }
  return credential;
}

/** The host, and every header that changes what is done, must be among those signed. */
function requireSigned({ request: { headers } }: UnsignedCall, signedHeaders: readonly string[]): void {
  if (!signedHeaders.includes('host')) throw refused('X-Amz-SignedHeaders: host is missing');
  const unsigned = Object.keys(headers).filter((name) => name.startsWith('x-amz-') && !signedHeaders.includes(name));
  if (unsigned.length === 0) return;
  throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
    fields: { HeadersNotSigned: unsigned.join(', ') },
  });
}

/** Decoded and encoded again, so that it does not matter how freely the client has written path and query. */
function canonicalRequest({ request }: UnsignedCall, query: URLSearchParams, signedHeaders: readonly string[]): string {
  const path = (request.url ?? '/').split('?')[0];
  const pairs = [...query].filter(([name]) => name !== 'X-Amz-Signature');
  const encoded = pairs.map(([name, value]) => [encodeStrictly(name), encodeStrictly(value)] as const);
  encoded.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
  const headerLines = signedHeaders.map((name) => `${name}:${headerText(request.headers[name])}\n`);
  const sentHash = request.headers['x-amz-content-sha256'] ?? query.get('X-Amz-Content-Sha256');
  return [
    request.method,
    path.split('/').map(reencode).join('/'),
    encoded.map(([name, value]) => `${name}=${value}`).join('&'),
    headerLines.join(''),
    signedHeaders.join(';'),
    sentHash ?? 'UNSIGNED-PAYLOAD',
  ].join('\n');
}

function reencode(segment: string): string {
  try {
    return encodeStrictly(decodeURIComponent(segment));
  } catch (cause) {
    const error = new S3Error('InvalidArgument', 'path: allowed is percent-encoded UTF-8');
    error.cause = cause;
    throw error;
  }
}

function headerText(value: string | readonly string[] | undefined): string {
  return String(value ?? '')
    .trim()
    .replace(/ +/g, ' ');
}

function checkTime(amzDate: string, expiresSeconds: number, nowMs: number): void {
  const signedMs = parseAmzDate(amzDate) ?? Number.NaN;
  if (signedMs > nowMs + mostAheadMs) throw new S3Error('AccessDenied', 'Request is not valid yet');
  const endMs = signedMs + expiresSeconds * 1000;
  if (nowMs <= endMs) return;
  throw new S3Error('AccessDenied', 'Request has expired', {
    fields: {
      'X-Amz-Expires': expiresSeconds,
      Expires: new Date(endMs).toISOString(),
      ServerTime: new Date(nowMs).toISOString(),
    },
  });
}

/** Signers move `x-amz-*` headers into the query, from where they count as headers. */
function asRequest(call: UnsignedCall, principal: Principal, requestId: string): S3Request {
  const request = parseRequest(call, principal, requestId);
  const query = new URLSearchParams();
  const headers = { ...request.headers };
  for (const [name, value] of request.query) {
    if (ownParameters.has(name)) continue;
    if (/^x-amz-/i.test(name)) headers[name.toLowerCase()] = value;
    else query.append(name, value);
  }
  return { ...request, query, headers };
}

function refused(message: string): S3Error {
  return new S3Error('AuthorizationQueryParametersError', message);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
