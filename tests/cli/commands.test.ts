import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { datasets } from '#lib/cohort/datasets/datasets.ts';
import { simulateHospitals } from '#lib/simulate/hospitals.ts';
import { TRICUSPID, tricuspid, workFolder } from './command.ts';

// Each test starts processes, and the machine may be busy.
vi.setConfig({ testTimeout: 300_000 });

const folder = workFolder();
afterAll(() => folder.remove());

/** Names of the commands that a help text lists. */
function commandsIn(help: string): readonly string[] {
  const [, listed = ''] = help.split(/^Commands:$/m);
  return [...listed.matchAll(/^ {2}([a-z]+)(?= )/gm)].map(([, name]) => name).filter((name) => name !== 'help');
}

/** Help of this command and of all below it, by name. */
async function helpOf(...command: readonly string[]): Promise<readonly (readonly [string, string, number | null])[]> {
  const { code, stdout } = await tricuspid(folder.path, ...command, '--help');
  const below = await Promise.all(commandsIn(stdout).map((name) => helpOf(...command, name)));
  return [[['tricuspid', ...command].join(' '), stdout, code], ...below.flat()];
}

describe('help', () => {
  it('of every command ends well, and shows an example where the command does something by itself', async () => {
    const helps = await helpOf();
    const names = helps.map(([name]) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'tricuspid demo',
        'tricuspid run',
        ...['up', 'simulate', 'status', 'ledger', 'replay', 'inspect', 'doctor'].map((name) => `tricuspid ${name}`),
        ...['list', 'add'].map((name) => `tricuspid sites ${name}`),
        ...['list', 'verify', 'add', 'disable', 'enable'].map((name) => `tricuspid models ${name}`),
        ...['list', 'download', 'export'].map((name) => `tricuspid datasets ${name}`),
      ]),
    );
    expect(helps.filter(([, , code]) => code !== 0).map(([name]) => name)).toEqual([]);
    const groups = helps.filter(([, help]) => commandsIn(help).length > 0).map(([name]) => name);
    const withoutExample = helps
      .filter(([, help]) => !/Examples?:\n {2}\$ tricuspid /.test(help))
      .map(([name]) => name);
    expect(withoutExample.filter((name) => !groups.includes(name))).toEqual([]);
  });
});

