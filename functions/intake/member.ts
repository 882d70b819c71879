// An object that may be a part of a set: named by a header or a manifest that waits for it or has taken it.
import { DROP_SCOPE, planKey, receivedKey, setKey, waitingPrefix } from '#lib/ledger/keys.ts';
import { readJson } from '#lib/ledger/once.ts';
import { memberPlan } from '#lib/ledger/plan.ts';
import { RejectedDrop } from '../errors.ts';
import type { InsidePorts } from '../ports.ts';
import type { DropLink, DropMessage, DropSet, Finding, Plan } from '../study.ts';
import { INCOMPLETE_AFTER_HOURS } from './sets.ts';

/** Annotations that readers of WFDB know by these extensions. */
export const ANNOTATORS = ['atr', 'qrs'] as const;

const signalFile = /\.(?:dat|mat|xyz)$/i;
const annotationFile = new RegExp(`\\.(?:${ANNOTATORS.join('|')})$`, 'i');

/** Part of a set (its plan), named by a drop that waits for more, or named by nobody. */
export type Membership = Plan | 'waiting' | 'free';

/** Looks for marks of drops that wait for this object, and tells them that it has come. */
export async function membership(drop: DropMessage, link: DropLink, ports: InsidePorts): Promise<Membership> {
  let waiting = false;
  for await (const { key } of ports.intake.list(waitingPrefix(link.key))) {
    const closing = await readJson<DropMessage>(ports.intake, key);
    if (closing === undefined) continue;
    const set = await readJson<DropSet>(ports.intake, setKey(closing.dropKey));
    if (set?.members.some(({ key: member, versionId }) => member === link.key && versionId === link.versionId)) {
      return memberPlan(drop.site, drop.dropKey, closing.dropKey);
    }
    if (set !== undefined || (await ports.archive.has(planKey(closing.site, closing.dropKey)))) continue;
    waiting = true;
    await ports.queues.send('intake', closing.site, [closing]);
  }
  return waiting ? 'waiting' : 'free';
}

/** True for what is a signal or annotation file by its name, and nothing that is known by its content. */
export const maySupplement = (path: string): boolean => signalFile.test(path) || annotationFile.test(path);

/**
 * A signal file that no mark names waits for its header for a day, and longer only while that is there and undecided; annotations
 * belong to the header beside them, whenever they come. Throws RejectedDrop when the time is over.
 */
export async function supplementPlan(
  drop: DropMessage,
  link: DropLink,
  late: boolean,
  ports: InsidePorts,
): Promise<Plan | undefined> {
  const header = await headerBeside(drop, link, ports);
  if (header !== undefined && annotationFile.test(link.key)) {
    return memberPlan(drop.site, drop.dropKey, header.dropKey, [UNUSED]);
  }
  if (!late) return undefined;
  if (header === undefined || (await ports.archive.has(planKey(header.site, header.dropKey)))) throw tooLate();
  await ports.queues.send('intake', header.site, [header]);
  return undefined;
}

/** The received drop of the header with the same name in the same folder. */
async function headerBeside(drop: DropMessage, link: DropLink, ports: InsidePorts): Promise<DropMessage | undefined> {
  const current = await ports.intake.currentVersion(link.key.replace(/\.[^./]+$/, '.hea'));
  if (current === undefined) return undefined;
  const dropKey = (await ports.identity.forSite(DROP_SCOPE)).dropKey(current.key, current.versionId);
  const received = await ports.archive.has(receivedKey(drop.site, dropKey));
  return received ? { site: drop.site, dropKey } : undefined;
}

const UNUSED: Finding = {
  severity: 'information',
  code: 'annotations-unused',
  message: 'found an annotation file, which nothing uses yet',
};

function tooLate(): RejectedDrop {
  const found = `found a signal file that no header has taken within ${INCOMPLETE_AFTER_HOURS} hours`;
  return new RejectedDrop(
    'header-missing',
    `${found}, accepted with its header (.hea) in the same folder, dropped anew`,
  );
}
