// "On 412 read the stored object and go on from it, never from your own memory."
import { TransientFailure } from '#functions/errors.ts';
import type { Bucket } from '#functions/ports.ts';

/** JSON as it is stored: keys in the order they were written, ended by a newline. */
export const toJson = (record: unknown): string => `${JSON.stringify(record)}\n`;

/** Creates the record or reads the one that is already there: what is stored is what counts. */
export async function once<T>(bucket: Bucket, key: string, record: T): Promise<T> {
  if (await bucket.create(key, toJson(record))) return record;
  const stored = await readJson<T>(bucket, key);
  if (stored === undefined)
    throw new TransientFailure('an object that exists could not be read: found nothing, expected the record');
  return stored;
}

/** A record of our own, trusted as stored; undefined when there is none. */
export async function readJson<T>(bucket: Bucket, key: string): Promise<T | undefined> {
  const object = await bucket.get(key);
  return object === undefined ? undefined : (JSON.parse(Buffer.from(object.body).toString('utf8')) as T);
}
