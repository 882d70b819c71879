import { describe, expect, test } from 'vitest';
import { readZip } from '#lib/formats/archive-zip.ts';
import { recordFiles } from '#lib/formats/wfdb/header.ts';
import { readWfdb } from '#lib/formats/wfdb/record.ts';
import { codes, expected, fixture, recordOf, smallRecord } from './fixtures.ts';

const formats = ['8', '16', '24', '32', '61', '80', '160', '212', '310', '311'].map((format) => `format${format}`);

test.each([...formats, 'single212', 'single310', 'single311', 'matlab4'])(
  '%s: every sample is the one of wfdb-python',
  (name) => {
    const { leads, samplingRateHz, samples } = readWfdb(recordOf(name), name);
    const { rate, signals } = expected[name];
    expect(leads.map((lead) => lead.name)).toEqual(signals.map((signal) => signal.name));
    expect([samplingRateHz, samples]).toEqual([rate, signals[0].values.length]);
    for (const [index, { values }] of signals.entries()) {
      const wanted = Float32Array.from(values, (value) => value ?? Number.NaN);
      expect(leads[index].samplesMv).toEqual(wanted);
    }
  },
);

test('an invalid sample is NaN and is counted', () => {
  const { leads, findings } = readWfdb(recordOf('format212'), 'format212');
  expect(leads[1].samplesMv[60]).toBeNaN();
  expect(findings).toContainEqual({
    severity: 'warning',
    code: 'samples-missing',
    message: 'lead II: found 1 of 121 samples invalid',
  });
});

test('the header says who it was and what was found', () => {
  const { subject, diagnoses, comments, startTime } = readWfdb(recordOf('format16'), 'format16');
  expect(subject).toEqual({ ageYears: 63, sex: 'F' });
  expect(diagnoses).toEqual(['426783006', '164889003']);
  expect(comments).toHaveLength(3);
  expect(startTime).toBeUndefined();
});

describe('a record of several files, rates and units', () => {
  const files = recordOf('several');
  const { signals, averaged = [] } = expected.several;
  const millivoltsPerUnit = { 'ECG 1': 1, V2: 1e-3, aVF: 1, ABP: Number.NaN, V6: 1e3 };

  test('voltages become mV, each lead keeps its rate, and what is no ECG is left out', () => {
    const record = readWfdb(files, 'several');
    expect(record.leads.map(({ name, samplingRateHz }) => [name, samplingRateHz])).toEqual([
      ['ECG1', 1000],
      ['V2', 250],
      ['aVF', 250],
      ['V6', 250],
    ]);
    for (const { given, samplesMv } of record.leads) {
      const { values } = signals.find(({ name }) => name === given) ?? { values: [] };
      const factor = millivoltsPerUnit[given as keyof typeof millivoltsPerUnit];
      const wanted = Float32Array.from(values, (value) => (value ?? Number.NaN) * factor);
      for (const [i, value] of samplesMv.entries()) expect(Math.abs(value - wanted[i])).not.toBeGreaterThan(1e-6);
      expect(Array.from(samplesMv, Number.isNaN)).toEqual(Array.from(wanted, Number.isNaN));
    }
    expect(codes(record.findings)).toEqual(['signal-left-out', 'samples-missing', 'rates-differ']);
    expect([record.samplingRateHz, record.samples, record.frameRateHz]).toEqual([1000, 240, 250]);
  });

  test('a late lead has no samples at the end of the record', () => {
    const late = readWfdb(files, 'several').leads[2].samplesMv;
    expect(Array.from(late.subarray(-4), Number.isNaN)).toEqual([true, true, true, true]);
    expect(late[55]).not.toBeNaN();
  });

  test('frames can be averaged as wfdb-python smooths them', () => {
    const record = readWfdb(files, 'several', { frames: 'averaged' });
    expect(record.leads[0].samplesMv).toEqual(Float32Array.from(averaged));
    expect([record.samplingRateHz, record.samples]).toEqual([250, 60]);
  });

  test('start time and the files that are needed', () => {
    expect(readWfdb(files, 'several').startTime).toBe('2024-02-29T13:05:07.250');
    expect(recordFiles(Buffer.from(fixture('several.hea')).toString())).toEqual(['several_a.dat', 'several_b.dat']);
  });
});

test.each(['matlab4', 'matlab5', 'matlab5z'])('%s: the same matrix from every kind of MATLAB file', (name) => {
  const record = readWfdb(recordOf(name), name);
  const wanted = expected.matlab4.signals.map(({ values }) => Float32Array.from(values as number[]));
  expect(record.leads.map(({ samplesMv }) => samplesMv)).toEqual(wanted);
  expect(record.subject).toEqual({});
  expect(record.diagnoses).toEqual([]);
  expect(record.startTime).toBe(name === 'matlab4' ? '2020-05-05T14:50:55' : undefined);
});

test.each(['format16', 'format32'])('%s: a file at an odd place in memory reads the same', (name) => {
  const files = recordOf(name);
  const data = files.get(`${name}.dat`) ?? new Uint8Array();
  const odd = Buffer.concat([Buffer.of(0), data]).subarray(1);
  const moved = readWfdb(new Map([...files, [`${name}.dat`, odd]]), name);
  expect(moved.leads).toEqual(readWfdb(files, name).leads);
});

describe('defaults of header(5)', () => {
  test('no rate, no length: 250 Hz and what the file holds, said aloud', () => {
    const record = readWfdb(smallRecord(['small 1', 'small.dat 16 0/mV 12 0 200 600 0 II'], [200, 400]), 'small');
    expect([record.samplingRateHz, record.samples]).toEqual([250, 2]);
    expect(codes(record.findings)).toContain('rate-default');
  });

  test('gain 0 is 200 per mV, and the baseline is the ADC zero', () => {
    const record = readWfdb(
      smallRecord(['small 1 500 3', 'small.dat 16 0/mV 12 1024 1024 3272 0 II'], [1024, 1224, 1024]),
      'small',
    );
    expect(record.leads[0].samplesMv).toEqual(Float32Array.of(0, 1, 0));
    expect(codes(record.findings)).toContain('gain-default');
  });

  test('a negative gain turns the lead over and is a finding', () => {
    const record = readWfdb(
      smallRecord(['small 1 500 2', 'small.dat 16 -100(0)/mV 12 0 0 100 0 II'], [0, 100]),
      'small',
    );
    expect(Array.from(record.leads[0].samplesMv)).toEqual([-0, -1]);
    expect(codes(record.findings)).toContain('gain-negative');
  });
});

test('a record with more samples in the file than in the header is read to its end with a finding', () => {
  const record = readWfdb(smallRecord(['small 1 500 2', 'small.dat 16 100/mV 12 0 1 3 0 II'], [1, 2, 9, 9]), 'small');
  expect(record.samples).toBe(2);
  expect(codes(record.findings)).toContain('signal-file-long');
});

test('a record is read from a folder of a zip', () => {
  const record = readWfdb(readZip(fixture('deflated.zip')), 'ward/format212');
  expect(record).toEqual(readWfdb(recordOf('format212'), 'format212'));
});

test('annotations come along', () => {
  const header = ['small 1 250 80100', 'small.dat 16 100/mV 12 0 0 0 0 II'];
  const files = smallRecord(header, Array(80100).fill(0)).set('small.atr', fixture('beats.atr'));
  const { annotations } = readWfdb(files, 'small');
  expect(annotations?.map(({ annotator, events }) => [annotator, events.length])).toEqual([['atr', 9]]);
});
