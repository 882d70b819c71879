// MATLAB version 4 files: "MAT-File Format", MathWorks, appendix "Level 4 MAT-File Format".
import {
  bytesPerNumber,
  elementCount,
  type MatlabArray,
  type NumberType,
  numbersIn,
  refusedMatlab,
} from './matlab-array.ts';

export interface Matlab4Header {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly type: NumberType;
  readonly text: boolean;
  readonly complex: boolean;
  readonly littleEndian: boolean;
  /** First byte of the elements, counted from the start of the file. */
  readonly dataOffset: number;
}

const headerBytes = 20;
const longestName = 64;
const types: readonly NumberType[] = ['double', 'single', 'int32', 'int16', 'uint16', 'uint8'];

/** True where the bytes can be the header of a version 4 matrix: such a file has no signature. */
export function isMatlab4(bytes: Uint8Array): boolean {
  return bytes.length >= headerBytes && typeField(bytes, 0) !== undefined;
}

/** Matrices of a version 4 file by name. */
export function readMatlab4(bytes: Uint8Array): Map<string, MatlabArray> {
  const matrices = new Map<string, MatlabArray>();
  for (let offset = 0; offset < bytes.length; ) {
    const header = readMatlab4Header(bytes, offset);
    const length = elementCount([header.rows, header.columns]) * bytesPerNumber(header.type);
    const end = header.dataOffset + length;
    if (header.complex) throw refusedMatlab('complex numbers', 'real ones');
    if (end > bytes.length)
      throw refusedMatlab(`${bytes.length} bytes for a matrix that ends at ${end}`, 'whole files');
    matrices.set(header.name, matrix(header, bytes.subarray(header.dataOffset, end)));
    offset = end;
  }
  return matrices;
}

function matrix({ rows, columns, type, text, littleEndian }: Matlab4Header, bytes: Uint8Array): MatlabArray {
  const values = numbersIn(bytes, type, littleEndian);
  const dimensions = [rows, columns];
  if (!text) return { kind: 'numeric', dimensions, values };
  let characters = '';
  for (const value of values) characters += String.fromCharCode(value);
  return { kind: 'text', dimensions, text: characters };
}

/** Header of the matrix at `offset`: type, rows, columns, imaginary flag, length of the name, name with a zero byte. */
export function readMatlab4Header(bytes: Uint8Array, offset: number): Matlab4Header {
  const field = offset + headerBytes <= bytes.length ? typeField(bytes, offset) : undefined;
  if (field === undefined) throw refusedMatlab(`no version 4 matrix at byte ${offset}`, 'real, full matrices');
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, headerBytes);
  const [rows, columns, complex, nameLength] = [4, 8, 12, 16].map((at) => view.getUint32(at, field.littleEndian));
  const dataOffset = offset + headerBytes + nameLength;
  if (nameLength === 0 || nameLength > longestName || dataOffset > bytes.length || complex > 1) {
    throw refusedMatlab(`a matrix header at byte ${offset} that contradicts itself`, 'version 4 files');
  }
  const name = Buffer.from(bytes.subarray(offset + headerBytes, dataOffset))
    .toString('latin1')
    .split('\0', 1)[0];
  return { name, rows, columns, ...field, complex: complex === 1, dataOffset };
}

/** The digits of the type field: byte order, 0, precision, kind of matrix. */
function typeField(bytes: Uint8Array, offset: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 4);
  for (const littleEndian of [true, false]) {
    const code = view.getUint32(0, littleEndian);
    const digits = [Math.floor(code / 1000), Math.floor(code / 100) % 10, Math.floor(code / 10) % 10, code % 10];
    const type = types[digits[2]];
    if (digits[0] === (littleEndian ? 0 : 1) && digits[1] === 0 && type !== undefined && digits[3] <= 1) {
      return { type, littleEndian, text: digits[3] === 1 };
    }
  }
  return undefined;
}
