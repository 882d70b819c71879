// The steps of docs/architecture.md as sequences of atomic effects: at every `yield` the step may die, pause, or meet its twin.
import type { Answer, ClosedRecord, Message, PlanRecord, World } from './world.ts';
import { attemptAt, create, itemsOf, key, once, overwrite, ownUnits, read, send, subjectOf } from './world.ts';

export type Effects = Generator<undefined, void>;

/** A step that cannot go on: its message comes again and dies at last. */
export class StepFailed extends Error {}

const isErased = (world: World, unit: number): boolean =>
  world.off !== 'steps look at erasure marks' && world.store.has(key.erased(subjectOf(unit)));

export function* route({ drop }: Message, world: World): Effects {
  overwrite(world, key.open(drop, 1), 1);
  yield;
  create(world, key.received(drop), world.hours);
  yield;
  if (world.drops[drop].refusedBy !== 'route') return send(world, { step: 'intake', drop, attempt: 1 });
  yield* sendPlan(once(world, key.plan(drop, 1), wholeDrop(world, drop, 'rejected')), 1, world);
}

export function wholeDrop(world: World, drop: number, state: 'rejected' | 'quarantined'): PlanRecord {
  const none = { units: [], kept: {}, repeated: [], rejected: 0, repeatedRows: 0, filed: 0, slots: [] };
  return { drop, state, items: 1, ...none, begunAt: world.tick };
}

export function* intake({ drop, attempt }: Message, world: World): Effects {
  const name = key.plan(drop, attempt);
  const stored = read<PlanRecord>(world, name);
  if (stored) {
    if (world.off !== 'on 412 send again what follows') yield* sendPlan(stored, attempt, world);
    return;
  }
  const made = yield* makePlan(drop, attempt, world);
  if (world.off === 'write the plan, then send') yield* sendPlan(made, attempt, world);
  yield;
  if (world.off === 'a plan is created once') overwrite(world, name, made);
  yield* sendPlan(once(world, name, made), attempt, world);
}

function* makePlan(drop: number, attempt: number, world: World): Generator<undefined, PlanRecord> {
  const spec = world.drops[drop];
  const begunAt = world.tick;
  if (spec.refusedBy) return wholeDrop(world, drop, 'rejected');
  const units: number[] = [];
  const kept: Record<number, number> = {};
  const repeated: { unit: number; owner: string }[] = [];
  let rejected = spec.rejected;
  for (const unit of spec.units) {
    yield;
    if (isErased(world, unit)) {
      rejected += itemsOf(unit);
      continue;
    }
    const owner = yield* claim(unit, `${drop}.${attempt}`, world);
    if (owner !== `${drop}.${attempt}`) repeated.push({ unit, owner });
    else {
      const stands = yield* standing(drop, attempt, unit, world);
      if (stands !== undefined) kept[unit] = stands;
      yield;
      if (!isErased(world, unit)) create(world, key.study(unit), 1);
      units.push(unit);
    }
  }
  yield;
  if (spec.labels > 0) create(world, key.labels(drop), spec.labels);
  const content = spec.units.reduce((sum, unit) => sum + itemsOf(unit), 0);
  const items = content + spec.rejected + spec.repeatedRows + spec.labels;
  const counts = { items, rejected, repeatedRows: spec.repeatedRows, filed: spec.labels };
  return { drop, state: 'planned', units, kept, repeated, ...counts, slots: world.models, begunAt };
}

/** The latest earlier attempt that held the unit, if nothing was set aside in it. */
function* standing(
  drop: number,
  attempt: number,
  unit: number,
  world: World,
): Generator<undefined, number | undefined> {
  if (attempt === 1 || read<{ all: boolean }>(world, key.attempt(drop, attempt))?.all) return undefined;
  let at: number | undefined;
  for (let earlier = 1; earlier < attempt; earlier++) {
    yield;
    const plan = read<PlanRecord>(world, key.plan(drop, earlier));
    if (plan?.units.includes(unit)) at = attemptAt(plan, unit, earlier);
  }
  if (at === undefined) return undefined;
  yield;
  const outcome = read<ClosedRecord>(world, key.closed(unit, at))?.outcome;
  const good = outcome !== undefined && outcome !== 'quarantined';
  return good || world.off === 'what was set aside does not stand' ? at : undefined;
}

