// MATLAB version 5 to 7 files: "MAT-File Format", MathWorks, chapter "Level 5 MAT-File Format".
import { inflateSync } from 'node:zlib';
import {
  bytesPerNumber,
  convertedTo,
  elementCount,
  type MatlabArray,
  type MatlabNumbers,
  type NumberType,
  numbersIn,
  refusedMatlab,
} from './matlab-array.ts';

/** A reading position; the limits hold for the file as a whole. */
interface Cursor {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  offset: number;
}

interface Element {
  readonly type: number;
  readonly data: Uint8Array;
}

const headerBytes = 128;
const mostInflatedBytes = 2 ** 29;
const deepest = 16;
const mostDimensions = 32;
const elementTypes: Readonly<Record<number, NumberType>> = {
  1: 'int8',
  2: 'uint8',
  3: 'int16',
  4: 'uint16',
  5: 'int32',
  6: 'uint32',
  7: 'single',
  9: 'double',
  12: 'int64',
  13: 'uint64',
};
const matrixType = 14;
const compressedType = 15;
const utf8Type = 16;
const utf16Type = 17;

/** Classes of arrays (mxCLASS) that hold numbers. */
const numberClasses: Readonly<Record<number, NumberType>> = {
  6: 'double',
  7: 'single',
  8: 'int8',
  9: 'uint8',
  10: 'int16',
  11: 'uint16',
  12: 'int32',
  13: 'uint32',
  14: 'int64',
  15: 'uint64',
};
const otherClasses: Readonly<Record<number, string>> = {
  3: 'an object',
  5: 'a sparse matrix',
  16: 'a function',
  17: 'an object',
};
const cellClass = 1;
const structClass = 2;
const charClass = 4;
const complexFlag = 0x0800;

/** Arrays of a version 5 file by name. */
export function readMatlab5(bytes: Uint8Array): Map<string, MatlabArray> {
  const file: Cursor = { bytes, littleEndian: byteOrder(bytes), offset: headerBytes };
  const arrays = new Map<string, MatlabArray>();
  let left = mostInflatedBytes;
  while (file.offset < bytes.length) {
    const element = readElement(file);
    if (element.type !== compressedType) {
      addArray(arrays, element, file.littleEndian);
      continue;
    }
    const inflated = inflate(element.data, left);
    left -= inflated.length;
    addArray(arrays, readElement({ bytes: inflated, littleEndian: file.littleEndian, offset: 0 }), file.littleEndian);
  }
  return arrays;
}

function addArray(arrays: Map<string, MatlabArray>, element: Element, littleEndian: boolean): void {
  const { name, array } = readMatrix(element, littleEndian, 0);
  arrays.set(name, array);
}

/** The byte order mark says `MI` to a reader of the writer's own order. */
function byteOrder(bytes: Uint8Array): boolean {
  const mark = String.fromCharCode(bytes[126], bytes[127]);
  if (bytes.length < headerBytes || (mark !== 'IM' && mark !== 'MI')) {
    throw refusedMatlab('a version 5 header that is cut off or damaged', 'whole files');
  }
  const littleEndian = mark === 'IM';
  const version = new DataView(bytes.buffer, bytes.byteOffset, headerBytes).getUint16(124, littleEndian);
  if (version === 0x0200) throw refusedMatlab('version 7.3, which is HDF5', 'versions 4 to 7; save with -v7');
  if (version !== 0x0100) throw refusedMatlab(`version field ${version}`, 'versions 4 to 7');
  return littleEndian;
}

function inflate(data: Uint8Array, mostBytes: number): Uint8Array {
  try {
    return inflateSync(data, { maxOutputLength: mostBytes });
  } catch (error) {
    const tooLong = error instanceof RangeError;
    const found = tooLong ? 'compressed data that grows beyond the limit' : 'compressed data that is damaged';
    throw refusedMatlab(found, `zlib streams of up to ${mostInflatedBytes} bytes in all`, { cause: error });
  }
}

/** A tag of eight bytes and its data, or up to four bytes of data within the tag; padded to eight bytes unless compressed. */
function readElement(cursor: Cursor): Element {
  const { bytes, littleEndian, offset } = cursor;
  if (offset + 8 > bytes.length) throw refusedMatlab(`the end of the data at byte ${bytes.length}`, 'whole elements');
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 8);
  const first = view.getUint32(0, littleEndian);
  const small = first >>> 16;
  const type = small > 0 ? first & 0xffff : first;
  const length = small > 0 ? small : view.getUint32(4, littleEndian);
  const start = offset + (small > 0 ? 4 : 8);
  const end = start + length;
  if (small > 4 || end > bytes.length) {
    throw refusedMatlab(`an element of ${length} bytes at byte ${offset} of ${bytes.length}`, 'whole elements');
  }
  if (small > 0) cursor.offset = offset + 8;
  // The last element of a file may end without its padding.
  else cursor.offset = type === compressedType ? end : Math.min(bytes.length, end + ((8 - (length % 8)) % 8));
  return { type, data: bytes.subarray(start, end) };
}

