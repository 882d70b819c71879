// All slots filled: result page and table of the unit, then closed, then on to the tables and the receipt.
import { contractOf, isDisabled } from '#lib/inference/catalogue.ts';
import { ownUnits } from '#lib/ledger/attempt.ts';
import { readKept } from '#lib/ledger/kept.ts';
import { closedKey, planKey, resultKey, slotName, studyRowsKey, withdrawnKey } from '#lib/ledger/keys.ts';
import { once } from '#lib/ledger/once.ts';
import { sendClosed } from '#lib/ledger/send.ts';
import { listPredictions, slotObjects } from '#lib/ledger/slots.ts';
import { PREDICTION_COLUMNS, STUDY_COLUMNS } from '#lib/tables/columns.ts';
import { readParquet } from '#lib/tables/parquet.ts';
import type { Bucket, Ports } from '../ports.ts';
import type { Closed, Plan, PlannedUnit, PredictionRow, Slot, StudyRow, UnitMessage } from '../study.ts';
import { countOutcomes, failureReason, rowOutcomes, type SlotRows, unshownReason } from './outcomes.ts';
import { resultFiles } from './results.ts';

/** Publishes a unit whose slots are all filled; one whose slots are not is left to whoever fills the last. */
export async function publish(message: UnitMessage, ports: Ports): Promise<void> {
  if (!(await ports.archive.has(closedKey(message)))) {
    const unit = await plannedUnit(message, ports);
    const slots = await filledSlots(message, unit, ports);
    if (slots === undefined) return;
    await close(message, unit, slots, ports);
  }
  await sendClosed(message, ports.queues);
}

async function plannedUnit({ site, dropKey, unit }: UnitMessage, ports: Ports): Promise<PlannedUnit> {
  const plan = await readKept<Plan>(ports.archive, planKey(site, dropKey));
  const planned = plan && ownUnits(plan).find((candidate) => candidate.unit === unit);
  if (planned === undefined)
    throw new Error('publish: found a unit that its plan does not hold, expected a planned unit');
  return planned;
}

/** Predictions of every slot, or undefined while one is missing. */
async function filledSlots(
  message: UnitMessage,
  planned: PlannedUnit,
  ports: Ports,
): Promise<readonly SlotRows[] | undefined> {
  const keys = await listPredictions(ports.archive, message);
  const objectsOf = (slot: Slot) => slotObjects(keys, message, slot, planned.items);
  if (planned.slots.some((slot) => objectsOf(slot) === undefined)) return undefined;
  const withdrawn = new Set(await withdrawnSlots(message, planned.slots, ports.archive));
  const filled: SlotRows[] = [];
  for (const slot of planned.slots) {
    const objects = objectsOf(slot) ?? [];
    filled.push({ slot, withdrawn: withdrawn.has(slotName(slot)), objects, rows: await readAll(objects, ports) });
  }
  return filled;
}

/** Slots of models that are switched off. The first look is stored and counts: a retry must not contradict a page that is out. */
async function withdrawnSlots(
  message: UnitMessage,
  slots: readonly Slot[],
  archive: Bucket,
): Promise<readonly string[]> {
  const off: string[] = [];
  for (const slot of slots) if (await isDisabled(archive, slot)) off.push(slotName(slot));
  return (await once(archive, withdrawnKey(message), { withdrawn: off })).withdrawn;
}

async function readAll(objects: readonly string[], ports: Ports): Promise<readonly PredictionRow[]> {
  const rows: PredictionRow[] = [];
  for (const key of objects)
    rows.push(...(await readParquet<PredictionRow>(PREDICTION_COLUMNS, await bytes(key, ports))));
  return rows;
}

async function bytes(key: string, ports: Ports): Promise<Uint8Array> {
  const stored = await ports.archive.get(key);
  if (stored === undefined)
    throw new Error('publish: found nothing where a stored object was listed, expected it to stay');
  return stored.body;
}

async function close(
  message: UnitMessage,
  planned: PlannedUnit,
  slots: readonly SlotRows[],
  ports: Ports,
): Promise<void> {
  const { site, unit, dropKey } = message;
  const rows = await readParquet<StudyRow>(STUDY_COLUMNS, await bytes(studyRowsKey(site, unit), ports));
  const contracts = await contractsOf(planned.slots, ports);
  const answered = { site, unit, rows, slots, outcomes: rowOutcomes(planned.items, slots), contracts };
  const { files, outcomes } = await resultFiles(answered, ports);
  for (const [name, text] of files) await ports.archive.create(resultKey(message, name), text);
  const reason = failureReason(slots) ?? unshownReason(answered.outcomes, outcomes);
  const closed: Closed = {
    site,
    unit,
    dropKey,
    items: planned.items,
    slots: planned.slots,
    predictions: slots.flatMap(({ objects }) => objects),
    withdrawn: slots.filter(({ withdrawn }) => withdrawn).map(({ slot }) => slotName(slot)),
    ...countOutcomes(outcomes),
    ...(reason !== undefined && { reason }),
    ...(planned.ecgs && { ecgs: planned.ecgs.map((ecg, n) => ({ ...ecg, outcome: outcomes[n] })) }),
  };
  await once(ports.archive, closedKey(message), closed);
}

async function contractsOf(
  slots: readonly Slot[],
  ports: Ports,
): Promise<ReadonlyMap<string, Awaited<ReturnType<typeof contractOf>>>> {
  const contracts = new Map<string, Awaited<ReturnType<typeof contractOf>>>();
  for (const slot of slots) contracts.set(slotName(slot), await contractOf(ports.archive, slot));
  return contracts;
}