/** The attempt that owns the unit: a claim whose plan went without the unit, or an earlier attempt of the same drop, passes on. */
function* claim(unit: number, me: string, world: World): Generator<undefined, string> {
  for (let after = ''; ; ) {
    yield;
    const owner = once(world, key.owner(unit, after), me);
    if (owner === me || world.off === 'a claim that leads nowhere passes on') return owner;
    yield;
    const plan = read<PlanRecord>(world, `plan ${owner}`);
    const ours = owner.split('.')[0] === me.split('.')[0];
    const sameDrop = ours && world.off !== 'a claim passes to the later attempt at its drop';
    if (!sameDrop && (plan === undefined || plan.units.includes(unit))) return owner;
    after = owner;
  }
}

export function* sendPlan(plan: PlanRecord, attempt: number, world: World): Effects {
  const { drop } = plan;
  const own = ownUnits(plan);
  for (const unit of own) yield* sendUnit(plan, unit, attempt, world);
  yield;
  send(world, { step: 'tabulate', drop, attempt });
  yield;
  const none = world.off === 'an attempt that keeps everything is settled' ? plan.units : own;
  if (none.length === 0) send(world, { step: 'settle', drop, attempt });
}

export function* sendUnit({ drop, slots }: PlanRecord, unit: number, attempt: number, world: World): Effects {
  yield;
  if (slots.length === 0) return send(world, { step: 'publish', drop, attempt, unit });
  for (const lane of new Set(slots.map((model) => model % 2))) {
    yield;
    send(world, { step: 'predict', drop, attempt, unit, lane, slots });
  }
}

export function* predict(message: Message, receives: number, world: World): Effects {
  const { unit = 0, half } = message;
  if (receives >= 3 && half === undefined && itemsOf(unit) > 1) {
    send(world, { ...message, half: 0 });
    yield;
    return send(world, { ...message, half: 1 });
  }
  yield* fill(message, world, (model) => (world.store.has(key.disabled(model)) ? 'withdrawn' : 'scored'));
}

/** Fills the slots of the message's lane and, when nothing is missing any more, calls publish. */
export function* fill(message: Message, world: World, answer: (model: number) => Answer): Effects {
  const { drop, attempt, unit = 0, lane, slots = [], half } = message;
  let filledOne = false;
  for (const model of slots.filter((candidate) => candidate % 2 === lane)) {
    const name = half === undefined ? key.slot(unit, attempt, model) : key.half(unit, attempt, model, half);
    yield;
    if (isErased(world, unit) || world.store.has(name)) continue;
    const value = answer(model);
    yield;
    // A mark that is set between the look and the write is what the second erasure is for.
    filledOne = create(world, name, value) || filledOne;
  }
  yield;
  const stays = world.off === 'whoever finds all slots filled sends publish' && !filledOne;
  if (stays || (!isErased(world, unit) && missingSlots(unit, attempt, slots, world))) return;
  yield;
  send(world, { step: 'publish', drop, attempt, unit });
}

function missingSlots(unit: number, attempt: number, slots: readonly number[], world: World): boolean {
  if (world.off === 'nothing is published before every slot is filled') return false;
  return slots.some((model) => slotObjects(unit, attempt, model, world) === undefined);
}

/** The whole unit hides its halves; undefined while rows are missing. */
export function slotObjects(unit: number, attempt: number, model: number, world: World): string[] | undefined {
  const whole = key.slot(unit, attempt, model);
  if (world.store.has(whole)) return [whole];
  const halves = [key.half(unit, attempt, model, 0), key.half(unit, attempt, model, 1)];
  return halves.every((name) => world.store.has(name)) ? halves : undefined;
}

export function* publish(message: Message, world: World): Effects {
  const { drop, attempt, unit = 0 } = message;
  const name = key.closed(unit, attempt);
  const stored = read<ClosedRecord>(world, name);
  if (stored === undefined) {
    const closed = yield* outcomeOf(message, world);
    if (closed === undefined) return;
    yield;
    if (world.off === 'publish takes the closed record that is stored') overwrite(world, name, closed);
    else once(world, name, closed);
  } else if (world.off === 'on 412 send again what follows') return;
  yield* sendClosed(drop, attempt, unit, world);
}

function* outcomeOf(
  { drop, attempt, unit = 0 }: Message,
  world: World,
): Generator<undefined, ClosedRecord | undefined> {
  const plan = read<PlanRecord>(world, key.plan(drop, attempt));
  if (plan === undefined || !ownUnits(plan).includes(unit)) throw new StepFailed('a unit that its plan does not hold');
  const base = { drop, items: itemsOf(unit) };
  yield;
  const erased: ClosedRecord = { ...base, outcome: 'abstained', predictions: [], by: 'erasure' };
  if (isErased(world, unit)) return erased;
  const predictions: string[] = [];
  for (const model of plan.slots) {
    yield;
    const objects = slotObjects(unit, attempt, model, world);
    if (objects) predictions.push(...objects);
    // The mark comes before the removal: a slot that was removed shows it.
    else if (isErased(world, unit)) return erased;
    else if (world.off !== 'nothing is published before every slot is filled') return undefined;
  }
  const answers = predictions.map((name) => read<Answer>(world, name));
  yield;
  if (!isErased(world, unit)) create(world, key.results(unit, attempt), 1);
  const failed = answers.includes('failed') ? 'quarantined' : 'abstained';
  return { ...base, outcome: answers.includes('scored') ? 'published' : failed, predictions, by: 'publish' };
}

