// An operator has a drop tried again after the cause was repaired: a new attempt, whose key all later keys carry.
import type { Bucket, Clock, Queues } from '#functions/ports.ts';
import type { Received, Replayed } from '#functions/study.ts';
import { attemptKey, attemptOf, dropOf } from './attempt.ts';
import { openKey, receivedKey } from './keys.ts';
import { toJson } from './once.ts';
import { type DropAttempt, hasEnded } from './replayed.ts';
import { tally } from './tally.ts';

/** What replay does about a drop, and why. */
export type ReplayDecision =
  | { readonly act: 'try'; readonly attempt: number }
  /** The last attempt was asked for and has no plan yet: its message is sent again, in case it was never sent. */
  | { readonly act: 'send'; readonly attempt: number }
  | { readonly act: 'leave'; readonly why: string };

/** Decides about a drop from its attempts, in order. `all`: also where nothing was set aside or rejected. */
export function decideReplay(attempts: readonly DropAttempt[], { all = false } = {}): ReplayDecision {
  const last = attempts.at(-1);
  if (last === undefined) return leave('found no such drop in the ledger, expected a received one');
  const { received, plan, closed } = last;
  const attempt = attemptOf(received.dropKey);
  if (received.refused !== undefined)
    return leave(`found it refused unread (${received.refused.code}), allowed: its site puts it again`);
  if (plan?.state === 'member') return leave(`found a part of drop ${plan.of}, allowed: replay of that one`);
  if (plan === undefined && attempt > 1) return { act: 'send', attempt };
  if (plan === undefined || !hasEnded(last))
    return leave(`found attempt ${attempt} still in flight, expected one that has ended`);
  const { quarantined, rejected } = tally(plan, closed);
  if (quarantined + rejected === 0 && !all) return leave('found nothing set aside or rejected, allowed with --all');
  return { act: 'try', attempt: attempt + 1 };
}

const leave = (why: string): ReplayDecision => ({ act: 'leave', why });

export interface ReplayPorts {
  readonly archive: Bucket;
  readonly queues: Queues;
  readonly clock: Clock;
}

/**
 * Begins the next attempt at a drop that has ended, or sends the one that was asked for before. The hint comes first, so that
 * sweep finds what dies on the way; whoever is second goes on from the first one's record.
 */
export async function replay(
  last: Received,
  decision: Exclude<ReplayDecision, { act: 'leave' }>,
  why: Omit<Replayed, 'at'>,
  { archive, queues, clock }: ReplayPorts,
): Promise<void> {
  const { site } = last;
  const dropKey = attemptKey(dropOf(last.dropKey), decision.attempt);
  await archive.put(openKey(site, dropKey), toJson({ site, dropKey }));
  if (decision.act === 'try') {
    const replayed: Replayed = { at: new Date(clock.now()).toISOString(), ...why };
    await archive.create(receivedKey(site, dropKey), toJson({ ...last, dropKey, replayed } satisfies Received));
  }
  await queues.send('intake', site, [{ site, dropKey }]);
}
