// signal(5) of the WFDB Applications Guide: how samples are packed into bytes. A decoder gives the samples in the order of the file.

export type Samples = Int8Array | Int16Array | Int32Array;

export interface SignalFormat {
  /** Bytes that hold this many samples. */
  readonly bytesFor: (samples: number) => number;
  /** Whole samples in this many bytes. */
  readonly samplesIn: (bytes: number) => number;
  /** `bytes` holds at least bytesFor(samples). */
  readonly decode: (bytes: Uint8Array, samples: number) => Samples;
  /** The code that says that there is no valid sample. */
  readonly invalid: number;
}

/** Format 8 has no code for invalid samples: no sample of 32 bits is this one. */
const never = -(2 ** 40);

/** Every format that is read; the others of the guide are FLAC (508, 516, 524). */
export const signalFormats: ReadonlyMap<number, SignalFormat> = new Map<number, SignalFormat>([
  [
    8,
    {
      ...wholeBytes(1),
      decode: (bytes, samples) => new Int8Array(bytes.buffer, bytes.byteOffset, samples),
      invalid: never,
    },
  ],
  [16, { ...wholeBytes(2), decode: decode16, invalid: -(2 ** 15) }],
  [24, { ...wholeBytes(3), decode: decode24, invalid: -(2 ** 23) }],
  [32, { ...wholeBytes(4), decode: decode32, invalid: -(2 ** 31) }],
  [61, { ...wholeBytes(2), decode: decode61, invalid: -(2 ** 15) }],
  [80, { ...wholeBytes(1), decode: decode80, invalid: -(2 ** 7) }],
  [160, { ...wholeBytes(2), decode: decode160, invalid: -(2 ** 15) }],
  [212, { ...packed(2, 3, [0, 2]), decode: decode212, invalid: -(2 ** 11) }],
  [310, { ...packed(3, 4, [0, 2, 4]), decode: decode310, invalid: -(2 ** 9) }],
  [311, { ...packed(3, 4, [0, 2, 3]), decode: decode311, invalid: -(2 ** 9) }],
]);

function wholeBytes(width: number): Pick<SignalFormat, 'bytesFor' | 'samplesIn'> {
  return { bytesFor: (samples) => samples * width, samplesIn: (bytes) => Math.floor(bytes / width) };
}

/** Groups of samples in groups of bytes; `partial[n]` bytes hold the first n samples of a group. */
function packed(samplesInGroup: number, bytesInGroup: number, partial: readonly number[]) {
  return {
    bytesFor: (samples: number) =>
      Math.floor(samples / samplesInGroup) * bytesInGroup + partial[samples % samplesInGroup],
    samplesIn: (bytes: number) => {
      const left = bytes % bytesInGroup;
      const extra = partial.findLastIndex((needed) => needed <= left);
      return Math.floor(bytes / bytesInGroup) * samplesInGroup + extra;
    },
  };
}

/** Little-endian like every processor that Node runs on; the file's own bytes are used where they are aligned. */
function decode16(bytes: Uint8Array, samples: number): Int16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes.subarray(0, samples * 2));
  return new Int16Array(aligned.buffer, aligned.byteOffset, samples);
}

function decode32(bytes: Uint8Array, samples: number): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes.subarray(0, samples * 4));
  return new Int32Array(aligned.buffer, aligned.byteOffset, samples);
}

function decode24(bytes: Uint8Array, samples: number): Int32Array {
  const out = new Int32Array(samples);
  for (let i = 0, at = 0; i < samples; i++, at += 3) {
    out[i] = ((bytes[at] << 8) | (bytes[at + 1] << 16) | (bytes[at + 2] << 24)) >> 8;
  }
  return out;
}

function decode61(bytes: Uint8Array, samples: number): Int16Array {
  const out = new Int16Array(samples);
  for (let i = 0; i < samples; i++) out[i] = (bytes[2 * i] << 8) | bytes[2 * i + 1];
  return out;
}

function decode80(bytes: Uint8Array, samples: number): Int16Array {
  const out = new Int16Array(samples);
  for (let i = 0; i < samples; i++) out[i] = bytes[i] - 128;
  return out;
}

function decode160(bytes: Uint8Array, samples: number): Int16Array {
  const out = new Int16Array(samples);
  for (let i = 0; i < samples; i++) out[i] = (bytes[2 * i] | (bytes[2 * i + 1] << 8)) - 32768;
  return out;
}

/** Two 12-bit samples in three bytes: the low halves in the first and third, the high nibbles in the second. */
function decode212(bytes: Uint8Array, samples: number): Int16Array {
  const out = new Int16Array(samples);
  const pairs = samples >> 1;
  let at = 0;
  for (let pair = 0; pair < pairs; pair++, at += 3) {
    const middle = bytes[at + 1];
    out[2 * pair] = ((bytes[at] << 20) | (middle << 28)) >> 20;
    out[2 * pair + 1] = ((bytes[at + 2] << 20) | ((middle >> 4) << 28)) >> 20;
  }
  if (samples % 2 === 1) out[samples - 1] = ((bytes[at] << 20) | (bytes[at + 1] << 28)) >> 20;
  return out;
}

/** Three 10-bit samples in two byte pairs: bits 1-10 of each pair, and the five high bits of both for the third. */
function decode310(bytes: Uint8Array, samples: number): Int16Array {
  return decodeWords(bytes, samples, (word, place) => {
    if (place === 0) return word >>> 1;
    if (place === 1) return word >>> 17;
    return ((word >>> 11) & 0x1f) | ((word >>> 22) & 0x3e0);
  });
}

/** Three 10-bit samples in the low thirty bits of four bytes. */
function decode311(bytes: Uint8Array, samples: number): Int16Array {
  return decodeWords(bytes, samples, (word, place) => word >>> (10 * place));
}

function decodeWords(bytes: Uint8Array, samples: number, tenBits: (word: number, place: number) => number): Int16Array {
  const out = new Int16Array(samples);
  for (let i = 0, at = 0; i < samples; at += 4) {
    // Bytes past the end of a last, partial group read as undefined, which shifts like 0.
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    for (let place = 0; place < 3 && i < samples; place++, i++) out[i] = (tenBits(word, place) << 22) >> 22;
  }
  return out;
}
