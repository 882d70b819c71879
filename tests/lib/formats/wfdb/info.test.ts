import { describe, expect, test } from 'vitest';
import { readInfo } from '#lib/formats/wfdb/info.ts';
import { startTime } from '#lib/formats/wfdb/start-time.ts';
import { millivolts } from '#lib/formats/wfdb/units.ts';

describe('age and sex', () => {
  const cases: [string, object][] = [
    ['Age: 63', { ageYears: 63 }],
    ['age: 63.9', { ageYears: 63 }],
    ['Sex: Female', { sex: 'F' }],
    ['sex: m', { sex: 'M' }],
    ['<age>: 28  <sex>: M  <Height>: 170', { ageYears: 28, sex: 'M' }],
    ['69 M 1085 1629 x1', { ageYears: 69, sex: 'M' }],
    ['-1 ? 1085 1629 x1', {}],
    ['Age: Unknown', {}],
    ['Age: NaN', {}],
    ['The rate of 70 M 1 2 x', {}],
  ];
  test.each(cases)('%s', (line, subject) => {
    expect(readInfo([line])).toEqual({ subject, diagnoses: [], findings: [] });
  });

  test('an age or a sex that is none is left out with a finding that does not quote it', () => {
    const { subject, findings } = readInfo(['Age: 300', 'Sex: Kanarienvogel']);
    expect(subject).toEqual({});
    expect(findings.map(({ message }) => message)).toEqual([
      'found an age that is none, accepted 0 to 120 years; left out',
      'found a sex in other words, accepted male, female, M and F; left out',
    ]);
  });
});

test('diagnoses are SNOMED CT codes, each once; other words are counted', () => {
  const { diagnoses, findings } = readInfo(['Dx: 426783006, 55930002,426783006,AFIB,0123456']);
  expect(diagnoses).toEqual(['426783006', '55930002']);
  expect(findings.map(({ code }) => code)).toEqual(['diagnosis-unreadable']);
});

describe('start time', () => {
  const cases: [string, string | undefined][] = [
    ['15:08:24', '15:08:24'],
    ['8:24', '00:08:24'],
    ['24.5', '00:00:24.5'],
    ['05:05:15 1/05/2000', '2000-05-01T05:05:15'],
    ['05-May-2020 14:50:55', '2020-05-05T14:50:55'],
    ['31-Feb-2020 14:50:55', undefined],
    ['14:50:55 30/02/2020', undefined],
    ['24:00:00', undefined],
    ['14:50:55 01/02/2020 more', undefined],
    ['05-May-2020', undefined],
  ];
  test.each(cases)('%s', (text, time) => {
    expect(startTime(text.split(' '))).toEqual(time === undefined ? { unreadable: true } : { time, unreadable: false });
  });
});

test('voltages in mV, whatever their case and kind of micro', () => {
  expect(['mV', 'mv', 'uV', '\u00b5V', '\u03bcV', 'V', 'nV', 'mmHg', 'NU'].map(millivolts)).toEqual([
    ...[1, 1, 1e-3, 1e-3, 1e-3, 1e3, 1e-6, undefined, undefined],
  ]);
});
