import { crc32, deflateRawSync } from 'node:zlib';

export interface Member {
  readonly path: string;
  readonly data?: Uint8Array;
  /** What the directory says, where it lies. */
  readonly size?: number;
  readonly crc?: number;
  readonly method?: number;
  readonly flags?: number;
  readonly unixMode?: number;
  readonly localPath?: string;
  /** The place of another local header. */
  readonly localOffset?: number;
}

/** A zip by APPNOTE 4.3, deflated unless another method is given; `entries` is what its end says. */
export function zipOf(members: readonly Member[], entries = members.length): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const { path, data = Buffer.from('some words'), method = 8, localPath = path } = member;
    const packed = method === 8 ? deflateRawSync(data) : Buffer.from(data);
    const common = commonFields(member, data, packed.length);
    const local = Buffer.concat([Buffer.from('PK\x03\x04\x14\0'), common, Buffer.alloc(4), Buffer.from(localPath)]);
    local.writeUInt16LE(Buffer.byteLength(localPath), 26);
    const central = Buffer.concat([
      Buffer.from('PK\x01\x02\x14\x03\x14\0'),
      common,
      Buffer.alloc(18),
      Buffer.from(path),
    ]);
    central.writeUInt16LE(Buffer.byteLength(path), 28);
    central.writeUInt16LE(member.unixMode ?? 0, 40);
    central.writeUInt32LE(member.localOffset ?? offset, 42);
    files.push(local, packed);
    directory.push(central);
    offset += local.length + packed.length;
  }
  return Buffer.concat([...files, ...directory, endOf(entries, Buffer.concat(directory).length, offset)]);
}

/** Flags, method, time, checksum, sizes: the same in both headers. */
function commonFields(member: Member, data: Uint8Array, packedBytes: number): Buffer {
  const fields = Buffer.alloc(20);
  fields.writeUInt16LE(member.flags ?? 0, 0);
  fields.writeUInt16LE(member.method ?? 8, 2);
  fields.writeUInt32LE(member.crc ?? crc32(data), 8);
  fields.writeUInt32LE(packedBytes, 12);
  fields.writeUInt32LE(member.size ?? data.length, 16);
  return fields;
}

function endOf(entries: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries, 8);
  end.writeUInt16LE(entries, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
