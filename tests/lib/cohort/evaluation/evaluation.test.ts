import { describe, expect, it } from 'vitest';
import { readAnswers } from '#lib/cohort/evaluation/answers-table.ts';
import { continuousAnswers } from '#lib/cohort/evaluation/continuous-answers.ts';
import type { ContinuousDescription } from '#lib/cohort/evaluation/description.ts';
import { readDescription } from '#lib/cohort/evaluation/read-description.ts';
import { writeParquet } from '#lib/tables/parquet.ts';

const EF = `
title: Ejection fraction
answer: continuous
quantity: Ejection fraction
unit: "%"
columns: { study: id, subject: person, site: hospital, answer: model, reference: reader }
groups: [{ column: sex }, { column: age, title: Age, bands: [50, 70] }]
`;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const describe1 = (yaml: string): ContinuousDescription => {
  const description = readDescription('e.yaml', yaml);
  if (description.answer !== 'continuous') throw new Error('expected a continuous answer');
  return description;
};

async function read(rows: readonly string[], yaml = EF) {
  const header = 'id,person,hospital,sex,age,model,reader';
  return continuousAnswers(describe1(yaml), await readAnswers('t.csv', bytes([header, ...rows].join('\n'))));
}

describe('an evaluation file', () => {
  it.each([
    ['answer: binary', 'e.yaml: answer: found "binary", allowed continuous, time-to-event, ordinal, segmentation'],
    [
      `${EF}acceptabelDifference: 5`,
      'found unknown field acceptabelDifference at top level, did you mean acceptableDifference?',
    ],
    [EF.replace('unit: "%"', ''), 'unit: found no string'],
    [
      EF.replace('reference: reader', 'refrence: reader'),
      'found unknown field refrence at columns, did you mean reference?',
    ],
    [EF.replace('column: sex', 'column: sex, title: site'), 'groups: found site twice, allowed once'],
    [EF.replace('columns:', 'colums:'), 'found unknown field colums at top level, did you mean columns?'],
    [
      `${EF.replace(/^groups:.*\n/m, '')}\ngroups: [{ column: sex }, { colum: age }]\n`,
      'found unknown field colum at groups.1, did you mean column?',
    ],
    [`${EF}acceptableDifference: -1`, 'acceptableDifference: found a number too small, allowed above 0'],
    [`${EF}classes: { cutPoints: [40, 50], names: [low, high] }`, 'classes: found 2 names for 2 cut points, allowed 3'],
    [`${EF}classes: { cutPoints: [50, 40], names: [a, b, c] }`, 'classes.cutPoints: found a value that cannot be'],
    [
      EF.replace('unit: "%"', `unit: ${'x'.repeat(40)}`),
      'unit: found a number of letters too large, allowed at most 30',
    ],
    ['answer: [', 'e.yaml: found no YAML at line 1'],
  ])('is refused by name: %#', (yaml, message) => {
    expect(() => readDescription('e.yaml', yaml)).toThrow(message);
  });

  it('asks of survival answers at least one column of answers, and different codes', () => {
    const yaml = (codes: string, horizons: string): string =>
      `title: t\nanswer: time-to-event\nevent: death\ntimeUnit: years\ncolumns: { study: id, time: t, event: e }\ncodes: ${codes}\nhorizons: ${horizons}`;
    expect(() => readDescription('e.yaml', yaml('{ censored: 0, event: 1 }', '[{ at: 5 }]'))).toThrow(
      'found no column of answers',
    );
    const groups = (cuts: string, horizon: string) =>
      yaml('{ censored: 0, event: 1 }', `[${horizon}]\nriskGroups: ${cuts}`);
    expect(() => readDescription('e.yaml', groups('[0.2, 20]', '{ at: 5, risk: r }'))).toThrow(
      'riskGroups: found 20, allowed above 0 and below 1',
    );
    expect(() =>
      readDescription('e.yaml', groups('[0.2]', '{ at: 5 }').replace('event: e }', 'event: e, score: s }')),
    ).toThrow('riskGroups: found cut points without a column of risks');
    expect(() => readDescription('e.yaml', yaml('{ censored: 0, event: 0 }', '[{ at: 5, risk: r }]'))).toThrow(
      'codes: found 0 twice',
    );
  });
});

