import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StoredLead } from '#lib/formats/ecg-object.ts';
import type { EcgOperation } from '#lib/inference/ecg-operations.ts';
import { ecgTensors } from '#lib/inference/ecg-tensors.ts';
import { type PreparedEcg, prepareEcg } from '#lib/inference/prepare-ecg.ts';
import { inventedLeads } from './invented-ecg.ts';
import { FIXTURES, type Json, smallContract } from './models.ts';

/** Expected numbers: scipy 1.17.1, tests/fixtures/reference/inference/operations.py. */
interface Reference {
  readonly samplingRateHz: number;
  readonly seconds: number;
  readonly missing: readonly (readonly [number, number])[];
  readonly preprocessing: readonly EcgOperation[];
  readonly expected: {
    readonly samplingRateHz: number;
    readonly samples: number;
    readonly startSeconds: number;
    readonly windows: readonly (readonly [number, number])[];
    readonly places: readonly number[];
    readonly values: readonly (readonly number[])[];
  };
}

const references: readonly Reference[] = JSON.parse(readFileSync(join(FIXTURES, 'operations.json'), 'utf8'));

const LIMITS = {
  samplingRateHz: { minimum: 110, maximum: 1000 },
  durationSeconds: { minimum: 8, maximum: 60 },
};
const CROPPED = { ...LIMITS, durationSeconds: { minimum: 20, maximum: 60 } };

/** The shipped kind of contract around these steps. */
function contractFor(preprocessing: readonly EcgOperation[]) {
  const [first] = preprocessing;
  if (first.operation !== 'select-lead' && first.operation !== 'select-leads') throw new Error('no selection');
  const cropped = preprocessing.some((step) => step.operation === 'crop' && step.durationSeconds > 8);
  const tiled = preprocessing.some(({ operation }) => operation === 'tile-windows');
  const changes: Json = {
    accepts: {
      kind: 'ecg',
      leads: first.operation === 'select-lead' ? { oneOf: first.order } : { allOf: first.order },
      ...(cropped ? CROPPED : LIMITS),
    },
    preprocessing,
    outputs: [
      { name: 'p', type: 'float32', shape: tiled ? [3] : ['windows', 3], values: 'probabilities', meaning: 'p' },
    ],
  };
  return smallContract('combined', changes);
}

function prepared(reference: Pick<Reference, 'preprocessing'>, leads: readonly StoredLead[]): PreparedEcg {
  const ecg = prepareEcg(contractFor(reference.preprocessing), leads);
  if ('abstain' in ecg) throw new Error(`found ${ecg.abstain}, expected an ECG that can be read`);
  return ecg;
}

describe('the operations of an ECG contract, against scipy', () => {
  test.each(
    references.map(
      (reference) => [reference.preprocessing.map(({ operation }) => operation).join(', '), reference] as const,
    ),
  )('%s', (_, reference) => {
    const { samplingRateHz, seconds, missing, expected } = reference;
    const leads = inventedLeads(samplingRateHz, seconds);
    for (const [start, end] of missing) for (const { samplesMv } of leads) samplesMv.fill(Number.NaN, start, end);
    const ecg = prepared(reference, leads);
    expect(ecg.samplingRateHz).toBe(expected.samplingRateHz);
    expect(ecg.startSeconds).toBeCloseTo(expected.startSeconds, 12);
    expect(ecg.windows.map(({ startSample, endSample }) => [startSample, endSample])).toEqual(expected.windows);
    expect(ecg.channels.map(({ length }) => length)).toEqual(expected.values.map(() => expected.samples));
    const differences = expected.values.flatMap((values, channel) =>
      values.map((value, n) => Math.abs(ecg.channels[channel][expected.places[n]] - value)),
    );
    expect(Math.max(...differences)).toBeLessThan(2e-6); // float32 millivolts in the archive, 6e-8 of them, through a z-score
  });

  test('every operation that a contract may name is among them', () => {
    const named = new Set(references.flatMap(({ preprocessing }) => preprocessing.map(({ operation }) => operation)));
    expect([...named].sort()).toEqual([
      'bandpass',
      'combine-windows',
      'crop',
      'fill-gaps',
      'highpass',
      'lowpass',
      'notch',
      'resample',
      'select-lead',
      'select-leads',
      'tile-windows',
      'zscore-per-lead',
    ]);
  });
});

describe('the layout of the tensors', () => {
  const tiled = references.at(-1) as Reference;
  const ecg = prepared(tiled, inventedLeads(tiled.samplingRateHz, tiled.seconds));
  const sampleOf = (window: number, lead: number, n: number): number =>
    Math.fround(ecg.channels[lead][ecg.windows[window].startSample + n]);

  test('[windows][leads][samples]', () => {
    const [{ data, shape }] = ecgTensors(['windows', 'leads', 'samples'], ecg);
    expect(shape).toEqual([4, 3, 2000]);
    expect(data[(2 * 3 + 1) * 2000 + 77]).toBe(sampleOf(2, 1, 77));
  });

  test('[windows][samples][leads]', () => {
    const [{ data, shape }] = ecgTensors(['windows', 'samples', 'leads'], ecg);
    expect(shape).toEqual([4, 2000, 3]);
    expect(data[(3 * 2000 + 77) * 3 + 2]).toBe(sampleOf(3, 2, 77));
  });

  test('[1][leads][samples] is one tensor for each window', () => {
    const tensors = ecgTensors([1, 'leads', 'samples'], ecg);
    expect(tensors.map(({ shape }) => shape)).toEqual(Array(4).fill([1, 3, 2000]));
    expect(tensors[3].data[2 * 2000 + 5]).toBe(sampleOf(3, 2, 5));
  });
});

