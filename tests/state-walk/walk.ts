// One walk: drops, deliveries in any order, several processes at once, and faults at any effect.
import { erasedObjects, hintsLeft, itemsMade, quarantinedAnything, tooManyResends, violationsAtRest } from './check.ts';
import type { Choices } from './choices.ts';
import { type Fault, injectFault, replayable } from './faults.ts';
import { quarantine, sweep } from './healing.ts';
import type { Rule } from './rules.ts';
import { type Effects, erase, intake, predict, publish, replay, route, StepFailed, settle, tabulate } from './steps.ts';
import type { Drop, Envelope, Message, PlanRecord, World } from './world.ts';
import { key, read, send } from './world.ts';

const MAXIMUM_RECEIVES = 3;
const MAXIMUM_RUNNING = 3;
const MAXIMUM_TICKS = 20_000;
const MAXIMUM_FAULTS = 8;

interface Process {
  readonly effects: Effects;
  readonly envelope: Envelope;
  /** Effects until it fails, for a message that is poison. */
  lives: number;
  /** Its message is back in the queue: it was taken for dead. */
  late: boolean;
}

export interface Walk {
  readonly world: World;
  readonly choices: Choices;
  readonly running: Process[];
  readonly faults: Fault[];
  /** A step whose queue moves only when nothing else does. */
  readonly slow: Message['step'] | undefined;
  faultsLeft: number;
  /** A step and drop whose next deliveries fail. */
  poison: { readonly step: Message['step']; readonly drop: number; left: number } | undefined;
  lost: boolean;
}

export interface WalkEnd {
  readonly violations: readonly string[];
  readonly faults: readonly Fault[];
  readonly ticks: number;
}

/** Walks once; the same choices give the same walk. */
export function walkOnce(choices: Choices, off?: Rule): WalkEnd {
  const walk = begin(choices, off);
  const found: string[] = [];
  const { world } = walk;
  drain(walk);
  if (!walk.lost) found.push(...violationsAtRest(world));
  walk.faultsLeft = 0;
  if (found.length === 0) {
    for (const message of replayable(world)) if (choices.rarely(2)) send(world, message);
    drain(walk);
    if (!walk.lost) found.push(...violationsAtRest(world));
  }
  if (found.length === 0) found.push(...afterDays(walk));
  return { violations: found, faults: walk.faults, ticks: world.tick };
}

/** Four days of ticks, the second erasure, and deliveries that come when all seems over. */
function afterDays(walk: Walk): readonly string[] {
  const { world, choices } = walk;
  for (const hours of [6, 1, 17, 1, 47, 25, 1]) {
    world.hours += hours;
    world.queue.push(tick());
    drain(walk);
  }
  const found = [...hintsLeft(world)];
  for (const name of world.store.keys()) {
    if (name.startsWith('erased ')) send(world, { step: 'erase', drop: Number(name.split(' ')[1]), attempt: 0 });
  }
  drain(walk);
  for (let again = choices.below(4); again > 0; again--) send(world, world.sent[choices.below(world.sent.length)]);
  drain(walk);
  found.push(...violationsAtRest(world), ...erasedObjects(world), ...wrongItems(world));
  if (walk.faults.length === 0) found.push(...quarantinedAnything(world));
  return found;
}

export const tick = (): Envelope => ({ message: { step: 'sweep', drop: 0, attempt: 0 }, receives: 0 });

function wrongItems(world: World): string[] {
  return world.drops.flatMap((drop, n) => {
    const plan = read<PlanRecord>(world, key.plan(n, 1));
    return plan?.state === 'planned' && plan.items !== itemsMade(drop) ? [`drop ${n}: items were lost`] : [];
  });
}