describe('answers and references of a table', () => {
  it('are taken once per study; repeats, contradictions and everything missing are counted by site', async () => {
    const { studies, measurements } = await read([
      'a,1,cedar,F,44,50,52',
      'a,1,cedar,F,44,50.0,52', // the same again
      'b,1,cedar,F,45,40,41',
      'c,2,cedar,M,71,30,31',
      'c,2,cedar,M,71,35,31',
      'd,3,elm,M,,,60',
      'e,4,elm,,50,NaN,60',
      'f,5,elm,F,80,61,',
      'g,6,elm,F,80,61,inf',
      'h,7,elm,F,80,,',
      'a,1,elm,F,50,61.5,60',
    ]);
    expect([...measurements.first]).toEqual([50, 40, 61.5]);
    expect([...measurements.second]).toEqual([52, 41, 60]);
    // Person 1 of elm is another than person 1 of cedar.
    expect([...(studies.clusters ?? [])]).toEqual([0, 0, 1]);
    const [all, cedar] = studies.flow;
    expect(all.steps.map(({ count }) => count)).toEqual([11, 8, 5, 3]);
    expect(all.steps.flatMap(({ losses }) => losses.map(({ code, count }) => `${code} ${count}`))).toEqual([
      'contradiction 2',
      'repeated 1',
      'answer-not-finite 1',
      'neither 1',
      'no-answer 1',
      'no-reference 1',
      'reference-not-finite 1',
    ]);
    expect(cedar.steps.map(({ count }) => count)).toEqual([5, 2, 2, 2]);
    expect(studies.columns.map(({ name, values }) => [name, values])).toEqual([
      ['site', ['cedar', 'elm']],
      ['sex', ['F']],
      ['Age', ['below 50', '50 to below 70']],
    ]);
  });

  it('are refused by column and row where they are no number, and by name where a column is missing', async () => {
    await expect(read(['a,1,cedar,F,44,fifty,52'])).rejects.toThrow('t.csv: column model, row 1: found text');
    await expect(read([',1,cedar,F,44,50,52'])).rejects.toThrow(
      'column id, row 1: found an empty cell, allowed a study',
    );
    await expect(readAnswers('t.csv', bytes(''))).rejects.toThrow('t.csv: found an empty file');
    await expect(readAnswers('t.csv', bytes('id,sex, sex\n1,F,M'))).rejects.toThrow('found column sex twice');
    await expect(read(['a,1,cedar,F,44,50,52', 'b,,cedar,F,44,,'])).rejects.toThrow(
      'column person, row 2: found an empty cell, allowed a subject',
    );
    await expect(read([])).rejects.toThrow('t.csv: found no rows, allowed one for each study');
    await expect(read(['a,1,cedar,F,44,50,52'], EF.replace('model', 'modell'))).rejects.toThrow(
      'found no column modell, accepted id, person, hospital, sex, age, model, reader',
    );
  });

  it('are refused where a group column has too many values', async () => {
    const rows = Array.from({ length: 21 }, (_, i) => `s${i},${i},cedar,v${i},50,50,52`);
    await expect(read(rows)).rejects.toThrow('group column sex: found 21 values, allowed 20');
    // Without a reference none of them is analysed: the flow would still have a line for each.
    const sites = Array.from({ length: 201 }, (_, i) => `s${i},${i},hospital ${i},F,50,50,`);
    await expect(read(sites)).rejects.toThrow('group column site: found 201 values, allowed 200');
  });

  it('are the same from Parquet, missing and not finite numbers too', async () => {
    interface Row {
      readonly id: string;
      readonly person: number;
      readonly hospital: string;
      readonly sex: string;
      readonly age: number;
      readonly model: number | null;
      readonly reader: number;
    }
    const row = (id: string, person: number, model: number | null): Row => ({
      ...{ id, person, hospital: 'cedar', sex: 'F', age: 50, model, reader: 52.5 },
    });
    const table = writeParquet<Row>(
      [
        { name: 'id', type: 'STRING' },
        { name: 'person', type: 'INT32' },
        { name: 'hospital', type: 'STRING' },
        { name: 'sex', type: 'STRING' },
        { name: 'age', type: 'DOUBLE' },
        { name: 'model', type: 'DOUBLE', nullable: true },
        { name: 'reader', type: 'DOUBLE' },
      ],
      [row('a', 1, 50.25), row('b', 2, Number.NaN), row('c', 3, null)],
    );
    const { measurements, studies } = continuousAnswers(describe1(EF), await readAnswers('t.parquet', table));
    expect([...measurements.first]).toEqual([50.25]);
    expect(studies.flow[0].steps[2].losses).toEqual([
      { code: 'answer-not-finite', count: 1 },
      { code: 'no-answer', count: 1 },
    ]);
    await expect(readAnswers('t.parquet', table.subarray(0, 60))).rejects.toThrow('found Parquet that cannot be read');
  });
});
