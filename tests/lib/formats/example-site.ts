import { parseSite, type Site } from '#lib/sites/site.ts';

export const exampleDescription = {
  site: 'example',
  name: 'Example Hospital',
  timeZone: 'Europe/Zurich',
  datePolicy: 'year',
  tables: [
    {
      name: 'visits',
      patientId: { column: 'id' },
      columns: {
        age: { column: 'age' },
        sex: { column: 'sex', codes: { '1': 'M', '0': 'F' } },
        cholesterol: { column: 'chol' },
        stDepression: { column: 'st' },
      },
    },
    {
      name: 'results',
      patientId: { column: 'id' },
      label: {
        name: 'disease',
        column: 'result',
        codes: { no: 0, yes: 1 },
        source: 'coronary angiography',
        method: '> 50 % diameter narrowing',
        date: { column: 'date', format: 'DD.MM.YYYY' },
        readers: 2,
        blinded: true,
      },
    },
    {
      name: 'rows-and-results',
      columns: { maximumHeartRate: { column: 'hr' }, restingBloodPressure: { column: 'bp' } },
      label: { name: 'disease', column: 'num', codes: { '0': 0, '1': 1, '2': 1 }, source: 's', method: 'm' },
    },
    {
      name: 'results-of-rows',
      label: { name: 'disease', column: 'num', codes: { '0': 0, '1': 1 }, source: 's', method: 'm' },
      labelsOf: { rowColumn: 'row', path: 'hr.csv' },
    },
  ],
};

export const exampleSite: Site = parseSite(exampleDescription);

export function bytesOf(...lines: string[]): Uint8Array {
  return Buffer.from(`${lines.join('\n')}\n`, 'utf8');
}
