import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMirror, type Mirror } from '#cli/mirror.ts';
import { TransientFailure } from '#functions/errors.ts';
import { MemoryBucket } from '#lib/local/memory.ts';
import { workFolder } from './command.ts';

let folder: ReturnType<typeof workFolder>;
beforeEach(() => {
  folder = workFolder();
});
afterEach(() => {
  folder.remove();
});

/** A bucket that does something before each put. */
class WatchedBucket extends MemoryBucket {
  before: (key: string) => void = () => {};

  override async put(key: string, body: Uint8Array | string): Promise<void> {
    this.before(key);
    await super.put(key, body);
  }
}

function write(path: string, text: string, atSeconds = 1): void {
  const file = folder.in(path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, atSeconds, atSeconds);
}

const mirrorInto = (bucket: MemoryBucket): Promise<Mirror> =>
  createMirror(folder.path, () => bucket, folder.in('mirror.json'));

describe('a mirrored folder', () => {
  it('sends a file once two looks found it the same, once, and again when it has changed', async () => {
    const bucket = new WatchedBucket();
    const look = await mirrorInto(bucket);
    write('drops/north/2026/a.csv', 'half');
    expect((await look()).sent).toEqual([]);
    write('drops/north/2026/a.csv', 'whole', 2);
    expect((await look()).sent).toEqual([]);
    expect((await look()).sent).toEqual(['north/2026/a.csv']);
    expect((await look()).sent).toEqual([]);
    write('drops/north/2026/a.csv', 'other', 3);
    await look();
    expect((await look()).sent).toEqual(['north/2026/a.csv']);
    expect(Buffer.from((await bucket.get('drops/north/2026/a.csv'))?.body ?? []).toString()).toBe('other');
  });

  it('sends nothing twice after a restart', async () => {
    const bucket = new WatchedBucket();
    write('drops/north/a.csv', 'a');
    const first = await mirrorInto(bucket);
    await first();
    expect((await first()).sent).toEqual(['north/a.csv']);
    const second = await mirrorInto(bucket);
    write('drops/north/b.csv', 'b');
    expect((await second()).sent).toEqual([]);
    expect((await second()).sent).toEqual(['north/b.csv']);
  });

  it('leaves files beside the sites and hidden files alone', async () => {
    const bucket = new WatchedBucket();
    write('drops/readme.txt', 'x');
    write('drops/north/.a.csv.part', 'x');
    const look = await mirrorInto(bucket);
    await look();
    expect(await look()).toEqual({ sent: [], failed: [], receipts: 0 });
  });

  it('goes on when a file is taken away while others are sent', async () => {
    const bucket = new WatchedBucket();
    for (const name of ['a', 'b', 'c']) write(`drops/north/${name}.csv`, name);
    const look = await mirrorInto(bucket);
    await look();
    bucket.before = () => rmSync(folder.in('drops/north/b.csv'), { force: true });
    expect((await look()).sent).toEqual(['north/a.csv', 'north/c.csv']);
  });

  it('sends again what could not be sent for now', async () => {
    const bucket = new WatchedBucket();
    write('drops/north/a.csv', 'a');
    const look = await mirrorInto(bucket);
    await look();
    bucket.before = () => {
      throw new TransientFailure('found no answer');
    };
    expect(await look()).toEqual({ sent: [], failed: ['north/a.csv'], receipts: 0 });
    bucket.before = () => {};
    await look();
    expect((await look()).sent).toEqual(['north/a.csv']);
  });

  it('brings each receipt of a site that drops back once', async () => {
    const bucket = new WatchedBucket();
    write('drops/north/a.csv', 'a');
    await bucket.put('receipts/north/2026/a.csv.v1.json', '{"state":"accepted"}');
    const look = await mirrorInto(bucket);
    expect((await look()).receipts).toBe(1);
    expect(readFileSync(folder.in('receipts/north/2026/a.csv.v1.json'), 'utf8')).toBe('{"state":"accepted"}');
    expect((await look()).receipts).toBe(0);
  });
});
