// Consumes every dead letter into an explicit state: the very record that the step would have created.
import { createHash } from 'node:crypto';
import { readArrivals } from '#lib/ledger/arrival.ts';
import { attemptOf, ownUnits } from '#lib/ledger/attempt.ts';
import { closedUnits, setAside } from '#lib/ledger/closed.ts';
import {
  closedKey,
  linkKey,
  planKey,
  predictionsKey,
  quarantineKey,
  receiptKey,
  studyRowsKey,
} from '#lib/ledger/keys.ts';
import {
  aboutOf,
  readAuditMessage,
  readDropMessage,
  readPredictMessage,
  readTabulateMessage,
  readUnitMessage,
} from '#lib/ledger/messages.ts';
import { once, readJson, toJson } from '#lib/ledger/once.ts';
import { createdPlan, wholeDrop } from '#lib/ledger/plan.ts';
import { receiptAttempt } from '#lib/ledger/receipt-attempt.ts';
import { receive } from '#lib/ledger/receive.ts';
import { sendClosed, sendFilled, sendPlan } from '#lib/ledger/send.ts';
import { tally } from '#lib/ledger/tally.ts';
import { PREDICTION_COLUMNS, STUDY_COLUMNS } from '#lib/tables/columns.ts';
import { readParquet, writeParquet } from '#lib/tables/parquet.ts';
import { ForeignMessage } from '../errors.ts';
import type { InsidePorts, Ports } from '../ports.ts';
import type { DropLink, Plan, PredictionRow, PredictMessage, Reason, StudyRow } from '../study.ts';

export interface DeadLetter {
  /** Step whose queue gave the message up. */
  readonly step: string;
  readonly body: string;
}

type Consumer<P extends Ports> = (body: string, ports: P) => Promise<void>;

const reasonOf = (step: string): Reason => ({
  code: `${step}-failed`,
  message: `found a message that ${step} could not finish in its deliveries, expected it to succeed; its log has the cause`,
});

const INSIDE: Readonly<Record<string, Consumer<InsidePorts>>> = { route: arrivals, intake, settle };
const ARCHIVE: Readonly<Record<string, Consumer<Ports>>> = {
  predict,
  'predict-large': predict,
  publish,
  tabulate,
  audit,
};

/** Dead letters inside the intake boundary. */
export const quarantineInside = (letter: DeadLetter, ports: InsidePorts): Promise<void> =>
  consume(letter, INSIDE, ports);

/** Dead letters of the archive's steps. */
export const quarantineArchive = (letter: DeadLetter, ports: Ports): Promise<void> => consume(letter, ARCHIVE, ports);

async function consume<P extends Ports>(
  { step, body }: DeadLetter,
  consumers: Readonly<Record<string, Consumer<P>>>,
  ports: P,
): Promise<void> {
  const consumer = consumers[step];
  if (consumer === undefined)
    throw new Error(`quarantine: found dead letters of ${step}, allowed ${Object.keys(consumers).join(', ')}`);
  try {
    await consumer(body, ports);
  } catch (error) {
    if (!(error instanceof ForeignMessage)) throw error;
    await keep(step, body, error.message, ports);
  }
  ports.metrics.count('Quarantined', 1);
  ports.log.warn('dead letter quarantined', { step });
}

/** A message that is not ours: its hash and length are kept, never its text. */
async function keep(step: string, body: string, message: string, ports: Ports): Promise<void> {
  const id = createHash('sha256').update(body).digest('hex').slice(0, 32);
  await once(ports.archive, quarantineKey(step, id), { step, characters: body.length, message });
}

async function arrivals(body: string, ports: InsidePorts): Promise<void> {
  for (const arrival of readArrivals(body)) {
    const { site, dropKey } = await receive(arrival, ports, async () => undefined);
    await quarantineDrop(site, dropKey, 'route', ports);
  }
}

