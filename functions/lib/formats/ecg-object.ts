// An ECG as the archive holds it, by itself or after others, in `studies/<site>/<unit>/ecg.bin`. No free text of the file comes here.
import { createHash } from 'node:crypto';
import type { EcgLead } from '#lib/signal/ecg.ts';

export type StoredLead = Pick<EcgLead, 'name' | 'samplingRateHz' | 'samplesMv'>;

const MAGIC = 'ecg/1';
const NEWLINE = 0x0a;
const BYTES = 4;
const MICROVOLTS_PER_MILLIVOLT = 1000;
/** Stands for a sample that is not valid (NaN). */
const INVALID = -(2 ** 31);
const LARGEST = 2 ** 31 - 1;

/**
 * `ecg/1`, a line of JSON `[{"lead","samplingRateHz","samples"}]`, then lead after lead the samples as little-endian int32 in
 * microvolts, rounded half up; -2^31 where there is no valid sample. Throws RangeError for amplitudes beyond 2147 V.
 */
export function encodeEcg(leads: readonly StoredLead[]): Uint8Array {
  const index = leads.map(({ name, samplingRateHz, samplesMv }) => ({
    lead: name,
    samplingRateHz,
    samples: samplesMv.length,
  }));
  const head = Buffer.from(`${MAGIC}\n${JSON.stringify(index)}\n`);
  const out = Buffer.allocUnsafe(head.length + BYTES * leads.reduce((sum, lead) => sum + lead.samplesMv.length, 0));
  let offset = head.copy(out);
  for (const { samplesMv } of leads) {
    writeMicrovolts(samplesMv, out, offset);
    offset += samplesMv.length * BYTES;
  }
  return out;
}

interface Head {
  readonly index: readonly { readonly lead: string; readonly samplingRateHz: number; readonly samples: number }[];
  /** Where the samples begin. */
  readonly samplesAt: number;
  /** Of the whole object, as the index says. */
  readonly length: number;
}

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function headOf(buffer: Buffer): Head {
  const afterMagic = buffer.indexOf(NEWLINE) + 1;
  const samplesAt = buffer.indexOf(NEWLINE, afterMagic) + 1;
  if (samplesAt === 0 || buffer.toString('latin1', 0, afterMagic) !== `${MAGIC}\n`)
    throw new Error(`ecg object: found ${buffer.length} bytes of another kind, expected ${MAGIC}`);
  const index = JSON.parse(buffer.toString('utf8', afterMagic, samplesAt)) as Head['index'];
  return { index, samplesAt, length: samplesAt + BYTES * index.reduce((sum, { samples }) => sum + samples, 0) };
}

/** The objects that `count` ECGs were written as, one after the other: views, nothing is copied. Throws Error where they do not fit. */
export function splitEcgs(bytes: Uint8Array, count: number): readonly Uint8Array[] {
  const objects: Uint8Array[] = [];
  let offset = 0;
  while (offset < bytes.length && objects.length < count) {
    const { length } = headOf(bufferOf(bytes.subarray(offset)));
    objects.push(bytes.subarray(offset, offset + length));
    offset += length;
  }
  if (objects.length !== count || offset !== bytes.length)
    throw new Error(`ecg objects: found ${objects.length} in ${bytes.length} bytes, expected ${count}`);
  return objects;
}

/** The leads of an object that encodeEcg wrote; throws Error for anything else, for intake wrote it. */
export function decodeEcg(bytes: Uint8Array): readonly StoredLead[] {
  const buffer = bufferOf(bytes);
  const { index, samplesAt, length } = headOf(buffer);
  if (bytes.length !== length)
    throw new Error(`ecg object: found ${bytes.length} bytes, expected ${length} as its index says`);
  let offset = samplesAt;
  return index.map(({ lead, samplingRateHz, samples }) => {
    const samplesMv = millivolts(buffer, offset, samples);
    offset += samples * BYTES;
    return { name: lead, samplingRateHz, samplesMv };
  });
}

/**
 * SHA-256 of what a model of one lead sees before any preprocessing: `ecg/1 <samplingRateHz> <lead> <samples>\n` and the
 * samples as in the archive's object. Training recipes hash the same bytes (models/ecg-af/recipe).
 */
export function leadHash({ name, samplingRateHz, samplesMv }: StoredLead): string {
  return createHash('sha256')
    .update(`${MAGIC} ${samplingRateHz} ${name} ${samplesMv.length}\n`)
    .update(writeMicrovolts(samplesMv, Buffer.allocUnsafe(samplesMv.length * BYTES), 0))
    .digest('hex');
}

function writeMicrovolts(samplesMv: Float32Array, out: Buffer, offset: number): Buffer {
  for (let n = 0; n < samplesMv.length; n++) {
    const value = Math.floor(samplesMv[n] * MICROVOLTS_PER_MILLIVOLT + 0.5);
    if (value > LARGEST || value <= INVALID)
      throw new RangeError(`ecg object: found ${samplesMv[n]} mV at sample ${n}, allowed up to 2147 V`);
    out.writeInt32LE(Number.isNaN(value) ? INVALID : value, offset + n * BYTES);
  }
  return out;
}

function millivolts(buffer: Buffer, offset: number, samples: number): Float32Array {
  const out = new Float32Array(samples);
  for (let n = 0; n < samples; n++) {
    const value = buffer.readInt32LE(offset + n * BYTES);
    out[n] = value === INVALID ? Number.NaN : value / MICROVOLTS_PER_MILLIVOLT;
  }
  return out;
}
