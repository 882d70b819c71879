// Signature Version 4, verified where the signature is all that a caller shows: presigned URLs and browsers' forms.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { SessionKeys } from '../contract.ts';
import { S3Error } from './errors.ts';

export const signatureAlgorithm = 'AWS4-HMAC-SHA256';

/** Access key id and scope of a credential, `<key id>/<date>/<region>/s3/aws4_request`. */
export interface Credential {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
}

/** Undefined for a credential of another form or of another service. */
export function parseCredential(text: string): Credential | undefined {
  const found = /^([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request$/.exec(text);
  return found ? { accessKeyId: found[1], date: found[2], region: found[3] } : undefined;
}

/** Milliseconds since 1970 of `20260131T235959Z`; undefined for anything else. */
export function parseAmzDate(text: string): number | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Throws 403 unless the signature is that of the session's secret over this text. */
export function verifySignature(
  { secretAccessKey }: SessionKeys,
  { date, region }: Credential,
  stringToSign: string,
  signature: string,
): void {
  const parts = [date, region, 's3', 'aws4_request'];
  const key = parts.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${secretAccessKey}`);
  const expected = hmac(key, stringToSign);
  const sent = Buffer.from(signature, 'hex');
  if (sent.length === expected.length && timingSafeEqual(sent, expected)) return;
  throw new S3Error(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method',
    { fields: { StringToSign: stringToSign } },
  );
}

/** Throws unless the session token that came is the one given out with the access key. */
export function verifyToken({ sessionToken }: SessionKeys, sent: string | null | undefined): void {
  if (sent !== sessionToken) throw new S3Error('InvalidToken', 'The provided token is malformed or otherwise invalid');
}

/** The session behind an access key id. */
export function findKeys(
  keysOf: (accessKeyId: string) => SessionKeys | undefined,
  { accessKeyId }: Credential,
): SessionKeys {
  const keys = keysOf(accessKeyId);
  if (keys !== undefined) return keys;
  throw new S3Error('InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in the twin');
}

/** What is signed: algorithm, time, scope and the digest of the canonical request. */
export function stringToSign(amzDate: string, { date, region }: Credential, canonicalRequest: string): string {
  const scope = `${date}/${region}/s3/aws4_request`;
  return [signatureAlgorithm, amzDate, scope, hash('sha256', canonicalRequest, 'hex')].join('\n');
}

/** Percent-encodes all but the unreserved characters of RFC 3986, as SigV4 does. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
