import { describe, expect, it } from 'vitest';
import type { LabelsValue } from '#lib/report/chapters/labels/value.ts';
import type { Description } from '#lib/report/description.ts';
import { readFromTheSameRecording } from '#lib/report/same-recording.ts';

const labels = (source: string, method: string): LabelsValue => ({
  sites: [
    {
      ...{ site: 'oak', n: 40, readings: null, corrections: null },
      facts: [
        { fact: 'source', value: source, n: 40 },
        { fact: 'method', value: method, n: 40 },
      ],
    },
  ],
  ...{ verification: [], sitesWithoutDrops: [], otherSites: [] },
});

const described = (duration: Description['duration']): Description => ({
  ...{ site: null, n: 40, subjects: 40, women: 20, men: 20, sexMissing: 0, events: 9, duration },
  ...{ age: { suppressed: true }, prevalence: { suppressed: true }, missing: [], categories: [] },
});

const ecgs = [described({ suppressed: true })];

describe('labels read from the very recording that the model reads', () => {
  it.each([
    ['PTB-XL, SCP-ECG statements of the report', 'statement AFIB in a report that up to two cardiologists wrote'],
    ['MIT-BIH Arrhythmia Database, reference annotations', 'rhythm marks that two or more cardiologists agreed on'],
    ['PhysioNet/CinC Challenge 2017', 'label of the whole recording by experts'],
    ['PhysioNet/CinC Challenge 2021', 'SNOMED CT 164889003 among the diagnoses of the header'],
  ])('are told by source and method: %s', (source, method) => {
    expect(readFromTheSameRecording(labels(source, method), ecgs)).toEqual(['oak']);
  });

  it.each([
    ['echocardiography', 'ejection fraction within 14 days of the ECG'],
    ['simulation of the rhythm', 'fibrillation planted anywhere in the recording'],
    ['hospital registry', 'rhythm at discharge'],
    ['cardiologist', 'not stated'],
    ['clinic', 'heart failure diagnosed by a cardiologist within a year of the ECG'],
    ['clinic', 'pacemaker fitted 30 days after the recording, sarcoidosis known at the time of the ECG'],
    ['hospital laboratory', 'potassium above 6.5 mmol/L by the ECG'],
  ])('are not claimed where something else made the label, or nothing is said: %s', (source, method) => {
    expect(readFromTheSameRecording(labels(source, method), ecgs)).toEqual([]);
  });

  it('are none where the model reads measurements', () => {
    const value = labels('cardiologist', 'reading of the exercise ECG');
    expect(readFromTheSameRecording(value, [described(null)])).toEqual([]);
    expect(readFromTheSameRecording(null, ecgs)).toEqual([]);
  });
});
