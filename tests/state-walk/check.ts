// The invariant: what must hold when nothing moves any more.
import { type TallyRecord, tallyOf } from './steps.ts';
import type { Answer, ClosedRecord, PlanRecord, World } from './world.ts';
import { attemptAt, attemptOf, itemsOf, key, ownUnits, read, sinceHours, subjectOf } from './world.ts';

/** Contradictions of a world at rest; none when the protocol holds. */
export function violationsAtRest(world: World): readonly string[] {
  const found = [...world.violations];
  world.drops.forEach((_, drop) => {
    if (!world.store.has(key.received(drop))) found.push(`drop ${drop} was never received`);
    for (let attempt = 1; attempt <= attemptOf(world, drop); attempt++)
      found.push(...attemptViolations(drop, attempt, world));
  });
  found.push(...ownedTwice(world), ...orphans(world), ...countedTwice(world));
  return found;
}

function attemptViolations(drop: number, attempt: number, world: World): string[] {
  const at = `attempt ${drop}.${attempt}`;
  const plan = read<PlanRecord>(world, key.plan(drop, attempt));
  if (plan === undefined) return [`${at} has no plan`];
  const found: string[] = [];
  if (tallyOf(plan, attempt, world).counted !== plan.items) found.push(`${at}: items do not add up`);
  const receipt = read<TallyRecord>(world, key.receipt(drop, attempt));
  if (receipt === undefined) found.push(`${at} has no receipt`);
  else if (JSON.stringify(receipt) !== JSON.stringify(tallyOf(plan, attempt, world)))
    found.push(`${at}: its receipt came before its tally was complete`);
  const row = read<{ state: string; units: readonly number[] }>(world, key.dropRow(drop, attempt));
  if (row === undefined) {
    if (!world.store.has(key.lostRow(key.dropRow(drop, attempt)))) found.push(`${at} never reached the tables`);
  } else if (row.state !== plan.state || row.units.join() !== plan.units.join())
    found.push(`${at}: the tables say something else`);
  for (const unit of plan.units) found.push(...unitViolations(drop, unit, attempt, plan, world));
  return [...found, ...wrongRepeats(at, plan, world)];
}

function unitViolations(drop: number, unit: number, by: number, plan: PlanRecord, world: World): string[] {
  const at = `unit ${unit} of attempt ${drop}.${by}`;
  const attempt = attemptAt(plan, unit, by);
  const closed = read<ClosedRecord>(world, key.closed(unit, attempt));
  if (closed === undefined) return [`${at} was never closed`];
  const found: string[] = [];
  if (attempt !== by && closed.outcome === 'quarantined') found.push(`${at} was set aside, and is kept`);
  if (closed.drop !== drop) found.push(`${at} was closed by drop ${closed.drop}`);
  if (closed.by === 'publish' && slotsIn(closed) < plan.slots.length)
    found.push(`${at} was published before its slots`);
  if (world.store.has(key.erased(subjectOf(unit)))) return found;
  const row = read<{ outcome: string; answers: readonly Answer[] }>(world, key.unitRow(unit, attempt));
  if (row === undefined) {
    if (!world.store.has(key.lostRow(key.unitRow(unit, attempt)))) found.push(`${at} never reached the tables`);
  } else if (row.outcome !== closed.outcome) found.push(`${at}: the tables know another outcome`);
  else if (row.answers.includes('scored') !== (closed.outcome === 'published'))
    found.push(`${at} is ${closed.outcome}, and the tables hold ${row.answers.join(', ') || 'no scores'}`);
  return found;
}

/** Models that answered: two halves of one model count once. */
const slotsIn = ({ predictions }: ClosedRecord): number => new Set(predictions.map((name) => name.split('/')[0])).size;

/** Content counts as repeated only where its owner holds it, or was still to say so when the repeat was read. */
function wrongRepeats(at: string, plan: PlanRecord, world: World): string[] {
  return plan.repeated.flatMap(({ unit, owner }) => {
    if (owner.startsWith(`${plan.drop}.`)) return [`${at}: unit ${unit} counts as a repeat of its own drop`];
    const owning = read<PlanRecord>(world, `plan ${owner}`);
    const knownBefore = (world.createdAt.get(`plan ${owner}`) ?? Number.POSITIVE_INFINITY) < plan.begunAt;
    return owning && !owning.units.includes(unit) && knownBefore
      ? [`${at}: unit ${unit} counts as a repeat of ${owner}, which does not hold it`]
      : [];
  });
}

