// A local folder as a hospital's way in and out: files below drops/<site>/ are put into the cloud, receipts come back beside them.
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { TransientFailure } from '#functions/errors.ts';
import type { IntakeBucket } from '#functions/ports.ts';

interface Seen {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly sent: boolean;
}

export interface MirrorReport {
  readonly sent: readonly string[];
  /** Could not be sent for now; the next look tries again. */
  readonly failed: readonly string[];
  readonly receipts: number;
}

/** One look at the folder; call it again and again. A file is sent when two looks find it unchanged, and again when it changes. */
export type Mirror = () => Promise<MirrorReport>;

/** `memory` is a file that remembers what was sent, so that a restart sends nothing twice. */
export async function createMirror(
  folder: string,
  uploader: (site: string) => IntakeBucket,
  memory: string,
): Promise<Mirror> {
  const seen = await remembered(memory);
  let isRemembered = true;
  const buckets = new Map<string, IntakeBucket>();
  const bucketOf = (site: string): IntakeBucket => {
    const bucket = buckets.get(site) ?? uploader(site);
    buckets.set(site, bucket);
    return bucket;
  };
  return async () => {
    const drops = join(folder, 'drops');
    await mkdir(drops, { recursive: true });
    const sent: string[] = [];
    const failed: string[] = [];
    for (const file of await filesBelow(drops)) {
      const path = relative(drops, file).split(sep).join('/');
      const bucket = bucketOf(path.split('/')[0] as string);
      if (!(await isSettled(file, seen))) continue;
      const body = await unlessGone(readFile(file));
      if (body === undefined) seen.delete(file);
      else if (await succeeds(() => bucket.put(`drops/${path}`, body))) sent.push(path);
      else {
        failed.push(path);
        seen.delete(file);
      }
    }
    isRemembered = (isRemembered && sent.length === 0) || (await remember(memory, seen));
    let receipts = 0;
    for (const [site, bucket] of buckets) {
      await succeeds(async () => {
        for await (const _ of newReceipts(site, bucket, folder)) receipts += 1;
      });
    }
    return { sent, failed, receipts };
  };
}

async function remembered(memory: string): Promise<Map<string, Seen>> {
  if (!(await exists(memory))) return new Map();
  return new Map(JSON.parse(await readFile(memory, 'utf8')) as [string, Seen][]);
}

/** False where the disk is full: then the next look tries again, and only a restart before that would send files again. */
async function remember(memory: string, seen: ReadonlyMap<string, Seen>): Promise<boolean> {
  try {
    await writeFile(`${memory}.new`, JSON.stringify([...seen]));
    await rename(`${memory}.new`, memory);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

/** Files two levels down and deeper: the first level is the site. Hidden files are somebody's bookkeeping. */
async function filesBelow(drops: string): Promise<readonly string[]> {
  const entries = await readdir(drops, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.parentPath !== drops && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** True at the look that finds a file as the look before left it, and unsent. */
async function isSettled(file: string, seen: Map<string, Seen>): Promise<boolean> {
  const found = await unlessGone(stat(file));
  if (found === undefined) {
    seen.delete(file);
    return false;
  }
  const { size: sizeBytes, mtimeMs: modifiedMs } = found;
  const before = seen.get(file);
  const same = before?.sizeBytes === sizeBytes && before.modifiedMs === modifiedMs;
  const send = same && !before.sent;
  seen.set(file, { sizeBytes, modifiedMs, sent: same });
  return send;
}

/** False for what may succeed later; every other failure throws. */
async function succeeds(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof TransientFailure) return false;
    throw error;
  }
}

/** Writes the receipts that are not here yet, and names each. */
async function* newReceipts(site: string, bucket: IntakeBucket, folder: string): AsyncIterable<string> {
  for await (const { key } of bucket.list(`receipts/${site}/`)) {
    const file = join(folder, ...key.split('/'));
    if (await exists(file)) continue;
    const receipt = await bucket.get(key);
    if (receipt === undefined) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, receipt.body);
    yield key;
  }
}

const exists = async (file: string): Promise<boolean> => (await unlessGone(stat(file)))?.isFile() ?? false;

/** Undefined for a file that is not there, or no longer: whoever writes into the folder may take it away or rename it at any time. */
async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
