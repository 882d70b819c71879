import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RejectedDrop } from '#functions/errors.ts';
import { readZip, zipLimits } from '#lib/formats/archive-zip.ts';
import { zipOf } from './zip-of.ts';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`../../fixtures/wfdb/${name}`, import.meta.url));

function refusal(bytes: Uint8Array, limits = zipLimits): string {
  try {
    readZip(bytes, limits);
  } catch (error) {
    if (error instanceof RejectedDrop) return error.message;
    throw error;
  }
  return 'read';
}

test.each(['stored.zip', 'deflated.zip'])('%s: the files that Python put in', (name) => {
  const files = readZip(fixture(name));
  expect([...files.keys()]).toEqual(['ward/format212.hea', 'ward/format212.dat']);
  for (const [path, bytes] of files) {
    expect(Buffer.from(bytes).equals(fixture(path.replace('ward/', '')))).toBe(true);
  }
});

test('zip64 sizes and a data descriptor, as a stream is written', () => {
  const files = readZip(fixture('streamed.zip'));
  expect(Buffer.from(files.get('format212.hea') ?? []).equals(fixture('format212.hea'))).toBe(true);
});

test('zip64 directory: end record and locator', () => {
  const plain = zipOf([{ path: 'a.hea' }]);
  const at = plain.length - 22;
  const end64 = Buffer.alloc(56);
  end64.write('PK\x06\x06', 'latin1');
  end64.writeBigUInt64LE(44n, 4);
  const numbers = [1, 1, plain.readUInt32LE(at + 12), plain.readUInt32LE(at + 16)];
  for (const [index, value] of numbers.entries()) end64.writeBigUInt64LE(BigInt(value), 24 + 8 * index);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(BigInt(at), 8);
  locator.writeUInt32LE(1, 16);
  const end = Buffer.from(plain.subarray(at));
  end.fill(0xff, 8, 20);
  expect([...readZip(Buffer.concat([plain.subarray(0, at), end64, locator, end])).keys()]).toEqual(['a.hea']);
});

test('directories are left out, empty files are kept, a comment at the end does no harm', () => {
  const nothing = new Uint8Array();
  const zip = zipOf([
    { path: 'ward/', data: nothing, method: 0 },
    { path: 'ward/empty', data: nothing, method: 0 },
    { path: 'ward/deflated', data: nothing },
  ]);
  zip.writeUInt16LE(5, zip.length - 2);
  const files = readZip(Buffer.concat([zip, Buffer.from('words')]));
  expect([...files].map(([path, { length }]) => [path, length])).toEqual([
    ['ward/empty', 0],
    ['ward/deflated', 0],
  ]);
});

describe('paths that could leave the folder, hide or repeat a file', () => {
  const leads = 'found a path that leads elsewhere, accepted relative paths with slashes';
  test.each(['../a', 'a/../../b', '/etc/passwd', 'C:/a', 'a\\..\\b', 'a\0b', './a', 'a//b', '', '/', 'a\nb'])(
    '%j',
    (path) => {
      expect(refusal(zipOf([{ path }]))).toBe(`zip: entry 1: ${leads}`);
    },
  );

  test('a link, the same path twice in other letters, another path in the local header', () => {
    expect(refusal(zipOf([{ path: 'a', unixMode: 0xa1ff }]))).toBe(
      'zip: entry 1: found a link or a device, accepted files and directories',
    );
    expect(refusal(zipOf([{ path: 'a.hea' }, { path: 'A.HEA' }]))).toBe(
      'zip: entry 2: found a path that another entry has, accepted each path once',
    );
    expect(refusal(zipOf([{ path: 'a', localPath: 'b' }]))).toBe(
      'zip: entry 1: found a local header that says something else than the directory, accepted one description',
    );
  });
});

describe('bombs', () => {
  const zeros = new Uint8Array(1_000_000);

  test('an entry that is larger than it says stops at what it says', () => {
    expect(refusal(zipOf([{ path: 'a', data: zeros, size: 1000 }]))).toBe(
      'zip: entry 1: found more bytes than the directory says, accepted undamaged archives',
    );
  });

  test('entries, one entry and all together are held to limits before anything is unpacked', () => {
    const limits = { entries: 2, entryBytes: 1000, totalBytes: 1500 };
    const entry = (path: string, bytes: number) => ({ path, data: zeros.subarray(0, bytes) });
    expect(refusal(zipOf([entry('a', 1), entry('b', 1), entry('c', 1)]), limits)).toBe(
      'zip: found 3 entries, accepted up to 2',
    );
    expect(refusal(zipOf([entry('a', 1001)]), limits)).toBe('zip: entry 1: found 1001 bytes, accepted up to 1000');
    expect(refusal(zipOf([entry('a', 800), entry('b', 800)]), limits)).toBe(
      'zip: found 1600 bytes unpacked, accepted up to 1500',
    );
  });

  test('entries that share their bytes', () => {
    const inner = zipOf([{ path: 'b' }]).subarray(0, 31 + 12);
    const nested = zipOf([
      { path: 'a', data: inner, method: 0 },
      { path: 'b', localOffset: 31 },
    ]);
    expect(refusal(nested)).toBe(
      'zip: entry 2: found bytes that belong to another entry too, accepted entries apart from each other',
    );
  });
});

describe('damage', () => {
  const one = zipOf([{ path: 'a' }]);
  test.each<[string, Uint8Array, string]>([
    [
      'a wrong checksum',
      zipOf([{ path: 'a', crc: 1 }]),
      'entry 1: found a wrong checksum (CRC-32), accepted undamaged archives',
    ],
    [
      'a wrong size',
      zipOf([{ path: 'a', size: 11 }]),
      'entry 1: found 10 bytes unpacked, accepted 11 as the directory says',
    ],
    ['encryption', zipOf([{ path: 'a', flags: 1 }]), 'entry 1: found encryption, accepted archives without password'],
    [
      'another method',
      zipOf([{ path: 'a', method: 12 }]),
      'entry 1: found compression method 12, accepted stored (0) and deflated (8)',
    ],
    ['a cut archive', one.subarray(0, 60), 'found no end of a central directory, accepted whole zip archives'],
    ['a missing front', one.subarray(9), 'found a directory beyond its end, accepted undamaged archives'],
    ['nothing', new Uint8Array(), 'found no end of a central directory, accepted whole zip archives'],
    [
      'more entries claimed',
      zipOf([{ path: 'a' }], 2),
      'found no directory entry 2 where it belongs, accepted undamaged archives',
    ],
    [
      'fewer entries claimed',
      zipOf([{ path: 'a' }, { path: 'b' }], 1),
      'found a directory that is longer than its entries, accepted undamaged archives',
    ],
  ])('%s', (_, bytes, message) => {
    expect(refusal(bytes)).toBe(`zip: ${message}`);
  });
});

test('no refusal names a file', () => {
  for (const member of [{ crc: 1 }, { size: 11 }, { flags: 1 }, { method: 12 }, { unixMode: 0xa1ff }]) {
    const message = refusal(zipOf([{ path: 'Kanarienvogel.hea', ...member }]));
    expect(message).not.toBe('read');
    expect(message).not.toContain('Kanarienvogel');
  }
});
