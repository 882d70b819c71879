import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLedger } from '#cli/simulate-check.ts';
import type { PutLoad } from '#cli/simulate-load.ts';
import { addToTotals, type SiteTotals } from '#cli/simulate-totals.ts';
import type { Target } from '#cli/target.ts';
import type { SimulatedDrop } from '#lib/simulate/drop.ts';
import { simulateDrops, simulatedSites } from '#lib/simulate/hospitals.ts';
import { sumOf } from '#lib/simulate/truth.ts';
import { drainInOrder, dropFile, memoryCloud } from '../steps/memory-cloud.ts';
import { doubleLoader } from '../steps/models.ts';
import { tricuspid, workFolder } from './command.ts';

const folder = workFolder();
afterAll(() => folder.remove());

describe('simulate --to', () => {
  const args = ['simulate', '--sites', '4', '--studies', '104', '--seed', 'files', '--to', 'out'];

  it('writes drops, site descriptions, what was planted, and totals that are their sum', async () => {
    const { code, stdout, stderr } = await tricuspid(folder.path, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\d+ drops with \d+ items, \d+\.\d MB in out /);
    const planted = readFileSync(folder.in('out/planted.jsonl'), 'utf8').trimEnd().split('\n');
    const lines = planted.map((line) => JSON.parse(line));
    for (const file of lines.flatMap(({ files }) => files))
      expect(existsSync(folder.in(`out/${file}`)), file).toBe(true);
    const { sites } = JSON.parse(readFileSync(folder.in('out/truth.json'), 'utf8'));
    for (const [site, totals] of Object.entries<SiteTotals>(sites)) {
      const own = lines.filter(({ expected }) => expected.site === site);
      expect(totals).toEqual({
        ...sumOf(own.map(({ expected }) => expected)),
        objects: own.flatMap(({ files }) => files).length,
      });
      expect(existsSync(folder.in(`out/sites/${site}.json`))).toBe(true);
    }
    const ecgs = lines.flatMap((line) => line.planted);
    expect(ecgs).toHaveLength(52);
    expect(ecgs.every(({ truth }) => truth.beats.length > 3)).toBe(true);
  });

  it('keeps both versions of a corrected table, as a folder holds one file of a name', () => {
    expect(existsSync(folder.in("out/drops/hillcrest/épreuves d'effort/2025-02.tsv"))).toBe(true);
    expect(existsSync(folder.in("out/drops/hillcrest/épreuves d'effort/2025-02 (2).tsv"))).toBe(true);
  });

  it.each([
    ['a folder with files', args, 'found files in out, expected a new or empty folder'],
    [
      'too few people for a table',
      ['simulate', '--studies', '20', '--to', 'few'],
      'people per site: found 2, accepted',
    ],
    ['a seed without a letter for the ids of sites', ['simulate', '--seed', '§'], 'seed: found no letter'],
    ['no cloud at all', ['simulate', '--studies', '100'], 'cloud: found none'],
  ])('refuses %s', async (_what, parameters, message) => {
    const { code, stderr } = await tricuspid(folder.path, ...parameters);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });
});

describe('simulate --check', () => {
  const options = { seed: 'check', sites: 4, studies: 48, kinds: ['measurements' as const], prefix: 'sim-check-' };
  const cloud = memoryCloud({ models: doubleLoader(), sites: simulatedSites(options) });
  const drops = [...simulateDrops(options)];
  const target = { operator: cloud } as unknown as Target;

  beforeAll(async () => {
    for (const { site, path, body } of drops.flatMap(({ objects }) => objects)) {
      dropFile(cloud, `drops/${site}/${path}`, body);
    }
    await drainInOrder(cloud);
  });

  function check(known: readonly SimulatedDrop[], expected: readonly unknown[] = known.map(({ truth }) => truth)) {
    const totals = new Map<string, SiteTotals>();
    for (const drop of known) addToTotals(totals, drop);
    const expectations = `${folder.in('expected')}.jsonl`;
    writeFileSync(expectations, expected.map((truth) => JSON.stringify(truth)).join('\n'));
    const watch = { look: () => undefined, waits: async () => [100, 200, 300, 5000], stop: () => undefined };
    const put: PutLoad = { target, totals, expectations, startedMs: 0, watch, patienceMinutes: 0.0001 };
    return checkLedger(put);
  }

  it('finds no difference where the steps did what the simulation is known to come to, and says how long sites waited', async () => {
    const { differences, lines } = await check(drops);
    expect(differences).toEqual([]);
    expect(lines[1]).toBe('PUT to receipt, of 4 drops watched: p50 0.2 s, p95 5.0 s, longest 5.0 s');
  });

  it('names the site and the drop where an item became something else', async () => {
    const [first] = drops;
    const truth = { ...first.truth, scored: first.truth.scored - 1, filed: 1 };
    const { differences } = await check([{ ...first, truth }, ...drops.slice(1)]);
    const scored = first.truth.scored;
    expect(differences).toEqual([
      expect.stringMatching(/^sim-check-northgate: found \d+ published and abstained, expected \d+$/),
      expect.stringMatching(/^sim-check-northgate: found \d+ filed, expected \d+$/),
      `sim-check-northgate/${first.truth.path}: found ${scored} scored, 0 filed, 0 repeated, expected ${scored - 1} scored, 1 filed, 0 repeated`,
    ]);
  });

  it('names a row that was refused for another reason, although the sums agree', async () => {
    const place = drops.findIndex(({ truth }) => truth.reasons['not-a-number'] === 1);
    const { 'not-a-number': _gone, ...reasons } = drops[place].truth.reasons;
    const wrong = { ...drops[place].truth, reasons: { ...reasons, cells: 2 } };
    const { differences } = await check(
      drops,
      drops.map(({ truth }, index) => (index === place ? wrong : truth)),
    );
    expect(differences).toHaveLength(1);
    expect(differences[0]).toMatch(/^sim-check-riverside\/.*1 cells,.*1 not-a-number.*expected.*2 cells/);
  });

  it('says which objects have no receipt when patience ends', async () => {
    const [first] = drops;
    const lost = {
      ...first,
      objects: [...first.objects, { site: first.truth.site, path: 'lost.csv', body: Buffer.from('') }],
    };
    const { differences } = await check([lost, ...drops.slice(1)]);
    expect(differences).toContain('1 objects have no receipt');
    expect(differences).toContainEqual(expect.stringMatching(/northgate: found 7 object versions, expected 8/));
  });
});