interface NamedArray {
  readonly name: string;
  readonly array: MatlabArray;
}

function readMatrix({ type, data }: Element, littleEndian: boolean, depth: number): NamedArray {
  if (type !== matrixType) throw refusedMatlab(`an element of type ${type} where an array belongs`, 'arrays');
  if (depth > deepest) throw refusedMatlab(`arrays within arrays beyond ${deepest} levels`, 'fewer');
  if (data.length === 0) return { name: '', array: emptyArray };
  const cursor: Cursor = { bytes: data, littleEndian, offset: 0 };
  const flags = readNumbers(cursor)[0] ?? 0;
  const classCode = flags & 0xff;
  if (otherClasses[classCode] !== undefined)
    throw refusedMatlab(otherClasses[classCode], 'numbers, text, cells and structs');
  if ((flags & complexFlag) !== 0) throw refusedMatlab('complex numbers', 'real ones');
  const dimensions = Array.from(readNumbers(cursor));
  if (dimensions.length < 2 || dimensions.length > mostDimensions || dimensions.some((d) => !(d >= 0))) {
    throw refusedMatlab(`an array of ${dimensions.length} dimensions that cannot be`, `2 to ${mostDimensions}, from 0`);
  }
  const name = latin1(readElement(cursor).data);
  return { name, array: contentOf(cursor, classCode, dimensions, depth) };
}

const emptyArray: MatlabArray = { kind: 'numeric', dimensions: [0, 0], values: new Float64Array(0) };

function contentOf(cursor: Cursor, classCode: number, dimensions: readonly number[], depth: number): MatlabArray {
  const count = elementCount(dimensions);
  if (classCode === cellClass) return { kind: 'cell', dimensions, cells: readArrays(cursor, count, depth) };
  if (classCode === structClass) return { kind: 'struct', dimensions, fields: readFields(cursor, count, depth) };
  if (classCode === charClass) return { kind: 'text', dimensions, text: readText(cursor) };
  const type = numberClasses[classCode];
  if (type === undefined) throw refusedMatlab(`array class ${classCode}`, 'numbers, text, cells and structs');
  const values = convertedTo(readNumbers(cursor), type);
  if (values.length !== count) throw refusedMatlab(`${values.length} numbers for an array of ${count}`, 'as many');
  return { kind: 'numeric', dimensions, values };
}

function readNumbers(cursor: Cursor): MatlabNumbers {
  const { type, data } = readElement(cursor);
  const numberType = elementTypes[type];
  if (numberType === undefined || data.length % bytesPerNumber(numberType) !== 0) {
    throw refusedMatlab(
      `${data.length} bytes of element type ${type} where numbers belong`,
      'whole numbers of up to 64 bits',
    );
  }
  return numbersIn(data, numberType, cursor.littleEndian);
}

/** Each array takes at least its tag, so a lying count ends with the data. */
function readArrays(cursor: Cursor, count: number, depth: number): MatlabArray[] {
  const arrays: MatlabArray[] = [];
  for (let i = 0; i < count; i++) {
    arrays.push(readMatrix(readElement(cursor), cursor.littleEndian, depth + 1).array);
  }
  return arrays;
}

/** Names of equal length, filled with zero bytes; then the arrays, element by element. */
function readFields(cursor: Cursor, count: number, depth: number): Map<string, MatlabArray[]> {
  const nameLength = readNumbers(cursor)[0] ?? 0;
  const names = readElement(cursor).data;
  if (!(nameLength > 0) || names.length % nameLength !== 0) {
    throw refusedMatlab(`${names.length} bytes of field names of ${nameLength} each`, 'names of one length');
  }
  const fields = new Map<string, MatlabArray[]>();
  for (let at = 0; at < names.length; at += nameLength) fields.set(latin1(names.subarray(at, at + nameLength)), []);
  if (fields.size === 0) return fields;
  for (let i = 0; i < count; i++) {
    for (const values of fields.values()) values.push(...readArrays(cursor, 1, depth));
  }
  return fields;
}

function readText(cursor: Cursor): string {
  const start = cursor.offset;
  const { type, data } = readElement(cursor);
  if (type === utf8Type) return new TextDecoder().decode(data);
  if (type === utf16Type) return new TextDecoder(cursor.littleEndian ? 'utf-16le' : 'utf-16be').decode(data);
  cursor.offset = start;
  let text = '';
  for (const value of readNumbers(cursor)) text += String.fromCharCode(value);
  return text;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1').split('\0', 1)[0];
}
