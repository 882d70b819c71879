// An operator who has drops tried again, as `tricuspid replay` does, and may lose the line in the middle of it.
import { snapshot } from '#functions/audit/completeness.ts';
import { sweep } from '#functions/sweep/sweep.ts';
import { dropOf } from '#lib/ledger/attempt.ts';
import { countLedger } from '#lib/ledger/count.ts';
import { decideReplay, replay } from '#lib/ledger/replay.ts';
import { attemptsOf } from '#lib/ledger/replayed.ts';
import type { Random } from '#lib/simulate/random.ts';
import type { MemoryCloud } from './memory-cloud.ts';
import { Crash, type CrashGate } from './random-driver.ts';

const HOUR_MS = 60 * 60 * 1000;

interface Drop {
  readonly site: string;
  readonly dropKey: string;
}

export function dropsIn({ archive }: MemoryCloud): readonly Drop[] {
  const received = archive.keys('ledger/').filter((key) => key.endsWith('/received.json'));
  const names = new Set(received.map((key) => dropOf(key.split('/').slice(1, 3).join('/'))));
  return [...names].map((name) => ({ site: name.split('/')[0], dropKey: name.split('/')[1] }));
}

/** Tries the drop again, if it may be; true when an attempt began or was sent again. */
export async function tryAgain(
  { archive, ports }: MemoryCloud,
  { site, dropKey }: Drop,
  all = false,
): Promise<boolean> {
  const attempts = await attemptsOf(archive, site, dropKey);
  const decision = decideReplay(attempts, { all });
  if (decision.act === 'leave') return false;
  await replay(attempts[attempts.length - 1].received, decision, { ...(all && { all: true as const }) }, ports);
  return true;
}

/** Acts at most so many times on drops chosen at random; what it began may crash at any effect. */
export function restlessOperator(cloud: MemoryCloud, random: Random, crash: CrashGate, times: number) {
  const state = { left: times, begun: 0 };
  const act = async (): Promise<void> => {
    const drops = dropsIn(cloud);
    if (state.left === 0 || drops.length === 0) return;
    if (random.bernoulli(0.3)) crash.arm(random.integer(0, 5));
    try {
      if (!(await tryAgain(cloud, random.pick(drops), random.bernoulli(0.3)))) return;
      state.left--;
      state.begun++;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    } finally {
      crash.disarm();
    }
  };
  return { act, state };
}

/** A quarter of a day later: what stays open is sent again, and what the tables lack. */
export async function heal(cloud: MemoryCloud): Promise<void> {
  cloud.clock.nowMs += 7 * HOUR_MS;
  await sweep(cloud.ports);
  const { untabled } = await snapshot('walk', undefined, cloud.archive);
  for (const message of untabled) await cloud.ports.queues.send('tabulate', message.site, [message]);
}

/** Drops in which something was set aside. */
export async function setAside(cloud: MemoryCloud): Promise<readonly Drop[]> {
  const found: Drop[] = [];
  for (const drop of dropsIn(cloud)) {
    const last = (await attemptsOf(cloud.archive, drop.site, drop.dropKey)).at(-1);
    const whole = last?.plan?.state === 'quarantined';
    if (whole || last?.closed.some(({ quarantined }) => quarantined > 0)) found.push(drop);
  }
  return found;
}

/** The ledger's contradictions, and whether it is complete. */
export async function verdictOf({ archive, intake }: MemoryCloud) {
  const { problems, complete } = await countLedger(archive, intake);
  return { problems, complete };
}
