// The world and the steps of units of several ECGs, as sequences of atomic effects: at every `yield` a step may die or meet another.
import type { Choices } from './choices.ts';

const MOST_RECEIVES = 3;
export const RULES = [
  'each ECG is claimed, not the unit alone',
  'a claim that leads nowhere passes on',
  'a claim passes to the later attempt at its drop',
  'what failed is tried again one by one',
  'a unit with a failed ECG does not stand',
  'a unit that fails is halved first',
  'publish waits for every ECG',
] as const;
export type Rule = (typeof RULES)[number];

export type Answer = 'scored' | 'failed';

interface Unit {
  readonly id: string;
  readonly ecgs: readonly number[];
  /** The earlier attempt whose result stays. */
  readonly kept?: number;
}

export interface Plan {
  readonly drop: number;
  readonly units: readonly Unit[];
  readonly repeated: readonly { readonly ecg: number; readonly owner: string }[];
}

interface Message {
  readonly step: 'intake' | 'predict' | 'publish';
  readonly drop: number;
  readonly attempt: number;
  readonly unit?: Unit;
  readonly half?: 0 | 1;
  readonly receives: number;
}

export interface World {
  readonly off: Rule | undefined;
  readonly choices: Choices;
  /** ECGs by number, as the drops hold them. */
  readonly drops: (readonly number[])[];
  /** No model can take it. */
  readonly bad: number;
  readonly store: Map<string, unknown>;
  readonly queue: Message[];
  /** Intake of this drop dies until it is a dead letter. */
  readonly doomed: number | undefined;
  faultsLeft: number;
}

type Effects = Generator<undefined, void>;

export const read = <T>({ store }: World, key: string): T | undefined => store.get(key) as T | undefined;

function once<T>(world: World, key: string, value: T): T {
  if (!world.store.has(key)) world.store.set(key, value);
  return world.store.get(key) as T;
}

export const planKey = (drop: number | string, attempt?: number): string =>
  attempt === undefined ? `plan ${drop}` : `plan ${drop}.${attempt}`;
export const closedKey = (unit: string, attempt: number): string => `closed ${unit}@${attempt}`;
const dropOf = (owner: string): string => owner.split('.')[0];
const unitOf = (ecgs: readonly number[]): Unit => ({ id: [...ecgs].sort().join('+'), ecgs });
const claimsOf = ({ ecgs }: Unit): string[] => ecgs.map(String);

function* claim(world: World, id: string, me: string): Generator<undefined, string> {
  for (let after = ''; ; ) {
    yield;
    const owner = once(world, `owner ${id} after ${after}`, me);
    if (owner === me) return owner;
    yield;
    const plan = read<Plan>(world, planKey(owner));
    const isOurs = dropOf(owner) === dropOf(me);
    const holds = plan?.units.some((unit) => unit.id === id || claimsOf(unit).includes(id)) ?? true;
    if (isOurs && world.off === 'a claim passes to the later attempt at its drop') return owner;
    if (!isOurs && (holds || world.off === 'a claim that leads nowhere passes on')) return owner;
    after = owner;
  }
}

function* intake({ drop, attempt }: Message, world: World): Effects {
  const stored = read<Plan>(world, planKey(drop, attempt));
  const plan = stored ?? once(world, planKey(drop, attempt), yield* planOf(drop, attempt, world));
  for (const unit of plan.units) {
    yield;
    if (unit.kept === undefined) world.queue.push({ step: 'predict', drop, attempt, unit, receives: 0 });
  }
}

function* planOf(drop: number, attempt: number, world: World): Generator<undefined, Plan> {
  const me = `${drop}.${attempt}`;
  const all = world.drops[drop];
  const whole = all.length > 1 ? yield* claim(world, unitOf(all).id, me) : me;
  const own: number[] = [];
  const repeated: { ecg: number; owner: string }[] = [];
  for (const ecg of all) {
    const isWhole = world.off === 'each ECG is claimed, not the unit alone' && all.length > 1;
    const owner = whole === me && !isWhole ? yield* claim(world, String(ecg), me) : whole;
    if (owner === me) own.push(ecg);
    else repeated.push({ ecg, owner });
  }
  const kept = yield* standing(drop, attempt, own, world);
  const open = own.filter((ecg) => !kept.some(({ ecgs }) => ecgs.includes(ecg)));
  const isTogether = attempt === 1 || world.off === 'what failed is tried again one by one';
  const parts = isTogether ? (open.length > 0 ? [open] : []) : open.map((ecg) => [ecg]);
  return { drop, units: [...kept, ...parts.map(unitOf)], repeated };
}

