// Hospitals that put their drops while the cloud dies under them, and put again what nobody has confirmed.
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import type { Random } from '#lib/simulate/random.ts';
import { type Life, type Place, type Running, start } from './cloud.ts';
import type { ChaosDrop } from './hospitals.ts';

/** Share of puts whose line is cut before the answer comes. */
const CUT_LINES = 0.04;
/** After an epoch's puts, the cloud is left to work for up to this long before it is killed, in milliseconds. */
const LONGEST_WORK_MS = 1800;

export interface Disturbance {
  readonly place: Place;
  readonly stateFolder: string;
  readonly faults: NonNullable<Life['faults']>;
}

/** A cloud that is replaced by its next life as soon as it is killed. */
export interface MortalCloud {
  now(): Promise<Running>;
  /** SIGKILL, and a new start on the same state. */
  kill(next?: Life): Promise<Running>;
}

export async function mortalCloud({ place, stateFolder, faults }: Disturbance): Promise<MortalCloud> {
  let current = start(place, stateFolder, { faults });
  await current;
  return {
    now: () => current,
    async kill(next = {}) {
      const dying = await current;
      // Replaced first: whoever loses its connection now waits for the next life.
      current = dying.twin.kill().then(() => start(place, stateFolder, { faults, ...next }));
      return current;
    },
  };
}

/**
 * Puts the drops in as many epochs as there are kills, each ended by one: half of them while objects are being put, half
 * while the cloud works on them. Then the cloud works off everything, going over the time in which messages of the dead are
 * still in flight. No message is in flight at two kills: the first hides it for longer than the others take.
 */
export async function dropUnderKills(
  cloud: MortalCloud,
  drops: readonly ChaosDrop[],
  kills: number,
  stream: Random,
): Promise<Running> {
  const whilePutting = stream.shuffle(Array.from({ length: kills }, (_, n) => n % 2 === 0));
  const perEpoch = Math.ceil(drops.length / kills);
  let running = await cloud.now();
  for (const [epoch, putting] of whilePutting.entries()) {
    const part = drops.slice(epoch * perEpoch, (epoch + 1) * perEpoch);
    const life = epoch === kills - 1 ? { skipIdleTime: true } : {};
    const killAt = putting ? stream.integer(1, part.length) : part.length;
    const reached = Promise.withResolvers<void>();
    let sent = 0;
    const lines = new Map(part.map(({ site }) => [site, stream.fork(`${epoch}/${site}`)]));
    const put = putAll(part, (drop) => {
      sent += 1;
      if (sent === killAt) reached.resolve();
      return putUntilConfirmed(cloud, drop, lines.get(drop.site) as Random);
    });
    await reached.promise;
    if (putting) await sleep(stream.integer(0, 5));
    else {
      await put;
      await sleep(stream.integer(0, LONGEST_WORK_MS));
    }
    running = await cloud.kill(life);
    await put;
  }
  await running.twin.idle();
  return running;
}

/** Puts each site's drops one after the other, the sites side by side, as hospitals are. */
export async function putAll(drops: readonly ChaosDrop[], put: (drop: ChaosDrop) => Promise<void>): Promise<void> {
  const bySite = Map.groupBy(drops, ({ site }) => site);
  await Promise.all(
    [...bySite.values()].map(async (own) => {
      for (const drop of own) await put(drop);
    }),
  );
}

/** A put without an answer may have been stored: put again, it is a version of its own. */
async function putUntilConfirmed(cloud: Pick<MortalCloud, 'now'>, drop: ChaosDrop, line: Random): Promise<void> {
  for (;;) {
    const running = await cloud.now();
    const cut = new AbortController();
    const timer = line.bernoulli(CUT_LINES) ? setTimeout(() => cut.abort(), line.integer(1, 8)) : undefined;
    try {
      await putOnce(running, drop, cut.signal);
      return;
    } catch (error) {
      if (wasAnswered(error)) throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

export async function putOnce(
  { intakeName, uploader }: Running,
  { site, path, body }: Pick<ChaosDrop, 'site' | 'path' | 'body'>,
  abortSignal?: AbortSignal,
): Promise<void> {
  const put = new PutObjectCommand({ Bucket: intakeName, Key: `drops/${site}/${path}`, Body: body });
  await uploader(site).send(put, { ...(abortSignal && { abortSignal }) });
}

/** A refusal by a living server is no broken line. */
const wasAnswered = (error: unknown): boolean =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== undefined;
