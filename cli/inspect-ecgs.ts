import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RefusedInput, RejectedDrop } from '#functions/errors.ts';
import type { EcgDescription, Finding, Reason } from '#functions/study.ts';
import { readZip } from '#lib/formats/archive-zip.ts';
import type { EcgDrop } from '#lib/formats/ecg-drop.ts';
import type { Files } from '#lib/formats/ecg-files.ts';
import { readManifest } from '#lib/formats/manifest.ts';
import { recordFiles } from '#lib/formats/wfdb/header.ts';
import { decodeHeader } from '#lib/formats/wfdb/lines.ts';

interface InspectedRecord {
  readonly row: number;
  readonly record: string;
  readonly repeated: boolean;
  readonly description?: EcgDescription;
  readonly findings?: readonly Finding[];
  readonly rejected?: Reason;
}

export interface InspectedEcgs {
  readonly items: number;
  readonly labels: number;
  readonly records: readonly InspectedRecord[];
  readonly findings: readonly Finding[];
}

/** The files that belong together: those of a zip, or those beside a header or a manifest that it names. */
export async function filesOf(
  file: string,
  bytes: Uint8Array,
  format: 'zip' | 'wfdb-header' | 'manifest',
): Promise<Files> {
  if (format === 'zip') return readZip(bytes);
  const names = format === 'manifest' ? readManifest(bytes) : [...recordFiles(decodeHeader(bytes))];
  const files = new Map<string, Uint8Array>();
  if (format === 'wfdb-header') files.set(file.slice(file.lastIndexOf('/') + 1), bytes);
  for (const name of names) {
    const body = await readIfThere(dirname(file), name);
    if (body !== undefined) files.set(name, body);
  }
  return files;
}

/** Undefined for a file that is not there; one that cannot be read is no missing file. */
async function readIfThere(folder: string, name: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new RefusedInput(`inspect: found ${name}, which cannot be read (${code}), expected a file`, { cause: error });
  }
}

/** Reads every record as intake would. */
export function inspectEcgs(ecgs: EcgDrop): InspectedEcgs {
  const records = ecgs.records.map((record, index): InspectedRecord => {
    const about = { row: index + 1, record, repeated: ecgs.repeated.has(record) };
    try {
      const { description, findings } = ecgs.read(record);
      return { ...about, description, findings };
    } catch (error) {
      if (!(error instanceof RejectedDrop)) throw error;
      return { ...about, rejected: { code: error.code, message: error.message } };
    }
  });
  return { items: records.length, labels: ecgs.labels.length, records, findings: ecgs.findings };
}

/** What intake would make of the ECGs, for people. */
export function ecgLines({ items, labels, records, findings }: InspectedEcgs): string[] {
  const count = (is: (record: InspectedRecord) => boolean): number => records.filter(is).length;
  const rejected = count((record) => record.rejected !== undefined);
  const repeated = count((record) => record.repeated);
  return [
    `WFDB: ${items} items: ${items - rejected - repeated} ECGs, ${repeated} repeated, ${rejected} rejected; ${labels} labels in all`,
    ...findings.map(({ code, message }) => `finding (${code}): ${message}`),
    ...records.flatMap(recordLines),
  ];
}

function recordLines({ row, record, repeated, description, findings = [], rejected }: InspectedRecord): string[] {
  if (rejected !== undefined) return [`${row} ${record}: rejected (${rejected.code}): ${rejected.message}`];
  const { leads = '', samplingRateHz, durationSeconds, signal: _, ...person } = description ?? {};
  const known = Object.entries(person).map(([name, value]) => `${name} ${value}`);
  const what = [`${samplingRateHz} Hz`, `${durationSeconds} s`, `leads ${leads}`, ...known].join(', ');
  return [
    `${row} ${record}: ${what}${repeated ? '; repeated' : ''}`,
    ...findings.map(({ code, message }) => `  finding (${code}): ${message}`),
  ];
}
