import { randomUUID } from 'node:crypto';
import type { FunctionDescription } from '../template/descriptions.ts';
import { FunctionThrottled, failed, type Invocation, MAXIMUM_PAYLOAD_BYTES, type Outcome } from './invocation.ts';
import type { Worker } from './worker.ts';

/** An invocation on its way: when it has a worker, and how it ended. */
export interface Started {
  readonly assigned: Promise<void>;
  readonly outcome: Promise<Outcome>;
}

interface Waiting {
  readonly order: number;
  readonly invocation: Invocation;
  readonly assign: (worker: Worker) => void;
  readonly refuse: (words: string) => void;
}

interface Slot {
  readonly description: FunctionDescription;
  /** Least recently used first. */
  readonly idle: Set<Worker>;
  readonly busy: Set<Worker>;
  readonly waiting: Waiting[];
}

/** A worker that has been idle for this time is taken to be out of use. */
const REST_MS = 2000;

export interface PoolOptions {
  readonly functions: readonly FunctionDescription[];
  /** Processes at a time, over all functions, warm ones included. */
  readonly maxWorkers: number;
  /** Invocations at a time, over all functions: more than the processors can carry makes each slower and none faster. */
  readonly maxRunning: number;
  /** An idle worker is ended after this time. */
  readonly idleSeconds: number;
  readonly spawn: (description: FunctionDescription, events: WorkerEvents) => Worker;
}

export interface WorkerEvents {
  readonly onIdle: (worker: Worker) => void;
  readonly onExit: (worker: Worker) => void;
}

