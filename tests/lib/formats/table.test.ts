import { describe, expect, test } from 'vitest';
import { RejectedDrop } from '#functions/errors.ts';
import { readRows } from '#lib/formats/csv.ts';
import { readTable } from '#lib/formats/table.ts';
import { parseSite } from '#lib/sites/site.ts';
import { bytesOf, exampleDescription, exampleSite } from './example-site.ts';

const header = 'id,age,sex,chol,st';
const read = (...lines: string[]) => readTable(bytesOf(...lines), 'visits.csv', exampleSite);
const rejectionOf = (row: string) => read(header, 'A,50,1,200,0', row).rejected;
const refused = (...lines: string[]): RejectedDrop => {
  try {
    read(...lines);
  } catch (error) {
    if (error instanceof RejectedDrop) return error;
    throw error;
  }
  throw new Error('expected a refusal');
};

describe('a good table', () => {
  test('gives vocabulary fields in vocabulary units', () => {
    expect(read(header, '007,63.0,1.0,233.0,-2.6')).toEqual({
      table: 'visits',
      format: 'csv',
      kind: 'measurements',
      encoding: 'utf-8',
      delimiter: ',',
      rows: [
        {
          row: 1,
          patientId: '007',
          study: '',
          measurements: { age: 63, sex: 'M', cholesterol: 233, stDepression: -2.6 },
        },
      ],
      labels: [],
      filed: 0,
      repeatedRows: [],
      rejected: [],
      findings: [],
      items: 1,
    });
  });

  test('may have other columns, another order, quotes, a byte order mark, CRLF and blank lines', () => {
    const text = '\uFEFF"name";st;"chol";sex;id;age\r\n\r\n"Doe; ""J""";0;233;1;A;63\r\n';
    const { delimiter, rows } = readTable(Buffer.from(text), 'a', exampleSite);
    expect(delimiter).toBe(';');
    expect(rows[0]).toMatchObject({ row: 1, patientId: 'A', measurements: { age: 63, cholesterol: 233 } });
  });

  test('leaves missing values out, a cholesterol of 0 too, and says so', () => {
    const { rows, findings } = read(header, 'A,63,?,0,', 'B,64,NA,0.0,1');
    expect(rows.map(({ measurements }) => measurements)).toEqual([{ age: 63 }, { age: 64, stDepression: 1 }]);
    expect(findings).toEqual([
      {
        severity: 'information',
        code: 'zero-as-missing',
        message: 'column "chol": found 2 times 0, which nobody can have, taken as missing',
      },
    ]);
  });

  test('a unit in the header goes before the one of the site', () => {
    const { rows } = read('id,age,sex,chol [mmol/L],st (mV)', 'A,63,1,6,0.23');
    expect(rows[0].measurements).toMatchObject({ cholesterol: 232.02, stDepression: 2.3 });
  });

  test('leaves the reader de-identified', () => {
    expect(read(header, 'A,93,1,200,0').rows[0].measurements).toMatchObject({ age: 90 });
  });

  test('without patient ids a row is known by path and number', () => {
    const { rows, labels } = readTable(bytesOf('hr,bp,num', '150,120,2', '140,0,0'), 'hr.csv', exampleSite);
    expect(rows.map(({ patientId }) => patientId)).toEqual(['["hr.csv",1]', '["hr.csv",2]']);
    expect(labels.map(({ row, label }) => [row, label.value])).toEqual([
      [1, 1],
      [2, 0],
    ]);
  });

  test('two people with equal rows stay two where there are no ids', () => {
    const { rows, items, filed } = readTable(bytesOf('hr,bp,num', '150,120,1', '150,120,1'), 'hr.csv', exampleSite);
    expect([rows.length, items, filed]).toEqual([2, 2, 0]);
  });

  test('the same id in decomposed and composed letters is one id', () => {
    const { repeatedRows } = read(header, 'M\u00fc,50,1,200,0', 'Mu\u0308,50,1,200,0');
    expect(repeatedRows).toEqual([2]);
  });
});

