// What every S3 operation works with.
import type { DatabaseSync } from 'node:sqlite';
import type { BucketDescription, Clock } from '../contract.ts';
import type { Access } from './access.ts';
import type { Blobs } from './blobs.ts';
import type { Notifier } from './notifications.ts';
import type { Uploads } from './uploads.ts';
import type { Versions } from './versions.ts';

export interface Room {
  readonly db: DatabaseSync;
  readonly clock: Clock;
  readonly access: Access;
  readonly buckets: ReadonlyMap<string, BucketDescription>;
  readonly versions: Versions;
  readonly uploads: Uploads;
  readonly blobs: Blobs;
  readonly notifier: Notifier;
  /** Last thing in the transaction of a body; a disk that fills up throws here. */
  readonly beforeCommit: () => void;
}

export const xmlNamespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** The twin's time in whole seconds, as S3 keeps it, in milliseconds since 1970. */
export function nowToTheSecond(clock: Clock): number {
  return Math.floor(clock.now() / 1000) * 1000;
}
