// Real public records, where the folder with them lies beside the repository; what they must say is published with them.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { recordFiles } from '#lib/formats/wfdb/header.ts';
import { readWfdb } from '#lib/formats/wfdb/record.ts';

const data = new URL('../../../../../shared/data/', import.meta.url);
const present = existsSync(data);

function read(folder: string, name: string, others: readonly string[] = []) {
  const at = (file: string) => readFileSync(new URL(`${folder}/${file}`, data));
  const header = at(`${name}.hea`);
  const files = [...recordFiles(header.toString()), ...others].map((file): [string, Uint8Array] => [file, at(file)]);
  return readWfdb(new Map([[`${name}.hea`, header], ...files]), name);
}

describe.skipIf(!present)('public records (skipped where ../shared/data is not there)', () => {
  test('MIT-BIH 100: leads, person, and the beats of its published table', () => {
    const record = read('formats/wfdb', '100', ['100.atr']);
    expect(record.leads.map(({ name }) => name)).toEqual(['MLII', 'V5']);
    expect([record.samplingRateHz, record.samples, record.subject]).toEqual([360, 650000, { ageYears: 69, sex: 'M' }]);
    const events = record.annotations?.[0].events ?? [];
    const count = (symbol: string) => events.filter((event) => event.symbol === symbol).length;
    expect([count('N'), count('A'), count('V'), count('+')]).toEqual([2239, 33, 1, 1]);
    // The header's first value: (995 - 1024) / 200 mV.
    expect(record.leads[0].samplesMv[0]).toBe(Math.fround(-0.145));
  });

  test('every format of binformats passes the checksums of its header', () => {
    const { leads, findings } = read('formats/wfdb', 'binformats');
    expect(leads.map(({ samplesMv }) => samplesMv.length)).toEqual(Array(10).fill(499));
    expect(findings.filter(({ code }) => code.startsWith('checksum'))).toEqual([]);
  });

  test('FLAC, and records whose signal files are not there, are refused by name', () => {
    expect(() => read('formats/wfdb', 'flacformats')).toThrow('found signal format 508 (FLAC)');
    const header = readFileSync(new URL('formats/wfdb/drive02.hea', data));
    expect(() => readWfdb(new Map([['drive02.hea', header]]), 'drive02')).toThrow(
      'found no file of the name that it gives',
    );
  });

  test('every record of the CinC 2021 sample: twelve leads, an age, a sex, diagnoses, right checksums', () => {
    const names = readdirSync(new URL('ecg12-cinc2021-sample', data)).filter((file) => file.endsWith('.hea'));
    expect(names).toHaveLength(39);
    for (const name of names) {
      const { leads, subject, diagnoses, findings, samplingRateHz } = read('ecg12-cinc2021-sample', name.slice(0, -4));
      expect([leads.length, samplingRateHz]).toEqual([12, 500]);
      expect(Object.keys(subject)).toEqual(['ageYears', 'sex']);
      expect(diagnoses.length).toBeGreaterThan(0);
      expect(findings.filter(({ code }) => code.startsWith('checksum'))).toEqual([]);
    }
  });

  test('the two recordings that are one are found to be one', () => {
    const digest = (name: string) => {
      const hash = createHash('sha256');
      for (const { samplesMv } of read('ecg12-cinc2021-sample', name).leads) hash.update(samplesMv);
      return hash.digest('hex');
    };
    expect(digest('E07509')).toBe(digest('E07510'));
    expect(digest('E07509')).not.toBe(digest('E07513'));
  });
});
