import { describe, expect, test } from 'vitest';
import { parseDate } from '#lib/formats/dates.ts';
import { isForeignNumber, parseDecimal } from '#lib/formats/number.ts';
import { conversionFactor, convert } from '#lib/formats/units.ts';
import { vocabulary } from '#lib/formats/vocabulary.ts';

describe('numbers in cells', () => {
  test.each([
    ['63.0', 63],
    ['.7', 0.7],
    ['-.9', -0.9],
    ['+5.', 5],
    ['1e2', 100],
  ])('%s is read with a decimal point', (text, value) => {
    expect(parseDecimal(text, '.')).toBe(value);
  });

  test.each(['0x1F', '1e999', '1,5', '1 000', '1.2.3', '.', '', '-', 'NaN', 'Infinity', '١٢', '1_0', '9'.repeat(41)])(
    '%j is no number with a decimal point',
    (text) => {
      expect(parseDecimal(text, '.')).toBeUndefined();
    },
  );

  test('a decimal comma is read only where the site uses it', () => {
    expect(parseDecimal('2,3', ',')).toBe(2.3);
    expect(parseDecimal('2.3', ',')).toBeUndefined();
  });

  test('digits with another sign or separators are told from other text', () => {
    expect(['1,5', '1.000,5', "1'000", '1 000'].map((text) => isForeignNumber(text, '.'))).toEqual(Array(4).fill(true));
    expect(['12a', '', '1.5'].map((text) => isForeignNumber(text, '.'))).toEqual([false, false, false]);
  });
});

describe('units', () => {
  test('5.17 mmol/L of cholesterol are 199.9239 mg/dL', () => {
    const factor = conversionFactor(vocabulary.cholesterol, 'MMOL/l') ?? Number.NaN;
    expect(convert(5.17, factor)).toBe(199.9239); // 5.17 × 38.67
  });

  test('0.15 mV of ST depression are 1.5 mm', () => {
    expect(convert(0.15, conversionFactor(vocabulary.stDepression, 'mV') ?? Number.NaN)).toBe(1.5);
  });

  test('a unit that the quantity cannot have has no factor', () => {
    expect(conversionFactor(vocabulary.cholesterol, 'mmHg')).toBeUndefined();
    expect(conversionFactor(vocabulary.cholesterol, 'constructor')).toBeUndefined();
  });
});

describe('dates', () => {
  test.each([
    ['2024-02-29', 'YYYY-MM-DD', '2024-02-29'],
    ['1.9.2025', 'DD.MM.YYYY', '2025-09-01'],
    ['02/03/2025', 'MM/DD/YYYY', '2025-02-03'],
    ['02/03/2025', 'DD/MM/YYYY', '2025-03-02'],
    ['1988', 'YYYY', '1988'],
  ] as const)('%s as %s', (text, format, iso) => {
    expect(parseDate(text, format)).toBe(iso);
  });

  test.each(['2025-02-29', '2025-13-01', '1899-01-01', '2100-01-01', '2025-1-1', 'x'])('%s is no day', (text) => {
    expect(parseDate(text, 'YYYY-MM-DD')).toBeUndefined();
  });
});
