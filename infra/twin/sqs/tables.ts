// The tables of SQS in the twin's database, and the few statements that run for each message.
import type { DatabaseSync } from 'node:sqlite';

/** Ready messages can be received now; delayed and in-flight ones become ready at `visible_at`. */
export const STATE = { ready: 0, delayed: 1, inFlight: 2 } as const;
export type MessageState = (typeof STATE)[keyof typeof STATE];

export interface MessageRow {
  readonly id: number;
  readonly queue: number;
  readonly message_id: string;
  readonly body: string;
  /** JSON, empty when the message has none. */
  readonly attributes: string;
  readonly trace_header: string | null;
  readonly group_id: string | null;
  readonly sender: string;
  readonly sent_at: number;
  readonly state: MessageState;
  readonly visible_at: number;
  readonly receive_count: number;
  readonly first_received_at: number | null;
  /** ARN of the queue that the message was moved from. */
  readonly source_arn: string | null;
}

// `sqs_group` counts the messages of each tenant, so that the fair pick is one index lookup whatever the backlog.
// `turn` (microseconds): when the tenant was served last, or when it began to wait.
const SCHEMA = `
CREATE TABLE IF NOT EXISTS sqs_queue (
  id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, purged_at INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS sqs_message (
  id INTEGER PRIMARY KEY, queue INTEGER NOT NULL, message_id TEXT NOT NULL, body TEXT NOT NULL,
  attributes TEXT NOT NULL, trace_header TEXT, group_id TEXT, sender TEXT NOT NULL, sent_at INTEGER NOT NULL,
  state INTEGER NOT NULL, visible_at INTEGER NOT NULL, receive_count INTEGER NOT NULL DEFAULT 0,
  first_received_at INTEGER, source_arn TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS sqs_message_ready ON sqs_message (queue, group_id, visible_at, id) WHERE state = 0;
CREATE INDEX IF NOT EXISTS sqs_message_timed ON sqs_message (queue, state, visible_at) WHERE state > 0;
CREATE INDEX IF NOT EXISTS sqs_message_sent ON sqs_message (queue, sent_at);
CREATE TABLE IF NOT EXISTS sqs_group (
  queue INTEGER NOT NULL, group_id TEXT NOT NULL, ready INTEGER NOT NULL, in_flight INTEGER NOT NULL,
  turn INTEGER NOT NULL, PRIMARY KEY (queue, group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sqs_group_turn ON sqs_group (queue, in_flight, turn) WHERE ready > 0;
DELETE FROM sqs_group WHERE ready = 0 AND in_flight = 0;
`;

export type Statements = ReturnType<typeof openTables>;

/**
 * Creates the tables where they are missing and prepares the statements. Those that repeat `state > 0` do so because
 * SQLite uses a partial index only where the query has the very term of the index.
 */
export function openTables(db: DatabaseSync) {
  db.exec(SCHEMA);
  return {
    addQueue: db.prepare('INSERT INTO sqs_queue (arn, created_at) VALUES (?, ?) ON CONFLICT (arn) DO NOTHING'),
    queue: db.prepare('SELECT id, created_at, purged_at FROM sqs_queue WHERE arn = ?'),
    markPurged: db.prepare('UPDATE sqs_queue SET purged_at = ? WHERE id = ?'),
    purgeMessages: db.prepare('DELETE FROM sqs_message WHERE queue = ?'),
    purgeGroups: db.prepare('DELETE FROM sqs_group WHERE queue = ?'),
    insert: db.prepare(
      `INSERT INTO sqs_message (queue, message_id, body, attributes, trace_header, group_id, sender, sent_at, state, visible_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    byId: db.prepare('SELECT * FROM sqs_message WHERE id = ?'),
    due: db.prepare(
      `SELECT id, group_id, state, visible_at FROM sqs_message
       WHERE queue = ? AND state IN (1, 2) AND state > 0 AND visible_at <= ? LIMIT 1000`,
    ),
    expired: db.prepare('SELECT id, group_id, state FROM sqs_message WHERE queue = ? AND sent_at <= ? LIMIT 1000'),
    nextGroup: db.prepare(
      `SELECT group_id, in_flight, turn FROM sqs_group INDEXED BY sqs_group_turn
       WHERE queue = ? AND ready > 0 ORDER BY in_flight, turn LIMIT 1`,
    ),
    nextOfGroup: db.prepare(
      `SELECT * FROM sqs_message INDEXED BY sqs_message_ready
       WHERE queue = ? AND group_id = ? AND state = 0 ORDER BY visible_at, id LIMIT 1`,
    ),
    nextUngrouped: db.prepare(
      `SELECT * FROM sqs_message INDEXED BY sqs_message_ready
       WHERE queue = ? AND group_id IS NULL AND state = 0 ORDER BY visible_at, id LIMIT 1`,
    ),
    nextVisible: db.prepare(
      `SELECT min(at) AS at FROM (
         SELECT min(visible_at) AS at FROM sqs_message WHERE queue = ?1 AND state = 1 AND state > 0
         UNION ALL SELECT min(visible_at) FROM sqs_message WHERE queue = ?1 AND state = 2 AND state > 0)`,
    ),
    receive: db.prepare(
      `UPDATE sqs_message SET state = 2, visible_at = ?, receive_count = receive_count + 1,
         first_received_at = coalesce(first_received_at, ?) WHERE id = ?`,
    ),
    setState: db.prepare('UPDATE sqs_message SET state = ?, visible_at = ? WHERE id = ?'),
    moveTo: db.prepare('UPDATE sqs_message SET queue = ?, source_arn = ?, visible_at = ? WHERE id = ?'),
    remove: db.prepare('DELETE FROM sqs_message WHERE id = ?'),
    groupWaits: db.prepare(
      `INSERT INTO sqs_group (queue, group_id, ready, in_flight, turn) VALUES (?, ?, 1, 0, ?)
       ON CONFLICT DO UPDATE SET ready = ready + 1, turn = iif(ready = 0, max(turn, excluded.turn), turn)`,
    ),
    groupServed: db.prepare(
      'UPDATE sqs_group SET ready = ready - 1, in_flight = in_flight + 1, turn = ? WHERE queue = ? AND group_id = ?',
    ),
    groupReady: db.prepare('UPDATE sqs_group SET ready = ready + ? WHERE queue = ? AND group_id = ?'),
    groupInFlight: db.prepare('UPDATE sqs_group SET in_flight = in_flight + ? WHERE queue = ? AND group_id = ?'),
    countState: db.prepare(
      'SELECT count(*) AS n FROM sqs_message WHERE queue = ? AND state = ? AND state > 0 AND visible_at > ?',
    ),
    countVisible: db.prepare(
      `SELECT (SELECT count(*) FROM sqs_message WHERE queue = ?1 AND state = 0)
            + (SELECT count(*) FROM sqs_message WHERE queue = ?1 AND state IN (1, 2) AND state > 0 AND visible_at <= ?2) AS n`,
    ),
    oldest: db.prepare('SELECT min(sent_at) AS at FROM sqs_message WHERE queue = ? AND sent_at > ?'),
  };
}
