import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, transaction } from '#infra/twin/database.ts';

let folder: string;
let db: DatabaseSync;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twin-db-'));
  db = openDatabase(join(folder, 'state'));
  db.exec('CREATE TABLE noted (word TEXT)');
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

const note = (word: string) => db.prepare('INSERT INTO noted VALUES (?)').run(word);
const noted = (from = db) =>
  from
    .prepare('SELECT word FROM noted')
    .all()
    .map(({ word }) => word);

describe('a transaction', () => {
  test('commits all of its writes for every connection, and returns the result', () => {
    expect(transaction(db, () => [note('a'), note('b')].length)).toBe(2);
    const other = openDatabase(join(folder, 'state'));
    expect(noted(other)).toEqual(['a', 'b']);
    other.close();
  });

  test('undoes all of its writes when it throws', () => {
    const failing = () =>
      transaction(db, () => {
        note('a');
        throw new Error('stop');
      });
    expect(failing).toThrow('stop');
    expect(noted()).toEqual([]);
    transaction(db, () => note('b'));
    expect(noted()).toEqual(['b']);
  });

  test('inside another undoes only itself, at any depth', () => {
    transaction(db, () => {
      note('outer');
      transaction(db, () => {
        note('middle');
        expect(() =>
          transaction(db, () => {
            note('inner');
            throw new Error('stop');
          }),
        ).toThrow('stop');
        transaction(db, () => note('second'));
      });
    });
    expect(noted()).toEqual(['outer', 'middle', 'second']);
  });

  test('takes the work of inner ones along when it is undone', () => {
    const failing = () =>
      transaction(db, () => {
        transaction(db, () => note('inner'));
        throw new Error('stop');
      });
    expect(failing).toThrow('stop');
    expect(noted()).toEqual([]);
  });

  test('refuses asynchronous work and writes nothing of it', () => {
    const asynchronous = () =>
      transaction(db, async () => {
        note('late');
      });
    expect(asynchronous).toThrow('transaction: found an asynchronous function, allowed are synchronous ones');
    expect(noted()).toEqual([]);
  });
});

test('the database is in WAL mode with normal synchronisation', () => {
  expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
  expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 1 });
});
