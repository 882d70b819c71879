// `tricuspid inspect` for ECGs: the same reading as intake's, with the names that only the site's own machine may show.
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { NORTH } from '../steps/hospital.ts';
import { recordFiles, textFile, together, zipped } from '../steps/wfdb-records.ts';
import { tricuspid, workFolder } from './command.ts';

const folder = workFolder();
afterAll(folder.remove);

const files = together(recordFiles('r1', 1), recordFiles('r2', 2), new Map([['r2.dat', new Uint8Array(10)]]));
writeFileSync(folder.in('north.json'), JSON.stringify(NORTH));
for (const [name, body] of files) writeFileSync(folder.in(name), body);
writeFileSync(folder.in('night.zip'), zipped(together(files, textFile('README', 'words'))));
writeFileSync(folder.in('all.json'), '{"tricuspidManifest":1,"files":["r1.hea","r1.dat"]}');

const inspect = (file: string, ...more: readonly string[]) =>
  tricuspid(folder.path, 'inspect', file, '--site', folder.in('north.json'), ...more);

const lineOfR1 = '1 r1: 100 Hz, 5 s, leads I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6, age 62, sex F';

test('says of every record of a zip what it is or why it would be rejected', async () => {
  const { code, stdout } = await inspect('night.zip');
  expect(stdout.trimEnd().split('\n')).toEqual([
    'WFDB: 2 items: 1 ECGs, 0 repeated, 1 rejected; 0 labels in all',
    'finding (file-left-out): found 1 files that are neither ECG nor table of the site; left out',
    lineOfR1,
    '2 r2: rejected (signal-file-short): signal file of header line 2: found 0 samples of each signal, accepted the 500 that the header gives',
  ]);
  expect(code).toBe(0);
});

test('says the same as JSON', async () => {
  const { stdout } = await inspect('night.zip', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    items: 2,
    records: [
      { record: 'r1', description: { age: 62 } },
      { record: 'r2', rejected: { code: 'signal-file-short' } },
    ],
  });
});

test.each(['r1.hea', 'all.json'])('reads %s with the files beside it that it names', async (file) => {
  const { code, stdout } = await inspect(file);
  expect(stdout.trimEnd().split('\n')).toEqual([
    'WFDB: 1 items: 1 ECGs, 0 repeated, 0 rejected; 0 labels in all',
    lineOfR1,
  ]);
  expect(code).toBe(0);
});

test('says that a signal file is missing only where there is none', async () => {
  for (const name of ['r3', 'r4'])
    writeFileSync(folder.in(`${name}.hea`), recordFiles(name, 3).get(`${name}.hea`) ?? '');
  expect((await inspect('r3.hea')).stdout).toContain('1 r3: rejected (signal-file-missing)');
  mkdirSync(folder.in('r4.dat'));
  const unreadable = await inspect('r4.hea');
  expect(unreadable).toMatchObject({ code: 2, stdout: '' });
  expect(unreadable.stderr).toContain('inspect: found r4.dat, which cannot be read (EISDIR), expected a file');
});

test('exits with 2 for a zip that intake would refuse', async () => {
  writeFileSync(folder.in('none.zip'), zipped(textFile('README', 'words')));
  const { code, stdout } = await inspect('none.zip');
  expect(stdout).toBe(
    'Not accepted (no-ecg): found 1 files and no WFDB header (.hea) among them, accepted ECGs in WFDB format with their signal files\n',
  );
  expect(code).toBe(2);
});
