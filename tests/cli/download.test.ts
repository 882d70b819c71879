import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { downloadDataset, mirrorOf } from '#cli/download.ts';
import { type DownloadOptions, downloadFile } from '#cli/download-file.ts';
import { progressLine } from '#cli/download-progress.ts';
import type { Dataset } from '#lib/cohort/datasets/dataset.ts';
import { mitdb } from '#lib/cohort/datasets/mitdb.ts';
import { tricuspid, workFolder } from './command.ts';
import { answers, breaksAfter, isSilent, type Publisher, publish, sha256 } from './download-server.ts';

const body = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7 + (n >> 8)) & 0xff));
const quickly: DownloadOptions = { backoffMilliseconds: 1, attempts: 3, silenceMilliseconds: 1000 };

let folder: ReturnType<typeof workFolder>;
let server: Publisher | undefined;
beforeEach(() => {
  folder = workFolder();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  folder.remove();
});

async function publisher(...parameters: Parameters<typeof publish>): Promise<Publisher> {
  server = await publish(...parameters);
  return server;
}

describe('a file', () => {
  const download = (from: Publisher, options: DownloadOptions = quickly, sum = sha256(body)) =>
    downloadFile({ address: `${from.address}a.bin`, target: folder.in('x/a.bin'), sha256: sum }, options);
  const hasPart = () => (statSync(folder.in('x/a.bin.part'), { throwIfNoEntry: false })?.size ?? 0) > 0;
  const arrived = () => sha256(readFileSync(folder.in('x/a.bin')));

  it('that breaks off is gone on with from the last byte', async () => {
    const from = await publisher({ 'a.bin': body });
    from.troubles.push(breaksAfter(100_000, hasPart));
    expect(await download(from)).toBe('downloaded');
    expect(arrived()).toBe(sha256(body));
    expect(from.requests).toEqual(['GET a.bin', expect.stringMatching(/^GET a\.bin bytes=[1-9]\d*-$/)]);
    expect(readdirSync(folder.in('x'))).toEqual(['a.bin']);
  });

  it('that an earlier process left unfinished is gone on with', async () => {
    const from = await publisher({ 'a.bin': body });
    from.troubles.push(breaksAfter(100_000, hasPart));
    await expect(download(from, { ...quickly, attempts: 1 })).rejects.toThrow(/a\.bin: found /);
    expect(existsSync(folder.in('x/a.bin'))).toBe(false);
    await download(from);
    expect(arrived()).toBe(sha256(body));
    expect(from.requests[1]).toMatch(/bytes=/);
  });

  it('that changed in between is taken from the start: its ETag is another', async () => {
    const other = await publisher({ 'a.bin': Buffer.alloc(200_000, 1) });
    other.troubles.push(breaksAfter(100_000, hasPart));
    await expect(download(other, { ...quickly, attempts: 1 })).rejects.toThrow();
    await other.close();
    const from = await publisher({ 'a.bin': body });
    await download(from);
    expect(arrived()).toBe(sha256(body));
    expect(from.requests).toEqual([expect.stringMatching(/ bytes=/)]);
  });

  it('comes whole from a server that cannot send parts', async () => {
    const from = await publisher({ 'a.bin': body }, { ranges: false });
    from.troubles.push(breaksAfter(100_000, hasPart));
    await download(from);
    expect(arrived()).toBe(sha256(body));
  });

  it('is begun again when the part here is longer than the file there', async () => {
    const from = await publisher({ 'a.bin': body });
    mkdirSync(folder.in('x'));
    writeFileSync(folder.in('x/a.bin.part'), Buffer.alloc(400_000));
    writeFileSync(folder.in('x/a.bin.part.json'), JSON.stringify({ validator: '"any"' }));
    await download(from);
    expect(arrived()).toBe(sha256(body));
    expect(from.requests).toEqual(['GET a.bin bytes=400000-', 'GET a.bin']);
  });

  it('with a damaged beginning from earlier is begun again, once', async () => {
    const from = await publisher({ 'a.bin': body });
    mkdirSync(folder.in('x'));
    writeFileSync(folder.in('x/a.bin.part'), Buffer.alloc(1000));
    writeFileSync(folder.in('x/a.bin.part.json'), JSON.stringify({ validator: `"${sha256(body).slice(0, 16)}"` }));
    await download(from);
    expect(arrived()).toBe(sha256(body));
    expect(from.requests).toEqual(['GET a.bin bytes=1000-', 'GET a.bin']);
  });

  it('that is not the published one is refused with both hashes, and not kept', async () => {
    const from = await publisher({ 'a.bin': body });
    await expect(download(from, quickly, 'f'.repeat(64))).rejects.toThrow(
      `a.bin: found sha256 ${sha256(body)}, accepted ${'f'.repeat(64)}`,
    );
    expect(readdirSync(folder.in('x'))).toEqual([]);
    expect(from.requests).toHaveLength(1);
  });

  it('is asked for again after 503, 429 and silence', async () => {
    const from = await publisher({ 'a.bin': body });
    from.troubles.push(answers(503), answers(429), isSilent);
    await download(from, { ...quickly, attempts: 4 });
    expect(arrived()).toBe(sha256(body));
    expect(from.requests).toHaveLength(4);
  });

  it('is given up after as many failures as allowed, with the last one in the message', async () => {
    const from = await publisher({ 'a.bin': body });
    from.troubles.push(answers(500), answers(502), answers(503));
    await expect(download(from)).rejects.toThrow(/a\.bin: found HTTP 503, accepted 200$/);
    expect(from.requests).toHaveLength(3);
  });

  it('that is not there is not asked for twice', async () => {
    const from = await publisher({});
    await expect(download(from)).rejects.toThrow(/a\.bin: found HTTP 404, accepted 200$/);
    expect(from.requests).toHaveLength(1);
  });

  it('that is there and whole is not asked for at all; a damaged one is replaced', async () => {
    const from = await publisher({ 'a.bin': body });
    mkdirSync(folder.in('x'));
    writeFileSync(folder.in('x/a.bin'), body.subarray(1));
    expect(await download(from)).toBe('downloaded');
    expect(await download(from)).toBe('there');
    expect(from.requests).toHaveLength(1);
  });

  it('cannot be had without a network, and the message says so', async () => {
    const from = await publisher({});
    await from.close();
    await expect(download(from)).rejects.toThrow(/a\.bin: found no connection \(ECONNREFUSED\)$/);
  });
});

