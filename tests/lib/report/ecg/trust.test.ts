import { expect, test } from 'vitest';
import { measuredPoints } from '#lib/report/ecg/trust.ts';
import { ECG_AF } from '../../../ecg-unit.ts';

const [first] = ECG_AF.thresholds;
const share = { estimate: 0.9 };
const measured = (on: string) => ({ ...first, measured: { on, sensitivity: share, specificity: share } });

test('thresholds that were measured in two places have a sentence each', () => {
  expect(measuredPoints({ ...ECG_AF, thresholds: [measured('100 of A'), measured('50 of B')] })).toEqual([
    'Measured on 100 of A: “balanced” sensitivity 90.0 %, specificity 90.0 %. Not measured at this hospital.',
    'Measured on 50 of B: “balanced” sensitivity 90.0 %, specificity 90.0 %. Not measured at this hospital.',
  ]);
});

test('a contract that does not say how often its thresholds are right is said not to', () => {
  const { measured: _left, ...unmeasured } = first;
  expect(measuredPoints({ ...ECG_AF, thresholds: [unmeasured] })).toEqual([
    'How often the thresholds are right is not in the contract of the model.',
  ]);
});
