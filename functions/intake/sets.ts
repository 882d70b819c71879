// A record of several objects, dropped one by one: the header, or a manifest, closes the set. In any order of arrival the last to
// come completes it, because whoever closes marks what it waits for before it looks, and whoever comes is received before it looks
// for marks.
import { zipLimits } from '#lib/formats/archive-zip.ts';
import { dropOf } from '#lib/ledger/attempt.ts';
import { DROP_SCOPE, planKey, receivedKey, setKey, waitingKey } from '#lib/ledger/keys.ts';
import { once, readJson, toJson } from '#lib/ledger/once.ts';
import { createdPlan, memberPlan } from '#lib/ledger/plan.ts';
import { sendPlan } from '#lib/ledger/send.ts';
import { RejectedDrop } from '../errors.ts';
import type { InsidePorts } from '../ports.ts';
import type { DropMessage, DropSet, Plan, Received, SetMember } from '../study.ts';
import { inParallel } from './in-parallel.ts';

/** Until then a fresh header waits for fresh signal files: those that are there may belong to the header before it. */
const JOINS_USED_AFTER_HOURS = 6;
/** What is not complete by then never will be. */
export const INCOMPLETE_AFTER_HOURS = 24;

const AT_ONCE = 16;

/** What a header or a manifest asks for. */
export interface SetRequest {
  readonly kind: 'header' | 'manifest';
  /** Objects without which the set is not complete. */
  readonly needs: readonly string[];
  /** Objects that belong to it if they are there. */
  readonly welcomes: readonly string[];
  readonly ageHours: number;
}

interface Found extends SetMember {
  readonly sizeBytes: number;
  /** It has its outcome already, by itself or as part of another set. */
  readonly used: boolean;
}

/** The set that the drop closes; undefined while something is missing. Throws RejectedDrop when it has been for too long. */
export async function closedSet(
  drop: DropMessage,
  request: SetRequest,
  ports: InsidePorts,
): Promise<DropSet | undefined> {
  const stored = await readJson<DropSet>(ports.intake, setKey(drop.dropKey));
  if (stored) return stored;
  await inParallel(request.needs, AT_ONCE, async (key) => {
    await ports.intake.create(waitingKey(key, drop.dropKey), toJson(drop));
  });
  const needed = await lookFor(request.needs, drop, ports);
  if (!isComplete(needed, request)) {
    if (request.ageHours >= INCOMPLETE_AFTER_HOURS) throw incomplete(needed, request);
    return undefined;
  }
  const welcome = (await lookFor(request.welcomes, drop, ports)).filter((found) => found !== undefined);
  const members = [...needed, ...welcome] as Found[];
  checkSize(members);
  const set = { members: members.map(({ key, versionId, dropKey }) => ({ key, versionId, dropKey })) };
  return once<DropSet>(ports.intake, setKey(drop.dropKey), set);
}

/** Each member's plan names the drop that closes the set; one that has a plan already keeps it. */
export async function planMembers({ members }: DropSet, drop: DropMessage, ports: InsidePorts): Promise<void> {
  await inParallel(members, AT_ONCE, async ({ dropKey }) => {
    const plan = await createdPlan(ports.archive, memberPlan(drop.site, dropKey, drop.dropKey));
    if (plan.state === 'member') await sendPlan(plan, ports.queues);
  });
}

/** Bytes of the members by their object key. */
export async function readMembers({ members }: DropSet, ports: InsidePorts): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  await inParallel(members, AT_ONCE, async ({ key, versionId }) => {
    const bytes = await ports.intake.getVersion(key, versionId);
    if (bytes === undefined) throw goneMember();
    files.set(key, bytes);
  });
  return files;
}

async function lookFor(keys: readonly string[], drop: DropMessage, ports: InsidePorts): Promise<(Found | undefined)[]> {
  const identity = await ports.identity.forSite(DROP_SCOPE);
  const found: (Found | undefined)[] = keys.map(() => undefined);
  await inParallel(keys.entries(), AT_ONCE, async ([index, key]) => {
    const current = await ports.intake.currentVersion(key);
    if (current === undefined) return;
    const dropKey = identity.dropKey(key, current.versionId);
    const received = await readJson<Received>(ports.archive, receivedKey(drop.site, dropKey));
    if (received === undefined || received.refused !== undefined) return;
    const plan = await readJson<Plan>(ports.archive, planKey(drop.site, dropKey));
    found[index] = { ...current, dropKey, used: plan !== undefined && plan.of !== dropOf(drop.dropKey) };
  });
  return found;
}

/** A fresh part is joined with parts of another set only when nothing newer has come for hours. */
function isComplete(found: readonly (Found | undefined)[], { kind, ageHours }: SetRequest): boolean {
  if (found.some((member) => member === undefined)) return false;
  const used = found.filter((member) => member?.used).length;
  const fresh = kind === 'header' || used < found.length;
  return used === 0 || !fresh || ageHours >= JOINS_USED_AFTER_HOURS;
}

function incomplete(found: readonly (Found | undefined)[], { kind, needs }: SetRequest): RejectedDrop {
  const there = found.filter((member) => member !== undefined).length;
  const what = kind === 'header' ? 'signal files that the header names' : 'files that the manifest names';
  return new RejectedDrop(
    kind === 'header' ? 'signal-file-missing' : 'file-missing',
    `found ${there} of the ${needs.length} ${what}, accepted all of them within ${INCOMPLETE_AFTER_HOURS} hours`,
  );
}

function checkSize(members: readonly Found[]): void {
  const bytes = members.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (bytes <= zipLimits.totalBytes) return;
  throw new RejectedDrop(
    'too-large',
    `found a set of ${bytes} bytes, accepted up to ${zipLimits.totalBytes}; split it`,
  );
}

function goneMember(): RejectedDrop {
  const found = 'found a part of the set that was deleted before it was read';
  return new RejectedDrop('gone', `${found}, accepted versions that stay`);
}
