const plainNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const commaNumber = /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d{1,3})?$/;
const otherSigns = /^[+-]?\d[\d.,' \u00a0\u202f\u2019]*$/;
const longestNumber = 40;

export type DecimalSign = '.' | ',';

/** The number that the text writes in decimal digits, or undefined: no hexadecimal, no thousands separators, nothing infinite. */
export function parseDecimal(text: string, decimal: DecimalSign): number | undefined {
  if (text.length > longestNumber) return undefined;
  const matches = decimal === '.' ? plainNumber.test(text) : commaNumber.test(text);
  if (!matches) return undefined;
  const value = Number(decimal === '.' ? text : text.replace(',', '.'));
  return Number.isFinite(value) ? value : undefined;
}

/** True for digits with another decimal sign or with separators: a number to a person, but which one cannot be known. */
export function isForeignNumber(text: string, decimal: DecimalSign): boolean {
  return text.length <= longestNumber && otherSigns.test(text) && parseDecimal(text, decimal) === undefined;
}
