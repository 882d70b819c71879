import { readdirSync, readFileSync } from 'node:fs';
import type { Finding } from '#functions/study.ts';
import type { EcgAnnotation } from '#lib/signal/ecg.ts';

const folder = new URL('../../../fixtures/wfdb/', import.meta.url);

export interface ExpectedRecord {
  readonly rate: number;
  readonly signals: readonly { name: string; samplesPerFrame: number; values: readonly (number | null)[] }[];
  readonly averaged?: readonly number[];
}

export const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Record<
  string,
  ExpectedRecord
> & { beats: readonly Omit<EcgAnnotation, 'code'>[] };

export function fixture(name: string): Uint8Array {
  return readFileSync(new URL(name, folder));
}

/** All files of the folder that belong to a record or could: what a drop of it would hold. */
export function recordOf(name: string): Map<string, Uint8Array> {
  const names = readdirSync(folder).filter((file) => file.startsWith(`${name}.`) || file.startsWith(`${name}_`));
  return new Map(names.map((file) => [file, fixture(file)]));
}

/** A record of one 16-bit file from the lines of its header and its samples. */
export function smallRecord(header: readonly string[], samples: readonly number[] = []): Map<string, Uint8Array> {
  return new Map<string, Uint8Array>([
    ['small.hea', Buffer.from(header.join('\n'))],
    ['small.dat', new Uint8Array(Int16Array.from(samples).buffer)],
  ]);
}

export function codes(findings: readonly Finding[]): string[] {
  return findings.map(({ code }) => code);
}