function ownedTwice(world: World): string[] {
  const owners = new Map<number, Set<number>>();
  for (const [name, value] of world.store) {
    if (!name.startsWith('plan ')) continue;
    const { drop, units } = value as PlanRecord;
    for (const unit of units) owners.set(unit, (owners.get(unit) ?? new Set()).add(drop));
  }
  return [...owners].flatMap(([unit, drops]) =>
    drops.size > 1 ? [`unit ${unit} is owned by drops ${[...drops].join(' and ')}`] : [],
  );
}

/** Predictions, results and closed records that no plan knows of: quarantined and published. */
function orphans(world: World): string[] {
  const planned = new Set<string>();
  for (const [name, value] of world.store) {
    if (!name.startsWith('plan ')) continue;
    const attempt = name.slice(name.indexOf('.') + 1);
    for (const unit of ownUnits(value as PlanRecord)) planned.add(`${unit}.${attempt}`);
  }
  return [...world.store.keys()].flatMap((name) => {
    const match = /^(?:predictions|results|closed) (\d+\.\d+)/.exec(name);
    return match && !planned.has(match[1]) ? [`${name}: found, and no plan holds the unit`] : [];
  });
}

/** What is left of a person after the second erasure. */
export function erasedObjects(world: World): string[] {
  return [...world.store.keys()].flatMap((name) => {
    const match = /^(?:study|predictions|results|row unit) (\d+)/.exec(name);
    return match && world.store.has(key.erased(subjectOf(Number(match[1])))) ? [`${name}: its person was erased`] : [];
  });
}

/** A drop is sent again once for each age that it has reached. */
export function tooManyResends(world: World): readonly string[] {
  return [...world.resends].flatMap(([name, times]) => {
    const [drop, attempt] = name.split('.').map(Number);
    const since = sinceHours(world, drop, attempt) ?? 0;
    const allowed = [6, 24, 72].filter((hours) => world.hours - since >= hours).length;
    return times > allowed ? [`attempt ${name} was sent again ${times} times, allowed ${allowed}`] : [];
  });
}

/** What must hold where nothing went wrong: nothing is set aside. */
export function quarantinedAnything(world: World): readonly string[] {
  return [...world.store].flatMap(([name, value]) => {
    const { state, outcome } = value as Partial<PlanRecord & ClosedRecord>;
    return state === 'quarantined' || outcome === 'quarantined' ? [`${name}: quarantined without a fault`] : [];
  });
}

/** Hints of what has begun: an attempt whose operator was cut off before it began is nobody's. */
export const hintsLeft = (world: World): readonly string[] =>
  [...world.store.keys()].flatMap((name) => {
    const [, drop, attempt] = /^open (\d+)\.(\d+)$/.exec(name) ?? [];
    const begun = drop !== undefined && sinceHours(world, Number(drop), Number(attempt)) !== undefined;
    return begun ? [`hint ${name} was never removed`] : [];
  });

/** What a reader counts in the tables: the units that each drop's highest attempt names, by the attempt that it names. */
function countedTwice(world: World): string[] {
  const named = new Map<number, Set<number>>();
  world.drops.forEach((_, drop) => {
    const highest = attemptOf(world, drop);
    const first = world.off === 'the tables count the highest attempt' ? 1 : highest;
    for (let attempt = first; attempt <= highest; attempt++) {
      const row = read<PlanRecord>(world, key.dropRow(drop, attempt));
      for (const unit of row?.units ?? []) {
        named.set(unit, (named.get(unit) ?? new Set()).add(attemptAt(row as PlanRecord, unit, attempt)));
      }
    }
  });
  return [...named].flatMap(([unit, attempts]) =>
    attempts.size > 1 ? [`unit ${unit} counts in the tables by attempts ${[...attempts].join(' and ')}`] : [],
  );
}

/** Items of a drop as it was made. */
export const itemsMade = ({ units, rejected, repeatedRows, labels, refusedBy }: World['drops'][number]): number =>
  refusedBy ? 1 : units.reduce((sum, unit) => sum + itemsOf(unit), 0) + rejected + repeatedRows + labels;