describe('a reader who closes the pipe early', () => {
  it('is no failure of the command', async () => {
    const child = spawn(process.execPath, [TRICUSPID, 'datasets', 'list'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    expect(stderr).toBe('');
  });
});

describe('input that cannot be used is refused with exit code 2 and says what is accepted', () => {
  it.each([
    ['an unknown dataset', ['run', '--dataset', 'framingham', '--from', '.'], 'found "framingham", accepted uci-heart'],
    [
      'a folder that is not there',
      ['run', '--dataset', 'uci-heart', '--from', 'nowhere'],
      'accepted an existing folder',
    ],
    [
      'a model that is not shipped',
      ['run', '--dataset', 'uci-heart', '--from', '.', '--model', 'ecg-af@0.0.1'],
      'model: found "ecg-af@0.0.1", accepted cad-measurements@1.0.0, ecg-af@1.0.0',
    ],
    ['an unknown option', ['demo', '--peple', '20'], "unknown option '--peple'"],
    ['an unknown command', ['dmeo'], "unknown command 'dmeo'"],
    ['a missing option', ['run', '--from', '.'], "required option '--dataset <name>' not specified"],
    ['a folder without a state', ['ledger', '--state', 'nowhere'], 'found no state in nowhere'],
    ['a folder without models', ['models', 'verify', '--from', '.'], 'found no folder with a model.json'],
    [
      'a dataset that cannot be exported',
      ['datasets', 'export', 'uci-heart', '--from', '.'],
      'processed.cleveland.data',
    ],
    ['a file that is not there', ['inspect', 'none.csv', '--site', 'none.json'], 'expected a site description'],
  ] as const)('%s', async (_what, parameters, words) => {
    const { code, stdout, stderr } = await tricuspid(folder.path, ...parameters);
    expect(stderr).toContain(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('inspect', () => {
  const { sites, drops, truth } = simulateHospitals({ seed: 'inspect', peoplePerSite: 12 });
  const siteFile = folder.in('site.json');
  const dropOf = (rejected: (count: number) => boolean): number =>
    truth.drops.findIndex(({ site, items, ...drop }) => site === 'riverside' && items > 1 && rejected(drop.rejected));
  writeFileSync(siteFile, JSON.stringify(sites.find(({ site }) => site === 'riverside')));

  it('counts what intake would take, and names the rows that it would not', async () => {
    const place = dropOf((rejected) => rejected > 0);
    writeFileSync(folder.in('some bad.csv'), drops[place].body);
    const { code, stdout } = await tricuspid(folder.path, 'inspect', 'some bad.csv', '--site', siteFile, '--json');
    const { items, rejected, repeatedRows, studies } = JSON.parse(stdout);
    const { items: all, scored, repeated, reasons } = truth.drops[place];
    expect({ code, items, studies, repeated: repeatedRows.length }).toEqual({
      code: 0,
      items: all,
      studies: scored,
      repeated,
    });
    const codes = Map.groupBy(rejected as { reason: { code: string } }[], ({ reason }) => reason.code);
    expect(Object.fromEntries([...codes].map(([name, rows]) => [name, rows.length]))).toEqual(reasons);
  });

  it('says the same in words', async () => {
    const place = dropOf((rejected) => rejected === 0);
    writeFileSync(folder.in('good.csv'), drops[place].body);
    const { code, stdout } = await tricuspid(folder.path, 'inspect', 'good.csv', '--site', siteFile);
    expect(stdout).toContain(`${truth.drops[place].items} items: `);
    expect(code).toBe(0);
  });

  it('exits with 2 for a file that intake would refuse, and says why', async () => {
    writeFileSync(folder.in('book.csv'), Buffer.from('PK\x03\x04[Content_Types].xml xl/workbook.xml', 'latin1'));
    const { code, stdout } = await tricuspid(folder.path, 'inspect', 'book.csv', '--site', siteFile, '--json');
    expect(JSON.parse(stdout).rejected).toEqual({
      code: 'format-not-accepted',
      message: 'found an Excel workbook (xlsx), accepted a table of text (CSV) with a header, or ECGs in WFDB format',
    });
    expect(code).toBe(2);
  });
});

describe('models and datasets', () => {
  it('verifies the golden vectors of every file of the shipped model on this machine', async () => {
    const { code, stdout } = await tricuspid(folder.path, 'models', 'verify', '--json');
    const [model] = JSON.parse(stdout).models;
    expect(model.files.map(({ file }: { file: string }) => file).sort()).toEqual([
      'all.onnx',
      'without-cleveland.onnx',
      'without-hungary.onnx',
      'without-switzerland.onnx',
      'without-va-long-beach.onnx',
    ]);
    for (const { cases, maximumDifference } of model.files) {
      expect(cases).toBeGreaterThan(0);
      expect(maximumDifference).toBeLessThanOrEqual(model.tolerance);
    }
    expect(code).toBe(0);
  });

  it('refuses a model whose weights are not those of its contract, by name', async () => {
    const models = fileURLToPath(new URL('../../models', import.meta.url));
    cpSync(models, folder.in('models'), { recursive: true, filter: (path) => !path.includes('recipe') });
    appendFileSync(folder.in('models/cad-measurements/without-hungary.onnx'), 'x');
    const { code, stderr } = await tricuspid(folder.path, 'models', 'verify', '--from', 'models');
    expect(stderr).toContain('without-hungary.onnx: found sha256 ');
    expect(code).toBe(2);
  });

  it('lists every dataset with licence, citation, source and the hashes that are known', async () => {
    const { code, stdout } = await tricuspid(folder.path, 'datasets', 'list', '--json');
    const listed = JSON.parse(stdout).datasets;
    expect(listed.map(({ name }: { name: string }) => name)).toEqual(datasets.map(({ name }) => name));
    for (const [index, { licence, citation, source }] of datasets.entries())
      expect(listed[index]).toMatchObject({ licence, citation, source: source.address, files: source.files });
    expect(code).toBe(0);
  });
});
