// Zip archives as PKWARE APPNOTE 6.3.10 describes them, and the same bytes for the same files.
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipMember {
  /** Relative path with slashes. */
  readonly path: string;
  readonly body: Uint8Array;
}

/** 1 January 1980, 00:00: the first date that a zip can say. Times of this machine would make every archive another one. */
const firstDate = (1 << 5) | 1;
const versionNeeded = 20;
const utf8Names = 0x0800;
const stored = 0;
const deflated = 8;
/** Without zip64, which is not written here. */
const limits = { entries: 2 ** 16 - 1, bytes: 2 ** 32 - 1, nameBytes: 2 ** 16 - 1 };

/** A zip archive of these files in this order, deflated where that makes them smaller; throws RangeError for what needs zip64. */
export function writeZip(members: readonly ZipMember[]): Uint8Array {
  if (members.length > limits.entries) throw refused(`${members.length} files`, `up to ${limits.entries}`);
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { path, body } of members) {
    const name = Buffer.from(path, 'utf8');
    const entry = packed(name, body);
    parts.push(localHeader(entry), name, entry.data);
    directory.push(centralHeader(entry, offset), name);
    offset += localHeaderBytes + name.length + entry.data.length;
    if (offset > limits.bytes) throw refused('more than 4 GiB', 'less');
  }
  const directoryBytes = directory.reduce((sum, { length }) => sum + length, 0);
  return Buffer.concat([...parts, ...directory, endOfDirectory(members.length, directoryBytes, offset)]);
}

interface Packed {
  readonly data: Uint8Array;
  readonly method: number;
  readonly size: number;
  readonly crc: number;
  readonly nameBytes: number;
}

function packed(name: Uint8Array, body: Uint8Array): Packed {
  if (name.length === 0 || name.length > limits.nameBytes)
    throw refused(`a path of ${name.length} bytes`, '1 to 65535');
  if (body.length > limits.bytes) throw refused(`a file of ${body.length} bytes`, 'less than 4 GiB');
  const shorter = deflateRawSync(body);
  const worthIt = shorter.length < body.length;
  return {
    data: worthIt ? shorter : body,
    method: worthIt ? deflated : stored,
    size: body.length,
    crc: crc32(body),
    nameBytes: name.length,
  };
}

const localHeaderBytes = 30;
const centralHeaderBytes = 46;
const endBytes = 22;

/** APPNOTE 4.3.7. */
function localHeader(entry: Packed): Uint8Array {
  const header = Buffer.alloc(localHeaderBytes);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(versionNeeded, 4);
  writeCommon(header, 6, entry);
  return header;
}

/** APPNOTE 4.3.12; made by "MS-DOS", so that no permissions are claimed. */
function centralHeader(entry: Packed, localOffset: number): Uint8Array {
  const header = Buffer.alloc(centralHeaderBytes);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(versionNeeded, 4);
  header.writeUInt16LE(versionNeeded, 6);
  writeCommon(header, 8, entry);
  header.writeUInt32LE(localOffset, 42);
  return header;
}

/** Flags, method, time, date, checksum, sizes and length of the name: the same in both headers. */
function writeCommon(header: Buffer, at: number, { data, method, size, crc, nameBytes }: Packed): void {
  header.writeUInt16LE(utf8Names, at);
  header.writeUInt16LE(method, at + 2);
  header.writeUInt16LE(0, at + 4);
  header.writeUInt16LE(firstDate, at + 6);
  header.writeUInt32LE(crc, at + 8);
  header.writeUInt32LE(data.length, at + 12);
  header.writeUInt32LE(size, at + 16);
  header.writeUInt16LE(nameBytes, at + 20);
}

/** APPNOTE 4.3.16. */
function endOfDirectory(entries: number, directoryBytes: number, directoryOffset: number): Uint8Array {
  const end = Buffer.alloc(endBytes);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(directoryOffset, 16);
  return end;
}

function refused(found: string, allowed: string): RangeError {
  return new RangeError(`zip to write: found ${found}, allowed ${allowed}`);
}