describe('what is no ECG for the model', () => {
  const steps: readonly EcgOperation[] = [
    { operation: 'select-lead', order: ['I', 'II'] },
    { operation: 'fill-gaps', longestSeconds: 0.2, largestShare: 0.05 },
    { operation: 'resample', toHz: 100, method: 'polyphase-kaiser-5', beyond: 'line' },
  ];
  const changed = (change: (lead: StoredLead) => Partial<StoredLead>): StoredLead[] =>
    inventedLeads(250, 10).map((lead) => ({ ...lead, ...change(lead) }));
  const missing = (from: number, to: number) =>
    changed(({ samplesMv }) => ({ samplesMv: samplesMv.fill(Number.NaN, from, to) }));

  test.each([
    ['no lead at all', [], 'lead-missing'],
    ['other leads only', changed(({ name }) => ({ name: `unknown-${name}` })), 'lead-missing'],
    ['too low a rate', inventedLeads(99, 10), 'sampling-rate-outside'],
    ['too high a rate', inventedLeads(1200, 10), 'sampling-rate-outside'],
    ['a rate that no fraction of small numbers resamples', inventedLeads(100 * Math.PI, 10), 'sampling-rate-outside'],
    ['no samples', changed(() => ({ samplesMv: new Float32Array(0) })), 'duration-outside'],
    ['less than the shortest', inventedLeads(250, 7.9), 'duration-outside'],
    ['more than the longest', inventedLeads(250, 60.1), 'duration-outside'],
    ['all samples missing', missing(0, 2500), 'samples-missing'],
    ['a gap longer than may be filled', missing(1000, 1051), 'samples-missing'],
    ['a gap at the start', missing(0, 1), 'samples-missing'],
    ['a gap at the end', missing(2499, 2500), 'samples-missing'],
  ])('%s', (_, leads, code) => {
    expect(prepareEcg(contractFor(steps), leads)).toEqual({ abstain: code });
  });

  test('many short gaps, of more samples than may be missing', () => {
    const leads = inventedLeads(250, 10);
    for (let gap = 10; gap < 2490; gap += 100) leads[0].samplesMv.fill(Number.NaN, gap, gap + 10);
    expect(prepareEcg(contractFor(steps), leads)).toEqual({ abstain: 'samples-missing' });
  });

  test('a missing sample where the contract fills no gaps', () => {
    expect(prepareEcg(contractFor(steps.slice(0, 1)), missing(100, 101))).toEqual({ abstain: 'samples-missing' });
  });

  test('one of several leads that the model needs', () => {
    const all = contractFor([{ operation: 'select-leads', order: ['I', 'II', 'V5'] }]);
    expect(prepareEcg(all, inventedLeads(250, 10).slice(0, 2))).toEqual({ abstain: 'lead-missing' });
  });

  test('leads of different rates that nothing brings together', () => {
    const [first, second] = [inventedLeads(250, 10), inventedLeads(500, 10)];
    const all = contractFor([{ operation: 'select-leads', order: ['I', 'II'] }]);
    expect(prepareEcg(all, [first[0], second[1]])).toEqual({ abstain: 'sampling-rates-differ' });
  });

  test('leads of different rates are read together after resampling', () => {
    const [first, second] = [inventedLeads(250, 10), inventedLeads(257, 10)];
    const steps2: EcgOperation[] = [{ operation: 'select-leads', order: ['I', 'II'] }, steps[2]];
    const { channels } = prepared({ preprocessing: steps2 }, [first[0], second[1]]);
    expect(channels.map(({ length }) => length)).toEqual([1000, 1000]);
  });

  test('a recording shorter than a window, where the contract says so', () => {
    const tile = { operation: 'tile-windows', lengthSeconds: 20, strideSeconds: 10, remainder: 'drop' } as const;
    const combine = { operation: 'combine-windows', method: 'mean-of-logits', inGraph: true } as const;
    const abstaining = contractFor([steps[0], { ...tile, shorter: 'abstain' }, combine]);
    expect(prepareEcg(abstaining, inventedLeads(250, 10))).toEqual({ abstain: 'duration-outside' });
  });

  test.each([
    ['standard-deviation-below', 0.05, 'amplitude-too-low', 0.001],
    ['standard-deviation-above', 5, 'amplitude-too-high', 1000],
  ])('%s, which a gain wrong by 1000 gives', (rule, millivolts, code, gain) => {
    const contract = { ...contractFor(steps), abstain: [{ rule, millivolts, after: 'resample', why: 'test' }] };
    const read = (factor: number) =>
      prepareEcg(
        contract as ReturnType<typeof contractFor>,
        changed(({ samplesMv }) => ({ samplesMv: samplesMv.map((sample) => sample * factor) })),
      );
    expect(read(gain)).toEqual({ abstain: code });
    expect(read(1)).not.toHaveProperty('abstain');
    expect(read(0)).toEqual(
      rule.endsWith('below') ? { abstain: code } : expect.objectContaining({ samplingRateHz: 100 }),
    );
  });
});
