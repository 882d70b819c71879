// Detect, parse, de-identify, check; write the studies and the plan; then, and only then, send.

import { formatOf } from '#lib/formats/detect.ts';
import { linkKey, parseDropKey, planKey, receivedKey, siteKey } from '#lib/ledger/keys.ts';
import { readJson } from '#lib/ledger/once.ts';
import { createdPlan, rejectedBy, wholeDrop } from '#lib/ledger/plan.ts';
import { sendPlan } from '#lib/ledger/send.ts';
import { parseSite, type Site } from '#lib/sites/site.ts';
import { RejectedDrop } from '../errors.ts';
import type { InsidePorts } from '../ports.ts';
import type { DropLink, DropMessage, Plan, Received } from '../study.ts';
import { fileDrop, type OpenDrop } from './file-drop.ts';
import { maySupplement, membership, supplementPlan } from './member.ts';
import { INCOMPLETE_AFTER_HOURS } from './sets.ts';

const HOUR_MS = 60 * 60 * 1000;

/** Plans a drop and sends its units on; one that has its plan is only sent on again, one that waits for others stays in flight. */
export async function intake({ site, dropKey }: DropMessage, ports: InsidePorts): Promise<void> {
  const stored = await readJson<Plan>(ports.archive, planKey(site, dropKey));
  const made = stored ?? (await makePlan({ site, dropKey }, ports));
  if (made === undefined) return;
  await sendPlan(stored ?? (await createdPlan(ports.archive, made)), ports.queues);
}

async function makePlan(drop: DropMessage, ports: InsidePorts): Promise<Plan | undefined> {
  const { site, dropKey } = drop;
  try {
    const received = await readJson<Received>(ports.archive, receivedKey(site, dropKey));
    if (received?.refused !== undefined) return wholeDrop('rejected', site, dropKey, received.refused);
    const link = await readJson<DropLink>(ports.intake, linkKey(dropKey));
    if (link === undefined || received === undefined)
      throw new Error('intake: found a drop without its link or received record, expected those that route writes');
    const ageHours = (ports.clock.now() - Date.parse(received.receivedAt)) / HOUR_MS;
    return await planOf({ drop, link, ageHours }, ports);
  } catch (error) {
    return rejectedBy(error, site, dropKey);
  }
}

interface ReceivedDrop {
  readonly drop: DropMessage;
  readonly link: DropLink;
  readonly ageHours: number;
}

/** A part of a set is planned by that; everything else by what it is. */
async function planOf({ drop, link, ageHours }: ReceivedDrop, ports: InsidePorts): Promise<Plan | undefined> {
  const late = ageHours >= INCOMPLETE_AFTER_HOURS;
  const member = await membership(drop, link, ports);
  if (typeof member === 'object') return member;
  if (member === 'waiting' && !late) return undefined;
  const site = await siteOf(drop.site, ports);
  const bytes = await bytesOf(link, ports);
  const path = parseDropKey(link.key)?.path ?? '';
  const open: OpenDrop = { drop, link, path, bytes, format: formatOf(bytes, path), site, ageHours };
  if (open.format !== 'table' || !maySupplement(path)) return fileDrop(open, ports);
  return (await tableOrNothing(open, ports)) ?? supplementPlan(drop, link, late, ports);
}

/** A signal file may hold anything, even text: only what a site's table is like is taken for one. */
async function tableOrNothing(open: OpenDrop, ports: InsidePorts): Promise<Plan | undefined> {
  try {
    return await fileDrop(open, ports);
  } catch (error) {
    if (error instanceof RejectedDrop) return undefined;
    throw error;
  }
}

async function siteOf(site: string, ports: InsidePorts): Promise<Site> {
  const config = await readJson<unknown>(ports.archive, siteKey(site));
  if (config === undefined)
    throw new RejectedDrop('site-unknown', 'found a site that is no longer set up, accepted a known site');
  return parseSite(config);
}

async function bytesOf(link: DropLink, ports: InsidePorts): Promise<Uint8Array> {
  const bytes = await ports.intake.getVersion(link.key, link.versionId);
  if (bytes) return bytes;
  throw new RejectedDrop(
    'gone',
    'found an object version that was deleted before it was read, accepted versions that stay',
  );
}
