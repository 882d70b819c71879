import { describe, expect, it } from 'vitest';
import { beatsOf, milliseconds, type RhythmNumbers, rhythmNumbers } from '#lib/report/ecg/beats.ts';
import { rhythmWords } from '#lib/report/ecg/words.ts';
import { simulateEcg } from '#lib/simulate/ecg.ts';

function leadOf(options: Parameters<typeof simulateEcg>[0]) {
  const { leads, samplingRateHz, truth } = simulateEcg(options);
  const { name, samplesMv } = leads[1];
  return { lead: { name, samplesMv, samplingRateHz }, truth };
}

describe('beatsOf', () => {
  it('finds the beats that were planted', () => {
    const { lead, truth } = leadOf({ seed: 'beats', durationS: 30, fibrillation: 'always' });
    const { peakSeconds, intervals } = beatsOf(lead);
    expect(peakSeconds).toHaveLength(truth.beats.length);
    peakSeconds.forEach((at, n) => {
      expect(Math.abs(at - truth.beats[n].rTimeS)).toBeLessThan(0.04);
    });
    expect(intervals).toHaveLength(peakSeconds.length - 1);
  });

  it('has two detectors that agree on a clear recording, and less where muscles hide the beats; the words say so', () => {
    const clear = beatsOf(leadOf({ seed: 'clear', durationS: 30 }).lead);
    expect(clear.agreement).toBe(1);
    const noise = [{ kind: 'muscle' as const, snrDb: -15 }];
    const hidden = beatsOf(leadOf({ seed: 'hidden', durationS: 30, noise }).lead);
    expect(hidden.agreement).toBeLessThan(0.9);
    const [sure, unsure] = [clear, hidden].map((beats) => rhythmWords(rhythmNumbers(beats) as RhythmNumbers));
    expect(sure).not.toContain('uncertain');
    expect(unsure).toMatch(/; uncertain: a second program agrees on \d+ % of the beats only$/);
  });

  it('counts no interval over missing samples', () => {
    const { lead } = leadOf({ seed: 'gap', durationS: 20, missing: [{ lead: 'II', startS: 8, endS: 12 }] });
    const { peakSeconds, intervals } = beatsOf(lead);
    expect(peakSeconds.filter((at) => at >= 8 && at < 12)).toEqual([]);
    expect(Math.max(...intervals.map(milliseconds))).toBeLessThan(2000);
    expect(intervals.some(({ startSeconds, endSeconds }) => startSeconds < 8 && endSeconds > 12)).toBe(false);
  });

  it.each([
    ['flat', new Float32Array(5000)],
    ['empty', new Float32Array(0)],
    ['without a valid sample', new Float32Array(5000).fill(Number.NaN)],
    ['shorter than two seconds', new Float32Array(900).map((_, n) => Math.sin(n))],
  ])('finds none in a lead that is %s', (_, samplesMv) => {
    expect(beatsOf({ name: 'I', samplesMv, samplingRateHz: 500 })).toEqual({
      peakSeconds: [],
      intervals: [],
      agreement: 1,
    });
  });
});

describe('beatsOf a day', () => {
  it('looks through the first four hours', () => {
    const { lead } = leadOf({ seed: 'day', durationS: 1200, samplingRateHz: 100 });
    const samplesMv = new Float32Array(15 * lead.samplesMv.length);
    for (let n = 0; n < 15; n++) samplesMv.set(lead.samplesMv, n * lead.samplesMv.length);
    const { peakSeconds } = beatsOf({ ...lead, samplesMv });
    expect(Math.max(...peakSeconds)).toBeLessThan(4 * 3600);
    expect(Math.max(...peakSeconds)).toBeGreaterThan(4 * 3600 - 5);
  });
});

describe('rhythmNumbers', () => {
  const peakSeconds = [1, 1.8, 2.4, 3.4];
  const intervals = [
    { startSeconds: 1, endSeconds: 1.8 },
    { startSeconds: 1.8, endSeconds: 2.4 },
    { startSeconds: 2.4, endSeconds: 3.4 },
  ];

  it('gives rate, range, median and standard deviation', () => {
    const numbers = rhythmNumbers({ peakSeconds, intervals, agreement: 1 });
    expect(numbers).toMatchObject({ beats: 4, ratePerMinute: expect.closeTo(75), shortestMs: expect.closeTo(600) });
    expect(numbers).toMatchObject({ medianMs: expect.closeTo(800), longestMs: expect.closeTo(1000) });
    expect(numbers?.standardDeviationMs).toBeCloseTo(200);
  });

  it('counts the intervals that lie within a stretch', () => {
    expect(rhythmNumbers({ peakSeconds, intervals, agreement: 1 }, 0, 3)).toMatchObject({
      beats: 3,
      longestMs: expect.closeTo(800),
    });
  });

  it('says nothing of fewer than two intervals', () => {
    expect(rhythmNumbers({ peakSeconds, intervals, agreement: 1 }, 0, 2)).toBeUndefined();
  });
});
