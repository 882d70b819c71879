// What may go wrong, one at a time and at any effect.
import type { TallyRecord } from './steps.ts';
import { died, tick, type Walk } from './walk.ts';
import type { Message, World } from './world.ts';
import { attemptOf, key, overwrite, read, send } from './world.ts';

export type Fault = keyof typeof FAULTS;

const FAULTS = {
  /** A process dies between two effects. */
  crash(walk: Walk) {
    const { running, choices, world } = walk;
    if (running.length === 0) return false;
    const [process] = running.splice(choices.below(running.length), 1);
    if (process.envelope.message.step !== 'replay') return died(process, world);
    walk.lost = true; // nobody delivers an operator's command again: sweep finds what it began
    return true;
  },
  /** A process is taken for dead, and goes on beside its twin. */
  lateTwin({ running, choices, world }: Walk) {
    const alive = running.filter((process) => !process.late);
    if (alive.length === 0) return false;
    const process = alive[choices.below(alive.length)];
    world.queue.push({ ...process.envelope });
    process.late = true;
    return true;
  },
  duplicate({ choices, world }: Walk) {
    if (world.queue.length === 0) return false;
    world.queue.push({ ...world.queue[choices.below(world.queue.length)] });
    return true;
  },
  /** An old message is delivered once more. */
  echo({ choices, world }: Walk) {
    send(world, world.sent[choices.below(world.sent.length)]);
    return true;
  },
  /** A step fails at this drop whenever it is tried, until its messages are dead letters. */
  poison(walk: Walk) {
    if (walk.poison !== undefined && walk.poison.left > 0) return false;
    const steps = ['route', 'intake', 'predict', 'publish', 'settle', 'tabulate'] as const;
    const step = steps[walk.choices.below(steps.length)];
    walk.poison = { step, drop: walk.choices.below(walk.world.drops.length), left: 3 + walk.choices.below(6) };
    return true;
  },
  /** Hours pass while messages wait; the tick comes, and comes twice. */
  hours({ choices, world }: Walk) {
    world.hours += [7, 20, 50, 100][choices.below(4)];
    world.queue.push(tick(), tick());
    return true;
  },
  /**
   * A message outlives its four days before its step has left its record. One that is lost between the record and the rows of
   * the tables is not healed: audit waits for the rows and names them as missing.
   */
  loss(walk: Walk) {
    const { queue } = walk.world;
    const losable = queue.filter(({ message }) => isLosable(message, walk));
    if (losable.length === 0) return false;
    queue.splice(queue.indexOf(losable[walk.choices.below(losable.length)]), 1);
    walk.lost = true;
    return true;
  },
  disable({ choices, world }: Walk) {
    if (world.models.length > 0) overwrite(world, key.disabled(choices.below(world.models.length)), 1);
    return world.models.length > 0;
  },
  replay({ choices, world }: Walk) {
    const messages = replayable(world);
    if (messages.length > 0) send(world, messages[choices.below(messages.length)]);
    return messages.length > 0;
  },
  erase({ choices, world }: Walk) {
    send(world, { step: 'erase', drop: choices.below(2), attempt: 0 });
    return true;
  },
} as const satisfies Readonly<Record<string, (walk: Walk) => boolean>>;

function isLosable({ step, drop, attempt, unit = 0 }: Message, { world: { store }, running }: Walk): boolean {
  if (running.some(({ envelope }) => envelope.message.step === step && envelope.message.drop === drop)) return false;
  if (step === 'intake') return !store.has(key.plan(drop, attempt));
  if (step === 'publish') return !store.has(key.closed(unit, attempt));
  return step === 'predict' || step === 'settle';
}

const NAMES = Object.keys(FAULTS) as Fault[];

export function injectFault(walk: Walk): void {
  const fault = NAMES[walk.choices.below(NAMES.length)];
  if (!FAULTS[fault](walk)) return;
  walk.faults.push(fault);
  walk.faultsLeft--;
}

/** Drops that have their receipt: an operator may try those again that were set aside, wholly or in part, or all of them. */
export function replayable(world: World): Message[] {
  return world.drops.flatMap((_, drop): Message[] => {
    const attempt = attemptOf(world, drop);
    const receipt = read<TallyRecord>(world, key.receipt(drop, attempt));
    if (receipt === undefined) return [];
    return [{ step: 'replay', drop, attempt: attempt + 1, all: receipt.quarantined === 0 }];
  });
}
