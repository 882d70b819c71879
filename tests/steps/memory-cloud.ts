// The steps over ports in memory, called as their handlers call them.

import { audit } from '#functions/audit/audit.ts';
import type { AuditPorts } from '#functions/audit/reruns.ts';
import { intake } from '#functions/intake/intake.ts';
import type { InsidePorts, QueueName } from '#functions/ports.ts';
import { type PredictPorts, predict } from '#functions/predict/predict.ts';
import { publish } from '#functions/publish/publish.ts';
import { quarantineArchive, quarantineInside } from '#functions/quarantine/quarantine.ts';
import { route } from '#functions/route/route.ts';
import { settle } from '#functions/settle/settle.ts';
import { tabulate } from '#functions/tabulate/tabulate.ts';
import type { ModelLoader } from '#lib/inference/sessions.ts';
import { readArrivals } from '#lib/ledger/arrival.ts';
import { createIdentity } from '#lib/ledger/identity.ts';
import { siteKey } from '#lib/ledger/keys.ts';
import {
  readAuditMessage,
  readDropMessage,
  readPredictMessage,
  readTabulateMessage,
  readUnitMessage,
} from '#lib/ledger/messages.ts';
import { toJson } from '#lib/ledger/once.ts';
import { type Gate, MemoryBucket, MemoryLog, MemoryMetrics, MemoryQueues } from '#lib/local/memory.ts';
import type { Site } from '#lib/sites/site.ts';

/** 32 bytes that everybody may know. */
const SECRET = Buffer.from('tricuspid published dataset key!', 'ascii');

export const START_MS = Date.parse('2026-03-01T08:00:00.000Z');
export const MAXIMUM_DROP_BYTES = 1_000_000;

export type StepQueue = QueueName | 'arrivals';

export interface QueuedMessage {
  readonly queue: StepQueue;
  readonly body: string;
}

export interface MemoryCloud {
  readonly intake: MemoryBucket;
  readonly archive: MemoryBucket;
  readonly queues: MemoryQueues;
  readonly log: MemoryLog;
  readonly metrics: MemoryMetrics;
  readonly clock: { nowMs: number; now(): number };
  readonly ports: InsidePorts & PredictPorts & AuditPorts;
  /** What deliveries have thrown. */
  readonly failures: unknown[];
  /** Messages that wait, S3 events among them. */
  readonly waiting: QueuedMessage[];
}

export interface CloudOptions {
  readonly models: ModelLoader;
  readonly sites?: readonly Site[];
  readonly gate?: Gate;
}

/** A cloud without drops; models are put into its archive by whoever needs them. */
export function memoryCloud({ models, sites = [], gate }: CloudOptions): MemoryCloud {
  const archive = new MemoryBucket(gate);
  const intakeBucket = new MemoryBucket(gate);
  const queues = new MemoryQueues(gate);
  const log = new MemoryLog();
  const metrics = new MemoryMetrics();
  const clock = {
    nowMs: START_MS,
    now() {
      return this.nowMs;
    },
  };
  for (const site of sites) archive.drop(siteKey(site.site), toJson(site));
  const identity = createIdentity(async () => SECRET);
  const ports = { archive, intake: intakeBucket, queues, log, metrics, clock, stopwatch: clock, identity, models };
  return { intake: intakeBucket, archive, queues, log, metrics, clock, ports, failures: [], waiting: [] };
}

/** The body of an S3 event as the arrivals queue carries it: keys form-encoded. */
export function arrivalEvent(key: string, versionId: string, sizeBytes: number, receivedAtMs: number): string {
  const encoded = encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
  const eventTime = new Date(receivedAtMs).toISOString();
  const s3 = { object: { key: encoded, size: sizeBytes, versionId } };
  return JSON.stringify({ Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', eventTime, s3 }] });
}

/** A site puts a file; its event waits. Each drop is a second after the one before. Returns the version. */
export function dropFile(cloud: MemoryCloud, key: string, body: Uint8Array | string): string {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const versionId = cloud.intake.drop(key, bytes);
  cloud.clock.nowMs += 1000;
  cloud.waiting.push({ queue: 'arrivals', body: arrivalEvent(key, versionId, bytes.length, cloud.clock.nowMs) });
  return versionId;
}

/** Moves what the steps have sent to what waits. */
export function collectSent({ queues, waiting }: MemoryCloud): void {
  waiting.push(...queues.sent.splice(0));
}

/** One delivery, as the handler of the step makes it. */
export async function deliver(cloud: MemoryCloud, { queue, body }: QueuedMessage, receives = 1): Promise<void> {
  const { ports } = cloud;
  if (queue === 'arrivals') {
    for (const arrival of readArrivals(body)) await route(arrival, ports, { maximumDropBytes: MAXIMUM_DROP_BYTES });
  } else if (queue === 'intake') await intake(readDropMessage(body), ports);
  else if (queue === 'predict' || queue === 'predict-large') await predict(readPredictMessage(body), receives, ports);
  else if (queue === 'publish') await publish(readUnitMessage(body), ports);
  else if (queue === 'settle') await settle(readDropMessage(body), ports);
  else if (queue === 'tabulate') await tabulate([readTabulateMessage(body)], ports);
  else await audit(readAuditMessage(body), ports);
}

/** One delivery of a dead letter. */
export async function deliverDead({ ports }: MemoryCloud, { queue, body }: QueuedMessage): Promise<void> {
  const inside = queue === 'arrivals' || queue === 'intake' || queue === 'settle';
  await (inside ? quarantineInside : quarantineArchive)({ step: queue === 'arrivals' ? 'route' : queue, body }, ports);
}

/** Delivers everything once, in order, until nothing waits; a message that fails three times is a dead letter. */
export async function drainInOrder(cloud: MemoryCloud): Promise<void> {
  for (collectSent(cloud); cloud.waiting.length > 0; collectSent(cloud)) {
    await deliverOrBury(cloud, cloud.waiting.shift() as QueuedMessage);
  }
}

/** Delivers until a message of this queue waits, and gives that one up. */
export async function loseOne(cloud: MemoryCloud, queue: StepQueue): Promise<void> {
  for (;;) {
    collectSent(cloud);
    const message = cloud.waiting.shift();
    if (message === undefined) throw new Error(`found no message for ${queue}, expected one`);
    if (message.queue === queue) return deliverDead(cloud, message);
    await deliver(cloud, message);
  }
}

const MAXIMUM_RECEIVES = 3;

async function deliverOrBury(cloud: MemoryCloud, message: QueuedMessage): Promise<void> {
  for (let receives = 1; receives <= MAXIMUM_RECEIVES; receives++) {
    try {
      return await deliver(cloud, message, receives);
    } catch (error) {
      cloud.failures.push(error);
    }
  }
  await deliverDead(cloud, message);
}

/** A record of the archive or the intake bucket, parsed. */
export async function recordAt<T>(bucket: MemoryBucket, key: string): Promise<T> {
  const stored = await bucket.get(key);
  if (stored === undefined) throw new Error(`found nothing at ${key}, expected a record`);
  return JSON.parse(Buffer.from(stored.body).toString('utf8')) as T;
}
