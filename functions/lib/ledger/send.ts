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
  for (const unit of units) await sendUnit(plan, unit, queues);
  await queues.send('tabulate', site, [{ site, dropKey }]);
  if (units.length === 0) await queues.send('settle', site, [{ site, dropKey }]);
}

/** One message per unit and lane; a unit that no model accepts goes straight to publish. */
export async function sendUnit(plan: Plan, { unit, items, slots }: PlannedUnit, queues: Queues): Promise<void> {
  const { site, dropKey } = plan;
  if (slots.length === 0) return queues.send('publish', site, [{ site, dropKey, unit }]);
  for (const lane of new Set<Lane>(slots.map((slot) => slot.lane))) {
    const message: PredictMessage = { site, dropKey, unit, lane, items, slots };
    await queues.send(QUEUE_OF_LANE[lane], site, [message]);
  }
}

/** After a filled slot: publish, once nothing is missing; twice does no harm. */
export async function sendFilled(message: PredictMessage, archive: Bucket, queues: Queues): Promise<void> {
  const { site, dropKey, unit, slots, items } = message;
  if (await slotsFilled(archive, message, slots, items)) await queues.send('publish', site, [{ site, dropKey, unit }]);
}

/** After a closed unit: into the tables, and perhaps to the receipt of its drop. */
export async function sendClosed({ site, dropKey, unit }: UnitMessage, queues: Queues): Promise<void> {
  await queues.send('tabulate', site, [{ site, dropKey, unit }]);
  await queues.send('settle', site, [{ site, dropKey }]);
}
