// A model of units of several ECGs, walked at random: claims of each, one that no model can take, halves, attempts, crashes. Its rules are
// proven necessary one by one, as in state-walk.test.ts; replay-walk.test.ts walks the real steps.
import { expect, test } from 'vitest';
import { seededChoices } from './state-walk/choices.ts';
import {
  type Answer,
  answersOf,
  closedKey,
  drain,
  type Plan,
  planKey,
  RULES,
  type Rule,
  rangeOf,
  read,
  type World,
} from './state-walk/ecg-units.ts';

const WALKS = 4000;

/** Drops of ECGs that share some, then one that repeats a drop of them, then two attempts more at all. */
function walkOnce(seed: string, off?: Rule): string[] {
  const choices = seededChoices(seed);
  const drops = Array.from({ length: 2 + choices.below(2) }, () => [
    ...new Set(Array.from({ length: 1 + choices.below(4) }, () => choices.below(6))),
  ]);
  const doomed = choices.rarely(3) ? choices.below(drops.length) : undefined;
  const world: World = {
    ...{ off, choices, drops, doomed, store: new Map(), queue: [] },
    bad: choices.below(7),
    faultsLeft: choices.below(6),
  };
  const isQuiet = world.faultsLeft === 0 && doomed === undefined;
  for (const drop of drops.keys()) world.queue.push({ step: 'intake', drop, attempt: 1, receives: 0 });
  drain(world);
  const found = [...closedEarly(world), ...(isQuiet ? lostBeside(world) : [])];
  drops.push(drops[doomed ?? 0]);
  world.queue.push({ step: 'intake', drop: drops.length - 1, attempt: 1, receives: 0 });
  drain(world);
  found.push(...heldByNobody(world));
  for (let attempt = 2; attempt <= 3; attempt++) {
    // An operator tries every drop again, one after the other; the last time nothing disturbs.
    if (attempt === 3) world.faultsLeft = 0;
    for (const drop of drops.keys()) {
      world.queue.push({ step: 'intake', drop, attempt, receives: 0 });
      drain(world);
    }
  }
  return [...found, ...violationsIn(world, 3)];
}

const firstPlans = (world: World): readonly Plan[] =>
  world.drops.flatMap((_, drop) => read<Plan>(world, planKey(drop, 1)) ?? []);

/** Closed with other answers than the slots hold when all of them are there. */
function closedEarly(world: World): string[] {
  return firstPlans(world).flatMap(({ units }) =>
    units.flatMap((unit) => {
      const [closed, slots] = [read<readonly Answer[]>(world, closedKey(unit.id, 1)), answersOf(unit, 1, world)];
      const isSetAside = closed?.every((answer) => answer === 'failed') ?? false;
      return isSetAside || closed?.join() === slots?.join() ? [] : [`unit ${unit.id} was closed before its ECGs`];
    }),
  );
}

/** Where nothing else went wrong, a bad ECG costs the half of the unit that it is in. */
function lostBeside(world: World): string[] {
  return firstPlans(world).flatMap(({ units }) =>
    units.flatMap((unit) => {
      const lost =
        ([0, 1] as const).map((half) => rangeOf(unit, half)).find((range) => range.includes(world.bad)) ?? [];
      const answers = read<readonly Answer[]>(world, closedKey(unit.id, 1)) ?? [];
      return unit.ecgs.flatMap((ecg, n) =>
        answers[n] === 'failed' && !lost.includes(ecg) ? [`ECG ${ecg} was lost for one in the other half`] : [],
      );
    }),
  );
}

/** A drop that comes when all the others have ended holds whatever they do not. */
function heldByNobody(world: World): string[] {
  const plans = firstPlans(world);
  const held = new Set(plans.flatMap(({ units }) => units.flatMap(({ ecgs }) => ecgs)));
  const { repeated = [] } = plans[plans.length - 1] ?? {};
  return repeated.flatMap(({ ecg }) => (held.has(ecg) ? [] : [`ECG ${ecg} counts as repeated, and nobody holds it`]));
}

/** What must hold when the last attempt has ended. */
function violationsIn(world: World, attempt: number): string[] {
  const plans = world.drops.map(
    (_, drop) => read<Plan>(world, planKey(drop, attempt)) ?? { drop, units: [], repeated: [] },
  );
  const holders = new Map<number, number[]>();
  for (const { drop, units } of plans)
    for (const ecg of units.flatMap(({ ecgs }) => ecgs)) holders.set(ecg, [...(holders.get(ecg) ?? []), drop]);
  const found = [...holders].flatMap(([ecg, drops]) =>
    drops.length > 1 ? [`ECG ${ecg} is held by drops ${drops.join(' and ')}`] : [],
  );
  for (const { drop, units, repeated } of plans) {
    const counted = [...units.flatMap(({ ecgs }) => ecgs), ...repeated.map(({ ecg }) => ecg)].sort();
    if (counted.join() !== [...world.drops[drop]].sort().join()) found.push(`drop ${drop}: its ECGs do not add up`);
    for (const { ecg } of repeated)
      if (!holders.has(ecg)) found.push(`ECG ${ecg} of drop ${drop} counts as repeated, and nobody holds it`);
    for (const { id, ecgs, kept } of units) {
      const answers = read<readonly Answer[]>(world, closedKey(id, kept ?? attempt));
      if (answers?.length !== ecgs.length) found.push(`unit ${id} of drop ${drop} was never closed`);
      ecgs.forEach((ecg, n) => {
        const expected = ecg === world.bad ? 'failed' : 'scored';
        if (answers !== undefined && answers[n] !== expected) found.push(`ECG ${ecg}: ${answers[n]}, not ${expected}`);
      });
    }
  }
  return found;
}

test(`${WALKS} walks of units of several ECGs end with each ECG in one outcome, the bad one alone`, () => {
  for (let n = 0; n < WALKS; n++) expect(walkOnce(`ecgs ${n}`), `ecgs ${n}`).toEqual([]);
});

test.each(RULES)('walks notice that a protocol without "%s" is wrong', (rule) => {
  const isWrong = (n: number) => walkOnce(`ecgs ${n}`, rule).length > 0;
  expect(Array.from({ length: WALKS }, (_, n) => n).some(isWrong)).toBe(true);
});
