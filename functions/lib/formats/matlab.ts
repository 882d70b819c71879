import { type MatlabArray, refusedMatlab } from './matlab-array.ts';
import { isMatlab4, readMatlab4 } from './matlab4.ts';
import { readMatlab5 } from './matlab5.ts';

export type { MatlabArray } from './matlab-array.ts';

const version5Mark = 'MATLAB 5.0 MAT-file';

/** Version of a MATLAB file: 5 stands for 5 to 7, or undefined for what is none. Version 7.3 says 7.3 in its text and is HDF5. */
export function matlabVersion(bytes: Uint8Array): 4 | 5 | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 20)).toString('latin1');
  if (head.startsWith(version5Mark)) return 5;
  if (head.startsWith('MATLAB 7.3'))
    throw refusedMatlab('version 7.3, which is HDF5', 'versions 4 to 7; save with -v7');
  return isMatlab4(bytes) ? 4 : undefined;
}

/** Reads the arrays of a MATLAB file of version 4 to 7 by name. Throws RejectedDrop for anything that it cannot read whole. */
export function readMatlab(bytes: Uint8Array): ReadonlyMap<string, MatlabArray> {
  const version = matlabVersion(bytes);
  if (version === undefined) throw refusedMatlab('another format', 'MATLAB files of version 4 to 7');
  return version === 4 ? readMatlab4(bytes) : readMatlab5(bytes);
}
