import { createHash } from 'node:crypto';
import type { Measurements } from '#functions/study.ts';

/**
 * Canonical JSON of the measurements: keys sorted by code unit, missing values left out, numbers as ECMAScript prints them
 * (-0 as 0). The Python recipes never build it: they read it from `tricuspid datasets export`, so both sides hash the same bytes.
 */
export function canonicalPayload(measurements: Measurements): string {
  const parts: string[] = [];
  for (const name of Object.keys(measurements).sort()) {
    const value = measurements[name];
    if (value === undefined) continue;
    parts.push(`${JSON.stringify(name)}:${typeof value === 'number' ? finite(value, name) : JSON.stringify(value)}`);
  }
  return `{${parts.join(',')}}`;
}

/** As ECMAScript prints it, which is what JSON.stringify writes for finite numbers. */
function finite(value: number, name: string): string {
  if (Number.isFinite(value)) return String(value);
  throw new RangeError(`payload: ${name} is not a finite number, accepted finite numbers and text`);
}

/** SHA-256 of a canonical payload in UTF-8, 64 hexadecimal digits. */
export function payloadHash(payload: string): string {
  return createHash('sha256').update(payload, 'utf8').digest('hex');
}