async function intake(body: string, ports: InsidePorts): Promise<void> {
  const { site, dropKey } = readDropMessage(body);
  await quarantineDrop(site, dropKey, 'intake', ports);
}

async function quarantineDrop(site: string, dropKey: string, step: string, ports: Ports): Promise<void> {
  const plan = wholeDrop('quarantined', site, dropKey, reasonOf(step));
  await sendPlan(await createdPlan(ports.archive, plan), ports.queues);
}

/**
 * The drop has its outcomes, only its receipt could not be written: say so in its place. While a unit is in flight there is
 * nothing to say: the unit that closes last sends settle again.
 */
async function settle(body: string, ports: InsidePorts): Promise<void> {
  const { site, dropKey } = readDropMessage(body);
  const link = await readJson<DropLink>(ports.intake, linkKey(dropKey));
  if (link === undefined)
    throw new ForeignMessage('settle message: found a drop without a link, expected a received drop');
  const plan = await readJson<Plan>(ports.archive, planKey(site, dropKey));
  const closed = plan && (await closedUnits(plan, ports.archive));
  if (plan === undefined || closed === undefined) return;
  const receipt = {
    object: link.key,
    versionId: link.versionId,
    summary: 'Every item has its outcome, but the full receipt could not be written. The operators have been alerted.',
    state: plan.state === 'planned' ? 'accepted' : plan.state,
    reason: reasonOf('settle'),
    items: plan.items,
    outcomes: tally(plan, closed),
    ...receiptAttempt(link, dropKey),
  };
  await ports.intake.create(receiptKey(link.key, link.versionId, attemptOf(dropKey)), toJson(receipt));
}

/** Fills the missing slots of the lane as failed, for the rows of the message. */
async function predict(body: string, ports: Ports): Promise<void> {
  const message = readPredictMessage(body);
  const failed = writeParquet(PREDICTION_COLUMNS, await failedRows(message, ports));
  for (const slot of message.slots) {
    if (slot.lane === message.lane) {
      await ports.archive.create(predictionsKey(message, slot, message.range), failed);
    }
  }
  await sendFilled(message, ports.archive, ports.queues);
}

async function failedRows({ site, unit, range }: PredictMessage, ports: Ports): Promise<readonly PredictionRow[]> {
  const stored = await ports.archive.get(studyRowsKey(site, unit));
  if (stored === undefined)
    throw new ForeignMessage('predict message: found a unit without rows, expected a planned unit');
  const rows = await readParquet<StudyRow>(STUDY_COLUMNS, stored.body);
  return rows.slice(range?.from, range?.to).map(({ row, studyKey }) => ({
    row,
    studyKey,
    status: 'failed',
    reason: reasonOf('predict').message,
    score: null,
    file: null,
    relation: null,
    detail: null,
  }));
}

async function publish(body: string, ports: Ports): Promise<void> {
  const message = readUnitMessage(body);
  const { site, dropKey, unit } = message;
  const plan = await readJson<Plan>(ports.archive, planKey(site, dropKey));
  const planned = plan && ownUnits(plan).find((candidate) => candidate.unit === unit);
  if (planned === undefined)
    throw new ForeignMessage('publish message: found a unit that no plan holds, expected a planned unit');
  await once(ports.archive, closedKey(message), setAside(message, planned, reasonOf('publish')));
  await sendClosed(message, ports.queues);
}

/** Nothing is lost but the table's rows: the record names what is missing, and audit refuses until it is there. */
async function tabulate(body: string, ports: Ports): Promise<void> {
  const message = readTabulateMessage(body);
  await once(ports.archive, quarantineKey('tabulate', aboutOf(message)), { ...message, reason: reasonOf('tabulate') });
}

async function audit(body: string, ports: Ports): Promise<void> {
  const { run } = readAuditMessage(body);
  await once(ports.archive, `runs/${run}/_FAILED`, { run, reason: reasonOf('audit') });
}