/** Units of the attempt before that ended well. */
function* standing(drop: number, attempt: number, own: readonly number[], world: World): Generator<undefined, Unit[]> {
  const before = read<Plan>(world, planKey(drop, attempt - 1));
  const kept: Unit[] = [];
  for (const unit of before?.units ?? []) {
    yield;
    const at = unit.kept ?? attempt - 1;
    const answers = read<readonly Answer[]>(world, closedKey(unit.id, at)) ?? ['failed'];
    const stands = !answers.includes('failed') || world.off === 'a unit with a failed ECG does not stand';
    if (stands && unit.ecgs.every((ecg) => own.includes(ecg))) kept.push({ ...unit, kept: at });
  }
  return kept;
}

export const rangeOf = ({ ecgs }: Unit, half: 0 | 1 | undefined): readonly number[] => {
  const middle = ecgs.length >> 1;
  return half === undefined ? ecgs : half === 0 ? ecgs.slice(0, middle) : ecgs.slice(middle);
};
const slotKey = ({ id }: Unit, attempt: number, half?: 0 | 1): string => `slot ${id}@${attempt}/${half ?? 'all'}`;

class Poison extends Error {}

function* predict(message: Message, world: World): Effects {
  const { unit = unitOf([]), half, receives } = message;
  const mayHalve = world.off !== 'a unit that fails is halved first';
  if (receives >= MOST_RECEIVES && half === undefined && unit.ecgs.length > 1 && mayHalve) {
    world.queue.push({ ...message, half: 0, receives: 0 });
    yield;
    world.queue.push({ ...message, half: 1, receives: 0 });
    return;
  }
  yield;
  const range = rangeOf(unit, half);
  if (range.includes(world.bad)) throw new Poison('no model can take this ECG');
  yield* fill(
    message,
    range.map(() => 'scored'),
    world,
  );
}

function* fill(message: Message, answers: readonly Answer[], world: World): Effects {
  const { unit = unitOf([]), attempt, half, drop } = message;
  once(world, slotKey(unit, attempt, half), answers);
  yield;
  if (answersOf(unit, attempt, world) !== undefined)
    world.queue.push({ step: 'publish', drop, attempt, unit, receives: 0 });
}

/** By ECG; the whole unit hides its halves. */
export function answersOf(unit: Unit, attempt: number, world: World): readonly Answer[] | undefined {
  const whole = read<readonly Answer[]>(world, slotKey(unit, attempt));
  if (whole !== undefined) return whole;
  const halves = ([0, 1] as const).map((half) => read<readonly Answer[]>(world, slotKey(unit, attempt, half)));
  if (world.off === 'publish waits for every ECG' && halves.some((half) => half !== undefined))
    return unit.ecgs.map((_, n) => halves.flatMap((half) => half ?? [])[n] ?? 'failed');
  return halves.every((half) => half !== undefined) ? halves.flat() : undefined;
}

function* publish({ unit = unitOf([]), attempt }: Message, world: World): Effects {
  const answers = answersOf(unit, attempt, world);
  yield;
  if (answers !== undefined) once(world, closedKey(unit.id, attempt), answers);
}

/** A dead letter: the very key that the dead step would have made. */
function* quarantine(message: Message, world: World): Effects {
  const { step, drop, attempt, unit = unitOf([]), half } = message;
  yield;
  if (step === 'intake') once<Plan>(world, planKey(drop, attempt), { drop, units: [], repeated: [] });
  else if (step === 'publish') once(world, closedKey(unit.id, attempt), setAside(unit.ecgs));
  else yield* fill(message, setAside(rangeOf(unit, half)), world);
}

const setAside = (ecgs: readonly number[]): readonly Answer[] => ecgs.map(() => 'failed');

/** Messages in any order, some twice, processes that die at any effect. */
export function drain(world: World): void {
  const { queue, choices } = world;
  const running: { readonly effects: Effects; readonly message: Message }[] = [];
  const again = (message: Message) => queue.push({ ...message, receives: message.receives + 1 });
  while (queue.length > 0 || running.length > 0) {
    if (queue.length > 0 && (running.length === 0 || choices.below(3) === 2)) {
      const [message] = queue.splice(choices.below(queue.length), 1);
      if (world.faultsLeft > 0 && choices.rarely(12)) {
        world.faultsLeft--;
        queue.push(message);
      }
      const isDead = message.receives > MOST_RECEIVES;
      const steps = { intake, predict, publish };
      running.push({ message, effects: (isDead ? quarantine : steps[message.step])(message, world) });
      continue;
    }
    const at = choices.below(running.length);
    const { effects, message } = running[at];
    const dies = world.faultsLeft > 0 && choices.rarely(15);
    const isDoomed = message.step === 'intake' && message.drop === world.doomed && message.attempt === 1;
    try {
      if (dies) {
        world.faultsLeft--;
        throw new Poison('the process died');
      }
      if (isDoomed && message.receives <= MOST_RECEIVES && choices.rarely(2)) throw new Poison('the drop is poison');
      if (effects.next().done) running.splice(at, 1);
    } catch (error) {
      if (!(error instanceof Poison)) throw error;
      running.splice(at, 1);
      again(message);
    }
  }
}
