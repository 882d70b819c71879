// What makes the protocol end: quarantine consumes dead letters, sweep looks at what stays open.
import { allClosed, type Effects, fill, sendClosed, sendPlan, sendUnit, tallyOf, wholeDrop } from './steps.ts';
import type { ClosedRecord, Message, PlanRecord, World } from './world.ts';
import { create, itemsOf, key, once, overwrite, ownUnits, read, send, sinceHours } from './world.ts';

/** Creates the very key that the dead step would have created, and sends what follows from what is stored. */
export function* quarantine(message: Message, world: World): Effects {
  const { step, drop, attempt } = message;
  if (step === 'route') {
    overwrite(world, key.open(drop, 1), 1);
    yield;
    create(world, key.received(drop), world.hours);
    yield;
  }
  if (step === 'route' || step === 'intake') {
    const plan = wholeDrop(world, drop, 'quarantined');
    yield* sendPlan(stored(key.plan(drop, attempt), plan, world), attempt, world);
  } else if (step === 'predict') yield* fill(message, world, () => 'failed');
  else if (step === 'publish') yield* quarantinePublish(message, world);
  else if (step === 'tabulate') {
    const { unit } = message;
    create(world, key.lostRow(unit === undefined ? key.dropRow(drop, attempt) : key.unitRow(unit, attempt)), 1);
  } else yield* quarantineSettle(message, world);
}

function stored<T>(name: string, value: T, world: World): T {
  if (world.off !== 'quarantine creates and never overwrites') return once(world, name, value);
  overwrite(world, name, value);
  return value;
}

function* quarantinePublish({ drop, attempt, unit = 0 }: Message, world: World): Effects {
  const plan = read<PlanRecord>(world, key.plan(drop, attempt));
  if (plan === undefined || !ownUnits(plan).includes(unit)) return; // not ours: kept by its hash
  yield;
  stored(key.closed(unit, attempt), setAside(drop, unit, 'quarantine'), world);
  yield* sendClosed(drop, attempt, unit, world);
}

const setAside = (drop: number, unit: number, by: 'quarantine' | 'sweep'): ClosedRecord => ({
  drop,
  outcome: 'quarantined',
  items: itemsOf(unit),
  predictions: [],
  by,
});

function* quarantineSettle({ drop, attempt }: Message, world: World): Effects {
  const plan = read<PlanRecord>(world, key.plan(drop, attempt));
  if (plan === undefined) return;
  if (world.off !== 'a dead settle waits for every unit' && !(yield* allClosed(plan, attempt, world))) return;
  yield;
  create(world, key.receipt(drop, attempt), tallyOf(plan, attempt, world));
}

/** One tick over all hints of open drops. */
export function* sweep(world: World): Effects {
  for (const name of [...world.store.keys()]) {
    if (!name.startsWith('open ')) continue;
    const [drop, attempt] = name.slice('open '.length).split('.').map(Number);
    yield* sweepDrop(drop, attempt, world);
  }
}

function* sweepDrop(drop: number, attempt: number, world: World): Effects {
  const since = sinceHours(world, drop, attempt);
  if (since === undefined) return; // route is still at work
  const age = world.hours - since;
  if (age >= 96) return yield* setDropAside(drop, attempt, world);
  const due = [72, 24, 6].find((hours) => age >= hours);
  if (due === undefined) return;
  yield;
  if (!create(world, key.resend(drop, attempt, due), 1) && world.off !== 'sweep records before it sends again') return;
  const name = `${drop}.${attempt}`;
  world.resends.set(name, (world.resends.get(name) ?? 0) + 1);
  yield* sendAgain(drop, attempt, world);
}

function* sendAgain(drop: number, attempt: number, world: World): Effects {
  const plan = read<PlanRecord>(world, key.plan(drop, attempt));
  yield;
  if (plan === undefined) return send(world, { step: 'intake', drop, attempt });
  for (const unit of ownUnits(plan)) {
    yield;
    if (world.store.has(key.closed(unit, attempt))) yield* sendClosed(drop, attempt, unit, world);
    else yield* sendUnit(plan, unit, attempt, world);
  }
  yield;
  send(world, { step: 'tabulate', drop, attempt });
  yield;
  send(world, { step: 'settle', drop, attempt });
}

function* setDropAside(drop: number, attempt: number, world: World): Effects {
  yield;
  const plan = once(world, key.plan(drop, attempt), wholeDrop(world, drop, 'quarantined'));
  if (plan.state !== 'planned') return yield* sendPlan(plan, attempt, world);
  for (const unit of ownUnits(plan)) {
    yield;
    stored(key.closed(unit, attempt), setAside(drop, unit, 'sweep'), world);
    yield* sendClosed(drop, attempt, unit, world);
  }
  yield;
  send(world, { step: 'settle', drop, attempt });
}
