import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { readAnswers } from '#lib/cohort/evaluation/answers-table.ts';
import { type CellSource, sourceOfColumns, sourceOfParquet } from '#lib/cohort/evaluation/cell-source.ts';
import type { ProbabilityDescription } from '#lib/cohort/evaluation/description.ts';
import { evaluatedAnswers } from '#lib/cohort/evaluation/evaluated-answers.ts';
import { type ProbabilityAnswers, probabilityAnswers } from '#lib/cohort/evaluation/probability-answers.ts';
import { numberKeys, textHash } from '#lib/cohort/evaluation/probability-keys.ts';
import { readDescription } from '#lib/cohort/evaluation/read-description.ts';

const YAML = `
title: Fibrillation
answer: probability
event: fibrillation
columns: { study: id, subject: person, site: hospital, score: p, label: af }
groups: [{ column: sex, title: Sex }, { column: age, title: Age, bands: [50, 70] }]
`;

const described = (yaml: string): ProbabilityDescription => {
  const description = readDescription('e.yaml', yaml);
  if (description.answer !== 'probability') throw new Error('expected probabilities');
  return description;
};

const HEADER = 'id,person,hospital,sex,age,p,af';

async function csvSource(rows: readonly string[], header = HEADER): Promise<CellSource> {
  return sourceOfColumns(await readAnswers('t.csv', new TextEncoder().encode([header, ...rows].join('\n'))));
}

const read = async (rows: readonly string[], yaml = YAML, header = HEADER): Promise<ProbabilityAnswers> =>
  probabilityAnswers(described(yaml), await csvSource(rows, header));

describe('an evaluation of probabilities', () => {
  it.each([
    [`${YAML}thresholds: [{ name: a, value: 0.2 }, { name: b, value: 0.2 }]`, 'thresholds: found 0.2 twice'],
    [`${YAML}thresholds: [{ name: a, value: 1.2 }]`, 'thresholds.0.value: found a number too large, allowed at most 1'],
    [YAML.replace('title: Sex', 'title: site'), 'groups: found site twice'],
    [`${YAML}codes: { none: n, event: N }`, 'codes: found n twice'],
    [`${YAML}fairness: { references: { sexx: F } }`, 'fairness.references: found sexx, allowed site, Sex, Age'],
    [`${YAML}treshold: []`, 'found unknown field treshold at top level, did you mean thresholds?'],
  ])('is refused by name where it cannot be: %#', (yaml, message) => {
    expect(() => readDescription('e.yaml', yaml)).toThrow(message);
  });
});

