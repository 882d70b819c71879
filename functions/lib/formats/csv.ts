import { CsvError, type Options, parse } from 'csv-parse/sync';
import { RejectedDrop } from '#functions/errors.ts';

export type Delimiter = ',' | ';' | '\t' | '|';

export const delimiters: readonly Delimiter[] = [',', ';', '\t', '|'];

const longestRecord = 1_000_000;
const longestHeader = 65_536;
/** Above this a table does not fit the memory of one function. */
const mostRows = 1_000_000;

/** RFC 4180 with any line ending, except that a quote inside an unquoted cell is a character like others. */
function options(delimiter: Delimiter): Options {
  return {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: longestRecord,
  };
}

/** The cells of the first line, or undefined when its quotes do not close. */
export function readHeader(text: string, delimiter: Delimiter): string[] | undefined {
  try {
    const [header] = parse(text.slice(0, longestHeader), { ...options(delimiter), to: 1 }) as string[][];
    return header;
  } catch (error) {
    if (error instanceof CsvError) return undefined;
    throw error;
  }
}

/**
 * Calls `onRow` for every row after the header; the first is row 1, lines without any character do not count.
 * The parser's own errors quote the text around them, so only their place leaves this function.
 */
export function readRows(
  text: string,
  delimiter: Delimiter,
  onRow: (cells: string[], row: number) => void,
  limit = mostRows,
): void {
  let row = -1;
  try {
    parse(text, {
      ...options(delimiter),
      on_record: (cells: string[]) => {
        row += 1;
        if (row > limit) throw tooManyRows(limit);
        if (row > 0) onRow(cells, row);
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw malformed(error.code, row + 1);
    throw error;
  }
}

function malformed(code: string, row: number): RejectedDrop {
  if (code === 'CSV_MAX_RECORD_SIZE') {
    return new RejectedDrop('csv', `row ${row}: found more than ${longestRecord} characters, accepted fewer`);
  }
  if (code === 'CSV_QUOTE_NOT_CLOSED') return unbalanced(row);
  return new RejectedDrop('csv', `row ${row}: found a row that is not CSV, accepted CSV as in RFC 4180`);
}

/** A quote that opens here and closes nowhere, or rows later: whatever stands between cannot be told apart. */
export function unbalanced(row: number): RejectedDrop {
  return new RejectedDrop('csv', `row ${row}: found a cell whose quote does not close there, accepted balanced quotes`);
}

function tooManyRows(limit: number): RejectedDrop {
  return new RejectedDrop('too-many-rows', `found more than ${limit} rows, accepted up to ${limit}; split the table`);
}
