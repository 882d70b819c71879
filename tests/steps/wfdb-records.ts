// WFDB records of a made-up heart, small enough to make by the hundred.
import { type WfdbContent, writeWfdb } from '#lib/formats/wfdb-write.ts';
import { standardLeads } from '#lib/signal/leads.ts';
import { zipOf } from '../lib/formats/zip-of.ts';

export type FileMap = ReadonlyMap<string, Uint8Array>;

export const RATE_HZ = 100;

/** QRS and T waves every 0.8 s, a little different for each heart and lead. */
export function heartbeats(heart: number, lead: number, seconds = 5): Float32Array {
  const size = 1 + 0.05 * (heart % 7) + 0.02 * lead;
  return Float32Array.from({ length: seconds * RATE_HZ }, (_, sample) => {
    const phase = (sample / RATE_HZ + 0.01 * heart) % 0.8;
    const bump = (at: number, width: number) => Math.exp(-(((phase - at) / width) ** 2));
    return size * (bump(0.2, 0.015) - 0.2 * bump(0.23, 0.015) + 0.15 * bump(0.45, 0.05));
  });
}

/** Header and signal file of a record of twelve leads. */
export function recordFiles(recordName: string, heart: number, changes: Partial<WfdbContent> = {}): FileMap {
  const leads = standardLeads.map((name, lead) => ({ name, samplesMv: heartbeats(heart, lead) }));
  const content = { recordName, samplingRateHz: RATE_HZ, leads, comments: ['Age: 62', 'Sex: Female'], ...changes };
  return new Map(writeWfdb(content).map(({ name, body }) => [name, body]));
}

/** Several records in a folder. */
export const inFolder = (folder: string, ...records: readonly FileMap[]): FileMap =>
  new Map(records.flatMap((files) => [...files].map(([name, body]) => [`${folder}${name}`, body])));

export const together = (...files: readonly FileMap[]): FileMap => new Map(files.flatMap((each) => [...each]));

export const textFile = (name: string, ...lines: readonly string[]): FileMap =>
  new Map([[name, Buffer.from(`${lines.join('\n')}\n`)]]);

export const zipped = (files: FileMap): Buffer => zipOf([...files].map(([path, data]) => ({ path, data })));
