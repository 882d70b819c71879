// Every item of the drop has an outcome: receipt for the site, drop tagged done.
import { attemptKey, attemptOf, dropOf } from '#lib/ledger/attempt.ts';
import { closedUnits } from '#lib/ledger/closed.ts';
import { readKept } from '#lib/ledger/kept.ts';
import { linkKey, namesKey, openKey, planKey, receiptKey, receivedKey, setKey } from '#lib/ledger/keys.ts';
import { readJson } from '#lib/ledger/once.ts';
import { counted, tally } from '#lib/ledger/tally.ts';
import type { IntakeBucket, Ports, VersionState } from '../ports.ts';
import type { DropLink, DropMessage, DropSet, Plan, Received } from '../study.ts';
import { receiptOf } from './receipt.ts';

export interface SettlePorts extends Ports {
  readonly intake: IntakeBucket;
}

/** Settles a drop once its tally is complete; before that it leaves the drop to the unit that closes last. */
export async function settle({ site, dropKey }: DropMessage, ports: SettlePorts): Promise<void> {
  const plan = await readKept<Plan>(ports.archive, planKey(site, dropKey));
  if (plan === undefined || (await isSettled(plan, ports))) return;
  const closed = await closedUnits(plan, ports.archive);
  if (closed === undefined) return;
  const outcomes = tally(plan, closed);
  if (counted(outcomes) !== plan.items) {
    throw new Error(`settle: found ${counted(outcomes)} items with an outcome, expected the ${plan.items} of the plan`);
  }
  const link = await required(readJson<DropLink>(ports.intake, linkKey(dropKey)), 'link');
  const received = await required(readJson<Received>(ports.archive, receivedKey(site, dropKey)), 'received record');
  const records = (await readJson<readonly string[]>(ports.intake, namesKey(dropKey))) ?? [];
  const of =
    plan.of === undefined ? undefined : await required(readJson<DropLink>(ports.intake, linkKey(plan.of)), 'set');
  const receipt = receiptOf({ link, received, plan, closed, outcomes, records, ...(of && { of: of.key }) });
  await ports.intake.create(
    receiptKey(link.key, link.versionId, attemptOf(dropKey)),
    `${JSON.stringify(receipt, null, 2)}\n`,
  );
  // What was set aside is held for a replay; only what has its final outcome may expire. A later attempt decides for itself.
  const state = outcomes.quarantined === 0 ? 'done' : 'held';
  const later = receivedKey(site, attemptKey(dropOf(dropKey), attemptOf(dropKey) + 1));
  if (!(await ports.archive.has(later))) await tag(state, plan, link, ports);
  await ports.archive.remove(openKey(site, dropKey));
}

/** Its last effect is there, and the receipt: each unit of thousands asks, and most ask when all is done. */
async function isSettled({ site, dropKey }: Plan, { archive, intake }: SettlePorts): Promise<boolean> {
  if (await archive.has(openKey(site, dropKey))) return false;
  const link = await required(readKept<DropLink>(intake, linkKey(dropKey)), 'link');
  return intake.has(receiptKey(link.key, link.versionId, attemptOf(dropKey)));
}

/** The drop and the parts of the set that it closes; a part by itself stays until what it belongs to is done. */
async function tag(state: VersionState, plan: Plan, link: DropLink, ports: SettlePorts): Promise<void> {
  const { intake, archive } = ports;
  const set = await readJson<DropSet>(intake, setKey(plan.of ?? plan.dropKey));
  if (plan.of !== undefined && set?.members.some(({ dropKey }) => dropKey === dropOf(plan.dropKey))) return;
  await intake.tag(link.key, link.versionId, state);
  if (plan.of !== undefined) return;
  for (const { key, versionId, dropKey } of set?.members ?? []) {
    const part = await readJson<Plan>(archive, planKey(plan.site, dropKey));
    if (part?.of === dropOf(plan.dropKey)) await intake.tag(key, versionId, state);
  }
}

async function required<T>(record: Promise<T | undefined>, what: string): Promise<T> {
  const found = await record;
  if (found === undefined)
    throw new Error(`settle: found a planned drop without its ${what}, expected what route writes first`);
  return found;
}