/** The workers of all functions: warm ones are used again, and a free place goes to the function with the fewest busy. */
export class FunctionPool {
  readonly #options: PoolOptions;
  readonly #slots: Map<string, Slot>;
  readonly #idleSince = new Map<Worker, { readonly timer: NodeJS.Timeout; readonly sinceMs: number }>();
  /** Told to end, still running: they hold memory, but no place. */
  readonly #ending = new Set<Worker>();
  #order = 0;
  #stopped = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    const slots = options.functions.map(
      (description) =>
        [description.name, { description, idle: new Set(), busy: new Set(), waiting: [] } as Slot] as const,
    );
    this.#slots = new Map(slots);
  }

  /** Invocations that wait or run. */
  get busy(): number {
    return [...this.#slots.values()].reduce((sum, slot) => sum + slot.busy.size + slot.waiting.length, 0);
  }

  /** Throws FunctionThrottled at the reserved concurrency; waits for a place where only the machine is full. */
  invoke(functionName: string, payload: string): Started {
    const slot = this.#slot(functionName);
    const requestId = randomUUID();
    const reserved = slot.description.reservedConcurrency;
    if (reserved !== undefined && slot.busy.size + slot.waiting.length >= reserved) {
      throw new FunctionThrottled(functionName, reserved);
    }
    const bytes = Buffer.byteLength(payload);
    if (bytes > MAXIMUM_PAYLOAD_BYTES) {
      const words = `request of ${bytes} bytes, allowed are ${MAXIMUM_PAYLOAD_BYTES}`;
      return { assigned: Promise.resolve(), outcome: Promise.resolve(failed(requestId, 'RequestTooLarge', words)) };
    }
    if (this.#stopped) throw new Error(`${functionName}: the twin is stopping`);
    const { promise: worker, resolve: assign } = Promise.withResolvers<Worker>();
    const invocation = { requestId, payload };
    const outcome = Promise.withResolvers<Outcome>();
    slot.waiting.push({
      order: this.#order++,
      invocation,
      assign: (found) => {
        assign(found);
        found.run(invocation).then(outcome.resolve, outcome.reject);
      },
      refuse: (words) => outcome.resolve(failed(requestId, 'ServiceUnavailable', words)),
    });
    this.#assign();
    return { assigned: worker.then(() => undefined), outcome: outcome.promise };
  }

  /** Ends every worker. Invocations that still run fail as killed; call it when nothing runs. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { waiting } of this.#slots.values())
      for (const { refuse } of waiting.splice(0)) refuse('the twin is stopping');
    const workers = [...this.#slots.values()].flatMap((slot) => [...slot.idle, ...slot.busy]);
    await Promise.all([...workers, ...this.#ending].map((worker) => worker.stop()));
  }

  #slot(functionName: string): Slot {
    const slot = this.#slots.get(functionName);
    if (slot) return slot;
    throw new Error(`no function ${functionName}, there are ${[...this.#slots.keys()].join(', ') || 'none'}`);
  }

  /** Gives places to those who wait, until nobody waits or nothing is free. */
  #assign(): void {
    while (!this.#stopped && this.#count('busy') < this.#options.maxRunning) {
      const waiting = [...this.#slots.values()].filter((slot) => slot.waiting.length > 0).sort(byTurn);
      if (!waiting.some((slot) => this.#assignOne(slot))) return;
    }
  }

  #assignOne(slot: Slot): boolean {
    try {
      const worker = this.#takeIdle(slot) ?? this.#start(slot);
      if (!worker) return false;
      slot.busy.add(worker);
      slot.waiting.shift()?.assign(worker);
    } catch (error) {
      // No process, no file descriptor or no room on the disk for a worker: the message comes back later.
      slot.waiting.shift()?.refuse(error instanceof Error ? error.message : String(error));
    }
    return true;
  }

  #takeIdle(slot: Slot): Worker | undefined {
    const worker = [...slot.idle].at(-1);
    if (worker) this.#leaveIdle(slot, worker);
    return worker;
  }

  #start(slot: Slot): Worker | undefined {
    const full = this.#count('busy') + this.#count('idle') >= this.#options.maxWorkers;
    // The first worker of a function may end any idle one of another, a further one only those that are not in use any
    // more: functions that take turns would otherwise spend their time on starting each other's workers.
    if (full && !this.#endOneIdle(slot.busy.size > 0 ? REST_MS : 0)) return undefined;
    const events: WorkerEvents = {
      onIdle: (worker) => this.#idle(slot, worker),
      onExit: (worker) => this.#exited(slot, worker),
    };
    return this.#options.spawn(slot.description, events);
  }

  #count(state: 'busy' | 'idle'): number {
    return [...this.#slots.values()].reduce((sum, slot) => sum + slot[state].size, 0);
  }

  /** Ends the worker that has been idle longest, if that is at least this long. */
  #endOneIdle(restMs: number): boolean {
    const [longest] = this.#idleSince;
    if (!longest || performance.now() - longest[1].sinceMs < restMs) return false;
    this.#end(this.#slot(longest[0].functionName), longest[0]);
    return true;
  }

  #end(slot: Slot, worker: Worker): void {
    this.#leaveIdle(slot, worker);
    this.#ending.add(worker);
    void worker.stop();
  }

  #leaveIdle(slot: Slot, worker: Worker): void {
    slot.idle.delete(worker);
    clearTimeout(this.#idleSince.get(worker)?.timer);
    this.#idleSince.delete(worker);
  }

  #idle(slot: Slot, worker: Worker): void {
    if (this.#ending.has(worker)) return;
    slot.busy.delete(worker);
    slot.idle.add(worker);
    const timer = setTimeout(() => this.#end(slot, worker), this.#options.idleSeconds * 1000);
    this.#idleSince.set(worker, { timer: timer.unref(), sinceMs: performance.now() });
    this.#assign();
  }

  #exited(slot: Slot, worker: Worker): void {
    this.#leaveIdle(slot, worker);
    this.#ending.delete(worker);
    slot.busy.delete(worker);
    this.#assign();
  }
}

function byTurn(a: Slot, b: Slot): number {
  return a.busy.size - b.busy.size || a.waiting[0].order - b.waiting[0].order;
}
