// Queues in random order with duplicates, crashes at any write or send, late twins, poison and dead letters.

import type { Gate } from '#lib/local/memory.ts';
import type { Random } from '#lib/simulate/random.ts';
import { collectSent, deliver, deliverDead, type MemoryCloud, type QueuedMessage } from './memory-cloud.ts';

const MAXIMUM_RECEIVES = 3;
const MAXIMUM_DELIVERIES = 5000;

/** The process ended at a gate. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** A gate that throws at the effect chosen in advance. */
export class CrashGate {
  #effects = Number.POSITIVE_INFINITY;
  crashes = 0;

  readonly gate: Gate = (_moment, effect) => {
    if (this.#effects-- > 0) return;
    this.#effects = Number.POSITIVE_INFINITY;
    this.crashes++;
    throw new Crash(effect);
  };

  /** Crashes at the gate after this many others. */
  arm(effects: number): void {
    this.#effects = effects;
  }

  disarm(): void {
    this.#effects = Number.POSITIVE_INFINITY;
  }
}

interface Envelope extends QueuedMessage {
  receives: number;
  dead: boolean;
  poisoned: boolean;
}

export interface DriverOptions {
  readonly random: Random;
  readonly crash: CrashGate;
  readonly faults: number;
  /** Some message of this queue fails until it is a dead letter. */
  readonly poison?: QueuedMessage['queue'];
  /** Somebody who acts between deliveries, at some time or other. */
  readonly operator?: () => Promise<void>;
  /** Old messages come back, beside those that are under way. */
  readonly echoes?: boolean;
}

export interface DriverEnd {
  readonly deliveries: number;
  readonly deadLetters: number;
  readonly crashes: number;
}

/** Delivers until nothing waits. */
export async function drive(cloud: MemoryCloud, options: DriverOptions): Promise<DriverEnd> {
  const { random } = options;
  const queue: Envelope[] = [];
  const history: QueuedMessage[] = [];
  const state = { faultsLeft: options.faults, poisonLeft: options.poison === undefined ? 0 : 1, deadLetters: 0 };
  for (let deliveries = 0; ; deliveries++) {
    if (deliveries > MAXIMUM_DELIVERIES) throw new Error('found a walk that does not end');
    collectSent(cloud);
    for (const message of cloud.waiting.splice(0)) {
      const poisoned = state.poisonLeft > 0 && message.queue === options.poison && random.bernoulli(0.5);
      if (poisoned) state.poisonLeft--;
      history.push(message);
      queue.push({ ...message, receives: 0, dead: false, poisoned });
    }
    if (queue.length === 0) return { deliveries, deadLetters: state.deadLetters, crashes: options.crash.crashes };
    if (options.operator && random.bernoulli(0.1)) await options.operator();
    const [envelope] = queue.splice(random.integer(0, queue.length - 1), 1);
    if (!envelope.dead && envelope.receives >= MAXIMUM_RECEIVES) {
      envelope.dead = true;
      state.deadLetters++;
    }
    await attempt(cloud, envelope, { queue, history }, options, state);
  }
}

async function attempt(
  cloud: MemoryCloud,
  envelope: Envelope,
  { queue, history }: { readonly queue: Envelope[]; readonly history: readonly QueuedMessage[] },
  { random, crash, echoes }: DriverOptions,
  state: { faultsLeft: number },
): Promise<void> {
  const fault = state.faultsLeft > 0 && random.bernoulli(0.15) ? random.integer(0, echoes ? 3 : 2) : undefined;
  if (fault !== undefined) state.faultsLeft--;
  if (fault === 0) queue.push({ ...envelope }); // delivered once more, at some other time
  const poisoned = envelope.poisoned && !envelope.dead;
  if (fault === 1 || poisoned) crash.arm(poisoned ? 0 : random.integer(0, 12));
  envelope.receives++;
  const twins = fault === 2 ? 2 : 1; // taken for dead while it still runs beside its twin
  const runs = Array.from({ length: twins }, () => once(cloud, envelope));
  if (fault === 3) {
    const echo = { ...random.pick(history), receives: 1, dead: false, poisoned: false };
    runs.push(once(cloud, echo));
  }
  const ends = await Promise.allSettled(runs);
  crash.disarm();
  for (const end of ends) if (end.status === 'rejected' && !(end.reason instanceof Crash)) throw end.reason;
  if (ends.some((end) => end.status === 'rejected')) queue.push(envelope);
}

const once = (cloud: MemoryCloud, envelope: Envelope): Promise<void> =>
  envelope.dead ? deliverDead(cloud, envelope) : deliver(cloud, envelope, envelope.receives);
