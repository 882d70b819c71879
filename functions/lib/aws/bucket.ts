// S3 as the steps see it: missing is `undefined`, 412 is false, throttling and races are TransientFailure.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { TransientFailure } from '#functions/errors.ts';
import type { IntakeBucket, ListedObject, ObjectVersion, StoredObject } from '#functions/ports.ts';
import { transientOr } from './transient.ts';

export function s3Bucket(client: S3Client, name: string): IntakeBucket {
  const Bucket = name;
  const write = (key: string, body: Uint8Array | string, condition: { IfNoneMatch?: string; IfMatch?: string }) =>
    calling(() =>
      client.send(
        new PutObjectCommand({ Bucket, Key: key, Body: bytesOf(body), ContentType: contentType(key), ...condition }),
      ),
    );
  return {
    get: (key) => missing(() => read(client, { Bucket, Key: key })),
    async has(key) {
      return (
        (await missing(() => calling(() => client.send(new HeadObjectCommand({ Bucket, Key: key }))))) !== undefined
      );
    },
    create: (key, body) => taken(() => write(key, body, { IfNoneMatch: '*' })),
    replace: (key, body, etag) =>
      taken(() => write(key, body, etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag })),
    async put(key, body) {
      await write(key, body, {});
    },
    async remove(key) {
      await calling(() => client.send(new DeleteObjectCommand({ Bucket, Key: key })));
    },
    list: (prefix) => listed(client, name, prefix),
    async getVersion(key, versionId) {
      return (await missing(() => read(client, { Bucket, Key: key, VersionId: versionId })))?.body;
    },
    async currentVersion(key) {
      const head = await missing(() => calling(() => client.send(new HeadObjectCommand({ Bucket, Key: key }))));
      return head && { key, versionId: head.VersionId as string, sizeBytes: head.ContentLength ?? 0 };
    },
    async tag(key, versionId, state) {
      const Tagging = { TagSet: [{ Key: 'state', Value: state }] };
      await missing(() =>
        calling(() => client.send(new PutObjectTaggingCommand({ Bucket, Key: key, VersionId: versionId, Tagging }))),
      );
    },
    listVersions: (prefix) => versions(client, name, prefix),
  };
}

async function read(
  client: S3Client,
  input: { Bucket: string; Key: string; VersionId?: string },
): Promise<StoredObject> {
  const { Body, ETag } = await calling(() => client.send(new GetObjectCommand(input)));
  if (Body === undefined || ETag === undefined)
    throw new TransientFailure('S3: found an answer without a body, expected the object');
  return { body: await Body.transformToByteArray(), etag: ETag };
}

async function* listed(client: S3Client, name: string, prefix: string): AsyncIterable<ListedObject> {
  const pages = paginateListObjectsV2({ client }, { Bucket: name, Prefix: prefix });
  for (;;) {
    const page = await calling(() => pages.next());
    if (page.done) return;
    for (const { Key, Size } of page.value.Contents ?? []) yield { key: Key as string, sizeBytes: Size ?? 0 };
  }
}

/** The SDK has no paginator for versions: two markers lead from page to page. */
async function* versions(client: S3Client, name: string, prefix: string): AsyncIterable<ObjectVersion> {
  for (let markers: { KeyMarker?: string; VersionIdMarker?: string } = {}; ; ) {
    const page = await calling(() =>
      client.send(new ListObjectVersionsCommand({ Bucket: name, Prefix: prefix, ...markers })),
    );
    for (const { Key, VersionId, Size } of page.Versions ?? []) {
      yield { key: Key as string, versionId: VersionId as string, sizeBytes: Size ?? 0 };
    }
    if (!page.IsTruncated) return;
    markers = {
      ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
      ...(page.NextVersionIdMarker !== undefined && { VersionIdMarker: page.NextVersionIdMarker }),
    };
  }
}

/** The SDK turns a string into bytes for its checksum, for its signature and once more for the line. */
const bytesOf = (body: Uint8Array | string): Uint8Array => (typeof body === 'string' ? Buffer.from(body) : body);

const status = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** Attempts of a conditional write that meets others: the SDK, which repeats 429 and 5xx, takes 409 for final. */
const CONFLICT_ATTEMPTS = 5;
const FIRST_CONFLICT_PAUSE_MS = 50;

/** A conflict is tried again here, everything else that may pass was tried again by the SDK. */
async function calling<T>(call: () => Promise<T>, attempt = 1): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const code = status(error);
    if (code === 409 && attempt < CONFLICT_ATTEMPTS) {
      await sleep(FIRST_CONFLICT_PAUSE_MS * 2 ** attempt * Math.random()); // full jitter: those who met do not meet again
      return calling(call, attempt + 1);
    }
    throw transientOr('S3', error);
  }
}

async function missing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (status(error) === 404) return undefined;
    throw error;
  }
}

async function taken(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    if (status(error) === 412) return false;
    throw error;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  json: 'application/json',
  html: 'text/html; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  svg: 'image/svg+xml',
  parquet: 'application/vnd.apache.parquet',
};

const contentType = (key: string): string => TYPES[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
