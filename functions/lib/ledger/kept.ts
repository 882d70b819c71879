// Records that are written once and never change: read once by a process, however many units of a drop ask for them.
import type { Bucket } from '#functions/ports.ts';
import { readJson } from './once.ts';

/** The plan of a drop of thousands is a megabyte: a few are enough, since a queue brings the units of few drops at a time. */
const MOST_KEPT = 8;

const kept = new WeakMap<Bucket, Map<string, unknown>>();

/** As readJson, for keys whose record never changes; what is not there yet is asked for again. */
export async function readKept<T>(bucket: Bucket, key: string): Promise<T | undefined> {
  const records = kept.get(bucket) ?? new Map<string, unknown>();
  kept.set(bucket, records);
  if (records.has(key)) return records.get(key) as T;
  const record = await readJson<T>(bucket, key);
  if (record === undefined) return undefined;
  records.set(key, record);
  const [oldest] = records.keys();
  if (records.size > MOST_KEPT && oldest !== undefined) records.delete(oldest);
  return record;
}
