import { RejectedDrop } from '#functions/errors.ts';

export type MatlabNumbers =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

interface Shaped {
  /** At least two; elements lie column by column. */
  readonly dimensions: readonly number[];
}

/** A MATLAB array, as far as recordings hold such: no complex numbers, no sparse matrices, no objects. */
export type MatlabArray =
  | (Shaped & { readonly kind: 'numeric'; readonly values: MatlabNumbers })
  | (Shaped & { readonly kind: 'text'; readonly text: string })
  | (Shaped & { readonly kind: 'cell'; readonly cells: readonly MatlabArray[] })
  | (Shaped & { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, readonly MatlabArray[]> });

export type NumberType =
  | 'double'
  | 'single'
  | 'int64'
  | 'uint64'
  | 'int32'
  | 'uint32'
  | 'int16'
  | 'uint16'
  | 'int8'
  | 'uint8';

const arrays = {
  double: Float64Array,
  single: Float32Array,
  /** Read as doubles; what is not exact as one is refused. */
  int64: Float64Array,
  uint64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
};

export function bytesPerNumber(type: NumberType): number {
  return arrays[type].BYTES_PER_ELEMENT;
}

/** The numbers in these bytes, whose length is a multiple of their width; a copy. */
export function numbersIn(bytes: Uint8Array, type: NumberType, littleEndian: boolean): MatlabNumbers {
  // A slice of a Buffer would share its memory, and so its alignment.
  const copy = Uint8Array.prototype.slice.call(bytes);
  if (!littleEndian) swapBytes(copy, bytesPerNumber(type));
  if (type === 'int64') return exactly(new BigInt64Array(copy.buffer));
  if (type === 'uint64') return exactly(new BigUint64Array(copy.buffer));
  return new arrays[type](copy.buffer);
}

function exactly(values: BigInt64Array | BigUint64Array): Float64Array {
  return Float64Array.from(values, (value: bigint) => {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw refusedMatlab('a 64-bit integer beyond 53 bits', 'integers that are exact as doubles');
  });
}

/** The same numbers as another type; compressing writers store a double that is a small integer as one. */
export function convertedTo(values: MatlabNumbers, type: NumberType): MatlabNumbers {
  return values instanceof arrays[type] ? values : arrays[type].from(values);
}

function swapBytes(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

/** Number of elements; refused where it cannot be counted exactly. */
export function elementCount(dimensions: readonly number[]): number {
  const count = dimensions.reduce((product, dimension) => product * dimension, 1);
  if (Number.isSafeInteger(count)) return count;
  throw refusedMatlab('dimensions whose product is out of range', 'arrays that fit the file');
}

export function refusedMatlab(found: string, accepted: string, options?: ErrorOptions): RejectedDrop {
  return new RejectedDrop('matlab', `MATLAB file: found ${found}, accepted ${accepted}`, options);
}