describe('labels', () => {
  test('carry their provenance, and of the date the year alone', () => {
    const { labels, filed, items, rows } = read('id,date,result', 'A,03.02.2025,yes', 'B,,no');
    expect({ filed, items, rows: rows.length }).toEqual({ filed: 2, items: 2, rows: 0 });
    expect(labels[0].label).toEqual({
      label: 'disease',
      value: 1,
      source: 'coronary angiography',
      method: '> 50 % diameter narrowing',
      date: '2025',
      readers: 2,
      blinded: true,
    });
    expect(labels[1].label.date).toBeNull();
  });

  test('of rows point to the row of the other table', () => {
    const { labels, rejected } = readTable(bytesOf('row,num', '2,1', '0,1', 'x,1'), 'labels.csv', exampleSite);
    expect(labels.map(({ patientId }) => patientId)).toEqual(['["hr.csv",2]']);
    expect(rejected.map(({ row, reason }) => [row, reason.code])).toEqual([
      [2, 'row-number'],
      [3, 'row-number'],
    ]);
  });

  test('that are missing or unknown cost a row only where nothing else is in it', () => {
    const alone = read('id,date,result', 'A,,', 'B,,perhaps', 'C,31.02.2025,yes', 'D,,yes');
    expect(alone.rejected.map(({ reason }) => reason.code)).toEqual(['no-label', 'code-unknown', 'date']);
    const together = readTable(bytesOf('hr,bp,num', '150,120,', '150,120,9'), 'hr.csv', exampleSite);
    expect([together.rows.length, together.labels.length]).toEqual([2, 0]);
    expect(together.findings.map(({ code, row }) => [code, row])).toEqual([
      ['label-refused', 2],
      ['label-missing', undefined],
    ]);
  });

  test('that cannot be read are listed up to a thousand, and counted beyond', () => {
    const rows = Array<string>(1003).fill('150,120,9');
    const { findings } = readTable(bytesOf('hr,bp,num', ...rows), 'hr.csv', exampleSite);
    expect(findings).toHaveLength(1001);
    expect(findings[1000]).toEqual({
      severity: 'warning',
      code: 'findings-not-listed',
      message: 'found 3 more findings about rows, listed are the first 1000',
    });
  });

  test('of the same study: equal ones repeat, others contradict', () => {
    const { labels, repeatedRows, rejected } = read('id,date,result', 'A,,yes', 'A,,yes', 'B,,yes', 'B,,no');
    expect([labels.length, repeatedRows, rejected.map(({ row }) => row)]).toEqual([1, [2], [3, 4]]);
  });
});

describe('a bad row is named by number and reason, and the good ones go on', () => {
  test.each([
    ['text', 'B,fifty,1,200,0', 'not-a-number', 'column "age": found text of 5 characters, accepted a number'],
    [
      'an impossible value',
      'B,50,1,2001,0',
      'value-impossible',
      'column "chol": found a number above 2000 mg/dL, accepted 20 to 2000 mg/dL',
    ],
    [
      'a negative age',
      'B,-1,1,200,0',
      'value-impossible',
      'column "age": found a number below 0 year, accepted 0 to 120 year',
    ],
    [
      'another decimal sign',
      'B,50,1,200,"1,5"',
      'number-format',
      'column "st": found digits with another decimal sign or with separators, accepted a number with the decimal sign "."',
    ],
    [
      'an unknown code',
      'B,50,2,200,0',
      'code-unknown',
      'column "sex": found a code that the site does not use, accepted "0", "1"',
    ],
    ['no patient id', ' ,50,1,200,0', 'patient-id', 'column "id": found no id, accepted text'],
    ['too few cells', 'B,50,1', 'cells', 'found 3 cells, accepted 5 as in the header'],
    ['too many cells', 'B,50,1,200,0,9', 'cells', 'found 6 cells, accepted 5 as in the header'],
    ['no measurement', 'B,,,,', 'no-measurement', 'found no measurement in the row, accepted at least one'],
  ])('%s', (_name, row, code, message) => {
    expect(rejectionOf(row)).toEqual([{ row: 2, reason: { code, message } }]);
  });

  test('rows that contradict each other are all refused, since nobody can know which is right', () => {
    const { rows, rejected, repeatedRows } = read(
      header,
      'A,50,1,200,0',
      'B,60,1,200,0',
      'A,50,1,200,0',
      'A,51,1,200,0',
    );
    expect(rows.map(({ row }) => row)).toEqual([2]);
    expect(rejected.map(({ row, reason }) => [row, reason.code])).toEqual([
      [1, 'contradiction'],
      [3, 'contradiction'],
      [4, 'contradiction'],
    ]);
    expect(repeatedRows).toEqual([]);
  });
});

