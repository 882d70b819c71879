// Messages of all queues: sending, the fair pick, visibility, redrive and retention, each step one transaction.
import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock, QueueDescription } from '#infra/twin/contract.ts';
import { transaction } from '#infra/twin/database.ts';
import { invalidParameter, messageNotInflight } from './errors.ts';
import { formatReceiptHandle, parseReceiptHandle } from './receipt-handle.ts';
import { type MessageRow, openTables, STATE, type Statements } from './tables.ts';

/** A queue of the template with its row. */
export interface Queue extends QueueDescription {
  readonly id: number;
  readonly createdAt: number;
}

export interface NewMessage {
  readonly body: string;
  /** JSON of the message attributes, empty for none. */
  readonly attributes: string;
  readonly traceHeader: string | null;
  readonly groupId: string | null;
  readonly sender: string;
  readonly delaySeconds: number;
}

/** A row as it was picked, with what this receive changed. */
export interface Delivery {
  readonly row: MessageRow;
  readonly receiveCount: number;
  readonly firstReceivedAt: number;
  readonly receiptHandle: string;
}

export interface Depth {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly oldestAgeSeconds: number;
}

export interface MessageStore {
  readonly queues: ReadonlyMap<string, Queue>;
  /** Message id of the new message. */
  insert(queue: Queue, message: NewMessage): string;
  take(queue: Queue, maxMessages: number, visibilityTimeoutSeconds: number): readonly Delivery[];
  /** When the next delayed or in-flight message becomes ready, in milliseconds since 1970. */
  nextVisibleAt(queue: Queue): number | undefined;
  remove(queue: Queue, receiptHandle: string): void;
  changeVisibility(queue: Queue, receiptHandle: string, seconds: number): void;
  /** In this process, the messages do not become ready again until the returned function is called. */
  hold(receiptHandles: readonly string[]): () => void;
  /** False when it was purged less than a minute ago. */
  purge(queue: Queue): boolean;
  depth(queue: Queue): Depth;
}

const PURGE_INTERVAL_MS = 60_000;

/** What the parts of the store share. `wake` tells the long polls of a queue that it may have messages. */
interface Store {
  readonly db: DatabaseSync;
  readonly sql: Statements;
  readonly clock: Clock;
  readonly queues: ReadonlyMap<string, Queue>;
  readonly wake: (queue: Queue) => void;
  /** Row ids of messages that functions work on. */
  readonly held: Set<number>;
  /** Microseconds, each value once, and after the messages that are ready by now. */
  readonly nextTurn: () => number;
}

/** Opens the queues of the template; queues of earlier runs keep their messages. */
export function openMessageStore(
  db: DatabaseSync,
  clock: Clock,
  descriptions: readonly QueueDescription[],
  wake: (queue: Queue) => void,
): MessageStore {
  const sql = openTables(db);
  const queues = new Map(
    descriptions.map((description) => [description.arn, openQueue(sql, description, clock.now())]),
  );
  for (const { name, redrive } of queues.values()) {
    if (redrive !== undefined && !queues.has(redrive.deadLetterArn)) {
      throw new Error(`queue ${name}: found the dead-letter queue ${redrive.deadLetterArn}, which does not exist`);
    }
  }
  const store: Store = { db, sql, clock, queues, wake, held: new Set(), nextTurn: turns(clock) };
  return {
    queues,
    insert: (queue, message) => insert(store, queue, message),
    take: (queue, maxMessages, seconds) => transaction(db, () => take(store, queue, maxMessages, seconds)),
    nextVisibleAt: (queue) => (sql.nextVisible.get(queue.id) as { at: number | null }).at ?? undefined,
    remove: (queue, handle) => transaction(db, () => remove(store, queue, handle)),
    changeVisibility: (queue, handle, seconds) =>
      transaction(db, () => changeVisibility(store, queue, handle, seconds)),
    hold: (receiptHandles) => hold(store.held, receiptHandles),
    purge: (queue) => transaction(db, () => purge(store, queue)),
    depth: (queue) => depth(store, queue),
  };
}

