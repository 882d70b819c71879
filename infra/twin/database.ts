// The twin's durable state: one SQLite file that S3 and SQS share, so that an object and the event it causes commit together.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How many `transaction` calls are open on a connection, one inside the other. */
const depths = new WeakMap<DatabaseSync, number>();

/**
 * Opens `state.sqlite` in this folder, creating both. Write-ahead logging with `synchronous=NORMAL`: what has been
 * committed survives the death of the process (`kill -9`); a power cut may lose the newest commits but tears nothing.
 */
export function openDatabase(folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true });
  const db = new DatabaseSync(join(folder, 'state.sqlite'), { timeout: 10_000 });
  // Checkpoints wait for the disk, so they come every 40 MB instead of every 4; the cache is 64 MB.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 10000');
  db.exec('PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY');
  return db;
}

/**
 * Runs `fn` all or nothing. Inside another `transaction` it becomes a savepoint: if it throws, only its own writes are
 * undone and the caller may catch and go on. `fn` must be synchronous, since every service shares the connection.
 */
export function transaction<T>(db: DatabaseSync, fn: () => T): T {
  const depth = depths.get(db) ?? 0;
  const [begin, commit, rollback] =
    depth === 0
      ? ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK']
      : [`SAVEPOINT s${depth}`, `RELEASE s${depth}`, `ROLLBACK TO s${depth}; RELEASE s${depth}`];
  db.exec(begin);
  depths.set(db, depth + 1);
  try {
    const result = fn();
    if (result instanceof Promise)
      throw new TypeError('transaction: found an asynchronous function, allowed are synchronous ones');
    db.exec(commit);
    return result;
  } catch (error) {
    // SQLite has already rolled back by itself after some errors (disk full): then there is nothing left to undo.
    if (db.isTransaction) db.exec(rollback);
    throw error;
  } finally {
    depths.set(db, depth);
  }
}
