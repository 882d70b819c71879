import { isUtf8 } from 'node:buffer';
import { RejectedDrop } from '#functions/errors.ts';

/** An entry as the central directory describes it (APPNOTE 4.3.12). */
export interface CentralEntry {
  /** Place in the directory, the first is 1. */
  readonly number: number;
  readonly path: string;
  readonly rawPath: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly localOffset: number;
  /** File type and permissions where the writer was a Unix, else 0. */
  readonly unixMode: number;
}

interface Directory {
  readonly entries: number;
  readonly offset: number;
  readonly size: number;
}

const endMark = 0x06054b50;
const endBytes = 22;
const longestComment = 0xffff;
const end64Mark = 0x06064b50;
const end64Bytes = 56;
const locatorMark = 0x07064b50;
const locatorBytes = 20;
const entryMark = 0x02014b50;
const entryBytes = 46;
const zip64Field = 1;
const unix = 3;
const osX = 19;

/** Reads the central directory of a zip archive, zip64 included. */
export function readCentralDirectory(bytes: Uint8Array, mostEntries: number): CentralEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const directory = findDirectory(view);
  const { entries: count, offset, size } = directory;
  if (count > mostEntries) throw refused(`${count} entries`, `up to ${mostEntries}`);
  if (offset + size > bytes.length) throw refused('a directory beyond the end', 'whole archives');
  const entries: CentralEntry[] = [];
  let at = offset;
  for (let number = 1; number <= count; number++) {
    const { entry, end } = readEntry(view, at, offset + size, number);
    entries.push(entry);
    at = end;
  }
  if (at !== offset + size) throw refused('a directory that is longer than its entries', 'undamaged archives');
  return entries;
}

/** The record at the end, found backwards since a comment may follow it. */
function findDirectory(view: DataView): Directory {
  const first = Math.max(0, view.byteLength - endBytes - longestComment);
  for (let at = view.byteLength - endBytes; at >= first; at--) {
    if (view.getUint32(at, true) !== endMark) continue;
    if (at + endBytes + view.getUint16(at + 20, true) !== view.byteLength) continue;
    return readEnd(view, at);
  }
  throw refused('no end of a central directory', 'whole zip archives');
}

function readEnd(view: DataView, at: number): Directory {
  const disks = [view.getUint16(at + 4, true), view.getUint16(at + 6, true)];
  const here = view.getUint16(at + 8, true);
  const entries = view.getUint16(at + 10, true);
  const size = view.getUint32(at + 12, true);
  const offset = view.getUint32(at + 16, true);
  const hasLocator = at >= locatorBytes && view.getUint32(at - locatorBytes, true) === locatorMark;
  if (hasLocator) return readEnd64(view, at - locatorBytes);
  if (disks.some((disk) => disk !== 0) || here !== entries) throw refused('an archive in several parts', 'one file');
  if (offset + size > at) throw refused('a directory beyond its end', 'undamaged archives');
  return { entries, offset, size };
}

function readEnd64(view: DataView, locator: number): Directory {
  const at = bigNumber(view, locator + 8);
  if (at + end64Bytes > locator || view.getUint32(at, true) !== end64Mark) {
    throw refused('no zip64 end of a central directory', 'whole archives');
  }
  const disks = [view.getUint32(locator + 4, true), view.getUint32(at + 16, true), view.getUint32(at + 20, true)];
  const [here, entries, size, offset] = [24, 32, 40, 48].map((place) => bigNumber(view, at + place));
  if (disks.some((disk) => disk !== 0) || here !== entries) throw refused('an archive in several parts', 'one file');
  if (offset + size > at) throw refused('a directory beyond its end', 'undamaged archives');
  return { entries, offset, size };
}

function readEntry(view: DataView, at: number, limit: number, number: number): { entry: CentralEntry; end: number } {
  if (at + entryBytes > limit || view.getUint32(at, true) !== entryMark) {
    throw refused(`no directory entry ${number} where it belongs`, 'undamaged archives');
  }
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
  const extraAt = at + entryBytes + nameLength;
  const end = extraAt + extraLength + commentLength;
  if (end > limit) throw refused(`directory entry ${number} cut off`, 'undamaged archives');
  const rawPath = new Uint8Array(view.buffer, view.byteOffset + at + entryBytes, nameLength);
  const [compressedSize, size, localOffset] = sizes(view, at, extraAt, extraLength, number);
  const madeBy = view.getUint8(at + 5);
  const entry: CentralEntry = {
    number,
    path: pathOf(rawPath),
    rawPath,
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    compressedSize,
    size,
    localOffset,
    unixMode: madeBy === unix || madeBy === osX ? view.getUint16(at + 40, true) : 0,
  };
  return { entry, end };
}

/** Compressed size, size and place, each from the zip64 field where the directory has all ones (APPNOTE 4.5.3). */
function sizes(view: DataView, at: number, extraAt: number, extraLength: number, number: number): number[] {
  const compressedSize = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const localOffset = view.getUint32(at + 42, true);
  const extra = zip64Numbers(view, extraAt, extraLength);
  const inZip64Order = [size, compressedSize, localOffset].map((value) => {
    if (value !== 0xffffffff) return value;
    const large = extra.shift();
    if (large === undefined) throw refused(`directory entry ${number} without its zip64 sizes`, 'undamaged archives');
    return large;
  });
  return [inZip64Order[1], inZip64Order[0], inZip64Order[2]];
}

function zip64Numbers(view: DataView, start: number, length: number): number[] {
  const end = start + length;
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== zip64Field) continue;
    const last = Math.min(end, at + 4 + view.getUint16(at + 2, true));
    const numbers: number[] = [];
    for (let place = at + 4; place + 8 <= last; place += 8) numbers.push(bigNumber(view, place));
    return numbers;
  }
  return [];
}

function bigNumber(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw refused('a size beyond what a file can have', 'undamaged archives');
  return Number(value);
}

/** UTF-8 with or without its flag; what is not that is read byte by byte, so that different names stay different. */
function pathOf(raw: Uint8Array): string {
  return new TextDecoder(isUtf8(raw) ? 'utf-8' : 'latin1').decode(raw);
}

function refused(found: string, accepted: string): RejectedDrop {
  return new RejectedDrop('zip', `zip: found ${found}, accepted ${accepted}`);
}
