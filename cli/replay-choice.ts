// Which drops `tricuspid replay` is about, and what may be done with each.
import { RefusedInput } from '#functions/errors.ts';
import type { Bucket, IntakeBucket } from '#functions/ports.ts';
import { dropOf } from '#lib/ledger/attempt.ts';
import { ledgerPrefix, parseDropKey } from '#lib/ledger/keys.ts';
import { decideReplay, type ReplayDecision } from '#lib/ledger/replay.ts';
import { attemptEnd, attemptsOf, type DropAttempt, readAttempts, readReceived } from '#lib/ledger/replayed.ts';

/** A drop with its attempts, and where its object version lies. */
export interface ChosenDrop {
  readonly site: string;
  readonly dropKey: string;
  /** Object key under `drops/`; undefined when the version is gone. */
  readonly key: string | undefined;
  readonly attempts: readonly DropAttempt[];
  readonly decision: ReplayDecision;
}

export interface Choice {
  readonly site?: string;
  /** A path below `drops/<site>/`, or a drop key. */
  readonly drop?: string;
  /** Every drop of the site, or of all sites, in which something was set aside. */
  readonly quarantined?: boolean;
  readonly all?: boolean;
}

interface Buckets {
  readonly archive: Bucket;
  readonly intake: IntakeBucket;
}

/** The drops that the choice names, each with what may be done. */
export async function chooseDrops({ site, drop, quarantined, all }: Choice, buckets: Buckets): Promise<ChosenDrop[]> {
  if (quarantined === (drop !== undefined))
    throw new RefusedInput(
      'replay: found no choice of drops that is clear, allowed: <site> <path or drop key>, or [site] --quarantined',
    );
  if (drop === undefined) return setAside(site, buckets);
  return [await named(site as string, drop, all ?? false, buckets)];
}

async function setAside(site: string | undefined, { archive, intake }: Buckets): Promise<ChosenDrop[]> {
  const waiting: (readonly DropAttempt[])[] = [];
  for await (const attempts of readAttempts(archive, site === undefined ? 'ledger/' : ledgerPrefix(site))) {
    if (needsReplay(attempts)) waiting.push(attempts);
  }
  const keys = await keysByVersion(intake, site === undefined ? 'drops/' : `drops/${site}/`);
  return waiting.map((attempts) => {
    const { site: of, dropKey } = (attempts[0] as DropAttempt).received;
    return { site: of, dropKey: dropOf(dropKey), attempts, ...decided(attempts, keys, false) };
  });
}

/** Something was set aside in the last attempt, or that one was asked for and has not begun. */
function needsReplay(attempts: readonly DropAttempt[]): boolean {
  const last = attempts.at(-1) as DropAttempt;
  return attemptEnd(last).outcomes.quarantined > 0 || (attempts.length > 1 && last.plan === undefined);
}

async function named(site: string, drop: string, all: boolean, { archive, intake }: Buckets): Promise<ChosenDrop> {
  if (isDropKey(drop)) {
    const dropKey = dropOf(drop);
    const attempts = await attemptsOf(archive, site, dropKey);
    if (attempts.length === 0) throw new RefusedInput(`replay: found no drop ${dropKey} of ${site} in the ledger`);
    return { site, dropKey, attempts, ...decided(attempts, await keysByVersion(intake, `drops/${site}/`), all) };
  }
  const path = parseDropKey(drop)?.path ?? drop;
  const keys = await keysByVersion(intake, `drops/${site}/${path}`, `drops/${site}/${path}`);
  const dropKey = await newestOf(site, keys, archive);
  const attempts = await attemptsOf(archive, site, dropKey);
  return { site, dropKey, attempts, ...decided(attempts, keys, all) };
}

/** Drop keys are 128 bits in hex, perhaps of a later attempt. */
const isDropKey = (text: string): boolean => /^[0-9a-f]{32}(-attempt-\d+)?$/.test(text);

/** Object keys under a prefix by version id. */
async function keysByVersion(intake: IntakeBucket, prefix: string, exactly?: string): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  for await (const { key, versionId } of intake.listVersions(prefix)) {
    if (exactly === undefined || key === exactly) keys.set(versionId, key);
  }
  return keys;
}

/** The drop received last among these versions. */
async function newestOf(site: string, keys: ReadonlyMap<string, string>, archive: Bucket): Promise<string> {
  let newest: { dropKey: string; receivedAt: string } | undefined;
  for await (const received of readReceived(archive, site)) {
    if (received === undefined || !keys.has(received.versionId)) continue;
    if (newest === undefined || received.receivedAt > newest.receivedAt) newest = received;
  }
  if (newest === undefined)
    throw new RefusedInput(
      `replay: found ${keys.size} versions under this path and none of them received by ${site}, expected a path below drops/${site}/ or a drop key of the ledger`,
    );
  return dropOf(newest.dropKey);
}

function decided(
  attempts: readonly DropAttempt[],
  keys: ReadonlyMap<string, string>,
  all: boolean,
): Pick<ChosenDrop, 'key' | 'decision'> {
  const key = keys.get(attempts[0]?.received.versionId ?? '');
  const decision = decideReplay(attempts, { all });
  if (decision.act === 'leave' || key !== undefined) return { key, decision };
  const why = 'found its object version gone (expired or deleted), expected it under drops/: its site puts it again';
  return { key, decision: { act: 'leave', why } };
}
