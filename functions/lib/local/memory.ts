// The ports in memory: for tests and walks. Same conditions and versions as S3, every write and send passes a gate that may fail.
import { createHash } from 'node:crypto';
import type {
  IntakeBucket,
  Log,
  Metrics,
  ObjectVersion,
  QueueMessages,
  QueueName,
  Queues,
  StoredObject,
  VersionState,
} from '#functions/ports.ts';

/** Called before (`'before'`) and after (`'after'`) each effect; a crash is a throw. */
export type Gate = (moment: 'before' | 'after', effect: string) => void;

const OPEN: Gate = () => undefined;

interface MemoryVersion {
  readonly versionId: string;
  readonly body: Uint8Array;
  done: boolean;
}

/** A versioned bucket in memory. */
export class MemoryBucket implements IntakeBucket {
  readonly #versions = new Map<string, MemoryVersion[]>();
  readonly #gate: Gate;
  #count = 0;

  constructor(gate: Gate = OPEN) {
    this.#gate = gate;
  }

  async get(key: string): Promise<StoredObject | undefined> {
    const body = this.#current(key)?.body;
    return body && { body, etag: etagOf(body) };
  }

  async has(key: string): Promise<boolean> {
    return this.#current(key) !== undefined;
  }

  async create(key: string, body: Uint8Array | string): Promise<boolean> {
    if (this.#current(key) !== undefined) return false;
    this.#write(key, body);
    return true;
  }

  async replace(key: string, body: Uint8Array | string, etag: string | undefined): Promise<boolean> {
    const current = this.#current(key);
    if ((current && etagOf(current.body)) !== etag) return false;
    this.#write(key, body);
    return true;
  }

  async put(key: string, body: Uint8Array | string): Promise<void> {
    this.#write(key, body);
  }

  async remove(key: string): Promise<void> {
    this.#effect(`remove ${key}`, () => this.#versions.delete(key));
  }

  async *list(prefix: string): AsyncIterable<{ key: string; sizeBytes: number }> {
    for (const key of this.keys(prefix)) yield { key, sizeBytes: this.#current(key)?.body.length ?? 0 };
  }

  async getVersion(key: string, versionId: string): Promise<Uint8Array | undefined> {
    return this.#version(key, versionId)?.body;
  }

  async currentVersion(key: string): Promise<ObjectVersion | undefined> {
    const current = this.#current(key);
    return current && { key, versionId: current.versionId, sizeBytes: current.body.length };
  }

  async tag(key: string, versionId: string, state: VersionState): Promise<void> {
    this.#effect(`tag ${key}`, () => {
      const version = this.#version(key, versionId);
      if (version) version.done = state === 'done';
    });
  }

  async *listVersions(prefix: string): AsyncIterable<{ key: string; versionId: string; sizeBytes: number }> {
    for (const key of this.keys(prefix)) {
      for (const { versionId, body } of this.#versions.get(key) ?? []) yield { key, versionId, sizeBytes: body.length };
    }
  }

  /** Puts a version as a site would, past the gate; returns its version id. */
  drop(key: string, body: Uint8Array | string): string {
    const versionId = `v${++this.#count}`;
    const version = { versionId, body: typeof body === 'string' ? Buffer.from(body) : body, done: false };
    this.#versions.set(key, [...(this.#versions.get(key) ?? []), version]);
    return versionId;
  }

  isDone(key: string, versionId: string): boolean {
    return this.#version(key, versionId)?.done ?? false;
  }

  /** Keys with the prefix, in order. */
  keys(prefix = ''): string[] {
    return [...this.#versions.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  #current(key: string): MemoryVersion | undefined {
    return this.#versions.get(key)?.at(-1);
  }

  #version(key: string, versionId: string): MemoryVersion | undefined {
    return this.#versions.get(key)?.find((version) => version.versionId === versionId);
  }

  #write(key: string, body: Uint8Array | string): void {
    this.#effect(`write ${key}`, () => this.drop(key, body));
  }

  #effect(name: string, act: () => void): void {
    this.#gate('before', name);
    act();
    this.#gate('after', name);
  }
}

const etagOf = (body: Uint8Array): string => `"${createHash('md5').update(body).digest('hex')}"`;

export interface SentMessage {
  readonly queue: QueueName;
  readonly body: string;
}

/** Queues that keep what was sent. */
export class MemoryQueues implements Queues {
  readonly sent: SentMessage[] = [];
  readonly #gate: Gate;

  constructor(gate: Gate = OPEN) {
    this.#gate = gate;
  }

  async send<Q extends QueueName>(queue: Q, _group: string, messages: readonly QueueMessages[Q][]): Promise<void> {
    for (const message of messages) {
      this.#gate('before', `send ${queue}`);
      this.sent.push({ queue, body: JSON.stringify(message) });
      this.#gate('after', `send ${queue}`);
    }
  }
}

export class MemoryLog implements Log {
  readonly lines: string[] = [];

  info(message: string, fields: object = {}): void {
    this.lines.push(JSON.stringify({ message, ...fields }));
  }

  warn(message: string, fields: object = {}): void {
    this.info(message, fields);
  }
}

export class MemoryMetrics implements Metrics {
  readonly counts = new Map<string, number>();

  count(name: string, value: number): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + value);
  }
}
