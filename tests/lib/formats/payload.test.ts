import { expect, test } from 'vitest';
import { canonicalPayload, payloadHash } from '#lib/formats/payload.ts';

test('keys are sorted, missing values left out and -0 written as 0', () => {
  const measurements = { stDepression: -0, sex: 'M', age: 63.0 };
  expect(canonicalPayload(measurements)).toBe('{"age":63,"sex":"M","stDepression":0}');
});

test('the hash is the SHA-256 of the bytes', () => {
  // printf '%s' '{"age":63,"sex":"M","stDepression":0}' | sha256sum
  const expected = '26445ca21c77901ddbcfb4402ea8414fa621547b85606b43180087d10d3913b1';
  expect(payloadHash('{"age":63,"sex":"M","stDepression":0}')).toBe(expected);
});

test('a value that JSON cannot write is refused', () => {
  expect(() => canonicalPayload({ age: Number.NaN })).toThrow('payload: age is not a finite number');
});
