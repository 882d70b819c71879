// Drops that stay open: sent again after 6, 24 and 72 hours, recorded first; set aside a day later. Nothing waits for ever.
import { ownUnits } from '#lib/ledger/attempt.ts';
import { setAside } from '#lib/ledger/closed.ts';
import { closedKey, OPEN_PREFIX, planKey, receivedKey, resendKey } from '#lib/ledger/keys.ts';
import { readJson, toJson } from '#lib/ledger/once.ts';
import { createdPlan, wholeDrop } from '#lib/ledger/plan.ts';
import { sendClosed, sendPlan, sendUnit } from '#lib/ledger/send.ts';
import type { Ports } from '../ports.ts';
import type { DropMessage, Plan, PlannedUnit, Reason, Received } from '../study.ts';

const HOUR_MS = 60 * 60 * 1000;
const RESEND_AT_HOURS = [72, 24, 6] as const;
/** Messages live four days in their queues: what is still open then has no message left. */
const QUARANTINE_AT_HOURS = 96;
const DAY_HOURS = 24;

const REASON: Reason = {
  code: 'overdue',
  message: `found a drop still open ${QUARANTINE_AT_HOURS} hours after it came and ${RESEND_AT_HOURS.length} times sent again, expected it to finish`,
};

/** Looks at every open hint; `ledger/open/` may be rebuilt from the rest of the ledger. */
export async function sweepDrops(ports: Ports): Promise<void> {
  for await (const { key } of ports.archive.list(OPEN_PREFIX)) {
    const [site, dropKey] = key.slice(OPEN_PREFIX.length).split('/') as [string, string];
    await sweepDrop({ site, dropKey }, ports);
  }
}

async function sweepDrop(drop: DropMessage, ports: Ports): Promise<void> {
  const received = await readJson<Received>(ports.archive, receivedKey(drop.site, drop.dropKey));
  if (received === undefined) return; // route writes the hint first and is still at work
  const since = received.replayed?.at ?? received.receivedAt;
  const ageHours = (ports.clock.now() - Date.parse(since)) / HOUR_MS;
  const due = dueAtHours(ageHours);
  if (due === undefined) return;
  const record = toJson({ ...drop, hours: due, at: new Date(ports.clock.now()).toISOString() });
  if (!(await ports.archive.create(resendKey(drop.site, drop.dropKey, due), record))) return;
  await (due >= QUARANTINE_AT_HOURS ? setDropAside(drop, ports) : sendAgain(drop, ports));
}

/** The hour of age whose turn it is: 6, 24, 72, then 96 and once a day, so that what cannot settle is not sent at every tick. */
function dueAtHours(ageHours: number): number | undefined {
  if (ageHours < QUARANTINE_AT_HOURS) return RESEND_AT_HOURS.find((hours) => ageHours >= hours);
  return QUARANTINE_AT_HOURS + DAY_HOURS * Math.floor((ageHours - QUARANTINE_AT_HOURS) / DAY_HOURS);
}

async function sendAgain(drop: DropMessage, ports: Ports): Promise<void> {
  ports.log.warn('open drop sent again', { site: drop.site, dropKey: drop.dropKey });
  const plan = await readJson<Plan>(ports.archive, planKey(drop.site, drop.dropKey));
  if (plan === undefined) return ports.queues.send('intake', drop.site, [drop]);
  for (const planned of ownUnits(plan)) await sendUnitAgain(plan, planned, ports);
  await ports.queues.send('tabulate', drop.site, [drop]);
  await ports.queues.send('settle', drop.site, [drop]);
}

async function setDropAside(drop: DropMessage, ports: Ports): Promise<void> {
  const whole = wholeDrop('quarantined', drop.site, drop.dropKey, REASON);
  const plan = await createdPlan(ports.archive, whole);
  if (plan.state !== 'planned') return sendPlan(plan, ports.queues);
  for (const planned of ownUnits(plan)) await setUnitAside(plan, planned, ports);
  await ports.queues.send('settle', drop.site, [drop]);
}

/** A unit that is closed goes on from there: whoever closed it may have died before it could say so. */
async function sendUnitAgain(plan: Plan, planned: PlannedUnit, { archive, queues }: Ports): Promise<void> {
  const { site, dropKey } = plan;
  const { unit } = planned;
  if (await archive.has(closedKey({ site, dropKey, unit }))) return sendClosed({ site, dropKey, unit }, queues);
  await sendUnit(plan, planned, queues);
}

/** Closes the unit if nobody has, and sends what follows either way. */
async function setUnitAside({ site, dropKey }: Plan, planned: PlannedUnit, ports: Ports): Promise<void> {
  const at = { site, dropKey, unit: planned.unit };
  if (await ports.archive.create(closedKey(at), toJson(setAside(at, planned, REASON))))
    ports.metrics.count('Quarantined', 1, site);
  await sendClosed(at, ports.queues);
}
