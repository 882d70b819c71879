import { RejectedDrop } from '#functions/errors.ts';
import type { Reason } from '#functions/study.ts';
import type { MeasuredColumn, SiteTable } from '#lib/sites/site.ts';
import type { ColumnPlace } from './header.ts';
import { type DecimalSign, isForeignNumber, parseDecimal } from './number.ts';
import { acceptedUnits, conversionFactor, convert, knownUnit } from './units.ts';
import {
  type CodeField,
  type Field,
  type FieldName,
  fieldOf,
  type IdentifierField,
  type NumberField,
} from './vocabulary.ts';

/** A value, `undefined` where nothing was measured, or why the cell cannot be taken. */
export type CellValue = number | string | undefined | Reason;

export interface CellReader {
  readonly field: FieldName;
  readonly column: string;
  readonly index: number;
  /** Cells of 0 taken as missing although the site does not say so; counted while reading. */
  zeros: number;
  readonly read: (cell: string) => CellValue;
}

/** One reader per measured column of the table. Reasons name the configured column and never the cell. */
export function cellReaders(table: SiteTable, places: ReadonlyMap<string, ColumnPlace>): CellReader[] {
  return Object.entries(table.columns).map(([name, column]) => {
    const field = name as FieldName;
    const place = places.get(column.column.normalize('NFC').trim());
    if (place === undefined)
      throw new Error(`table ${table.name}: found no place for ${name}, expected one per column`);
    const description = fieldOf(field);
    const read =
      description.kind === 'number'
        ? numberReader(description, column, table, place.unit)
        : codeReader(description, column, table);
    return countingZeros({ field, column: column.column, index: place.index, zeros: 0, read }, description);
  });
}

/** Wraps the reader of a quantity that cannot be zero. */
function countingZeros(reader: CellReader, field: Field): CellReader {
  if (field.kind !== 'number' || !field.zeroIsMissing) return reader;
  const counting: CellReader = {
    ...reader,
    read(cell) {
      const value = reader.read(cell);
      if (value !== 0) return value;
      counting.zeros += 1;
      return undefined;
    },
  };
  return counting;
}

function numberReader(field: NumberField, column: MeasuredColumn, table: SiteTable, headerUnit?: string) {
  const factor = factorOf(field, column, headerUnit);
  const isMissing = missingTest([...table.missing, ...(column.missing ?? [])], table.decimal);
  const limits = `accepted ${field.minimum} to ${field.maximum} ${field.unit}`;
  return (cell: string): CellValue => {
    const number = parseDecimal(cell, table.decimal);
    if (isMissing(cell, number)) return undefined;
    if (number === undefined) return notANumber(cell, column.column, table.decimal);
    const value = convert(number, factor);
    if (value === 0 && field.zeroIsMissing) return 0;
    if (value >= field.minimum && value <= field.maximum) return value;
    const side = value > field.maximum ? `above ${field.maximum}` : `below ${field.minimum}`;
    return refuse('value-impossible', column.column, `found a number ${side} ${field.unit}, ${limits}`);
  };
}

function factorOf(field: NumberField, column: MeasuredColumn, headerUnit: string | undefined): number {
  const unit = headerUnit ?? column.unit ?? field.unit;
  const factor = conversionFactor(field, unit);
  if (factor !== undefined) return factor;
  const known = knownUnit(unit);
  const shown = known === undefined ? 'a unit that is not known here' : `unit "${known}"`;
  throw new RejectedDrop(
    'unit',
    `column "${column.column}": found ${shown} in the header, accepted ${acceptedUnits(field)}`,
  );
}

function codeReader(field: CodeField | IdentifierField, column: MeasuredColumn, table: SiteTable) {
  const isMissing = missingTest([...table.missing, ...(column.missing ?? [])], table.decimal);
  const own = field.kind === 'code' ? [...field.codes.keys()] : [];
  const codes = column.codes ?? Object.fromEntries(own.map((code) => [String(code), code]));
  const read = codeLookup(codes, table.decimal);
  return (cell: string): CellValue => {
    const code = read(cell);
    if (code !== undefined) return code;
    if (isMissing(cell, parseDecimal(cell, table.decimal))) return undefined;
    return unknownCode(column.column, Object.keys(codes));
  };
}

/** Looks a cell up as text, then as a number: "1.0" is the code "1". */
export function codeLookup<Code>(codes: Readonly<Record<string, Code>>, decimal: DecimalSign) {
  const byText = new Map(Object.entries(codes).map(([text, code]) => [text.normalize('NFC').trim(), code]));
  const byNumber = new Map<number, Code>();
  for (const [text, code] of Object.entries(codes)) {
    const number = parseDecimal(text, '.') ?? parseDecimal(text, decimal);
    if (number !== undefined) byNumber.set(number, code);
  }
  return (cell: string): Code | undefined => {
    const exact = byText.get(cell);
    if (exact !== undefined) return exact;
    const number = parseDecimal(cell, decimal);
    return number === undefined ? undefined : byNumber.get(number);
  };
}

/** Tests a trimmed cell, and the number it holds, against the site's words for "not measured". */
export function missingTest(words: readonly string[], decimal: DecimalSign) {
  const texts = new Set(words.map((word) => word.normalize('NFC').trim()));
  const numbers = new Set(words.map((word) => parseDecimal(word, '.') ?? parseDecimal(word, decimal)));
  numbers.delete(undefined);
  return (cell: string, number: number | undefined): boolean =>
    texts.has(cell) || (number !== undefined && numbers.has(number));
}

export function unknownCode(column: string, codes: readonly string[]): Reason {
  const accepted = codes.map((code) => `"${code}"`).join(', ');
  return refuse('code-unknown', column, `found a code that the site does not use, accepted ${accepted}`);
}

export function refuse(code: string, column: string, message: string): Reason {
  return { code, message: `column "${column}": ${message}` };
}

function notANumber(cell: string, column: string, decimal: DecimalSign): Reason {
  if (isForeignNumber(cell, decimal)) {
    const found = 'found digits with another decimal sign or with separators';
    return refuse('number-format', column, `${found}, accepted a number with the decimal sign "${decimal}"`);
  }
  return refuse('not-a-number', column, `found text of ${cell.length} characters, accepted a number`);
}
