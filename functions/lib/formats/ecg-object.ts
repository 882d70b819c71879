// An ECG as the archive holds it, by itself or after others, in `studies/<site>/<unit>/ecg.bin`. No free text of the file comes here.
import { createHash } from 'node:crypto';
import type { EcgLead } from '#lib/signal/ecg.ts';

export type StoredLead = Pick<EcgLead, 'name' | 'samplingRateHz' | 'samplesMv'>;

const MAGIC = 'ecg/2';
const NEWLINE = 0x0a;
const MICROVOLTS_PER_MILLIVOLT = 1000;

/** Samples of a lead as they are stored; the lowest value stands for one that is not valid (NaN). */
type Microvolts = Int16Array | Int32Array;
const INVALID_16 = -(2 ** 15);
const INVALID_32 = -(2 ** 31);

interface StoredIndex {
  readonly lead: string;
  readonly samplingRateHz: number;
  readonly samples: number;
  /** Of a sample. */
  readonly bytes: 2 | 4;
}

/**
 * `ecg/2`, a line of JSON `[{"lead","samplingRateHz","samples","bytes"}]`, then lead after lead the samples as little-endian integers
 * in microvolts, rounded half up: of 2 bytes where all of the lead lie within 32.767 mV, as an ECG's do, else of 4. The lowest integer
 * where there is no valid sample. Throws RangeError for amplitudes beyond 2147 V.
 */
export function encodeEcg(leads: readonly StoredLead[]): Uint8Array {
  const samples = leads.map(({ samplesMv }) => narrowed(microvolts(samplesMv)));
  const index = leads.map(
    ({ name, samplingRateHz, samplesMv }, n): StoredIndex => ({
      lead: name,
      samplingRateHz,
      samples: samplesMv.length,
      bytes: samples[n] instanceof Int16Array ? 2 : 4,
    }),
  );
  return Buffer.concat([Buffer.from(`${MAGIC}\n${JSON.stringify(index)}\n`), ...samples.map(bytesOf)]);
}

interface Head {
  readonly index: readonly StoredIndex[];
  /** Where the samples begin. */
  readonly samplesAt: number;
  /** Of the whole object, as the index says. */
  readonly length: number;
}

function headOf(bytes: Uint8Array): Head {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const afterMagic = buffer.indexOf(NEWLINE) + 1;
  const samplesAt = buffer.indexOf(NEWLINE, afterMagic) + 1;
  if (samplesAt === 0 || buffer.toString('latin1', 0, afterMagic) !== `${MAGIC}\n`)
    throw new Error(`ecg object: found ${buffer.length} bytes of another kind, expected ${MAGIC}`);
  const index = JSON.parse(buffer.toString('utf8', afterMagic, samplesAt)) as readonly StoredIndex[];
  return { index, samplesAt, length: samplesAt + index.reduce((sum, { samples, bytes }) => sum + samples * bytes, 0) };
}

/** The objects that `count` ECGs were written as, one after the other: views, nothing is copied. Throws Error where they do not fit. */
export function splitEcgs(bytes: Uint8Array, count: number): readonly Uint8Array[] {
  const objects: Uint8Array[] = [];
  let offset = 0;
  while (offset < bytes.length && objects.length < count) {
    const { length } = headOf(bytes.subarray(offset));
    objects.push(bytes.subarray(offset, offset + length));
    offset += length;
  }
  if (objects.length !== count || offset !== bytes.length)
    throw new Error(`ecg objects: found ${objects.length} in ${bytes.length} bytes, expected ${count}`);
  return objects;
}

/** The leads of an object that encodeEcg wrote; throws Error for anything else, for intake wrote it. */
export function decodeEcg(object: Uint8Array): readonly StoredLead[] {
  const { index, samplesAt, length } = headOf(object);
  if (object.length !== length)
    throw new Error(`ecg object: found ${object.length} bytes, expected ${length} as its index says`);
  let offset = samplesAt;
  return index.map(({ lead, samplingRateHz, samples, bytes }) => {
    const stored = new Uint8Array(object.subarray(offset, offset + samples * bytes)).buffer; // a copy begins where numbers may
    offset += samples * bytes;
    const samplesMv =
      bytes === 2 ? millivolts(new Int16Array(stored), INVALID_16) : millivolts(new Int32Array(stored), INVALID_32);
    return { name: lead, samplingRateHz, samplesMv };
  });
}

/**
 * SHA-256 of what a model of one lead sees before any preprocessing: `ecg/1 <samplingRateHz> <lead> <samples>\n` and the samples as
 * little-endian int32 in microvolts. Training recipes hash the same bytes (models/ecg-af/recipe).
 */
export function leadHash({ name, samplingRateHz, samplesMv }: StoredLead): string {
  return createHash('sha256')
    .update(`ecg/1 ${samplingRateHz} ${name} ${samplesMv.length}\n`)
    .update(bytesOf(microvolts(samplesMv)))
    .digest('hex');
}

const bytesOf = (numbers: Microvolts): Buffer => Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);

function microvolts(samplesMv: Float32Array): Int32Array {
  const out = new Int32Array(samplesMv.length);
  for (let n = 0; n < samplesMv.length; n++) {
    const value = Math.floor(samplesMv[n] * MICROVOLTS_PER_MILLIVOLT + 0.5);
    if (value >= -INVALID_32 || value <= INVALID_32)
      throw new RangeError(`ecg object: found ${samplesMv[n]} mV at sample ${n}, allowed up to 2147 V`);
    out[n] = Number.isNaN(value) ? INVALID_32 : value;
  }
  return out;
}

/** In half the bytes where that holds every sample. */
function narrowed(wide: Int32Array): Microvolts {
  const narrow = new Int16Array(wide.length);
  for (let n = 0; n < wide.length; n++) {
    const value = wide[n];
    narrow[n] = value === INVALID_32 ? INVALID_16 : value;
    if (value !== INVALID_32 && (value <= INVALID_16 || value >= -INVALID_16)) return wide;
  }
  return narrow;
}

function millivolts(stored: Microvolts, invalid: number): Float32Array {
  const out = new Float32Array(stored.length);
  for (let n = 0; n < stored.length; n++) {
    const value = stored[n];
    out[n] = value === invalid ? Number.NaN : value / MICROVOLTS_PER_MILLIVOLT;
  }
  return out;
}
