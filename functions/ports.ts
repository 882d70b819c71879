// What a step may use of the world. lib/aws implements these on S3 and SQS, lib/local in memory for tests and walks.
import type { AuditMessage, DropMessage, PredictMessage, TabulateMessage, UnitMessage } from './study.ts';

export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
}

export interface StoredObject {
  readonly body: Uint8Array;
  readonly etag: string;
}

/** Keys to bytes. A missing key is `undefined`; every other failure throws (TransientFailure where a retry can help). */
export interface Bucket {
  get(key: string): Promise<StoredObject | undefined>;
  has(key: string): Promise<boolean>;
  /** Creates the object (`If-None-Match: *`); false when the key is taken. */
  create(key: string, body: Uint8Array | string): Promise<boolean>;
  /** Replaces the version with this etag, or creates it when undefined (`If-Match`); false when another was faster. */
  replace(key: string, body: Uint8Array | string, etag: string | undefined): Promise<boolean>;
  /** Writes whatever is there: only where the content is a pure function of the key or a hint. */
  put(key: string, body: Uint8Array | string): Promise<void>;
  remove(key: string): Promise<void>;
  list(prefix: string): AsyncIterable<ListedObject>;
}

export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  readonly sizeBytes: number;
}

/** Only versions that are done expire. */
export type VersionState = 'done' | 'held';

/** The intake bucket: sites own its keys, versions are what counts. */
export interface IntakeBucket extends Bucket {
  getVersion(key: string, versionId: string): Promise<Uint8Array | undefined>;
  /** The version that the key has now, unread. */
  currentVersion(key: string): Promise<ObjectVersion | undefined>;
  /** Marks the version: done, so that it may expire, or held for a replay; nothing to do when the site has deleted it. */
  tag(key: string, versionId: string, state: VersionState): Promise<void>;
  listVersions(prefix: string): AsyncIterable<ObjectVersion>;
}

export interface QueueMessages {
  readonly intake: DropMessage;
  readonly predict: PredictMessage;
  readonly 'predict-large': PredictMessage;
  readonly publish: UnitMessage;
  readonly settle: DropMessage;
  readonly tabulate: TabulateMessage;
  readonly audit: AuditMessage;
}

export type QueueName = keyof QueueMessages;

/** Sends to a queue; returns when the queue has every message. `group` is the site (fair queues). */
export interface Queues {
  send<Q extends QueueName>(queue: Q, group: string, messages: readonly QueueMessages[Q][]): Promise<void>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** One structured line; keys and counts only. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
  warn(message: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}

/** Counts that alarms watch. */
export interface Metrics {
  count(name: 'DropsReceived' | 'DropsRejected' | 'Quarantined', value: number, site?: string): void;
}

/** Keyed hashes of one site, see lib/ledger/identity.ts. */
export interface SiteIdentity {
  dropKey(key: string, versionId: string): string;
  subjectKey(patientId: string): string;
  studyKey(kind: string, patientId: string, study: string): string;
  revision(canonicalContent: string): string;
  unit(canonicalContent: string): string;
}

export interface Identity {
  forSite(site: string): Promise<SiteIdentity>;
}

/** What every step has. */
export interface Ports {
  readonly archive: Bucket;
  readonly queues: Queues;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What the steps inside the intake boundary have besides. */
export interface InsidePorts extends Ports {
  readonly intake: IntakeBucket;
  readonly identity: Identity;
}
