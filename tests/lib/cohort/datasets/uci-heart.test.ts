import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RefusedInput } from '#functions/errors.ts';
import { datasetNamed } from '#lib/cohort/datasets/datasets.ts';
import { exportDataset } from '#lib/cohort/datasets/export.ts';
import { uciHeart } from '#lib/cohort/datasets/uci-heart.ts';
import { readTable } from '#lib/formats/table.ts';
import { collect } from './collect.ts';

const folder = fileURLToPath(new URL('../../../../../shared/data/uci-heart', import.meta.url));

test('a dataset that nobody knows is refused with those there are', () => {
  expect(() => datasetNamed('uci-hearts')).toThrow(
    new RefusedInput('dataset: found "uci-hearts", accepted uci-heart, cinc2017, mitdb, cpsc2021, ptb-xl, cinc2021'),
  );
  expect(datasetNamed('uci-heart')).toBe(uciHeart);
});

test('a folder without the files is refused', async () => {
  await expect(uciHeart.open(join(tmpdir(), 'no-such-folder'))).rejects.toThrow(RefusedInput);
});

describe.skipIf(!existsSync(folder))('the published files', () => {
  // Class distribution in heart-disease.names: num 0 is no disease, 1 to 4 is disease.
  const published = {
    cleveland: { people: 303, cases: 55 + 36 + 35 + 13 },
    hungary: { people: 294, cases: 37 + 26 + 28 + 15 },
    switzerland: { people: 123, cases: 48 + 32 + 30 + 5 },
    'va-long-beach': { people: 200, cases: 56 + 41 + 42 + 10 },
  };

  test('give four hospitals with the published numbers of people and cases', async () => {
    const open = await uciHeart.open(folder);
    const sites = new Map(open.sites.map((site) => [site.site, site]));
    const counts: Record<string, { people: number; cases: number }> = {};
    for await (const { site, path, body } of open.drops()) {
      const description = sites.get(site);
      if (description === undefined) throw new Error(`no site ${site}`);
      const { rows, labels, rejected, repeatedRows, findings } = readTable(body, path, description);
      expect({ rejected, repeatedRows, findings }).toEqual({ rejected: [], repeatedRows: [], findings: [] });
      const earlier = counts[site] ?? { people: 0, cases: 0 };
      const cases = labels.filter(({ label }) => label.value === 1).length;
      counts[site] = { people: earlier.people + rows.length, cases: earlier.cases + cases };
    }
    expect(counts).toEqual(published);
  });

  test('are exported as one line per person with the value that stands in the file', async () => {
    const exported = (await collect(exportDataset(uciHeart, folder))).map((line) => line.trimEnd());
    const lines = exported.map((line) => JSON.parse(line));
    expect(lines).toHaveLength(920);
    expect(
      exported.every((line) =>
        /^\{"site":".*","row":\d+,"payload":".*","hash":"[0-9a-f]{64}","label":[01]\}$/.test(line),
      ),
    ).toBe(true);
    const rows = await publishedRows();
    for (const [index, { payload, label }] of lines.entries()) {
      expect(JSON.parse(payload)).toEqual(measurementsOf(rows[index]));
      expect(label).toBe(rows[index][13] === '0' ? 0 : 1);
    }
    const [first] = lines;
    expect(first.hash).toBe(createHash('sha256').update(first.payload).digest('hex'));
  });

  test('are drops of four habits: encodings, delimiters, labels apart and together', async () => {
    const open = await uciHeart.open(folder);
    const paths = (await collect(open.drops())).map(({ site, path }) => `${site}/${path}`);
    expect(paths).toEqual([
      'cleveland/cath-lab.csv',
      'hungary/terheléses vizsgálat.csv',
      'hungary/angiográfia.csv',
      'switzerland/ergometrie.txt',
      'switzerland/koronarangiographie.txt',
      'va-long-beach/stress lab/heart study.csv',
    ]);
  });

  describe('when one byte is wrong', () => {
    let copy = '';
    beforeAll(async () => {
      copy = await mkdtemp(join(tmpdir(), 'uci-heart-'));
      for (const { name } of uciHeart.source.files) await cp(join(folder, name), join(copy, name), { mode: 0 });
      const broken = await readFile(join(folder, 'processed.va.data'));
      broken[0] ^= 1;
      await rm(join(copy, 'processed.va.data'), { force: true });
      await writeFile(join(copy, 'processed.va.data'), broken);
    });
    afterAll(() => rm(copy, { recursive: true, force: true }));

    test('are refused with both hashes', async () => {
      await expect(uciHeart.open(copy)).rejects.toThrow(
        /processed\.va\.data: found sha256 [0-9a-f]{64}, accepted e7c93d8d0d2acdadfa4c5e8de768e2191e7f618b952e29623f1f0d5949ff6b8f/,
      );
    });
  });

  /** The four files line by line, read here without any code of the pipeline. */
  async function publishedRows(): Promise<string[][]> {
    const texts = await Promise.all(
      ['cleveland', 'hungarian', 'switzerland', 'va'].map((name) =>
        readFile(join(folder, `processed.${name}.data`), 'utf8'),
      ),
    );
    return texts.flatMap((text) =>
      text
        .trim()
        .split('\n')
        .map((line) => line.trim().split(',')),
    );
  }

  function measurementsOf(row: string[]): Record<string, number | string> {
    const names = [
      'age',
      'sex',
      'chestPain',
      'restingBloodPressure',
      'cholesterol',
      'fastingBloodSugarOver120',
      'restingEcg',
      'maximumHeartRate',
      'exerciseAngina',
      'stDepression',
      'stSlope',
      'majorVessels',
      'thallium',
    ];
    const entries = names.map((name, index) => [name, row[index]] as const).filter(([, cell]) => cell !== '?');
    const notZero = entries.filter(
      ([name, cell]) => !/restingBloodPressure|cholesterol/.test(name) || Number(cell) !== 0,
    );
    return Object.fromEntries(
      notZero.map(([name, cell]) => [name, name === 'sex' ? (Number(cell) === 1 ? 'M' : 'F') : Number(cell)]),
    );
  }
});