function openQueue(sql: Statements, description: QueueDescription, now: number): Queue {
  sql.addQueue.run(description.arn, now);
  const row = sql.queue.get(description.arn) as { id: number; created_at: number };
  return { ...description, id: row.id, createdAt: row.created_at };
}

function turns(clock: Clock): () => number {
  let last = 0;
  return () => {
    last = Math.max(last, clock.now() * 1000) + 1;
    return last;
  };
}

function insert({ db, sql, clock, wake }: Store, queue: Queue, message: NewMessage): string {
  const now = clock.now();
  const visibleAt = now + message.delaySeconds * 1000;
  const state = visibleAt > now ? STATE.delayed : STATE.ready;
  const messageId = randomUUID();
  const { body, attributes, traceHeader, groupId, sender } = message;
  transaction(db, () => {
    sql.insert.run(queue.id, messageId, body, attributes, traceHeader, groupId, sender, now, state, visibleAt);
    if (state === STATE.ready && groupId !== null) sql.groupWaits.run(queue.id, groupId, visibleAt * 1000);
  });
  wake(queue);
  return messageId;
}

/** Each message belongs to one tenant; a message without a group is a tenant of its own and touches no counter. */
function leaveState(sql: Statements, queue: Queue, { group_id, state }: Pick<MessageRow, 'group_id' | 'state'>): void {
  if (group_id === null) return;
  if (state === STATE.ready) sql.groupReady.run(-1, queue.id, group_id);
  if (state === STATE.inFlight) sql.groupInFlight.run(-1, queue.id, group_id);
}

function becomeReady(
  { sql }: Store,
  queue: Queue,
  row: Pick<MessageRow, 'id' | 'group_id' | 'state'>,
  at: number,
): void {
  leaveState(sql, queue, row);
  sql.setState.run(STATE.ready, at, row.id);
  if (row.group_id !== null) sql.groupWaits.run(queue.id, row.group_id, at * 1000);
}

function take(store: Store, queue: Queue, maxMessages: number, visibilityTimeoutSeconds: number): Delivery[] {
  const { sql, clock, held } = store;
  const now = clock.now();
  for (const row of sql.due.all(queue.id, now)) {
    const due = row as unknown as MessageRow;
    if (held.has(due.id)) sql.setState.run(STATE.inFlight, now + queue.visibilityTimeoutSeconds * 1000, due.id);
    else becomeReady(store, queue, due, due.visible_at);
  }
  dropExpired(store, queue, now);
  const deliveries: Delivery[] = [];
  while (deliveries.length < maxMessages) {
    const row = pick(sql, queue);
    if (row === undefined) break;
    const { redrive } = queue;
    if (redrive !== undefined && row.receive_count >= redrive.maxReceiveCount) {
      moveToDeadLetters(store, queue, row, redrive.deadLetterArn);
    } else deliveries.push(deliver(store, queue, row, now, visibilityTimeoutSeconds));
  }
  return deliveries;
}

/**
 * Fair queues: the tenant with the least messages in flight, then the one that has waited longest for its turn. A
 * message without a group has nothing in flight and waits since it became ready.
 */
function pick(sql: Statements, queue: Queue): MessageRow | undefined {
  const group = sql.nextGroup.get(queue.id) as { group_id: string; in_flight: number; turn: number } | undefined;
  const single = sql.nextUngrouped.get(queue.id) as unknown as MessageRow | undefined;
  if (group === undefined) return single;
  if (single !== undefined && (group.in_flight > 0 || single.visible_at * 1000 <= group.turn)) return single;
  return sql.nextOfGroup.get(queue.id, group.group_id) as unknown as MessageRow;
}

function deliver({ sql, nextTurn }: Store, queue: Queue, row: MessageRow, now: number, seconds: number): Delivery {
  sql.receive.run(Math.ceil(now + seconds * 1000), now, row.id);
  if (row.group_id !== null) sql.groupServed.run(nextTurn(), queue.id, row.group_id);
  const receiveCount = row.receive_count + 1;
  const receiptHandle = formatReceiptHandle({ messageId: row.message_id, id: row.id, receiveCount });
  return { row, receiveCount, firstReceivedAt: row.first_received_at ?? now, receiptHandle };
}

