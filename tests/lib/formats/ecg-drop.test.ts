import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RejectedDrop } from '#functions/errors.ts';
import { formatOf } from '#lib/formats/detect.ts';
import { openEcgDrop } from '#lib/formats/ecg-drop.ts';
import { decodeEcg } from '#lib/formats/ecg-object.ts';
import { findRecords } from '#lib/formats/record-names.ts';
import { NORTH } from '../../steps/hospital.ts';
import { type FileMap, heartbeats, recordFiles, textFile } from '../../steps/wfdb-records.ts';

const files = recordFiles('r1', 1, {
  leads: ['I', 'II', 'V6'].map((name, n) => ({ name, samplesMv: heartbeats(1, n, 1) })),
});

/** Reads as intake does; the code of the refusal, or what was read. */
function readAll(given: FileMap): readonly string[] {
  try {
    const drop = openEcgDrop(given, NORTH);
    return drop.records.map((record) => {
      try {
        const { object, description } = drop.read(record);
        const leads = decodeEcg(object).map(({ name }) => name);
        return leads.join(',') === description.leads ? 'read' : 'other leads';
      } catch (error) {
        if (error instanceof RejectedDrop) return error.code;
        throw error;
      }
    });
  } catch (error) {
    if (error instanceof RejectedDrop) return [error.code];
    throw error;
  }
}

const edits = (length: number) =>
  fc.array(fc.tuple(fc.nat(length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });

const edited = (name: string, changes: readonly (readonly [number, number])[]): FileMap => {
  const bytes = Uint8Array.from(files.get(name) ?? []);
  for (const [place, value] of changes) bytes[place] = value;
  return new Map([...files, [name, bytes]]);
};

describe('a damaged record', () => {
  const header = files.get('r1.hea')?.length ?? 0;
  const signal = files.get('r1.dat')?.length ?? 0;

  test('with other bytes in its header is read or refused, never anything else', () => {
    fc.assert(
      fc.property(edits(header), (changes) => {
        const [end, ...others] = readAll(edited('r1.hea', changes));
        expect(others).toEqual([]);
        expect(end).not.toBe('other leads');
      }),
      { numRuns: 400 },
    );
  });

  test('with other samples is refused by its checksum, unless they add up to the same', () => {
    fc.assert(
      fc.property(edits(signal), (changes) => {
        const given = edited('r1.dat', changes);
        const same = Buffer.compare(given.get('r1.dat') as Uint8Array, files.get('r1.dat') as Uint8Array) === 0;
        expect(same ? ['read'] : ['read', 'checksum']).toContain(readAll(given)[0]);
      }),
      { numRuns: 200 },
    );
  });

  test('cut off anywhere is refused', () => {
    fc.assert(
      fc.property(fc.nat(signal - 1), (length) => {
        const cut = (files.get('r1.dat') as Uint8Array).subarray(0, length);
        expect(readAll(new Map([...files, ['r1.dat', cut]]))).toEqual(['signal-file-short']);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the name of a record in a table', () => {
  const find = findRecords(['100', 'a/100', 'a/b/200', 'c/200', 'a/b/Mu\u0308ller']);

  test.each([
    ['100', ['100']],
    ['a/100', ['a/100']],
    ['200', ['a/b/200', 'c/200']],
    ['b/200', ['a/b/200']],
    ['c/200', ['c/200']],
    ['00', []],
    ['/200', []],
    ['', []],
    ['M\u00fcller', ['a/b/Mu\u0308ller']],
  ])('%s means %j', (name, records) => {
    expect(find(name)).toEqual(records);
  });
});

describe('what a drop is', () => {
  const header = files.get('r1.hea') as Uint8Array;

  test.each<[string, Uint8Array, string, string]>([
    ['a zip, whatever it is called', Buffer.from('PK\x03\x04xxxx', 'latin1'), 'x.csv', 'zip'],
    ['a workbook', Buffer.from('PK\x03\x04xl/workbook.xml', 'latin1'), 'x.xlsx', 'table'],
    ['a header, whatever it is called', header, 'x.txt', 'wfdb-header'],
    ['a header that begins with comments', Buffer.concat([Buffer.from('# a\n\n#b\n'), header]), 'x.txt', 'wfdb-header'],
    ['a damaged header', Buffer.from('r1 12'), 'x.hea', 'wfdb-header'],
    ['a manifest', Buffer.from('\ufeff{"files":[],"tricuspidManifest":1}'), 'x.json', 'manifest'],
    ['another JSON document', Buffer.from('{"resourceType":"Patient"}'), 'x.json', 'table'],
    ['a table', Buffer.from('id,age\n1,50\n'), 'x.csv', 'table'],
    ['a table of two columns of numbers', Buffer.from('id\t5\n1\t6\n'), 'x.tsv', 'table'],
    ['samples', Buffer.from([1, 0, 2, 0]), 'x.dat', 'table'],
  ])('%s', (_, bytes, path, format) => {
    expect(formatOf(bytes, path)).toBe(format);
  });
});

test('a header in capitals is read, and its record has its name without the extension', () => {
  const shouting = new Map([...files].map(([name, body]) => [name.replace('.hea', '.HEA'), body]));
  const drop = openEcgDrop(shouting, NORTH);
  expect(drop.records).toEqual(['r1']);
  expect(drop.read('r1')).toMatchObject({ patientId: 'r1', study: 'r1' });
});

test('damaged annotations cost the record nothing', () => {
  expect(readAll(new Map([...files, ...textFile('r1.atr', 'no annotation')]))).toEqual(['read']);
});
