// What follows from a stored record: messages. "Write, then send; every delivery repeats every later effect."
import type { Bucket, Queues } from '#functions/ports.ts';
import type { Lane, Plan, PlannedUnit, PredictMessage, UnitMessage } from '#functions/study.ts';
import { ownUnits } from './attempt.ts';
import { slotsFilled } from './slots.ts';

export const QUEUE_OF_LANE = { standard: 'predict', large: 'predict-large' } as const;

/** After a plan: units to their models; into the tables; a drop without units of its own straight to its receipt. */
export async function sendPlan(plan: Plan, queues: Queues): Promise<void> {
  const { site, dropKey } = plan;
  const units = ownUnits(plan);
  await sendUnits(plan, units, queues);
  await queues.send('tabulate', site, [{ site, dropKey }]);
  if (units.length === 0) await queues.send('settle', site, [{ site, dropKey }]);
}

/** One message per unit and lane, a zip's thousands in batches; a unit that no model accepts goes straight to publish. */
async function sendUnits({ site, dropKey }: Plan, units: readonly PlannedUnit[], queues: Queues): Promise<void> {
  const unscored = units.filter(({ slots }) => slots.length === 0);
  if (unscored.length > 0) {
    const messages = unscored.map(({ unit }) => ({ site, dropKey, unit }));
    await queues.send('publish', site, messages);
  }
  for (const [lane, queue] of Object.entries(QUEUE_OF_LANE) as [Lane, (typeof QUEUE_OF_LANE)[Lane]][]) {
    const scored = units.filter(({ slots }) => slots.some((slot) => slot.lane === lane));
    const messages = scored.map(({ unit, items, slots }) => ({ site, dropKey, unit, lane, items, slots }));
    if (messages.length > 0) await queues.send(queue, site, messages);
  }
}

/** The messages of one unit, see sendPlan. */
export const sendUnit = (plan: Plan, unit: PlannedUnit, queues: Queues): Promise<void> =>
  sendUnits(plan, [unit], queues);

/** After a filled slot: publish, once nothing is missing; twice does no harm. */
export async function sendFilled(message: PredictMessage, archive: Bucket, queues: Queues): Promise<void> {
  const { site, dropKey, unit, slots, items, range } = message;
  const isOnlySlot = slots.length === 1 && range === undefined; // it was filled before: no need to look
  if (isOnlySlot || (await slotsFilled(archive, message, slots, items)))
    await queues.send('publish', site, [{ site, dropKey, unit }]);
}

/** After a closed unit: into the tables, and perhaps to the receipt of its drop. */
export async function sendClosed({ site, dropKey, unit }: UnitMessage, queues: Queues): Promise<void> {
  await queues.send('tabulate', site, [{ site, dropKey, unit }]);
  await queues.send('settle', site, [{ site, dropKey }]);
}