/** Keeps id, receive count and time of sending: retention of dead letters counts from there ("Using dead-letter queues"). */
function moveToDeadLetters({ sql, clock, queues, wake }: Store, from: Queue, row: MessageRow, arn: string): void {
  const to = queues.get(arn) as Queue;
  const now = clock.now();
  leaveState(sql, from, row);
  sql.moveTo.run(to.id, from.arn, now, row.id);
  if (row.group_id !== null) sql.groupWaits.run(to.id, row.group_id, now * 1000);
  wake(to);
}

/** Messages beyond the retention are gone, in flight or not. */
function dropExpired({ sql }: Store, queue: Queue, now: number): void {
  for (;;) {
    const expired = sql.expired.all(queue.id, now - queue.retentionSeconds * 1000) as unknown as MessageRow[];
    if (expired.length === 0) return;
    for (const row of expired) {
      leaveState(sql, queue, row);
      sql.remove.run(row.id);
    }
  }
}

/** The message of a handle, if the handle is of its newest receive and it is still in this queue. */
function findReceived(sql: Statements, queue: Queue, receiptHandle: string): MessageRow | undefined {
  const { id, messageId, receiveCount } = parseReceiptHandle(receiptHandle);
  const row = sql.byId.get(id) as unknown as MessageRow | undefined;
  if (row?.message_id !== messageId || row.queue !== queue.id || row.receive_count !== receiveCount) return undefined;
  return row;
}

// A handle from before a redelivery deletes nothing, and neither that nor a second deletion is an error
// (DeleteMessage, API Reference).
function remove({ sql }: Store, queue: Queue, receiptHandle: string): void {
  const row = findReceived(sql, queue, receiptHandle);
  if (row === undefined) return;
  leaveState(sql, queue, row);
  sql.remove.run(row.id);
}

function changeVisibility(store: Store, queue: Queue, receiptHandle: string, seconds: number): void {
  const { sql, clock, wake } = store;
  const row = findReceived(sql, queue, receiptHandle);
  if (row === undefined) {
    throw invalidParameter(
      'ReceiptHandle',
      receiptHandle,
      'Message does not exist or is not available for visibility timeout change',
    );
  }
  const now = clock.now();
  if (row.state !== STATE.inFlight || row.visible_at <= now) throw messageNotInflight();
  const visibleAt = Math.ceil(now + seconds * 1000);
  if (visibleAt <= now) becomeReady(store, queue, row, now);
  else sql.setState.run(STATE.inFlight, visibleAt, row.id);
  wake(queue);
}

function hold(held: Set<number>, receiptHandles: readonly string[]): () => void {
  const ids = receiptHandles.map((handle) => parseReceiptHandle(handle).id);
  for (const id of ids) held.add(id);
  return () => {
    for (const id of ids) held.delete(id);
  };
}

function purge({ sql, clock }: Store, queue: Queue): boolean {
  const now = clock.now();
  const { purged_at } = sql.queue.get(queue.arn) as { purged_at: number | null };
  if (purged_at !== null && now < purged_at + PURGE_INTERVAL_MS) return false;
  sql.purgeMessages.run(queue.id);
  sql.purgeGroups.run(queue.id);
  sql.markPurged.run(now, queue.id);
  return true;
}

function depth({ sql, clock }: Store, queue: Queue): Depth {
  const now = clock.now();
  const count = (row: unknown): number => (row as { n: number }).n;
  const { at } = sql.oldest.get(queue.id, now - queue.retentionSeconds * 1000) as { at: number | null };
  return {
    visible: count(sql.countVisible.get(queue.id, now)),
    inFlight: count(sql.countState.get(queue.id, STATE.inFlight, now)),
    delayed: count(sql.countState.get(queue.id, STATE.delayed, now)),
    oldestAgeSeconds: at === null ? 0 : Math.max(0, (now - at) / 1000),
  };
}
