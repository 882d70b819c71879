import { expect, test } from 'vitest';
import { describeEcg } from '#lib/deidentify/ecg.ts';
import type { EcgRecord } from '#lib/signal/ecg.ts';

const record: EcgRecord = {
  leads: [
    { name: 'I', given: 'Frau Muster', samplesMv: new Float32Array(500), samplingRateHz: 250 },
    { name: 'unknown-2', given: '1953-07-19', samplesMv: new Float32Array(500), samplingRateHz: 250 },
  ],
  samplingRateHz: 250,
  samples: 500,
  frameRateHz: 250,
  startTime: '2020-05-05T14:50:55',
  subject: { ageYears: 97, sex: 'F' },
  diagnoses: ['426783006'],
  comments: ['Frau Muster, geboren 1953-07-19'],
  findings: [],
  annotations: [{ annotator: 'atr', events: [] }],
};

test('an ECG leaves the boundary with age up to 90, sex, leads, rate, length and the hash of its samples', () => {
  expect(describeEcg(record, {}, 'hash')).toEqual({
    description: {
      age: 90,
      sex: 'F',
      leads: 'I,unknown-2',
      samplingRateHz: 250,
      durationSeconds: 2,
      signal: 'hash',
    },
    findings: [],
  });
});

test("the site's table goes before the header, and what differs is said without the values", () => {
  const { description, findings } = describeEcg(record, { age: 60, sex: 'F', device: 'at-6' }, 'hash');
  expect(description).toMatchObject({ age: 60, sex: 'F', device: 'at-6' });
  expect(findings.map(({ code, message }) => [code, message])).toEqual([
    ['age-differs', "found another age in the site's table than in the header, taken from the table"],
  ]);
});

test('ages above 89 do not differ from each other', () => {
  expect(describeEcg(record, { age: 93 }, 'hash').findings).toEqual([]);
});

test('a recorder that is no identifier, and anything that is no field, stays inside', () => {
  const { description } = describeEcg(record, { device: 'Frau Muster', name: 'Muster' }, 'hash');
  expect(Object.keys(description)).not.toContain('device');
  expect(Object.keys(description)).not.toContain('name');
});