function begin(choices: Choices, off: Rule | undefined): Walk {
  const drops = Array.from({ length: 1 + choices.below(4) }, () => makeDrop(choices));
  const world: World = {
    off,
    drops,
    models: Array.from({ length: choices.below(4) }, (_, model) => model),
    store: new Map(),
    createdAt: new Map(),
    queue: drops.map((_, drop) => ({ message: { step: 'route', drop, attempt: 1 }, receives: 0 })),
    sent: drops.map((_, drop) => ({ step: 'route', drop, attempt: 1 })),
    resends: new Map(),
    violations: [],
    tick: 0,
    hours: 0,
  };
  const faultsLeft = choices.below(MAXIMUM_FAULTS + 1);
  const slow = ([undefined, 'intake', 'predict', 'publish', 'settle', 'tabulate'] as const)[choices.below(6)];
  return { world, choices, running: [], faults: [], slow, faultsLeft, poison: undefined, lost: false };
}

/** Mostly tables from a small stock of contents, so that drops meet in them; A, then B, then A again is among them. */
function makeDrop(choices: Choices): Drop {
  const kind = choices.below(8);
  const none = { refusedBy: undefined, units: [], rejected: 0, repeatedRows: 0, labels: 0 };
  if (kind === 7) return { ...none, refusedBy: 'route' };
  if (kind === 6) return { ...none, refusedBy: 'intake' };
  if (kind === 5) return { ...none, labels: 1 + choices.below(3) };
  const units = [...new Set(Array.from({ length: 1 + choices.below(3) }, () => choices.below(4)))];
  return { ...none, units, rejected: choices.below(2), repeatedRows: choices.below(2), labels: choices.below(2) };
}

/** Until no message waits and nothing runs. */
function drain(walk: Walk): void {
  const { world, choices, running } = walk;
  while (world.queue.length > 0 || running.length > 0) {
    if (++world.tick > MAXIMUM_TICKS) {
      world.violations.push('the walk does not end');
      return;
    }
    if (walk.faultsLeft > 0 && choices.rarely(10)) injectFault(walk);
    const start = world.queue.length > 0 && running.length < MAXIMUM_RUNNING;
    if (start && (running.length === 0 || choices.below(3) === 2)) deliver(walk);
    else if (running.length > 0) advance(walk, choices.below(running.length));
  }
}

function deliver({ world, choices, running, poison, slow }: Walk): void {
  const prompt = world.queue.filter(({ message }) => message.step !== slow);
  const waiting = prompt.length > 0 ? prompt : world.queue;
  const envelope = waiting[choices.below(waiting.length)];
  world.queue.splice(world.queue.indexOf(envelope), 1);
  const { message } = envelope;
  if (envelope.receives >= MAXIMUM_RECEIVES && diesAtLast(message)) {
    world.queue.push({ message: { ...message, dead: true }, receives: 0 });
    return;
  }
  envelope.receives++;
  const poisoned = poison && !message.dead && poison.step === message.step && poison.drop === message.drop;
  const lives = poisoned && poison.left-- > 0 ? choices.below(2) * choices.below(12) : Number.POSITIVE_INFINITY;
  running.push({ effects: effectsOf(envelope, world), envelope, lives, late: false });
}

const diesAtLast = ({ step, dead }: Message): boolean =>
  dead !== true && step !== 'replay' && step !== 'erase' && step !== 'sweep';

function effectsOf({ message, receives }: Envelope, world: World): Effects {
  if (message.dead) return quarantine(message, world);
  if (message.step === 'predict') return predict(message, receives, world);
  if (message.step === 'sweep') return sweep(world);
  return { route, intake, publish, settle, tabulate, replay, erase }[message.step](message, world);
}

/** One effect of one process; a process that fails gives its message back. */
function advance({ world, running }: Walk, place: number): void {
  const process = running[place];
  try {
    const ended = process.lives-- > 0 ? process.effects.next().done === true : died(process, world);
    if (!ended) return;
    if (process.envelope.message.step === 'sweep') world.violations.push(...tooManyResends(world));
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    died(process, world);
  }
  running.splice(place, 1);
}

/** The message is delivered again, unless that has happened already. */
export function died(process: Process, world: World): true {
  if (!process.late) world.queue.push(process.envelope);
  return true;
}
