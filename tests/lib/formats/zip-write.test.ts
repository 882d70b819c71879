import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readZip } from '#lib/formats/archive-zip.ts';
import { writeZip } from '#lib/formats/zip-write.ts';

const members = [
  { path: 'records.csv', body: Buffer.from('record,rhythm\n100,N\n'.repeat(50)) },
  { path: 'ordner/Größe.dat', body: Buffer.from([0, 255, 1, 254]) },
  { path: 'empty.txt', body: new Uint8Array() },
];
const folder = mkdtempSync(join(tmpdir(), 'zip-write-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('files come back as they were, by their paths', () => {
  expect([...readZip(writeZip(members))]).toEqual(members.map(({ path, body }) => [path, Buffer.from(body)]));
});

test('no time of this machine is in it: the same files give the same bytes', () => {
  const midnight1980 = Buffer.from([0, 0, 0x21, 0]);
  expect(Buffer.from(writeZip(members)).subarray(10, 14)).toEqual(midnight1980);
  expect(writeZip(members)).toEqual(writeZip(members));
});

test.skipIf(spawnSync('python3', ['--version']).status !== 0)(
  "Python's zipfile reads it, names and checksums too",
  () => {
    const file = join(folder, 'a.zip');
    writeFileSync(file, writeZip(members));
    const script =
      'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), [(i.filename, i.file_size, i.date_time[0]) for i in z.infolist()])';
    const { stdout } = spawnSync('python3', ['-c', script, file], {
      encoding: 'utf8',
      env: { PYTHONIOENCODING: 'utf8' },
    });
    expect(stdout.trim()).toBe(
      "None [('records.csv', 1000, 1980), ('ordner/Größe.dat', 4, 1980), ('empty.txt', 0, 1980)]",
    );
  },
);

test('what needs zip64 is refused', () => {
  const many = Array.from({ length: 65_536 }, (_, n) => ({ path: `${n}`, body: new Uint8Array() }));
  expect(() => writeZip(many)).toThrow('zip to write: found 65536 files, allowed up to 65535');
  expect(() => writeZip([{ path: '', body: new Uint8Array() }])).toThrow('found a path of 0 bytes');
});
