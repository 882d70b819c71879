// Detect, parse, de-identify, check; write the studies and the plan; then, and only then, send.

import { readZip } from '#lib/formats/archive-zip.ts';
import { formatOf } from '#lib/formats/detect.ts';
import { openEcgDrop } from '#lib/formats/ecg-drop.ts';
import { readTable } from '#lib/formats/table.ts';
import { linkKey, parseDropKey, planKey, receivedKey, siteKey } from '#lib/ledger/keys.ts';
import { readJson } from '#lib/ledger/once.ts';
import { createdPlan, rejectedBy, wholeDrop } from '#lib/ledger/plan.ts';
import { sendPlan } from '#lib/ledger/send.ts';
import { parseSite, type Site } from '#lib/sites/site.ts';
import { RejectedDrop } from '../errors.ts';
import type { InsidePorts } from '../ports.ts';
import type { DropLink, DropMessage, Plan, Received } from '../study.ts';
import { fileEcgs } from './file-ecgs.ts';
import { fileTable } from './file-table.ts';

/** Plans a drop and sends its units on; a drop that has its plan is only sent on again. */
export async function intake({ site, dropKey }: DropMessage, ports: InsidePorts): Promise<void> {
  const stored = await readJson<Plan>(ports.archive, planKey(site, dropKey));
  const plan = stored ?? (await createdPlan(ports.archive, await makePlan({ site, dropKey }, ports)));
  await sendPlan(plan, ports.queues);
}

async function makePlan(drop: DropMessage, ports: InsidePorts): Promise<Plan> {
  const { site, dropKey } = drop;
  try {
    const received = await readJson<Received>(ports.archive, receivedKey(site, dropKey));
    if (received?.refused !== undefined) return wholeDrop('rejected', site, dropKey, received.refused);
    const link = await readJson<DropLink>(ports.intake, linkKey(dropKey));
    if (link === undefined)
      throw new Error('intake: found a drop without its link, expected the link that route writes');
    const config = await siteOf(site, ports);
    return await fileDrop(await bytesOf(link, ports), parseDropKey(link.key)?.path ?? '', config, drop, ports);
  } catch (error) {
    return rejectedBy(error, site, dropKey);
  }
}

/** Reads the drop as what it is and files what is in it. */
async function fileDrop(bytes: Uint8Array, path: string, site: Site, drop: DropMessage, ports: InsidePorts) {
  const format = formatOf(bytes, path);
  if (format === 'zip') return fileEcgs(openEcgDrop(readZip(bytes), site), drop, ports);
  return fileTable(readTable(bytes, path, site), drop, ports);
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
