// Zip archives: PKWARE APPNOTE 6.3.10. The central directory is what counts, as for every unzip program; the local headers must agree.
import { crc32, inflateRawSync } from 'node:zlib';
import { RejectedDrop } from '#functions/errors.ts';
import { type CentralEntry, readCentralDirectory } from './zip-directory.ts';

/** What an archive may grow to; beyond this it is taken for an attack. */
export interface ZipLimits {
  readonly entries: number;
  readonly entryBytes: number;
  readonly totalBytes: number;
}

/** Enough for a day of a 12-lead recorder, and small against the memory of a function. */
export const zipLimits: ZipLimits = { entries: 10_000, entryBytes: 2 ** 28, totalBytes: 2 ** 29 };

const stored = 0;
const deflated = 8;
const localMark = 0x04034b50;
const localHeaderBytes = 30;
const encryptedFlags = 0x0041;

/**
 * Files of a zip archive by their path in it, directories left out. Stored and deflated entries, zip64 too; every checksum is
 * verified. Refuses what could leave the archive's folder, hide or repeat a file, or grow beyond the limits. No message holds a path.
 */
export function readZip(bytes: Uint8Array, limits: ZipLimits = zipLimits): ReadonlyMap<string, Uint8Array> {
  const entries = readCentralDirectory(bytes, limits.entries);
  const files = new Map<string, Uint8Array>();
  const folded = new Set<string>();
  checkTotals(entries, limits);
  const spans: Span[] = [];
  for (const entry of entries) {
    const path = safePath(entry);
    if (folded.has(path.toLowerCase())) throw refusedEntry(entry, 'a path that another entry has', 'each path once');
    folded.add(path.toLowerCase());
    const span = locate(bytes, entry);
    spans.push(span);
    if (!path.endsWith('/')) files.set(path, extract(bytes, entry, span));
    else if (entry.size !== 0) throw refusedEntry(entry, 'a directory with content', 'empty ones');
  }
  checkSpans(spans);
  return files;
}

/** By what the directory says; that it says the truth is checked when an entry is inflated. */
function checkTotals(entries: readonly CentralEntry[], { entryBytes, totalBytes }: ZipLimits): void {
  let total = 0;
  for (const entry of entries) {
    if (entry.size > entryBytes) throw refusedEntry(entry, `${entry.size} bytes`, `up to ${entryBytes}`);
    total += entry.size;
  }
  if (total <= totalBytes) return;
  throw new RejectedDrop('zip-too-large', `zip: found ${total} bytes unpacked, accepted up to ${totalBytes}`);
}

/** Paths below the folder, with slashes: no drive, no root, no way up, no link. */
function safePath(entry: CentralEntry): string {
  const { path, unixMode } = entry;
  const parts = path.split('/');
  const isFolder = parts[parts.length - 1] === '';
  const names = isFolder ? parts.slice(0, -1) : parts;
  const unsafe = names.length === 0 || names.some((name) => name === '' || name === '.' || name === '..');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (unsafe || /[\\:\u0000-\u001f\u007f]/.test(path)) {
    throw refusedEntry(entry, 'a path that leads elsewhere', 'relative paths with slashes');
  }
  const kind = unixMode & 0xf000;
  if (kind !== 0 && kind !== 0x8000 && kind !== 0x4000) {
    throw refusedEntry(entry, 'a link or a device', 'files and directories');
  }
  return path;
}

/** Bytes from an entry's local header to the end of its data. */
interface Span {
  readonly entry: CentralEntry;
  readonly start: number;
  readonly dataStart: number;
  readonly end: number;
}

function locate(bytes: Uint8Array, entry: CentralEntry): Span {
  const { localOffset: start, compressedSize } = entry;
  if (start + localHeaderBytes > bytes.length) throw refusedEntry(entry, 'a place beyond the end', 'whole archives');
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, localHeaderBytes);
  if (view.getUint32(0, true) !== localMark) throw refusedEntry(entry, 'no local header', 'whole archives');
  const nameLength = view.getUint16(26, true);
  const dataStart = start + localHeaderBytes + nameLength + view.getUint16(28, true);
  const end = dataStart + compressedSize;
  if (end > bytes.length) throw refusedEntry(entry, 'data beyond the end', 'whole archives');
  const name = bytes.subarray(start + localHeaderBytes, start + localHeaderBytes + nameLength);
  if (view.getUint16(8, true) !== entry.method || Buffer.compare(name, entry.rawPath) !== 0) {
    throw refusedEntry(entry, 'a local header that says something else than the directory', 'one description');
  }
  return { entry, start, dataStart, end };
}

/** Entries that share bytes let a small archive grow to petabytes (Fifield, "A better zip bomb", USENIX WOOT 2019). */
function checkSpans(spans: readonly Span[]): void {
  const sorted = spans.toSorted((a, b) => a.start - b.start);
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i].start < sorted[i - 1].end) {
      throw refusedEntry(sorted[i].entry, 'bytes that belong to another entry too', 'entries apart from each other');
    }
  }
}

function extract(bytes: Uint8Array, entry: CentralEntry, span: Span): Uint8Array {
  if ((entry.flags & encryptedFlags) !== 0) throw refusedEntry(entry, 'encryption', 'archives without password');
  const data = unpack(entry, bytes.subarray(span.dataStart, span.end));
  if (data.length !== entry.size) {
    throw refusedEntry(entry, `${data.length} bytes unpacked`, `${entry.size} as the directory says`);
  }
  if (crc32(data) !== entry.crc) throw refusedEntry(entry, 'a wrong checksum (CRC-32)', 'undamaged archives');
  return data;
}

function unpack(entry: CentralEntry, data: Uint8Array): Uint8Array {
  if (entry.method === stored) return data;
  if (entry.method !== deflated) {
    throw refusedEntry(entry, `compression method ${entry.method}`, 'stored (0) and deflated (8)');
  }
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, entry.size) });
  } catch (error) {
    const found = error instanceof RangeError ? 'more bytes than the directory says' : 'damaged compressed data';
    throw refusedEntry(entry, found, 'undamaged archives', { cause: error });
  }
}

function refusedEntry(entry: CentralEntry, found: string, accepted: string, options?: ErrorOptions): RejectedDrop {
  return new RejectedDrop('zip', `zip: entry ${entry.number}: found ${found}, accepted ${accepted}`, options);
}
