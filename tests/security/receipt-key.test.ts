import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { receiptKey } from '#lib/ledger/keys.ts';

/** Version ids of S3 have 32 characters. */
const VERSION = 'bc32e43304f5470d8d9751c6d20cd033';
const bytes = (key: string): number => Buffer.byteLength(key);

describe('the key of a receipt', () => {
  test('stands beside the drop as long as S3 takes it', () => {
    expect(receiptKey('drops/north/2026/a.csv', VERSION)).toBe(`receipts/north/2026/a.csv.${VERSION}.json`);
    const longest = `drops/north/${'x'.repeat(983 - 12)}`;
    expect(bytes(receiptKey(longest, VERSION))).toBe(1024);
    expect(receiptKey(longest, VERSION)).toContain('xxx');
  });

  test('fits for every drop that S3 takes, in the part of its own site that the uploader may read', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 340 });
    fc.assert(
      fc.property(fc.constantFrom('north', 'n'.repeat(63)), text, (site, path) => {
        fc.pre(bytes(`drops/${site}/${path}`) <= 1024);
        const key = receiptKey(`drops/${site}/${path}`, VERSION);
        expect(bytes(key)).toBeLessThanOrEqual(1024);
        expect(key.startsWith(`receipts/${site}/`)).toBe(true);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test('fits also where the site is no name or there is none', () => {
    for (const key of [`drops/${'s'.repeat(1016)}/x`, `drops/${'s'.repeat(1018)}`, `drops/${'€'.repeat(338)}/x`]) {
      expect(bytes(key)).toBeLessThanOrEqual(1024);
      expect(receiptKey(key, VERSION)).toMatch(/^receipts\/_unknown\/sha256-[0-9a-f]{64}\./);
    }
  });

  test('tells two long drops apart, and two versions of one', () => {
    const long = (end: string) => `drops/north/${'x'.repeat(1000)}${end}`;
    const keys = [
      receiptKey(long('a'), VERSION),
      receiptKey(long('b'), VERSION),
      receiptKey(long('a'), VERSION.replace('b', 'c')),
    ];
    expect(new Set(keys).size).toBe(3);
  });
});
