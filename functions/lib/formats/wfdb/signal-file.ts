import { RejectedDrop } from '#functions/errors.ts';
import { type MatlabArray, matlabVersion, readMatlab } from '../matlab.ts';
import { readMatlab4Header } from '../matlab4.ts';
import { refusedLine } from './lines.ts';
import { type Samples, type SignalFormat, signalFormats } from './signal-formats.ts';
import type { SignalLine } from './signal-line.ts';

/** Signals that are stored in one file, sample by sample in turn. */
export interface SignalGroup {
  readonly file: string;
  readonly signals: readonly SignalLine[];
  readonly format: SignalFormat;
  readonly formatCode: number;
  readonly byteOffset: number;
  /** Samples of all signals in one frame. */
  readonly frameSize: number;
}

/** Signals by file, in the order of the header. Signals of one file stand together and agree on format and offset (header(5)). */
export function groupSignals(signals: readonly SignalLine[]): SignalGroup[] {
  const groups = new Map<string, SignalLine[]>();
  let previous: string | undefined;
  for (const signal of signals) {
    const group = groups.get(signal.file);
    if (group === undefined) groups.set(signal.file, [signal]);
    else if (previous === signal.file) group.push(signal);
    else throw refusedLine(signal.line, 'a signal apart from the others of its file', 'signals of a file together');
    previous = signal.file;
  }
  return [...groups].map(([file, members]) => group(file, members));
}

function group(file: string, signals: readonly SignalLine[]): SignalGroup {
  const [first] = signals;
  const other = signals.find((signal) => signal.format !== first.format || signal.byteOffset !== first.byteOffset);
  if (other !== undefined) {
    throw refusedLine(other.line, 'another format or offset than before in the same file', 'one for all its signals');
  }
  const format = signalFormats.get(first.format) as SignalFormat;
  const frameSize = signals.reduce((sum, { samplesPerFrame }) => sum + samplesPerFrame, 0);
  return { file, signals, format, formatCode: first.format, byteOffset: first.byteOffset, frameSize };
}

/** A signal file that can be decoded: how many frames it holds is known, its samples are not read yet. */
export interface OpenedFile {
  /** Whole frames in the file. */
  readonly frames: number;
  /** All samples of the first frames, in the order of the file; `frames` is at most what the file holds. */
  readonly decode: (frames: number) => Samples;
}

/** Opens a signal file; a `.mat` file is checked as MATLAB reads it before it is read as WFDB reads it. */
export function openSignalFile(group: SignalGroup, bytes: Uint8Array): OpenedFile {
  const matlab = /\.mat$/i.test(group.file) ? matlabVersion(bytes) : undefined;
  if (matlab === 5) return openMatlab5(group, bytes);
  if (matlab === 4) checkMatlab4(group, bytes);
  else if (/\.mat$/i.test(group.file)) throw noMatlab(group, 'bytes that are no MATLAB file');
  const { format, frameSize } = group;
  const data = bytes.subarray(Math.min(group.byteOffset, bytes.length));
  return {
    frames: Math.floor(format.samplesIn(data.length) / frameSize),
    decode: (frames) => format.decode(data, frames * frameSize),
  };
}

const matlab4Formats: Readonly<Record<number, string>> = { 16: 'int16', 32: 'int32', 80: 'uint8' };

/** A matrix of one row per signal lies in the file column by column, so its columns are the frames. */
function checkMatlab4(group: SignalGroup, bytes: Uint8Array): void {
  const header = readMatlab4Header(bytes, 0);
  const { rows, columns, type, littleEndian, dataOffset } = header;
  if (header.complex || type !== matlab4Formats[group.formatCode] || !littleEndian) {
    throw noMatlab(group, `a matrix of ${littleEndian ? '' : 'big-endian '}${type}`);
  }
  if (rows !== group.frameSize) {
    throw noMatlab(group, `${rows} rows for ${group.frameSize} samples per frame`);
  }
  if (dataOffset !== group.byteOffset) {
    throw noMatlab(group, `samples at byte ${dataOffset} and offset ${group.byteOffset}`);
  }
  if (dataOffset + group.format.bytesFor(rows * columns) > bytes.length) {
    throw noMatlab(group, `${bytes.length} bytes for ${rows} rows of ${columns}`);
  }
}

/** A version 5 file cannot be read by offset: its matrix may be compressed. */
function openMatlab5(group: SignalGroup, bytes: Uint8Array): OpenedFile {
  const arrays = readMatlab(bytes);
  const array: MatlabArray | undefined = arrays.get('val') ?? (arrays.size === 1 ? [...arrays.values()][0] : undefined);
  if (array?.kind !== 'numeric' || !(array.values instanceof Int16Array || array.values instanceof Int32Array)) {
    throw noMatlab(group, 'no matrix of int16 or int32');
  }
  const { values, dimensions } = array;
  if (dimensions.length !== 2 || dimensions[0] !== group.frameSize) {
    throw noMatlab(group, `${dimensions[0]} rows for ${group.frameSize} samples per frame`);
  }
  return { frames: dimensions[1], decode: (frames) => values.subarray(0, frames * group.frameSize) };
}

function noMatlab({ signals }: SignalGroup, found: string): RejectedDrop {
  const accepted = 'a MATLAB matrix with a row per signal, whose type and place are those of the header';
  return new RejectedDrop(
    'wfdb-matlab',
    `signal file of header line ${signals[0].line.number}: found ${found}, accepted ${accepted}`,
  );
}

/**
 * Hands out the samples of one signal after the other from those of a file. They are valid until the next call: the space is used
 * again, since twelve leads would otherwise cost as much to make room for as to read.
 */
export function signalReader(all: Samples, frameSize: number): (place: number, samplesPerFrame: number) => Samples {
  const frames = all.length / frameSize;
  let space = all;
  return (place, samplesPerFrame) => {
    if (frameSize === samplesPerFrame) return all;
    const length = frames * samplesPerFrame;
    if (space === all || space.length !== length)
      space = new (all.constructor as new (length: number) => Samples)(length);
    gather(all, space, place, frameSize, samplesPerFrame);
    return space;
  };
}

function gather(all: Samples, out: Samples, place: number, frameSize: number, samplesPerFrame: number): void {
  const { length } = out;
  if (samplesPerFrame === 1) {
    for (let frame = 0, at = place; frame < length; frame++, at += frameSize) out[frame] = all[at];
    return;
  }
  for (let i = 0, start = place; i < length; start += frameSize) {
    for (let at = start; at < start + samplesPerFrame; at++, i++) out[i] = all[at];
  }
}

/** Format 8 stores differences between the samples of a signal; the header's initial value goes before the first. */
export function sumDifferences(differences: Samples, initialValue: number): Int32Array {
  const out = new Int32Array(differences.length);
  let value = initialValue;
  for (let i = 0; i < differences.length; i++) {
    value += differences[i];
    out[i] = value;
  }
  return out;
}
