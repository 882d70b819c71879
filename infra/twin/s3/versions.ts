// The table of object versions, which is all of S3's state apart from the larger bodies.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { StoredBody } from './blobs.ts';
import type { Checksum, ChecksumAlgorithm } from './checksums.ts';
import type { Encryption } from './encryption.ts';
import type { Tags } from './tags.ts';

/** What a client may store beside the body and gets back as headers. */
export interface ObjectHeaders {
  /** `content-type`, `cache-control`, …: see `storedHeaders`. */
  readonly system: Readonly<Record<string, string>>;
  /** Without the `x-amz-meta-` prefix. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** One version of one key, without its body. Delete markers have size 0 and an empty etag. */
export interface ObjectVersion {
  /** Grows with every version written, in all buckets. */
  readonly sequence: number;
  readonly bucket: string;
  readonly key: string;
  /** `null` in a bucket without versions. */
  readonly versionId: string;
  readonly isCurrent: boolean;
  readonly isDeleteMarker: boolean;
  readonly sizeBytes: number;
  /** MD5 of the body in hexadecimal, without quotes. */
  readonly etag: string;
  /** Whole seconds, as S3 keeps them, in milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly headers: ObjectHeaders;
  readonly tags: Tags;
  readonly checksum: Checksum | undefined;
  readonly encryption: Encryption | undefined;
}

export type NewVersion = Omit<ObjectVersion, 'sequence' | 'isCurrent'>;

export interface Versions {
  current(bucket: string, key: string): ObjectVersion | undefined;
  version(bucket: string, key: string, versionId: string): ObjectVersion | undefined;
  body(sequence: number): StoredBody;
  /** Adds the newest version of its key. In a bucket without versions call `remove` on the old one first. */
  insert(version: NewVersion, body: StoredBody | undefined): void;
  /** Removes one version; the newest that remains becomes current. Returns the file that its body was in. */
  remove(version: ObjectVersion): string | undefined;
  setTags(sequence: number, tags: Tags): void;
  /** Keys of current objects in UTF-8 order, delete markers left out; from these bytes on, inclusive or not. */
  listCurrent(bucket: string, from: Uint8Array, inclusive: boolean, limit: number): readonly ObjectVersion[];
  /** All versions by key, newest first, from (key, below sequence) on. */
  listVersions(bucket: string, from: Uint8Array, belowSequence: number, limit: number): readonly ObjectVersion[];
  namesFile(file: string): boolean;
}

const columns =
  'sequence, bucket, key, version_id, is_current, is_delete_marker, size_bytes, etag, modified_ms, headers, tags, checksum, encryption';

/** Creates the tables if they are missing and prepares every statement once. */
export function openVersions(db: DatabaseSync): Versions {
  db.exec(`
    CREATE TABLE IF NOT EXISTS s3_versions (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      bucket TEXT NOT NULL, key TEXT NOT NULL, version_id TEXT NOT NULL,
      is_current INTEGER NOT NULL, is_delete_marker INTEGER NOT NULL,
      size_bytes INTEGER NOT NULL, etag TEXT NOT NULL, modified_ms INTEGER NOT NULL,
      headers TEXT NOT NULL, tags TEXT NOT NULL, checksum TEXT, encryption TEXT,
      file TEXT, body BLOB
    ) STRICT;
    CREATE INDEX IF NOT EXISTS s3_versions_of_key ON s3_versions (bucket, key, sequence DESC);
    CREATE UNIQUE INDEX IF NOT EXISTS s3_current ON s3_versions (bucket, key) WHERE is_current = 1;
    CREATE INDEX IF NOT EXISTS s3_files ON s3_versions (file) WHERE file IS NOT NULL;
  `);
  const selectCurrent = db.prepare(
    `SELECT ${columns} FROM s3_versions WHERE bucket = ? AND key = ? AND is_current = 1`,
  );
  const selectVersion = db.prepare(
    `SELECT ${columns} FROM s3_versions WHERE bucket = ? AND key = ? AND version_id = ?`,
  );
  const selectBody = db.prepare('SELECT file, body FROM s3_versions WHERE sequence = ?');
  const retire = db.prepare('UPDATE s3_versions SET is_current = 0 WHERE bucket = ? AND key = ? AND is_current = 1');
  const insertVersion = db.prepare(
    `INSERT INTO s3_versions (bucket, key, version_id, is_current, is_delete_marker, size_bytes, etag, modified_ms,
       headers, tags, checksum, encryption, file, body) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const deleteVersion = db.prepare('DELETE FROM s3_versions WHERE sequence = ? RETURNING file');
  const promote = db.prepare(
    `UPDATE s3_versions SET is_current = 1 WHERE sequence =
       (SELECT max(sequence) FROM s3_versions WHERE bucket = ? AND key = ?)`,
  );
  const updateTags = db.prepare('UPDATE s3_versions SET tags = ? WHERE sequence = ?');
  // Bounds are bytes, since the one behind a common prefix is no valid UTF-8: see behindPrefix.
  const listCondition = 'is_current = 1 AND is_delete_marker = 0';
  const listFrom = db.prepare(
    `SELECT ${columns} FROM s3_versions WHERE bucket = ? AND key >= CAST(? AS TEXT) AND ${listCondition} ORDER BY key LIMIT ?`,
  );
  const listAfter = db.prepare(
    `SELECT ${columns} FROM s3_versions WHERE bucket = ? AND key > CAST(? AS TEXT) AND ${listCondition} ORDER BY key LIMIT ?`,
  );
  const listAll = db.prepare(
    `SELECT ${columns} FROM s3_versions WHERE bucket = ? AND key >= CAST(? AS TEXT) AND (key > CAST(? AS TEXT) OR sequence < ?)
     ORDER BY key, sequence DESC LIMIT ?`,
  );
  const selectFile = db.prepare('SELECT 1 FROM s3_versions WHERE file = ?');

  return {
    current: (bucket, key) => toVersion(selectCurrent.get(bucket, key)),
    version: (bucket, key, versionId) => toVersion(selectVersion.get(bucket, key, versionId)),
    body(sequence) {
      const row = selectBody.get(sequence);
      return row?.file == null
        ? { inline: (row?.body as Uint8Array) ?? new Uint8Array() }
        : { file: row.file as string };
    },
    insert(version, body) {
      retire.run(version.bucket, version.key);
      insertVersion.run(
        version.bucket,
        version.key,
        version.versionId,
        version.isDeleteMarker ? 1 : 0,
        version.sizeBytes,
        version.etag,
        version.modifiedMs,
        JSON.stringify(version.headers),
        JSON.stringify(version.tags),
        version.checksum ? JSON.stringify(version.checksum) : null,
        version.encryption ? JSON.stringify(version.encryption) : null,
        body && 'file' in body ? body.file : null,
        body && 'inline' in body ? body.inline : null,
      );
    },
    remove(version) {
      const row = deleteVersion.get(version.sequence);
      if (version.isCurrent) promote.run(version.bucket, version.key);
      return (row?.file as string | null) ?? undefined;
    },
    setTags: (sequence, tags) => void updateTags.run(JSON.stringify(tags), sequence),
    listCurrent: (bucket, from, inclusive, limit) =>
      (inclusive ? listFrom : listAfter).all(bucket, from, limit).map(fromRow),
    listVersions: (bucket, from, belowSequence, limit) =>
      listAll.all(bucket, from, from, belowSequence, limit).map(fromRow),
    namesFile: (file) => selectFile.get(file) !== undefined,
  };
}

type Row = Record<string, SQLOutputValue>;

function toVersion(row: Row | undefined): ObjectVersion | undefined {
  return row && fromRow(row);
}

function fromRow(row: Row): ObjectVersion {
  return {
    sequence: row.sequence as number,
    bucket: row.bucket as string,
    key: row.key as string,
    versionId: row.version_id as string,
    isCurrent: row.is_current === 1,
    isDeleteMarker: row.is_delete_marker === 1,
    sizeBytes: row.size_bytes as number,
    etag: row.etag as string,
    modifiedMs: row.modified_ms as number,
    headers: JSON.parse(row.headers as string) as ObjectHeaders,
    tags: JSON.parse(row.tags as string) as Tags,
    checksum:
      row.checksum === null
        ? undefined
        : (JSON.parse(row.checksum as string) as { algorithm: ChecksumAlgorithm; value: string }),
    encryption: row.encryption === null ? undefined : (JSON.parse(row.encryption as string) as Encryption),
  };
}
