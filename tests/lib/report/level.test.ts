import { expect, test } from 'vitest';
import { levelOf, roomFor } from '#lib/report/ecg/level.ts';
import { random } from '#lib/simulate/random.ts';

test('the level is the middle sample of those in order, ties and missing samples among them', () => {
  const draw = random('level');
  for (let round = 0; round < 300; round++) {
    const length = draw.integer(1, 200);
    const samplesMv = Float32Array.from({ length }, () => (draw.bernoulli(0.1) ? Number.NaN : draw.integer(-3, 3) / 4));
    const valid = [...samplesMv].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
    const middle = valid[Math.round(0.5 * (valid.length - 1))] ?? 0;
    expect(levelOf(samplesMv, { from: 0, to: length })).toBe(middle);
  }
});

test('a row has room for all but its rarest spikes, in whole large squares and never without end', () => {
  const samplesMv = new Float32Array(5000);
  samplesMv.fill(1.7, 100, 120);
  expect(roomFor(samplesMv, [{ from: 0, to: 5000 }])).toEqual({ aboveMm: 20, belowMm: 5 }); // 17 mm and a margin of 1
  samplesMv[0] = 100;
  expect(roomFor(samplesMv, [{ from: 0, to: 5000 }])).toEqual({ aboveMm: 20, belowMm: 5 });
  samplesMv.fill(-9, 200, 300);
  expect(roomFor(samplesMv, [{ from: 0, to: 5000 }])).toEqual({ aboveMm: 20, belowMm: 20 });
});