describe('a dataset', () => {
  const files: Record<string, Buffer> = Object.fromEntries(
    [103, 105, 112].flatMap((record) =>
      ['hea', 'dat', 'atr'].map((extension) => [
        `${record}.${extension}`,
        Buffer.from(`${record}${extension}`.repeat(99)),
      ]),
    ),
  );
  const unneeded = { 'x_mitdb/x_108.dat': Buffer.from('not needed'), '102-0.atr': Buffer.from('not needed') };
  const all = { ...files, ...unneeded };
  const sums = Object.entries(all).map(([path, content]) => `${sha256(content)} ${path}\n`);
  /** The database without the hashes that are known here: these files are others. */
  const dataset: Dataset = { ...mitdb, source: { ...mitdb.source, files: [] } };
  const download = (from: Publisher, of = dataset) =>
    downloadDataset({ dataset: of, folder: folder.path, source: from.address, options: quickly, say: () => undefined });

  it('is what its list of hashes says, as far as a run needs it', async () => {
    const from = await publisher({ ...all, 'SHA256SUMS.txt': Buffer.from(sums.join('')) });
    const bytes = Object.values(files).reduce((sum, { length }) => sum + length, 0);
    expect(await download(from)).toEqual({ files: 9, there: 0, bytes });
    expect(readdirSync(folder.path).sort()).toEqual([...Object.keys(files), 'SHA256SUMS.txt'].sort());
    expect(await download(from)).toEqual({ files: 9, there: 9, bytes: 0 });
  });

  it('with one file that cannot be had fails, keeps the others, and says how to go on', async () => {
    const rest = Object.entries(all).filter(([path]) => path !== '105.dat');
    const from = await publisher({ ...Object.fromEntries(rest), 'SHA256SUMS.txt': Buffer.from(sums.join('')) });
    await expect(download(from)).rejects.toThrow(
      /^download of mitdb: http.*\/105\.dat: found HTTP 404, accepted 200; run again to go on, give a mirror with --source/,
    );
    expect(existsSync(join(folder.path, '112.atr'))).toBe(true);
  });

  it('from a mirror whose list differs from a hash that is known here is refused', async () => {
    const list = `${'a'.repeat(64)} 100.dat\n`;
    const from = await publisher({ 'SHA256SUMS.txt': Buffer.from(list) });
    await expect(download(from, mitdb)).rejects.toThrow(/found sha256 a{64} for 100\.dat, accepted b2ea3c250e56/);
  });

  it('comes from the mirror of the command line, else from that of the environment, else from its publisher', () => {
    expect(mirrorOf(dataset, undefined)).toBeUndefined();
    vi.stubEnv('TRICUSPID_DATASETS', 'https://mirror.example/data');
    expect(mirrorOf(dataset, undefined)).toBe('https://mirror.example/data/mitdb/');
    expect(mirrorOf(dataset, 'https://other.example/')).toBe('https://other.example/');
    vi.unstubAllEnvs();
  });

  it('from an address that is none is refused', async () => {
    const source = 'ftp://example.org/';
    const download = downloadDataset({ dataset, folder: folder.path, source, say: () => undefined });
    await expect(download).rejects.toThrow('source: found ftp://example.org/, accepted an address with http(s)://');
  });
});

const uciHeart = fileURLToPath(new URL('../../../shared/data/uci-heart', import.meta.url));

it.skipIf(!existsSync(uciHeart))(
  'the command brings a dataset from a mirror, and its exit code says whether it could',
  async () => {
    const names = readdirSync(uciHeart).filter((name) => name.startsWith('processed.'));
    const from = await publisher(Object.fromEntries(names.map((name) => [name, readFileSync(join(uciHeart, name))])));
    const done = await tricuspid(
      folder.path,
      'datasets',
      'download',
      'uci-heart',
      '--to',
      'uci',
      '--source',
      from.address,
    );
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(done.stdout).toMatch(
      /^4 files in uci, all with their published SHA-256: 0 were there, \d+ bytes received\n$/,
    );
    const wrong = `${from.address}other/`;
    const failed = await tricuspid(folder.path, 'run', '--dataset', 'uci-heart', '--source', wrong);
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain('found HTTP 404, accepted 200; run again to go on, give a mirror');
  },
  60_000,
);

it('progress says files, bytes, rate and the time that is left', () => {
  const state = { files: 111, ended: 12, bytes: 30e6, expected: 90e6, seconds: 10 };
  expect(progressLine(state)).toBe('12/111 files · 30.0 of about 90.0 MB · 3.0 MB/s · about 20 s left');
  expect(progressLine({ ...state, bytes: 0 })).toBe('12/111 files · 0.0 of about 90.0 MB · 0.0 MB/s');
});