describe('probabilities and labels of a table', () => {
  const ROWS = [
    'a,p1,ash,F,44,0.25,1',
    'b,p1,ash,F,44,0.5,0',
    'a,p1,ash,F,44,0.250,1', // the same again
    'c,p2,elm,M,50,0.75,true',
    'd,p3,elm,,,0.1,0',
    'e,p4,elm,M,80,0.3,1',
    'e,p4,elm,M,80,0.4,1', // another score
    'f,p5,ash,M,80,,1',
    'g,p6,ash,M,80,0.2,',
    'h,p7,ash,M,80,NaN,1',
    'i,p8,ash,M,80,0.2,nan',
    'j,p9,ash,M,80,,',
    'a,p1,elm,F,71,1,0', // another hospital: another study of another person
  ];

  it('are taken once per study; repeats, contradictions and everything missing are counted by site', async () => {
    const { table, studies } = await read(ROWS);
    expect(table).toEqual({
      scores: Float64Array.of(0.25, 0.5, 0.75, 0.1, 1),
      labels: Uint8Array.of(1, 0, 1, 0, 0),
      clusters: Int32Array.of(0, 0, 1, 2, 9),
      columns: [
        { name: 'site', values: ['ash', 'elm'], codes: Uint8Array.of(0, 0, 1, 1, 1) },
        { name: 'Sex', values: ['F', 'M', 'not given'], codes: Uint8Array.of(0, 0, 1, 2, 0) },
        {
          name: 'Age',
          values: ['below 50', '50 to below 70', '70 and above', 'not given'],
          codes: Uint8Array.of(0, 0, 1, 3, 2),
        },
      ],
    });
    const lines = studies.flow.map(({ site, steps }) => [
      site,
      ...steps.map(({ count, losses }) => [count, ...losses.map((loss) => `${loss.code} ${loss.count}`)].join(' ')),
    ]);
    expect(lines).toEqual([
      [
        null,
        '13',
        '10 contradiction 2 repeated 1',
        '7 answer-not-finite 1 neither 1 no-answer 1',
        '5 no-reference 1 reference-not-finite 1',
      ],
      [
        'ash',
        '8',
        '7 repeated 1',
        '4 answer-not-finite 1 neither 1 no-answer 1',
        '2 no-reference 1 reference-not-finite 1',
      ],
      ['elm', '5', '3 contradiction 2', '3', '3'],
    ]);
  });

  it('are the same from Parquet of several row groups, with numbers for studies and people', async () => {
    const cells = ROWS.slice(0, 7).map((row) => row.split(','));
    const column = (place: number): string[] => cells.map((row) => row[place]);
    const numbered = (place: number): number[] => column(place).map((text) => text.charCodeAt(text.length - 1));
    const buffer = parquetWriteBuffer({
      columnData: [
        { name: 'id', type: 'INT64', data: numbered(0).map((id) => BigInt(id) + 2n ** 40n) },
        { name: 'person', type: 'INT32', data: numbered(1) },
        { name: 'hospital', type: 'STRING', data: column(2) },
        { name: 'sex', type: 'STRING', nullable: true, data: column(3).map((sex) => sex || null) },
        {
          name: 'age',
          type: 'DOUBLE',
          nullable: true,
          data: column(4).map((age) => (age === '' ? null : Number(age))),
        },
        { name: 'p', type: 'DOUBLE', data: column(5).map(Number) },
        { name: 'af', type: 'BOOLEAN', data: column(6).map((label) => label === '1' || label === 'true') },
        { name: 'unused', type: 'JSON', data: cells.map(() => ({ any: 1 })) },
      ],
      rowGroupSize: 2,
    });
    const source = await sourceOfParquet('t.parquet', buffer);
    const [parquet, csv] = [await probabilityAnswers(described(YAML), source), await read(ROWS.slice(0, 7))];
    const count = parquet.table.scores.length;
    // Studies and people are named otherwise here.
    expect([parquet.studies.keys?.length, csv.studies.keys?.length]).toEqual([16 * count, 16 * count]);
    expect(parquet.studies.keys).not.toEqual(csv.studies.keys);
    const { keys } = parquet.studies;
    expect(parquet).toEqual({ ...csv, studies: { ...csv.studies, keys } });
  });

  it('have the keys that other kinds of answers give the same studies, whatever stands between them', async () => {
    const yaml =
      'answer: continuous\ntitle: t\nquantity: q\nunit: u\ncolumns: { study: id, subject: person, site: hospital, answer: p, reference: p }';
    const rows = [ROWS[0], ROWS[1], ROWS[3], ROWS[4], ROWS[ROWS.length - 1]];
    const table = await readAnswers('t.csv', new TextEncoder().encode([HEADER, ...rows].join('\n')));
    const other = await evaluatedAnswers(readDescription('e.yaml', yaml), table, async () => undefined);
    const { studies } = await read(rows);
    const hex = Buffer.from(studies.keys ?? [])
      .toString('hex')
      .match(/.{32}/g);
    expect('rows' in other.studies ? other.studies.keys : []).toEqual(hex);
    expect(new Set(hex).size).toBe(rows.length);
  });

  it.each([
    ['GZIP', gzipSync],
    ['ZSTD', zstdCompressSync],
    ['BROTLI', brotliCompressSync],
  ] as const)(
    'are read from pages compressed with %s, which may not be larger than they say',
    async (codec, compress) => {
      const of = (pack: (page: Uint8Array) => Uint8Array) =>
        parquetWriteBuffer({
          columnData: [
            { name: 'id', type: 'INT32', data: Array.from({ length: 500 }, (_, i) => i % 11), encoding: 'PLAIN' },
          ],
          codec,
          compressors: { [codec]: pack },
        });
      const cells: unknown[] = [];
      const source = await sourceOfParquet(
        't.parquet',
        of((page) => compress(page)),
      );
      await source.each('id', (part) => cells.push(...Array.from(part)));
      expect(cells).toEqual(Array.from({ length: 500 }, (_, i) => i % 11));
      const bomb = await sourceOfParquet(
        't.parquet',
        of(() => compress(new Uint8Array(1e6))),
      );
      await expect(bomb.each('id', () => {})).rejects.toThrow('t.parquet: found Parquet that cannot be read');
    },
  );

  it('are only those that the evaluation file wants, the others counted', async () => {
    const rows = ['a,primary,0.2,1', 'b,silent,,1', 'c,primary,0.4,0', 'c,apparent,7,x'];
    const yaml = `title: t
answer: probability
event: e
columns: { study: id, score: p, label: af }
codes: { none: 0, event: 1 }
only: { column: analysis, value: primary }`;
    const header = 'id,analysis,p,af';
    const { table, studies } = await read(rows, yaml, header);
    expect([...table.scores]).toEqual([0.2, 0.4]);
    expect(table.columns).toEqual([]);
    expect(table.clusters).toBeUndefined();
    expect(studies.flow[0].steps[1]).toEqual({
      name: 'studies',
      count: 2,
      losses: [{ code: 'not-selected', count: 2 }],
    });
    const wanting = (value: string) => read(['a,1.0,0.2,1', 'b,,0.3,0'], yaml.replace('primary', value), header);
    expect([...(await wanting('1')).table.scores]).toEqual([0.2]);
    await expect(wanting('"null"')).rejects.toThrow('t.csv: column analysis: found no row with null');
    await expect(read([], yaml, header)).rejects.toThrow('t.csv: found no rows, allowed one for each study');
  });

  it('are compared with a wanted value as text, so that an empty cell of Parquet is no “null”', async () => {
    const buffer = parquetWriteBuffer({
      columnData: [
        { name: 'id', type: 'STRING', data: ['a', 'b'] },
        { name: 'analysis', type: 'STRING', nullable: true, data: [null, 'null'] },
        { name: 'p', type: 'DOUBLE', data: [0.2, 0.3] },
        { name: 'af', type: 'INT32', data: [0, 1] },
      ],
    });
    const yaml =
      'title: t\nanswer: probability\nevent: e\ncolumns: { study: id, score: p, label: af }\nonly: { column: analysis, value: "null" }';
    const { table } = await probabilityAnswers(described(yaml), await sourceOfParquet('t.parquet', buffer));
    expect([...table.scores]).toEqual([0.3]);
  });

  const many = (count: number): string[] => Array.from({ length: count }, (_, i) => `s${i},p,ash,v${i},50,0.5,1`);
  it.each([
    [['a,p,ash,F,50,1.01,1'], 'column p, row 1: found a number outside 0 to 1, allowed a probability'],
    [['a,p,ash,F,50,0.5,1', 'b,p,ash,F,50,high,1'], 'column p, row 2: found text, allowed a number'],
    [['a,p,ash,F,50,0.5,2'], 'column af, row 1: found another value, allowed 0, false, 1, true'],
    [[',p,ash,F,50,0.5,1'], 'column id, row 1: found an empty cell, allowed a study'],
    [['a,,ash,F,50,0.5,1'], 'column person, row 1: found an empty cell, allowed a subject'],
    [many(21), 'group column Sex: found 21 values, allowed 20; a column of numbers takes bands'],
    [many(300), 'group column Sex: found more than 256 values, allowed 20'],
  ])('are refused by column and row: %#', async (rows, message) => {
    await expect(read(rows)).rejects.toThrow(message);
  });

  it('are refused without a column, with the nearest that there is, and where Parquet cannot be read', async () => {
    await expect(read(ROWS, YAML.replace('score: p', 'score: hospitall'))).rejects.toThrow(
      't.csv: found no column hospitall, did you mean hospital?, accepted id, person',
    );
    const buffer = parquetWriteBuffer({ columnData: [{ name: 'id', type: 'STRING', data: ['a', 'b'] }] });
    new Uint8Array(buffer).fill(255, 4, 20);
    await expect(sourceOfParquet('t.parquet', buffer.slice(0, 30))).rejects.toThrow(
      'found Parquet that cannot be read',
    );
    const damaged = await sourceOfParquet('t.parquet', buffer);
    await expect(damaged.each('id', () => {})).rejects.toThrow('t.parquet: found Parquet that cannot be read');
  });
});

