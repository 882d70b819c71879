// Drops that were tried again: the highest attempt counts, the earlier ones stay to be looked at.
import type { Bucket } from '#functions/ports.ts';
import type { Closed, Plan, Received, Tally } from '#functions/study.ts';
import { attemptOf, dropOf, placeOf } from './attempt.ts';
import { closedKey, ledgerPrefix, planKey } from './keys.ts';
import { readJson } from './once.ts';
import { counted, NOTHING, tally } from './tally.ts';

/** Reads in flight at a time. */
const PARALLEL = 32;

/** One attempt at a drop, as it is stored. */
export interface DropAttempt {
  readonly received: Received;
  readonly plan: Plan | undefined;
  readonly closed: readonly Closed[];
}

/** What came of one attempt. */
export interface AttemptEnd {
  readonly attempt: number;
  /** When the drop came, or was asked for again; ISO 8601 UTC. */
  readonly at: string;
  /** Why it was asked for again, as the operator put it. */
  readonly why?: string;
  readonly state: Plan['state'] | 'in flight';
  /** Reason code of a drop that was rejected or quarantined whole, or of its first unit in which something was set aside. */
  readonly reason?: string;
  readonly items: number;
  readonly outcomes: Tally;
}

export interface ReplayedDrop {
  readonly site: string;
  readonly dropKey: string;
  /** In order; the last one counts. */
  readonly attempts: readonly AttemptEnd[];
}

/** The attempt whose `received.json` lies at this key. */
async function readAttempt(archive: Bucket, key: string): Promise<DropAttempt> {
  const received = (await readJson<Received>(archive, key)) as Received;
  const plan = await readJson<Plan>(archive, planKey(received.site, received.dropKey));
  const closed: Closed[] = [];
  for (const planned of plan?.units ?? []) {
    const record = await readJson<Closed>(archive, closedKey(placeOf(plan as Plan, planned)));
    if (record) closed.push(record);
  }
  return { received, plan, closed };
}

/** Attempts at each drop below a prefix of the ledger, in order; drop by drop, as many as there are need no more memory. */
export async function* readAttempts(archive: Bucket, prefix: string): AsyncIterable<readonly DropAttempt[]> {
  let attempts: DropAttempt[] = [];
  // The keys of later attempts begin with that of their drop: a listing has them together.
  for await (const attempt of readAll(archive, prefix, readAttempt)) {
    if (attempts[0] !== undefined && nameOf(attempts[0]) !== nameOf(attempt)) {
      yield inOrder(attempts);
      attempts = [];
    }
    attempts.push(attempt);
  }
  if (attempts.length > 0) yield inOrder(attempts);
}

/** Attempts at one drop, in order; none when there is no such drop. */
export async function attemptsOf(archive: Bucket, site: string, drop: string): Promise<readonly DropAttempt[]> {
  for await (const attempts of readAttempts(archive, `${ledgerPrefix(site)}${drop}`)) {
    if (attempts[0] !== undefined && dropOf(attempts[0].received.dropKey) === drop) return attempts;
  }
  return [];
}

/** Received records of a site, every attempt's. */
export const readReceived = (archive: Bucket, site: string): AsyncIterable<Received | undefined> =>
  readAll(archive, ledgerPrefix(site), readJson<Received>);

/** What is read of each received record below a prefix, some at a time. */
async function* readAll<T>(
  archive: Bucket,
  prefix: string,
  read: (archive: Bucket, key: string) => Promise<T>,
): AsyncIterable<T> {
  let keys: string[] = [];
  const readKeys = () => Promise.all(keys.map((key) => read(archive, key)));
  for await (const { key } of archive.list(prefix)) {
    if (key.endsWith('/received.json')) keys.push(key);
    if (keys.length < PARALLEL) continue;
    yield* await readKeys();
    keys = [];
  }
  yield* await readKeys();
}

/** Every item of the attempt has its outcome. */
export const hasEnded = ({ plan, closed }: DropAttempt): boolean =>
  plan !== undefined && counted(tally(plan, closed)) === plan.items;

const nameOf = ({ received }: DropAttempt): string => `${received.site}/${dropOf(received.dropKey)}`;

const inOrder = (attempts: readonly DropAttempt[]): readonly DropAttempt[] =>
  attempts.toSorted((a, b) => numberOf(a) - numberOf(b));

const numberOf = ({ received }: DropAttempt): number => attemptOf(received.dropKey);

/** What came of each attempt at a drop. */
export function replayedDrop(attempts: readonly DropAttempt[]): ReplayedDrop {
  const [{ received }] = attempts as readonly [DropAttempt];
  return { site: received.site, dropKey: dropOf(received.dropKey), attempts: attempts.map(attemptEnd) };
}

export function attemptEnd(attempt: DropAttempt): AttemptEnd {
  const { received, plan, closed } = attempt;
  const reason = plan?.reason ?? closed.find((unit) => unit.reason !== undefined)?.reason;
  return {
    attempt: numberOf(attempt),
    at: received.replayed?.at ?? received.receivedAt,
    ...(received.replayed?.reason !== undefined && { why: received.replayed.reason }),
    state: plan !== undefined && hasEnded(attempt) ? plan.state : 'in flight',
    ...(reason !== undefined && { reason: reason.code }),
    items: plan?.items ?? 0,
    outcomes: plan ? tally(plan, closed) : NOTHING,
  };
}

/** An attempt may begin only when the one before it has ended: what that one still writes would be nobody's. */
export function beganTooEarly(attempts: readonly DropAttempt[]): readonly string[] {
  return attempts.flatMap((attempt, n) => {
    const before = attempts[n - 1];
    const expected = n + 1;
    const at = `drop ${dropOf(attempt.received.dropKey)} of ${attempt.received.site}`;
    if (numberOf(attempt) !== expected)
      return [`${at}: found attempt ${numberOf(attempt)}, expected attempt ${expected}`];
    if (before === undefined || hasEnded(before)) return [];
    return [`${at}: found attempt ${expected}, expected none before attempt ${expected - 1} has ended`];
  });
}