describe('a table that cannot be taken as a whole', () => {
  test('a header of another table names what is missing, in the words of the site', () => {
    expect(refused('id,age,sex,ldl,st', 'A,50,1,200,0')).toMatchObject({
      code: 'header',
      message:
        'found 4 of the 5 columns of table visits in a header of 5, missing "chol"; accepted a header with all columns of ' +
        "one of the site's tables: visits, results, rows-and-results, results-of-rows",
    });
  });

  test('a file without header gives nothing of its first person away', () => {
    const { code, message } = refused('Doe John,12.03.1951,M,4711,0');
    expect(code).toBe('header');
    expect(message).not.toMatch(/Doe|1951|4711/);
  });

  test('a unit that cannot be is named when it looks like a unit', () => {
    expect(refused('id,age,sex,chol [mmHg],st', 'A,50,1,200,0')).toMatchObject({
      code: 'unit',
      message: 'column "chol": found unit "mmHg" in the header, accepted mg/dL, mmol/L',
    });
    expect(refused('id,age,sex,chol [12.03.1951],st', 'A,50,1,200,0').message).not.toContain('1951');
  });

  test('a column twice', () => {
    expect(refused('id,age,sex,chol,chol [mmol/L],st', 'A,50,1,200,5,0')).toMatchObject({ code: 'header' });
    expect(refused('id,x,age,sex,chol,st,x', 'A,1,50,1,200,0,1').message).toBe(
      'found columns 2 and 7 with the same name in the header, accepted each name once',
    );
  });

  test('a header and no rows', () => {
    expect(refused(header)).toMatchObject({ code: 'no-rows' });
  });

  test('a quote that is never closed', () => {
    expect(refused(header, 'A,50,1,200,0', 'B,"50,1,200,0', 'C,50,1,200,0')).toMatchObject({
      code: 'csv',
      message: 'row 2: found a cell whose quote does not close there, accepted balanced quotes',
    });
  });

  test('a quote that is closed rows later, hiding the rows between', () => {
    expect(refused(header, 'A,"50,1,200,0', 'B,50,1,200,0', 'C",50,1,200,0').code).toBe('csv');
    expect(refused(header, 'A,50,1,200,"0', 'B,50,1,200,0"').code).toBe('csv');
  });

  test('a remark of several lines in a column that nobody asked for is no error, but a finding', () => {
    const { rows, findings } = read(`${header},remark`, 'A,50,1,200,0,"one\ntwo"', 'B,50,1,200,0,5" scan');
    expect(rows).toHaveLength(2);
    expect(findings).toMatchObject([{ code: 'lines-in-cell', row: 1 }]);
  });

  test('a row longer than any table has', () => {
    expect(refused(header, `A,50,1,200,${'9'.repeat(1_000_001)}`)).toMatchObject({
      code: 'csv',
      message: 'row 1: found more than 1000000 characters, accepted fewer',
    });
  });

  test('more rows than one function holds', () => {
    const rows: number[] = [];
    expect(() => readRows('age\n1\n2\n3\n4\n', ',', (_cells, row) => rows.push(row), 3)).toThrow(
      new RejectedDrop('too-many-rows', 'found more than 3 rows, accepted up to 3; split the table'),
    );
    expect(rows).toEqual([1, 2, 3]);
  });

  test('so many bad rows that the table is not what it seems', () => {
    expect(refused(header, ...Array<string>(10_001).fill('A,50,1,200'))).toMatchObject({
      code: 'too-many-bad-rows',
      message:
        'found more than 10000 rows that cannot be taken, at row 10001 for example: found 4 cells, accepted 5 as in the header',
    });
  });

  test('contradictions count among the bad rows', () => {
    const rows = Array.from({ length: 10_002 }, (_, index) => `A,${index % 100},1,200,0`);
    expect(refused(header, ...rows).code).toBe('too-many-bad-rows');
  });

  test('a header that fits two tables equally well', () => {
    expect(refused('id,date,result,hr,bp,num', 'A,,yes,150,120,1')).toMatchObject({
      code: 'header',
      message: 'found the columns of both table results and table rows-and-results in the header, accepted one table',
    });
  });

  test('a site without tables', () => {
    const site = parseSite({ ...exampleDescription, tables: [] });
    expect(() => readTable(bytesOf(header, 'A,50,1,200,0'), 'a', site)).toThrow(RejectedDrop);
  });
});
