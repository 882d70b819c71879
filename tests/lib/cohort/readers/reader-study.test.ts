import { describe, expect, it } from 'vitest';
import { RefusedInput } from '#functions/errors.ts';
import { parseDescription } from '#lib/cohort/readers/description.ts';
import { openReaderStudy } from '#lib/cohort/readers/reader-study.ts';
import { csvOf, description, simulatedFiles } from '../../report/readers/simulated-readers.ts';

const files = simulatedFiles(40, { sensitivity: 0.8, specificity: 0.9 });
const opened = (changed: Record<string, Uint8Array>, of = description) =>
  openReaderStudy(of, new Map([...files, ...Object.entries(changed)]));
const linesOf = (name: string): string[] => new TextDecoder().decode(files.get(name)).trimEnd().split('\n');

describe('the files of a reader study', () => {
  it('are read column by column; an index column without a name is left out', () => {
    const [header, ...rows] = linesOf('residents.csv');
    const indexed = csvOf([`,${header}`, ...rows.map((row, i) => `${i},${row}`)]);
    const study = opened({ 'residents.csv': indexed });
    expect(study.studies).toBe(40);
    expect(study.raters[1].answers).toEqual(opened({}).raters[1].answers);
    expect(study.sex?.every((sex) => sex === 'female' || sex === 'male')).toBe(true);
    expect(study.clusters).toBeUndefined();
  });

  it('are brought into one order by the column of the study', () => {
    const named = (name: string, order: (lines: string[]) => string[]) => {
      const [header, ...rows] = linesOf(name);
      return csvOf([`id,${header}`, ...order(rows.map((row, i) => `s${i},${row}`))]);
    };
    const asTheyAre = (lines: string[]) => lines;
    const all = (order: (lines: string[]) => string[]) =>
      Object.fromEntries(
        [...files.keys()].map((name) => [name, named(name, name === 'reference.csv' ? asTheyAre : order)]),
      );
    const by = { ...description, study: 'id' };
    const backwards = opened(
      all((lines) => lines.toReversed()),
      by,
    );
    expect(backwards.raters.map(({ answers }) => answers)).toEqual(opened({}).raters.map(({ answers }) => answers));
    expect(() =>
      opened(
        all((lines) => [lines[0], ...lines.slice(0, -1)]),
        by,
      ),
    ).toThrow('row 2: found a study twice');
  });

  it('make clusters of people with several studies', () => {
    const people = csvOf([
      'sex,age,person',
      ...linesOf('attributes.csv')
        .slice(1)
        .map((row, i) => `${row},p${i >> 1}`),
    ]);
    const study = opened(
      { 'attributes.csv': people },
      { ...description, attributes: { file: 'attributes.csv', person: 'person' } },
    );
    expect([...(study.clusters ?? [])].slice(0, 4)).toEqual([0, 0, 1, 1]);
    expect(study.sex).toBeNull();
  });

  it.each([
    [
      'residents.csv',
      csvOf(linesOf('residents.csv').slice(0, -1)),
      'residents.csv: found 39 studies, accepted the 40 of reference.csv',
    ],
    [
      'residents.csv',
      csvOf(linesOf('residents.csv').with(3, '2,0')),
      'residents.csv: column AF, row 3: found another value, accepted 0 or 1',
    ],
    [
      'residents.csv',
      csvOf(linesOf('residents.csv').with(3, ',0')),
      'residents.csv: column AF, row 3: found an empty cell, accepted a number',
    ],
    ['residents.csv', csvOf(linesOf('residents.csv').with(3, '1')), 'residents.csv: row 3: found 1 cells, accepted 2'],
    [
      'residents.csv',
      csvOf(linesOf('residents.csv').with(0, 'AF,RBBB')),
      'residents.csv: found no column LBBB, accepted AF, RBBB',
    ],
    ['residents.csv', csvOf(linesOf('residents.csv').with(0, 'AF,AF')), 'residents.csv: found column AF twice'],
    [
      'scores.csv',
      csvOf(linesOf('scores.csv').with(5, 'inf,0.2')),
      'scores.csv: column AF, row 5: found text, accepted a number',
    ],
    [
      'attributes.csv',
      csvOf(linesOf('attributes.csv').with(2, 'F,-3')),
      'attributes.csv: column age, row 2: found another value',
    ],
    ['reference.csv', csvOf(['AF,LBBB']), 'reference.csv: found no study, accepted at least one'],
    ['residents.csv', Uint8Array.of(0x41, 0xff, 0xfe), 'residents.csv: found bytes that are not UTF-8'],
  ])('are refused by name, row and column: %s', (name, bytes, message) => {
    expect(() => opened({ [name]: bytes })).toThrow(RefusedInput);
    expect(() => opened({ [name]: bytes })).toThrow(message);
  });

  it('are refused where one is missing', () => {
    const fewer = new Map([...files].filter(([name]) => name !== 'first.csv'));
    expect(() => openReaderStudy(description, fewer)).toThrow('reader study: found no file first.csv');
  });
});

describe('a published table', () => {
  const published = { file: 'published.csv', decimals: 2, raters: { Net: 'model' } };
  const of = { ...description, published };

  it('is read by its two header rows; columns of others are left out', () => {
    const table = csvOf([',Precision,Recall,Recall', ',Net,Net,Else', 'AF,0.9,0.8,0.7', 'LBBB,1.0,0.6,0.5']);
    expect(opened({ 'published.csv': table }, of).published).toEqual([
      { label: 'AF', rater: 'model', metric: 'positivePredictiveValue', value: 0.9 },
      { label: 'AF', rater: 'model', metric: 'sensitivity', value: 0.8 },
      { label: 'LBBB', rater: 'model', metric: 'positivePredictiveValue', value: 1 },
      { label: 'LBBB', rater: 'model', metric: 'sensitivity', value: 0.6 },
    ]);
  });

  it.each([
    [[',Kappa', ',Net', 'AF,0.9'], 'published.csv: found metric Kappa'],
    [[',Recall', ',Other', 'AF,0.9'], 'published.csv: found no column of Net'],
    [[',Recall', ',Net', 'RBBB,0.9'], 'published.csv: found label RBBB, accepted AF, LBBB'],
    [[',Recall', ',Net', 'AF,90'], 'published.csv: row AF: found another value, accepted numbers from 0 to 1'],
  ])('is refused by name where it is another: %j', (lines, message) => {
    expect(() => opened({ 'published.csv': csvOf(lines) }, of)).toThrow(message);
  });
});

describe('study.json', () => {
  it('is taken as it is described', () => {
    expect(parseDescription(structuredClone(description))).toEqual(description);
  });

  it.each([
    [{ ...description, titel: 'x' }, 'study.json: found unknown field titel at top level'],
    [{ ...description, labels: [] }, 'study.json: found no labels and no classes, accepted at least one'],
    [
      { ...description, raters: [{ ...description.raters[0], kind: 'robot' }] },
      'raters.0.kind: found another value, accepted model, readers',
    ],
    [{ ...description, raters: [description.raters[0], description.raters[0]] }, 'study.json: found model twice'],
    [{ ...description, raters: [description.raters[2]] }, 'found only raters that formed the reference'],
    [
      { ...description, published: { file: 'p.csv', decimals: 3, raters: { DNN: 'dnn' } } },
      'published.raters: found dnn, accepted model, residents, first',
    ],
  ])('is refused by name: %#', (json, message) => {
    expect(() => parseDescription(json)).toThrow(message);
  });
});
