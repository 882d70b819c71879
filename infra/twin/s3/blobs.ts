// Bodies of objects: small ones live in the database row, larger ones as files beside the database.
import { randomUUID } from 'node:crypto';
import { closeSync, createReadStream, linkSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ByteRange } from './range.ts';

/** Up to this many bytes a body is stored in the database row. */
export const mostInlineBytes = 64 * 1024;
const pieceBytes = 1024 * 1024;

/** Where a stored body is: in the row or in a file of the blob folder. */
export type StoredBody = { readonly inline: Uint8Array } | { readonly file: string };

export interface Blobs {
  /** Makes a body durable before the transaction that names it. A crash in between leaves a file that the next start removes. */
  write(body: Buffer): Promise<StoredBody>;
  /** One body from several, as durable as `write`; `observe` sees every byte in order. */
  concatenate(
    parts: readonly StoredBody[],
    sizeBytes: number,
    observe: (bytes: Uint8Array) => void,
  ): Promise<StoredBody>;
  /** A body piece by piece. */
  pieces(body: StoredBody): AsyncIterable<Uint8Array>;
  /** The same body under a name of its own, for a copy. */
  duplicate(body: StoredBody): StoredBody;
  /** Opened at once, so that a deletion that follows does not cut the reader off. */
  read(body: StoredBody, range: ByteRange): Uint8Array | Readable;
  remove(files: readonly string[]): void;
}

/** Opens the folder and removes every file that no object names. */
export function openBlobs(folder: string, isNamed: (file: string) => boolean): Blobs {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (!isNamed(file)) rmSync(join(folder, file));

  async function write(body: Buffer): Promise<StoredBody> {
    return body.length <= mostInlineBytes ? { inline: body } : writeFile((handle) => handle.writeFile(body));
  }

  async function writeFile(fill: (handle: FileHandle) => Promise<void>): Promise<StoredBody> {
    const file = randomUUID();
    const temporary = join(folder, `${file}.part`);
    try {
      await writeDurably(temporary, fill);
      await rename(temporary, join(folder, file));
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    return { file };
  }

  async function* pieces(body: StoredBody): AsyncIterable<Uint8Array> {
    if ('inline' in body) yield body.inline;
    else yield* createReadStream(join(folder, body.file), { highWaterMark: pieceBytes }) as AsyncIterable<Buffer>;
  }

  async function* observed(parts: readonly StoredBody[], observe: (bytes: Uint8Array) => void) {
    for (const part of parts) {
      for await (const bytes of pieces(part)) {
        observe(bytes);
        yield bytes;
      }
    }
  }

  async function concatenate(
    parts: readonly StoredBody[],
    sizeBytes: number,
    observe: (bytes: Uint8Array) => void,
  ): Promise<StoredBody> {
    if (sizeBytes > mostInlineBytes) return writeFile((handle) => handle.writeFile(observed(parts, observe)));
    const gathered: Uint8Array[] = [];
    for await (const bytes of observed(parts, observe)) gathered.push(bytes);
    return { inline: Buffer.concat(gathered) };
  }

  function duplicate(body: StoredBody): StoredBody {
    if ('inline' in body) return body;
    const file = randomUUID();
    linkSync(join(folder, body.file), join(folder, file));
    return { file };
  }

  function read(body: StoredBody, { start, end }: ByteRange): Uint8Array | Readable {
    if ('inline' in body) return body.inline.subarray(start, end + 1);
    const fd = openSync(join(folder, body.file), 'r');
    try {
      return createReadStream('', { fd, start, end, highWaterMark: pieceBytes });
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  function remove(files: readonly string[]): void {
    for (const file of files) rmSync(join(folder, file), { force: true });
  }
  return { write, concatenate, pieces, duplicate, read, remove };
}

async function writeDurably(path: string, fill: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await fill(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
