import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RefusedInput } from '#functions/errors.ts';
import { FAULT_KINDS, parseFaultPlan, readFaultPlan } from '#infra/twin/faults/plan.ts';

const fault = (fields: object) => ({ seed: 1, faults: [fields] });

describe('faults.yaml', () => {
  it('is read from YAML, with comments and defaults', () => {
    const text =
      'seed: night shift # any text\nfaults:\n  - { fault: kill-function, function: predict, probability: 0.25 }\n';
    expect(readFaultPlan('faults.yaml', text)).toEqual({
      seed: 'night shift',
      faults: [{ fault: 'kill-function', function: 'predict', probability: 0.25, withinMilliseconds: 100 }],
    });
  });

  it('has every kind in the example of the documentation, which can be read as it stands there', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/twin.md'), 'utf8');
    const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const { faults } = readFaultPlan('docs/twin.md', example);
    expect(new Set(faults.map((one) => one.fault))).toEqual(new Set(FAULT_KINDS));
  });

  it.each([
    [{ seed: 1 }, 'plan: faults: found nothing, allowed a list of faults'],
    [{ faults: [] }, 'plan: seed: found nothing, allowed text or a number'],
    [null, 'plan: found null, allowed the fields seed, faults'],
    [{ seed: 1, faults: [], speed: 2 }, 'plan: found unknown field speed, allowed seed, faults'],
    [
      fault({ fault: 'meteor', probability: 1 }),
      'plan: faults.1.fault: found "meteor", allowed duplicate-event, late-event, s3-conflict, s3-unavailable, s3-lost-answer, slow-read, disk-full, sqs-unavailable, sqs-lost-answer, kill-function, hang-function, exhaust-memory',
    ],
    [
      fault({ fault: 'duplicate-event', probabilty: 0.1, probability: 0.1 }),
      'plan: faults.1: found unknown field probabilty, allowed fault, probability, atMost, prefix',
    ],
    [fault({ fault: 'duplicate-event', probability: 1.5 }), 'plan: faults.1.probability: found 1.5, allowed 0 to 1'],
    [fault({ fault: 'duplicate-event' }), 'plan: faults.1.probability: found nothing, allowed 0 to 1'],
    [fault({ fault: 'duplicate-event', probability: Number.NaN }), 'faults.1.probability: found null, allowed 0 to 1'],
    [
      fault({ fault: 'late-event', probability: 1, upToSeconds: 901 }),
      'plan: faults.1.upToSeconds: found 901, allowed whole numbers from 1 to 900',
    ],
    [
      fault({ fault: 'kill-function', probability: 1, atMost: 0 }),
      'plan: faults.1.atMost: found 0, allowed whole numbers from 1',
    ],
    [
      fault({ fault: 'slow-read', probability: 1 }),
      'plan: faults.1.bytesPerSecond: found nothing, allowed whole numbers from 1',
    ],
    [
      fault({ fault: 's3-conflict', probability: 1, operation: 'GetObject' }),
      'plan: faults.1.operation: found "GetObject", allowed CompleteMultipartUpload, CopyObject, PutObject',
    ],
  ])('refuses %j by name', (value, words) => {
    expect(() => parseFaultPlan('plan', value)).toThrow(RefusedInput);
    expect(() => parseFaultPlan('plan', value)).toThrow(words);
  });

  it('names every place that is wrong', () => {
    const faults = [
      { fault: 'duplicate-event', probability: 2 },
      { fault: 'disk-full', probability: -1 },
    ];
    expect(() => parseFaultPlan('plan', { seed: 1, faults })).toThrow(
      'plan: faults.1.probability: found 2, allowed 0 to 1; faults.2.probability: found -1, allowed 0 to 1',
    );
  });

  it.each([
    ['seed: [1', 'faults.yaml: found no YAML that can be read, '],
    ['seed: 1\nseed: 2\nfaults: []', 'faults.yaml: found no YAML that can be read, Map keys must be unique'],
    ['seed: 1\nfaults: !list []', 'faults.yaml: found no YAML that can be read, Unresolved tag: !list'],
  ])('refuses %j, which is no YAML that can be meant', (text, words) => {
    expect(() => readFaultPlan('faults.yaml', text)).toThrow(words);
  });
});
