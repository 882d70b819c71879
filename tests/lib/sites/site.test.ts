import { describe, expect, test } from 'vitest';
import { RefusedInput } from '#functions/errors.ts';
import { isSiteId, parseSite } from '#lib/sites/site.ts';

const description = {
  site: 'example',
  name: 'Example Hospital',
  timeZone: 'Europe/Zurich',
  datePolicy: 'year',
  tables: [{ name: 'visits', patientId: { column: 'id' }, columns: { age: { column: 'age' } } }],
};

const withTable = (table: object) => ({ ...description, tables: [{ ...description.tables[0], ...table }] });

function problemOf(json: unknown): string {
  try {
    parseSite(json);
  } catch (error) {
    if (error instanceof RefusedInput) return error.message;
    throw error;
  }
  throw new Error('expected a refusal');
}

test('defaults are filled in, and what was parsed parses again to the same', () => {
  const site = parseSite(withTable({ encoding: 'latin1' }));
  expect(site.tables[0]).toMatchObject({
    decimal: '.',
    encoding: 'windows-1252',
    header: true,
    missing: ['', '?', 'NA'],
  });
  expect(parseSite(JSON.parse(JSON.stringify(site)))).toEqual(site);
});

test('site ids are lower-case letters, digits and hyphens, 1 to 63 of them', () => {
  expect(['va-long-beach', '7', 'a'.repeat(63)].map(isSiteId)).toEqual([true, true, true]);
  expect(['', '-a', 'A', 'ä', 'a b', '../a', 'a'.repeat(64)].map(isSiteId)).toEqual(Array(7).fill(false));
});

describe('a description that cannot be used is refused with the place', () => {
  const label = { name: 'disease', column: 'x', codes: { '1': 1 }, source: 's', method: 'm' };
  test.each<[string, unknown, string]>([
    ['an unknown key', { ...description, tabels: [] }, 'Unrecognized key: "tabels"'],
    ['an unknown key of a table', withTable({ delimeter: ',' }), 'tables.0: Unrecognized key: "delimeter"'],
    [
      'an unknown field',
      withTable({ columns: { cholestrol: { column: 'c' } } }),
      'tables.0.columns.cholestrol: found an unknown field, accepted age, sex, chestPain',
    ],
    [
      'a field that every object inherits',
      withTable({ columns: { constructor: { column: 'c' } } }),
      'tables.0.columns.constructor: found an unknown field',
    ],
    [
      'a unit that cannot be',
      withTable({ columns: { cholesterol: { column: 'c', unit: 'mmHg' } } }),
      'tables.0.columns.cholesterol.unit: found unit "mmHg", accepted mg/dL, mmol/L',
    ],
    [
      'a unit for a code',
      withTable({ columns: { sex: { column: 'c', unit: 'mm' } } }),
      'tables.0.columns.sex.unit: found a unit for a code, accepted none',
    ],
    [
      'a code that is not in the vocabulary',
      withTable({ columns: { sex: { column: 'c', codes: { '2': 'X' } } } }),
      'tables.0.columns.sex.codes.2: found code "X", accepted "F", "M"',
    ],
    [
      'codes for a number',
      withTable({ columns: { age: { column: 'c', codes: { a: 1 } } } }),
      'tables.0.columns.age.codes: found codes for a number, accepted a unit',
    ],
    [
      'labels of nobody',
      { ...description, tables: [{ name: 'l', label }] },
      'tables.0: found labels without patientId, record or labelsOf',
    ],
    ['a table of nothing', withTable({ columns: {} }), 'tables.0: found neither columns nor a label'],
    [
      'a study without patient',
      withTable({ patientId: undefined, studyId: { column: 's' } }),
      'studyId without patientId',
    ],
    [
      'labels of rows with patients',
      withTable({ label, labelsOf: { rowColumn: 'r', path: 'p' } }),
      'found labelsOf together',
    ],
    [
      'a column used twice',
      withTable({ columns: { age: { column: 'c' }, sex: { column: 'c' } } }),
      'tables.0.columns.sex: found column "c" already used for age, accepted once',
    ],
    [
      'two tables that no header tells apart',
      { ...description, tables: [description.tables[0], { ...description.tables[0], name: 'other' }] },
      'tables.1: found the same columns as table visits, accepted different ones',
    ],
    ['comma for cells and decimals', withTable({ delimiter: ',', decimal: ',' }), 'tables.0.decimal: found ","'],
    ['a site id with other letters', { ...description, site: 'Zürich' }, 'site: accepted 1 to 63 lower-case letters'],
    [
      'a recorder without codes',
      withTable({ columns: { device: { column: 'd' } } }),
      'tables.0.columns.device.codes: found no codes, accepted at least one',
    ],
    [
      'a recorder under a name that is no identifier',
      withTable({ columns: { device: { column: 'd', codes: { x: 'Dr. Muster' } } } }),
      'tables.0.columns.device.codes.x: found no identifier, accepted 1 to 63 lower-case letters',
    ],
    [
      'a measurement in a table of records',
      withTable({ record: { column: 'r' }, columns: { age: { column: 'c' }, cholesterol: { column: 'd' } } }),
      'tables.0.columns.cholesterol: found a measurement in a table that describes records, accepted age, sex, device',
    ],
    [
      'a label twice',
      withTable({ label, labels: [{ ...label, column: 'x' }] }),
      'tables.0.labels.0.name: found twice, accepted once',
    ],
    [
      'a further label without codes',
      withTable({ labels: [{ ...label, codes: {} }] }),
      'tables.0.labels.0.codes: found no codes, accepted at least one',
    ],
    [
      'rows of a table that describe records',
      {
        ...description,
        tables: [{ name: 'l', label, record: { column: 'r' }, labelsOf: { rowColumn: 'r', path: 'p' } }],
      },
      'tables.0: found labelsOf together with columns, patientId or record',
    ],
    [
      'a diagnosis that is no code',
      { ...description, headerLabels: [{ name: 'af', positive: ['AFIB'], source: 's', method: 'm' }] },
      'headerLabels.0.positive.0: accepted a SNOMED CT code of 6 to 18 digits',
    ],
    [
      'a diagnosis that is positive and negative',
      {
        ...description,
        headerLabels: [{ name: 'af', positive: ['164889003'], negative: ['164889003'], source: 's', method: 'm' }],
      },
      'headerLabels.0.negative: found a code that is positive too, accepted other ones',
    ],
    [
      'a label of headers and of a table of records',
      {
        ...description,
        tables: [{ name: 'r', record: { column: 'r' }, label }],
        headerLabels: [{ name: label.name, positive: ['164889003'], source: 's', method: 'm' }],
      },
      'headerLabels.0.name: found also as a label of a table of records, accepted one of both',
    ],
    ['a time zone that is none', { ...description, timeZone: 'Europe/Atlantis' }, 'timeZone: accepted a time zone'],
    ['a language that is none', { ...description, languages: ['de_CH'] }, 'languages.0: accepted a BCP 47 tag'],
    ['another date policy', { ...description, datePolicy: 'all' }, 'datePolicy: '],
    ['a table without header', withTable({ header: false }), 'tables.0.header: accepted true'],
    ['something else', 'text', 'site description: '],
  ])('%s', (_name, json, message) => {
    expect(problemOf(json)).toContain(message);
  });
});
