// The tables of multipart uploads in progress and of their parts.
import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { StoredBody } from './blobs.ts';
import type { ChecksumAlgorithm, ChecksumType } from './checksums.ts';
import type { Encryption } from './encryption.ts';
import type { Tags } from './tags.ts';
import type { ObjectHeaders } from './versions.ts';

/** What the object will be stored with, as CreateMultipartUpload has decided it. */
export interface UploadContent {
  readonly headers: ObjectHeaders;
  readonly tags: Tags;
  readonly encryption: Encryption;
  readonly checksum: {
    readonly algorithm: ChecksumAlgorithm;
    readonly type: ChecksumType;
    /** False where S3 chose CRC64NVME because the client named none. */
    readonly isDeclared: boolean;
  };
}

export interface NewUpload extends UploadContent {
  readonly uploadId: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiatedMs: number;
}

export interface Upload extends NewUpload {
  /** Grows with every upload. */
  readonly sequence: number;
}

export interface Part {
  /** 1 to 10,000. */
  readonly number: number;
  readonly sizeBytes: number;
  /** MD5 in hexadecimal. */
  readonly etag: string;
  /** Base64, in the algorithm of its upload. */
  readonly checksum: string;
  readonly modifiedMs: number;
}

export interface Uploads {
  create(upload: NewUpload): void;
  find(uploadId: string): Upload | undefined;
  /** Parts by number, from behind this one on. */
  parts(uploadId: string, afterNumber: number, limit: number): readonly Part[];
  partBody(uploadId: string, number: number): StoredBody;
  /** Adds or replaces a part; returns the file of the one replaced. */
  setPart(uploadId: string, part: Part, body: StoredBody): string | undefined;
  /** Removes an upload with its parts; returns their files. */
  remove(uploadId: string): readonly string[];
  /** Uploads by key, oldest first, from (key, above sequence) on. */
  list(bucket: string, from: Uint8Array, aboveSequence: number, limit: number): readonly Upload[];
  namesFile(file: string): boolean;
}

/** Creates the tables if they are missing and prepares every statement once. */
export function openUploads(db: DatabaseSync): Uploads {
  db.exec(`
    CREATE TABLE IF NOT EXISTS s3_uploads (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT, upload_id TEXT NOT NULL UNIQUE,
      bucket TEXT NOT NULL, key TEXT NOT NULL, initiated_ms INTEGER NOT NULL, content TEXT NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS s3_uploads_of_key ON s3_uploads (bucket, key, sequence);
    CREATE TABLE IF NOT EXISTS s3_parts (
      upload_id TEXT NOT NULL, number INTEGER NOT NULL, size_bytes INTEGER NOT NULL, etag TEXT NOT NULL,
      checksum TEXT NOT NULL, modified_ms INTEGER NOT NULL, file TEXT, body BLOB, PRIMARY KEY (upload_id, number)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS s3_part_files ON s3_parts (file) WHERE file IS NOT NULL;
  `);
  const insertUpload = db.prepare(
    'INSERT INTO s3_uploads (upload_id, bucket, key, initiated_ms, content) VALUES (?, ?, ?, ?, ?)',
  );
  const selectUpload = db.prepare('SELECT * FROM s3_uploads WHERE upload_id = ?');
  const deleteUpload = db.prepare('DELETE FROM s3_uploads WHERE upload_id = ?');
  const selectParts = db.prepare(
    `SELECT number, size_bytes, etag, checksum, modified_ms FROM s3_parts WHERE upload_id = ? AND number > ?
     ORDER BY number LIMIT ?`,
  );
  const selectBody = db.prepare('SELECT file, body FROM s3_parts WHERE upload_id = ? AND number = ?');
  const deletePart = db.prepare('DELETE FROM s3_parts WHERE upload_id = ? AND number = ? RETURNING file');
  const insertPart = db.prepare(
    `INSERT INTO s3_parts (upload_id, number, size_bytes, etag, checksum, modified_ms, file, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const deleteParts = db.prepare('DELETE FROM s3_parts WHERE upload_id = ? RETURNING file');
  const listUploads = db.prepare(
    `SELECT * FROM s3_uploads WHERE bucket = ? AND key >= CAST(? AS TEXT) AND (key > CAST(? AS TEXT) OR sequence > ?)
     ORDER BY key, sequence LIMIT ?`,
  );
  const selectFile = db.prepare('SELECT 1 FROM s3_parts WHERE file = ?');

  return {
    create: ({ uploadId, bucket, key, initiatedMs, headers, tags, encryption, checksum }) => {
      const content: UploadContent = { headers, tags, encryption, checksum };
      insertUpload.run(uploadId, bucket, key, initiatedMs, JSON.stringify(content));
    },
    find(uploadId) {
      const row = selectUpload.get(uploadId);
      return row && toUpload(row);
    },
    parts: (uploadId, afterNumber, limit) => selectParts.all(uploadId, afterNumber, limit).map(toPart),
    partBody(uploadId, number) {
      const row = selectBody.get(uploadId, number);
      if (row === undefined) throw new Error(`part ${number} of an upload has no body`);
      return row.file === null ? { inline: row.body as Uint8Array } : { file: row.file as string };
    },
    setPart(uploadId, { number, sizeBytes, etag, checksum, modifiedMs }, body) {
      const replaced = deletePart.get(uploadId, number);
      const [file, inline] = 'file' in body ? [body.file, null] : [null, body.inline];
      insertPart.run(uploadId, number, sizeBytes, etag, checksum, modifiedMs, file, inline);
      return (replaced?.file as string | null | undefined) ?? undefined;
    },
    remove(uploadId) {
      deleteUpload.run(uploadId);
      const removed = deleteParts.all(uploadId);
      return removed.flatMap(({ file }) => (file === null ? [] : [file as string]));
    },
    list: (bucket, from, aboveSequence, limit) =>
      listUploads.all(bucket, from, from, aboveSequence, limit).map(toUpload),
    namesFile: (file) => selectFile.get(file) !== undefined,
  };
}

type Row = Record<string, SQLOutputValue>;

function toUpload(row: Row): Upload {
  return {
    ...(JSON.parse(row.content as string) as UploadContent),
    sequence: row.sequence as number,
    uploadId: row.upload_id as string,
    bucket: row.bucket as string,
    key: row.key as string,
    initiatedMs: row.initiated_ms as number,
  };
}

function toPart(row: Row): Part {
  return {
    number: row.number as number,
    sizeBytes: row.size_bytes as number,
    etag: row.etag as string,
    checksum: row.checksum as string,
    modifiedMs: row.modified_ms as number,
  };
}
