// Preconditions: of reads (RFC 9110 section 13) and of writes.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
import { notImplemented, S3Error } from './errors.ts';

export interface ReadConditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  readonly ifUnmodifiedSince: string | undefined;
}

/** Takes the conditions from request headers; CopyObject prefixes those on its source. */
export function readConditions(headers: Readonly<Record<string, unknown>>, prefix = ''): ReadConditions {
  const header = (name: string) => {
    const value = headers[prefix + name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    ifMatch: header('if-match'),
    ifNoneMatch: header('if-none-match'),
    ifModifiedSince: header('if-modified-since'),
    ifUnmodifiedSince: header('if-unmodified-since'),
  };
}

/** What the conditions say about an object: go on, 304 or 412. ETags win over dates. `modifiedMs` is truncated to seconds. */
export function evaluateRead(
  conditions: ReadConditions,
  object: { readonly etag: string; readonly modifiedMs: number },
): 'proceed' | 'not-modified' | 'failed' {
  const { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined) {
    if (!matchesEtag(ifMatch, object.etag)) return 'failed';
  } else if (ifUnmodifiedSince !== undefined && object.modifiedMs > Date.parse(ifUnmodifiedSince)) return 'failed';
  if (ifNoneMatch !== undefined) {
    if (matchesEtag(ifNoneMatch, object.etag)) return 'not-modified';
  } else if (ifModifiedSince !== undefined && object.modifiedMs <= Date.parse(ifModifiedSince)) return 'not-modified';
  return 'proceed';
}

export interface WriteConditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** Takes the conditions of a write from its headers; refuses the forms that S3 refuses. */
export function writeConditions(headers: Readonly<Record<string, unknown>>): WriteConditions {
  const { ifMatch, ifNoneMatch } = readConditions(headers);
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw notImplemented('If-None-Match other than * on a write');
  if (ifMatch === '*') throw notImplemented('If-Match: * on a write');
  if (ifMatch !== undefined && ifNoneMatch !== undefined)
    throw notImplemented('If-Match together with If-None-Match on a write');
  return { ifMatch, ifNoneMatch };
}

/** Throws 412 or 404 unless the current object (undefined when missing or deleted) allows the write. */
export function requireWrite(conditions: WriteConditions, currentEtag: string | undefined): void {
  if (conditions.ifNoneMatch !== undefined && currentEtag !== undefined) throw preconditionFailed('If-None-Match');
  if (conditions.ifMatch === undefined) return;
  if (currentEtag === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist');
  if (!matchesEtag(conditions.ifMatch, currentEtag)) throw preconditionFailed('If-Match');
}

export function preconditionFailed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    fields: { Condition: condition },
  });
}

/** Compares with or without quotes, any of a list, or `*`. */
function matchesEtag(header: string, etag: string): boolean {
  return header.split(',').some((entry) => {
    const candidate = entry.trim().replace(/^W\//, '').replaceAll('"', '');
    return candidate === '*' || candidate === etag;
  });
}