export function* sendClosed(drop: number, attempt: number, unit: number, world: World): Effects {
  yield;
  send(world, { step: 'tabulate', drop, attempt, unit });
  yield;
  send(world, { step: 'settle', drop, attempt });
}

/** A row of the tables is a pure function of stored objects, whoever writes it and however often. */
export function* tabulate({ drop, attempt, unit }: Message, world: World): Effects {
  if (unit === undefined) {
    const plan = read<PlanRecord>(world, key.plan(drop, attempt));
    if (plan === undefined) throw new StepFailed('a message without its plan');
    yield;
    return overwrite(world, key.dropRow(drop, attempt), {
      state: plan.state,
      units: plan.units,
      kept: plan.kept,
      items: plan.items,
    });
  }
  const closed = read<ClosedRecord>(world, key.closed(unit, attempt));
  if (closed === undefined) throw new StepFailed('a message without its closed record');
  yield;
  const named = world.off === 'tables follow the objects that the closed record names';
  const objects = named ? world.models.flatMap((m) => slotObjects(unit, attempt, m, world) ?? []) : closed.predictions;
  const answers = objects.map((name) => read<Answer>(world, name)).filter((answer) => answer !== undefined);
  yield;
  if (isErased(world, unit)) return;
  overwrite(world, key.unitRow(unit, attempt), { outcome: closed.outcome, answers });
}

export function* settle({ drop, attempt }: Message, world: World): Effects {
  const plan = read<PlanRecord>(world, key.plan(drop, attempt));
  if (plan === undefined) return;
  if (world.off !== 'settle waits for every unit' && !(yield* allClosed(plan, attempt, world))) return;
  yield;
  create(world, key.receipt(drop, attempt), tallyOf(plan, attempt, world));
  yield;
  world.store.delete(key.open(drop, attempt));
}

export function* allClosed(plan: PlanRecord, attempt: number, world: World): Generator<undefined, boolean> {
  for (const unit of plan.units) {
    yield;
    if (!world.store.has(key.closed(unit, attemptAt(plan, unit, attempt)))) return false;
  }
  return true;
}

export interface TallyRecord {
  readonly counted: number;
  readonly quarantined: number;
}

/** Items that have their outcome. */
export function tallyOf(plan: PlanRecord, attempt: number, world: World): TallyRecord {
  if (plan.state !== 'planned') return { counted: plan.items, quarantined: plan.state === 'quarantined' ? 1 : 0 };
  let counted = plan.rejected + plan.repeatedRows + plan.filed;
  let quarantined = 0;
  for (const { unit } of plan.repeated) counted += itemsOf(unit);
  for (const unit of plan.units) {
    const closed = read<ClosedRecord>(world, key.closed(unit, attemptAt(plan, unit, attempt)));
    counted += closed?.items ?? 0;
    if (closed?.outcome === 'quarantined') quarantined += closed.items;
  }
  return { counted, quarantined };
}

/** An operator's second try at a drop that was set aside: all later keys carry the attempt. */
export function* replay({ drop, attempt, all = false }: Message, world: World): Effects {
  const hintFirst = world.off !== 'an attempt leaves its hint first';
  if (hintFirst) overwrite(world, key.open(drop, attempt), 1);
  yield;
  create(world, key.attempt(drop, attempt), { hours: world.hours, all });
  yield;
  if (!hintFirst) overwrite(world, key.open(drop, attempt), 1);
  yield;
  const carried = world.off === 'later keys carry the attempt' ? 1 : attempt;
  send(world, { step: 'intake', drop, attempt: carried });
}

/** Marks a person as erased, then removes what is theirs; run again two weeks later. `drop` is the subject here. */
export function* erase({ drop: subject }: Message, world: World): Effects {
  overwrite(world, key.erased(subject), 1);
  for (const unit of [2 * subject, 2 * subject + 1]) {
    yield;
    world.store.delete(key.study(unit));
    for (const name of [...world.store.keys()]) {
      if (new RegExp(`^(predictions|results|row unit) ${unit}\\.`).test(name)) world.store.delete(name);
    }
  }
}
