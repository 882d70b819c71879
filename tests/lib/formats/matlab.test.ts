import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RejectedDrop } from '#functions/errors.ts';
import { type MatlabArray, matlabVersion, readMatlab } from '#lib/formats/matlab.ts';
import type { MatlabNumbers } from '#lib/formats/matlab-array.ts';

const fixture = (name: string): Uint8Array => readFileSync(new URL(`../../fixtures/wfdb/${name}`, import.meta.url));
const numeric = (dimensions: number[], values: MatlabNumbers): MatlabArray => ({ kind: 'numeric', dimensions, values });
const text = (characters: string): MatlabArray => ({
  kind: 'text',
  dimensions: [1, characters.length],
  text: characters,
});

/** What make.py put into the files; columns first, as MATLAB stores them. */
const arrays: Readonly<Record<string, MatlabArray>> = {
  doubles: numeric([2, 3], Float64Array.of(1.5, 0, Math.PI, 5e-324, -2e300, 7)),
  small: numeric([1, 3], Float64Array.of(1, 2, 250)),
  singles: numeric([2, 1], Float32Array.of(0.1, 0.2)),
  i8: numeric([1, 2], Int8Array.of(-128, 127)),
  u8: numeric([1, 1], Uint8Array.of(255)),
  u16: numeric([1, 1], Uint16Array.of(65535)),
  i32: numeric([1, 1], Int32Array.of(-(2 ** 31))),
  u32: numeric([1, 1], Uint32Array.of(2 ** 32 - 1)),
  i64: numeric([1, 1], Float64Array.of(-(2 ** 53) + 1)),
  cube: numeric(
    [2, 3, 4],
    Int16Array.of(0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23),
  ),
  text: text('Grüße'),
  empty: numeric([0, 3], new Float64Array(0)),
  cells: { kind: 'cell', dimensions: [1, 2], cells: [text('a'), numeric([1, 2], Int16Array.of(1, 2))] },
  ECG: {
    kind: 'struct',
    dimensions: [1, 1],
    fields: new Map([
      ['sex', [text('Male')]],
      ['age', [numeric([1, 1], Float64Array.of(52))]],
      ['data', [numeric([1, 2], Float64Array.of(0.25, -0.5))]],
    ]),
  },
};

test.each(['arrays5.mat', 'arrays5z.mat'])('%s: every kind of array as scipy wrote it', (name) => {
  const read = readMatlab(fixture(name));
  expect([...read.keys()]).toEqual(Object.keys(arrays));
  for (const [key, wanted] of Object.entries(arrays)) expect([key, read.get(key)]).toEqual([key, wanted]);
});

test('version 4: several matrices and text', () => {
  expect(readMatlab(fixture('arrays4.mat'))).toEqual(
    new Map<string, MatlabArray>([
      ['doubles', arrays.doubles],
      ['text', text('abc')],
      ['u8', arrays.u8],
    ]),
  );
});

test('versions are told apart by their first bytes', () => {
  const versions = ['arrays4.mat', 'arrays5.mat', 'stored.zip'].map((name) => matlabVersion(fixture(name)));
  expect(versions).toEqual([4, 5, undefined]);
});

test('big-endian files: each number is turned', () => {
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file');
  header.writeUInt16BE(0x0100, 124);
  header.write('MI', 126);
  const body = Buffer.alloc(56);
  // Array of 48 bytes: flags (int16), dimensions 1 and 2, name x, two int16.
  for (const [index, value] of [14, 48, 6, 8, 10, 0, 5, 8, 1, 2, 0x00010001].entries())
    body.writeUInt32BE(value, index * 4);
  body.write('x', 44);
  body.writeUInt32BE(0x00040003, 48);
  body.writeInt16BE(-2, 52);
  body.writeInt16BE(300, 54);
  expect(readMatlab(Buffer.concat([header, body])).get('x')).toEqual(numeric([1, 2], Int16Array.of(-2, 300)));
});

describe('refusals', () => {
  const refusal = (bytes: Uint8Array): string => {
    try {
      readMatlab(bytes);
    } catch (error) {
      if (error instanceof RejectedDrop) return error.message;
      throw error;
    }
    return 'read';
  };
  const changed = (name: string, at: number, value: number) => {
    const bytes = Buffer.from(fixture(name));
    bytes.writeUInt32LE(value, at);
    return bytes;
  };
  const hdf5 = Buffer.alloc(200, ' ');
  hdf5.write('MATLAB 7.3 MAT-file');

  test.each<[string, Uint8Array, string]>([
    ['complex numbers', fixture('complex5.mat'), 'found complex numbers, accepted real ones'],
    ['a sparse matrix', fixture('sparse5.mat'), 'found a sparse matrix, accepted numbers, text, cells and structs'],
    ['version 7.3', hdf5, 'found version 7.3, which is HDF5, accepted versions 4 to 7; save with -v7'],
    ['another format', fixture('stored.zip'), 'found another format, accepted MATLAB files of version 4 to 7'],
    [
      'half a header',
      fixture('arrays5.mat').subarray(0, 60),
      'found a version 5 header that is cut off or damaged, accepted whole files',
    ],
    [
      'a cut file',
      fixture('arrays5.mat').subarray(0, 200),
      'found an element of 104 bytes at byte 128 of 200, accepted whole elements',
    ],
    [
      'a cut version 4 file',
      fixture('arrays4.mat').subarray(0, 60),
      'found 60 bytes for a matrix that ends at 76, accepted whole files',
    ],
    [
      'a lying length',
      changed('arrays5.mat', 132, 2 ** 31),
      'found an element of 2147483648 bytes at byte 128 of 1424, accepted whole elements',
    ],
    [
      'lying rows',
      changed('arrays5.mat', 160, 2 ** 30),
      'found 6 numbers for an array of 3221225472, accepted as many',
    ],
    [
      'lying rows of version 4',
      changed('arrays4.mat', 4, 2 ** 31),
      'found 128 bytes for a matrix that ends at 51539607580, accepted whole files',
    ],
    [
      'damaged compression',
      changed('arrays5z.mat', 140, 0),
      'found compressed data that is damaged, accepted zlib streams of up to 536870912 bytes in all',
    ],
  ])('%s', (_, bytes, message) => {
    expect(refusal(bytes)).toBe(`MATLAB file: ${message}`);
  });
});
