import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RejectedDrop } from '#functions/errors.ts';
import { readTable, type TableReading } from '#lib/formats/table.ts';
import { bytesOf, exampleSite } from './example-site.ts';

/** A reading or a refusal; anything else is a bug and fails the test. */
function outcome(bytes: Uint8Array): TableReading | RejectedDrop {
  try {
    return readTable(bytes, 'fuzz.csv', exampleSite);
  } catch (error) {
    if (error instanceof RejectedDrop) return error;
    throw error;
  }
}

function holdsAccounts(reading: TableReading): void {
  const { items, rows, filed, rejected, repeatedRows, labels } = reading;
  expect(rows.length + filed + rejected.length + repeatedRows.length).toBe(items);
  const named = [...rows, ...(filed > 0 ? labels : []), ...rejected].map(({ row }) => row).concat(repeatedRows);
  expect(named.toSorted((a, b) => a - b)).toEqual(Array.from({ length: items }, (_, index) => index + 1));
}

const good = bytesOf('id,age,sex,chol,st', ...Array.from({ length: 20 }, (_, i) => `P${i},${40 + i},1,${200 + i},0.5`));

test('random bytes are read or refused, never a crash', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const result = outcome(bytes);
      if (!(result instanceof RejectedDrop)) holdsAccounts(result);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('a good table with some bytes changed or its end cut off is read or refused, and every row is accounted for', () => {
  const change = fc.tuple(fc.nat(good.length - 1), fc.oneof(fc.nat(255), fc.constantFrom(0x22, 0x0a, 0x2c, 0x0d)));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.nat(good.length), (changes, length) => {
      const bytes = Uint8Array.from(good);
      for (const [offset, byte] of changes) bytes[offset] = byte;
      const result = outcome(bytes.subarray(0, length));
      if (!(result instanceof RejectedDrop)) holdsAccounts(result);
    }),
    { seed: 2, numRuns: 500 },
  );
});

const cell = fc.oneof(
  fc.constantFrom('', '?', '0', '1', '50', '200', '1,5', '1e9', '"', '"a"', ' 7 ', 'x', '\u00e9', '-3'),
  fc.string({ maxLength: 6 }),
);

test('tables of any cells account for every row: with ids, with labels, and with labels alone', () => {
  const header = fc.constantFrom('id,age,sex,chol,st', 'id,date,result', 'hr,bp,num', 'row,num');
  fc.assert(
    fc.property(header, fc.array(fc.array(cell, { maxLength: 6 }), { minLength: 1, maxLength: 12 }), (first, rows) => {
      const result = outcome(bytesOf(first, ...rows.map((cells) => cells.join(','))));
      if (!(result instanceof RejectedDrop)) holdsAccounts(result);
    }),
    { seed: 3, numRuns: 500 },
  );
});

const canaries = ['Kanarienvogel', '12.03.1951', 'MRN-4711-X'];

test('no message holds a name, a birth date or a record number of the file, wherever they stand', () => {
  const place = fc.tuple(fc.nat(3), fc.nat(6), fc.constantFrom(...canaries), fc.constantFrom('', '"', ' [', '\n'));
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 4 }), (places) => {
      const rows = ['id,age,sex,chol,st', 'A,50,1,200,0', 'B,51,0,210,1', 'C,52,1,220,2'].map((row) => row.split(','));
      for (const [row, column, canary, mark] of places) rows[row][column] = `${mark}${canary}`;
      const result = outcome(bytesOf(...rows.map((cells) => cells.join(','))));
      const words = result instanceof RejectedDrop ? wordsOf(result) : messagesOf(result);
      for (const canary of canaries) expect(words).not.toContain(canary);
    }),
    { seed: 4, numRuns: 500 },
  );
});

/** Everything of an error that could reach a log. */
function wordsOf(error: RejectedDrop): string {
  return [error.code, error.message, error.stack, JSON.stringify(error), String(error.cause)].join(' ');
}

function messagesOf({ rejected, findings }: TableReading): string {
  return JSON.stringify([rejected, findings]);
}