describe('keys', () => {
  // Python mmh3 5.3.1: struct.unpack('<4I', mmh3.hash_bytes(text.encode('utf-16-le'), seed, x64arch=False)).
  it.each([
    ['', 0, [0, 0, 0, 0]],
    ['a', 1, [2107402332, 3113528247, 3113528247, 3113528247]],
    ['study-1', 7, [2228201308, 325211797, 3181085724, 3495637308]],
    ['abcdefgh', 0, [1815443029, 2381879457, 2808947469, 1108635924]],
    ['0f8fad5b-d9cb-469f-a165-70867728950e', 42, [1095447746, 856034101, 1452696199, 438690770]],
    ['Ærø ♥ 😀', 4000000, [413461276, 2841680504, 878600422, 274689137]],
  ])('of texts are MurmurHash3: %s', (text, seed, wanted) => {
    const words = new Uint32Array(4);
    textHash(text, seed, words);
    expect([...words]).toEqual(wanted);
  });

  it('tell apart every text and number within its group, in the order in which they appear', async () => {
    const cells = Array.from({ length: 5000 }, (_, i) => (i % 3 === 0 ? `t${i % 700}` : (i * 7) % 900));
    const within = cells.map((_, i) => i % 2);
    const each: CellSource['each'] = async (_, take) => {
      take(cells.slice(0, 1234), 0);
      take(cells.slice(1234), 1234);
    };
    const source = { file: 't', rows: cells.length, each };
    const { numbers, count } = await numberKeys(source, { column: 'k', what: 'study', within, wanted: undefined });
    const order = new Map<string, number>();
    const wanted = cells.map((cell, i) => {
      const key = JSON.stringify([cell, within[i]]);
      order.set(key, order.get(key) ?? order.size);
      return order.get(key);
    });
    expect([...numbers]).toEqual(wanted);
    expect(count).toBe(order.size);
  });
});
