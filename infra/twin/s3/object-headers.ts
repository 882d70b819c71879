// The headers that are stored with an object and come back with it.
import type { IncomingHttpHeaders } from 'node:http';
import { checksumHeaders } from './checksums.ts';
import { encryptionHeaders } from './encryption.ts';
import { S3Error } from './errors.ts';
import type { ObjectHeaders, ObjectVersion } from './versions.ts';

const storedHeaders = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];
const metadataPrefix = 'x-amz-meta-';
const mostMetadataBytes = 2048;

/** Takes system and user metadata from a request. Header bytes are UTF-8, which Node hands over as Latin-1. */
export function takeObjectHeaders(headers: IncomingHttpHeaders): ObjectHeaders {
  const system: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of storedHeaders) {
    const value = name === 'content-encoding' ? withoutAwsChunked(headers[name]) : headers[name];
    if (typeof value === 'string' && value !== '') system[name] = value;
  }
  const metadata: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(metadataPrefix)) continue;
    const text = Buffer.from(Array.isArray(value) ? value.join(',') : (value ?? ''), 'latin1').toString('utf8');
    metadata[name.slice(metadataPrefix.length)] = text;
    bytes += name.length - metadataPrefix.length + Buffer.byteLength(text);
  }
  if (bytes > mostMetadataBytes) {
    throw new S3Error('MetadataTooLarge', `user metadata: found ${bytes} bytes, allowed are ${mostMetadataBytes}`);
  }
  return { system, metadata };
}

/** The headers of a whole object for GetObject and HeadObject, without content-length. */
export function objectResponseHeaders(version: ObjectVersion, withChecksum: boolean): Record<string, string> {
  const metadata = Object.entries(version.headers.metadata).map(([name, value]) => [
    metadataPrefix + name,
    headerText(value),
  ]);
  return {
    ...version.headers.system,
    ...Object.fromEntries(metadata),
    ...encryptionHeaders(version.encryption),
    ...versionHeader(version.versionId),
    ...(withChecksum && checksumHeaders(version.checksum)),
    'accept-ranges': 'bytes',
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.modifiedMs).toUTCString(),
  };
}

/** `x-amz-version-id`, which buckets without versions do not send. */
export function versionHeader(versionId: string): Record<string, string> {
  return versionId === 'null' ? {} : { 'x-amz-version-id': versionId };
}

/** S3 returns metadata outside ASCII as an encoded word of RFC 2047. */
function headerText(value: string): string {
  return /^[\x20-\x7e]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`;
}

function withoutAwsChunked(encoding: string | undefined): string | undefined {
  return encoding
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== 'aws-chunked')
    .join(',');
}
