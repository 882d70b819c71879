import { describe, expect, test } from 'vitest';
import { recordingFindings } from '#lib/signal/recording-findings.ts';
import { heartbeats, RATE_HZ } from '../../steps/wfdb-records.ts';

const lead = (name: string, samplesMv: Float32Array, samplingRateHz = RATE_HZ) => ({ name, samplesMv, samplingRateHz });

const codes = (...leads: readonly ReturnType<typeof lead>[]) => recordingFindings(leads).map(({ code }) => code);

describe('recordingFindings', () => {
  test('finds nothing about a quiet recording', () => {
    expect(codes(lead('II', heartbeats(1, 1)), lead('V1', heartbeats(1, 2)))).toEqual([]);
  });

  test('says once of a lead how long it stood still, and from when', () => {
    const samples = heartbeats(1, 1, 10).fill(0.1, 200, 330).fill(0.1, 600, 800);
    const still = recordingFindings([lead('II', samples)]).filter(({ code }) => code === 'flat-stretch');
    expect(still.map(({ message }) => message)).toEqual([
      'lead II: found 3.3 s without any change, the first from 2.0 s on',
    ]);
  });

  test('leaves a lead that is flat throughout to the finding that names that', () => {
    expect(codes(lead('II', new Float32Array(1000)))).toEqual([]);
  });

  test('judges leads of several rates each at its own', () => {
    const noise = Float32Array.from({ length: 5000 }, (_, n) => Math.sin(n * 12.9898) * 0.3);
    expect(codes(lead('II', heartbeats(1, 1)), lead('ECG', noise, 500))).toEqual(['noisy']);
  });

  test.each([1, 0.001, 79])('does not judge what was recorded at %s Hz, and says so', (rate) => {
    expect(codes(lead('II', heartbeats(1, 1), rate))).toContain('rate-implausible');
  });

  test('judges what was recorded at 80 Hz and at a million', () => {
    expect(codes(lead('I', heartbeats(1, 1), 80), lead('V6', heartbeats(1, 1), 80))).toEqual([]);
    expect(codes(lead('II', heartbeats(1, 1), 1e6))).toEqual([]);
  });

  test('judges the first ten minutes of a long recording and says so', () => {
    const long = heartbeats(1, 1, 700);
    const late = Float32Array.from(long, (mV, n) => (n < 60_000 ? mV : Math.sin(n * 12.9898) * 0.3));
    expect(codes(lead('II', late))).toEqual(['judged-in-part']);
  });
});
