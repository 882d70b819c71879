import { describe, expect, test } from 'vitest';
import { isOtherSignal, leadName, standardLeads } from '#lib/signal/leads.ts';

describe('names of the same lead', () => {
  const cases: [string, string][] = [
    ['AVR', 'aVR'],
    ['avf', 'aVF'],
    ['Lead II', 'II'],
    ['lead_v1', 'V1'],
    ['ECG I', 'I'],
    ['ECG Lead V6', 'V6'],
    ['MDC_ECG_LEAD_aVL', 'aVL'],
    ['D1', 'I'],
    ['DIII', 'III'],
    ['-aVR', '-aVR'],
    ['ML2', 'MLII'],
    ['mod.V1', 'MV1'],
    ['vx', 'X'],
    ['ECG', 'ECG'],
    ['EKG', 'ECG'],
    ['ECG 1', 'ECG1'],
    ['ECG_12', 'ECG12'],
    ['EKG2', 'ECG2'],
    ['V', 'V'],
  ];
  test.each(cases)('%s is %s', (given, name) => {
    expect(leadName(given)).toBe(name);
  });

  test('the standard names are their own', () => {
    expect(standardLeads.map(leadName)).toEqual(standardLeads);
  });

  test.each(['', 'sig 0, fmt 8', 'lead 2', 'V10', 'IV', 'ECG 0', 'ABP', 'C4-A1', 'constructor', '__proto__'])(
    '"%s" is none',
    (given) => {
      expect(leadName(given)).toBeUndefined();
    },
  );
});

test('signals of monitors and of the sleep laboratory are known to be no ECG', () => {
  for (const name of [
    'ABP',
    'Pleth',
    'PLETH',
    'RESP',
    'foot GSR',
    'EEG C4-A1',
    'ECG_RESP',
    'SpO2',
    'marker',
    'TV',
    'Resp (chest)',
  ]) {
    expect([name, isOtherSignal(name)]).toEqual([name, true]);
  }
  for (const name of ['II', 'V', 'ECG', 'aVR', 'MV1', 'sig 0'])
    expect([name, isOtherSignal(name)]).toEqual([name, false]);
});
