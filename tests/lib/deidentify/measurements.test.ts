import { expect, test } from 'vitest';
import { deidentifyDate, deidentifyMeasurements } from '#lib/deidentify/measurements.ts';

test.each([
  [89, 89],
  [89.9, 89],
  [90, 90],
  [103, 90],
  [63.47, 63],
])('age %s leaves as %s', (age, left) => {
  expect(deidentifyMeasurements({ age })).toEqual({ age: left });
});

test('nothing passes but fields of the vocabulary', () => {
  const measurements = { age: 50, sex: 'F', name: 'Doe', birthDate: '1951-03-12', constructor: 'x', toString: 1 };
  expect(deidentifyMeasurements(measurements)).toEqual({ age: 50, sex: 'F' });
});

test('applied twice it changes nothing more', () => {
  const once = deidentifyMeasurements({ age: 95.5, cholesterol: 200.5 });
  expect(deidentifyMeasurements(once)).toEqual(once);
});

test('of a date the year is left, or nothing, as the site decides', () => {
  expect(deidentifyDate('2025-03-12', 'year')).toBe('2025');
  expect(deidentifyDate('2025-03-12', 'none')).toBeNull();
});
