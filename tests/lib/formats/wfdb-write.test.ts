import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWfdb } from '#lib/formats/wfdb/record.ts';
import { type WfdbContent, type WfdbFile, writeWfdb } from '#lib/formats/wfdb-write.ts';
import { simulateEcg } from '#lib/simulate/ecg.ts';

interface Read {
  readonly samplingRateHz: number;
  readonly leads: readonly string[];
  readonly units: readonly string[];
  readonly comments: readonly string[];
  readonly length: number;
  readonly checksumsAgree: boolean;
  readonly everyNth: number;
  readonly valuesMv: readonly (readonly (number | null)[])[];
}

// What wfdb-python 4.3.1 reads from these records; commands in tests/fixtures/reference/signal/wfdb-check.py.
const file = join(import.meta.dirname, '../../fixtures/reference/signal/wfdb-check.json');
const reference = (): Record<string, Read> => JSON.parse(readFileSync(file, 'utf8'));

const comments = ['Age: 62', 'Sex: Female', 'Dx: 426783006'];
const ecg = simulateEcg({ seed: 'wfdb', missing: [{ lead: 'V6', startS: 9, endS: 9.9 }] });
const three = ecg.leads.slice(9).map(({ name, samplesMv }) => ({ name, samplesMv: samplesMv.subarray(0, 4999) }));
const records: Record<string, WfdbContent> = {
  simulated16: { recordName: 'simulated16', samplingRateHz: 500, leads: ecg.leads, comments },
  simulated212: { recordName: 'simulated212', samplingRateHz: 500, leads: ecg.leads, comments, format: 212 },
  odd212: { recordName: 'odd212', samplingRateHz: 500, leads: three, format: 212, stepsPerMv: 400 },
};
const text = ({ body }: WfdbFile): string => new TextDecoder().decode(body);

describe('writeWfdb', () => {
  it('leaves the records for another reader where it is asked to', () => {
    const folder = process.env.WFDB_WRITE_TO;
    const files = Object.values(records).flatMap(writeWfdb);
    expect(files.map(({ name }) => name)).toContain('odd212.dat');
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    for (const { name, body } of files) writeFileSync(join(folder, name), body);
  });

  it.each(Object.entries(records))('is read by wfdb-python to the same values: %s', (name, content) => {
    const read = reference()[name];
    expect(read.leads).toEqual(content.leads.map((lead) => lead.name));
    expect(read).toMatchObject({ samplingRateHz: 500, checksumsAgree: true, comments: content.comments ?? [] });
    expect(read.length).toBe(content.leads[0].samplesMv.length);
    const halfStep = 0.5 / (content.stepsPerMv ?? (content.format === 212 ? 200 : 1000)) + 1e-9;
    read.valuesMv.forEach((row, index) => {
      content.leads.forEach(({ samplesMv }, lead) => {
        const sample = samplesMv[index * read.everyNth];
        const value = row[lead];
        if (value === null) expect(sample).toBeNaN();
        else expect(Math.abs(value - sample)).toBeLessThanOrEqual(halfStep);
      });
    });
    const missing = read.valuesMv.flat().filter((value) => value === null).length;
    expect(missing).toBe(countMissing(content, read.everyNth));
  });

  it.each(Object.entries(records))('is read by our own reader to the same values: %s', (name, content) => {
    const files = new Map(writeWfdb(content).map((each) => [each.name, each.body]));
    const read = readWfdb(files, name);
    expect(read.leads.map((lead) => lead.name)).toEqual(content.leads.map((lead) => lead.name));
    expect(read.subject).toEqual(content.comments ? { ageYears: 62, sex: 'F' } : {});
    expect(read.diagnoses).toEqual(content.comments ? ['426783006'] : []);
    const step = 1 / (content.stepsPerMv ?? (content.format === 212 ? 200 : 1000));
    content.leads.forEach(({ samplesMv }, lead) => {
      const found = read.leads[lead].samplesMv;
      const worst = found.reduce((most, value, n) => Math.max(most, Math.abs(value - samplesMv[n]) || 0), 0);
      expect(worst).toBeLessThanOrEqual(step / 2 + 1e-6);
      expect(found.findIndex(Number.isNaN)).toBe(Array.from(samplesMv).findIndex(Number.isNaN));
    });
  });

  it('writes the header by hand-computed numbers', () => {
    const [header, signal] = writeWfdb({
      recordName: 'a-1',
      samplingRateHz: 250,
      leads: [
        { name: 'I', samplesMv: [1, -1, Number.NaN] },
        { name: 'II', samplesMv: [0.5, 0.25, 10] },
      ],
      comments: ['Age: 40'],
      format: 212,
    });
    expect(text(header)).toBe(
      'a-1 2 250 3\na-1.dat 212 200(0)/mV 12 0 200 -2048 0 I\na-1.dat 212 200(0)/mV 12 0 100 2150 0 II\n#Age: 40\n',
    );
    // 200 = 0x0c8, 100 = 0x064; -200 = 0xf38, 50 = 0x032; -2048 = 0x800, 2000 = 0x7d0.
    expect([...signal.body]).toEqual([0xc8, 0x00, 0x64, 0x38, 0x0f, 0x32, 0x00, 0x78, 0xd0]);
  });

  it('refuses what it would have to cut off, leads of unequal length, and names that leave the header', () => {
    const base = { recordName: 'r', samplingRateHz: 500, leads: [{ name: 'I', samplesMv: [0, 12] }] };
    expect(() => writeWfdb({ ...base, format: 212 })).toThrow(
      'WFDB record to write: found 12 mV at sample 1 of lead I, allowed: -10.235 to 10.235 mV at 200 steps per mV',
    );
    expect(() => writeWfdb({ ...base, leads: [] })).toThrow('found 0 leads of  samples, allowed: one lead or more');
    expect(() => writeWfdb({ ...base, leads: [...base.leads, { name: 'II', samplesMv: [1] }] })).toThrow(
      '2 leads of 2, 1',
    );
    expect(() => writeWfdb({ ...base, recordName: '../r' })).toThrow('allowed: letters, digits, _ and -');
    expect(() => writeWfdb({ ...base, comments: ['a\nb'] })).toThrow('found a comment or lead name of several lines');
    expect(() => writeWfdb({ ...base, samplingRateHz: 0 })).toThrow('found 0 Hz');
  });
});

function countMissing({ leads }: WfdbContent, everyNth: number): number {
  return leads.reduce(
    (sum, { samplesMv }) => sum + Array.from(samplesMv).filter((v, i) => i % everyNth === 0 && Number.isNaN(v)).length,
    0,
  );
}
