// Planned drops and closed units become rows of the tables, one part per batch, table, site and month.
import { readKept } from '#lib/ledger/kept.ts';
import { closedKey, labelsKey, planKey, receivedKey, studyRowsKey } from '#lib/ledger/keys.ts';
import { aboutOf } from '#lib/ledger/messages.ts';
import { readJson } from '#lib/ledger/once.ts';
import { slotObjects } from '#lib/ledger/slots.ts';
import {
  LABEL_COLUMNS,
  PREDICTION_COLUMNS,
  STUDY_COLUMNS,
  type TableName,
  type TableRow,
} from '#lib/tables/columns.ts';
import { type Column, readParquet } from '#lib/tables/parquet.ts';
import { writePart } from '#lib/tables/parts.ts';
import type { Bucket, Ports } from '../ports.ts';
import type {
  Closed,
  DropMessage,
  LabelRow,
  Plan,
  PredictionRow,
  Received,
  StudyRow,
  TabulateMessage,
  UnitMessage,
} from '../study.ts';
import { dropRows, labelRows, predictionRows, studyRows, unitRows } from './rows.ts';

/** Rows of one message, by table, with the partition that they belong to. */
interface Tabulated {
  readonly message: TabulateMessage;
  readonly month: string;
  readonly rows: { readonly [T in TableName]?: readonly TableRow<T>[] };
}

/** Writes the parts of a batch. A redelivered batch writes the same parts, or others with equal rows, which readers drop. */
export async function tabulate(messages: readonly TabulateMessage[], ports: Ports): Promise<void> {
  const tabulated: Tabulated[] = [];
  for (const message of messages) tabulated.push(await rowsOf(message, ports.archive));
  for (const group of Map.groupBy(tabulated, ({ message, month }) => `${message.site} ${month}`).values()) {
    await writeGroup(group, ports.archive);
  }
}

async function writeGroup(group: readonly Tabulated[], archive: Bucket): Promise<void> {
  const { message, month } = group[0] as Tabulated;
  const members = group.map((entry) => aboutOf(entry.message));
  const partition = { site: message.site, month };
  await writePart(
    archive,
    'studies',
    partition,
    members,
    group.flatMap(({ rows }) => rows.studies ?? []),
  );
  await writePart(
    archive,
    'predictions',
    partition,
    members,
    group.flatMap(({ rows }) => rows.predictions ?? []),
  );
  await writePart(
    archive,
    'labels',
    partition,
    members,
    group.flatMap(({ rows }) => rows.labels ?? []),
  );
  await writePart(
    archive,
    'ledger',
    partition,
    members,
    group.flatMap(({ rows }) => rows.ledger ?? []),
  );
}

async function rowsOf(message: TabulateMessage, archive: Bucket): Promise<Tabulated> {
  const { site, dropKey } = message;
  const received = await readKept<Received>(archive, receivedKey(site, dropKey));
  if (received === undefined) throw unwritten();
  const rows =
    'unit' in message ? await unitTables(message, received, archive) : await dropTables(message, received, archive);
  return { message, month: received.receivedAt.slice(0, 7), rows };
}

async function dropTables(
  { site, dropKey }: DropMessage,
  received: Received,
  archive: Bucket,
): Promise<Tabulated['rows']> {
  const plan = await required<Plan>(archive, planKey(site, dropKey));
  const labels =
    plan.state === 'planned' ? await parquet<LabelRow>(archive, labelsKey(site, dropKey), LABEL_COLUMNS) : undefined;
  return { ledger: dropRows(received, plan), labels: labelRows(received, labels ?? []) };
}

async function unitTables(message: UnitMessage, received: Received, archive: Bucket): Promise<Tabulated['rows']> {
  const { site, unit } = message;
  const closed = await required<Closed>(archive, closedKey(message));
  const rows = await parquet<StudyRow>(archive, studyRowsKey(site, unit), STUDY_COLUMNS);
  if (rows === undefined)
    throw new Error('tabulate: found a closed unit without rows, expected the rows that intake writes');
  return {
    ledger: unitRows(received, closed),
    studies: studyRows(closed, rows),
    predictions: await unitPredictions(closed, archive),
  };
}

async function unitPredictions(closed: Closed, archive: Bucket): Promise<readonly TableRow<'predictions'>[]> {
  const keys = new Set(closed.predictions);
  const rows: TableRow<'predictions'>[] = [];
  for (const slot of closed.slots) {
    const objects = slotObjects(keys, closed, slot, closed.items) ?? [];
    const parts = objects.map((key) => parquet<PredictionRow>(archive, key, PREDICTION_COLUMNS));
    const filled = (await Promise.all(parts)).flatMap((part) => part ?? []);
    rows.push(...predictionRows(closed, slot, filled));
  }
  return rows;
}

async function required<T>(archive: Bucket, key: string): Promise<T> {
  const record = await readJson<T>(archive, key);
  if (record === undefined) throw unwritten();
  return record;
}

const unwritten = (): Error =>
  new Error('tabulate: found a message without its record, expected it to be written before the message');

async function parquet<Row extends object>(
  archive: Bucket,
  key: string,
  columns: readonly Column<Row>[],
): Promise<Row[] | undefined> {
  const stored = await archive.get(key);
  return stored && readParquet(columns, stored.body);
}
