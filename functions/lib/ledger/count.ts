// "The ledger is law": both sides counted, object versions against received drops and items against outcomes.
import type { Bucket, IntakeBucket } from '#functions/ports.ts';
import type { Tally } from '#functions/study.ts';
import { dropOf } from './attempt.ts';
import { parseDropKey, UNKNOWN_SITE } from './keys.ts';
import { beganTooEarly, type DropAttempt, type ReplayedDrop, readAttempts, replayedDrop } from './replayed.ts';
import { counted, NOTHING, tally } from './tally.ts';

export interface SiteLedger {
  readonly site: string;
  /** Object versions under `drops/` now. */
  readonly versions: number;
  /** Drops in the ledger. */
  readonly received: number;
  /** Drops that are parts of a set: their items are those of the drop that closes it. */
  readonly members: number;
  readonly planned: number;
  /** Drops with a receipt-ready tally: every item has an outcome. */
  readonly settled: number;
  readonly items: number;
  readonly outcomes: Tally;
  /** Items whose unit is not closed yet. */
  readonly inFlight: number;
}

export interface Ledger {
  readonly sites: readonly SiteLedger[];
  readonly total: SiteLedger;
  /** Object versions that nobody has received yet. */
  readonly unreceived: number;
  /** Drops that were tried more than once; the highest attempt is the one that is counted. */
  readonly replayed: readonly ReplayedDrop[];
  /** Messages that were not ours, and rows that could not be tabulated: records under `quarantine/`. */
  readonly setAside: number;
  /** What contradicts the invariant; empty when the ledger is right. */
  readonly problems: readonly string[];
  /** Every version received, every drop settled, nothing contradicted. */
  readonly complete: boolean;
}

/** Counts the whole ledger from the objects themselves. */
export async function countLedger(archive: Bucket, intake: IntakeBucket): Promise<Ledger> {
  const attempts = await readAttempts(archive, 'ledger/');
  const drops = attempts.map((of) => of.at(-1) as DropAttempt);
  const known = new Map(drops.map(({ received }) => [received.versionId, received.site]));
  const versions = await countVersions(intake, known);
  const unreceived = [...versions.ids].filter((id) => !known.has(id)).length;
  const bySite = Map.groupBy(drops, ({ received }) => received.site);
  const names = [...new Set([...bySite.keys(), ...versions.bySite.keys()])].sort();
  const sites = names.map((site) => siteLedger(site, bySite.get(site) ?? [], versions.bySite.get(site) ?? 0));
  const total = sumSites(sites);
  const problems = [
    ...receivedTwice(drops),
    ...partsOfNothing(drops),
    ...attempts.flatMap(beganTooEarly),
    ...attempts.flat().flatMap(contradictions),
  ];
  const complete =
    problems.length === 0 && unreceived === 0 && total.settled === total.received && total.inFlight === 0;
  const replayed = attempts.filter((of) => of.length > 1).map(replayedDrop);
  return { sites, total, unreceived, replayed, setAside: await countKeys(archive, 'quarantine/'), problems, complete };
}

async function countKeys(archive: Bucket, prefix: string): Promise<number> {
  let keys = 0;
  for await (const _ of archive.list(prefix)) keys++;
  return keys;
}

/** The ledger receives a version once, whatever its events do. */
function receivedTwice(drops: readonly DropAttempt[]): readonly string[] {
  const versions = Map.groupBy(drops, ({ received }) => received.versionId);
  return [...versions.values()]
    .filter((same) => same.length > 1)
    .map((same) => `version ${same[0]?.received.versionId}: found it received ${same.length} times, expected once`);
}

/** A part belongs to a drop of the ledger and has no items of its own. */
function partsOfNothing(drops: readonly DropAttempt[]): readonly string[] {
  const known = new Set(drops.map(({ received }) => `${received.site}/${dropOf(received.dropKey)}`));
  return drops.flatMap(({ received, plan }) => {
    if (plan?.state !== 'member') return [];
    const at = `drop ${received.dropKey} of ${received.site}`;
    const problems = known.has(`${received.site}/${plan.of}`)
      ? []
      : [`${at}: found it part of a drop that nobody received`];
    return plan.items === 0 ? problems : [...problems, `${at}: found ${plan.items} items in a part, expected none`];
  });
}

/** Versions by the site that received them; those that nobody has received yet by the site of their prefix. */
async function countVersions(intake: IntakeBucket, known: ReadonlyMap<string, string>) {
  const sites = new Set(known.values());
  const ids = new Set<string>();
  const bySite = new Map<string, number>();
  for await (const { key, versionId } of intake.listVersions('drops/')) {
    const named = parseDropKey(key)?.site ?? UNKNOWN_SITE;
    const site = known.get(versionId) ?? (sites.has(named) ? named : UNKNOWN_SITE);
    ids.add(versionId);
    bySite.set(site, (bySite.get(site) ?? 0) + 1);
  }
  return { ids, bySite };
}

function siteLedger(site: string, drops: readonly DropAttempt[], versions: number): SiteLedger {
  const planned = drops.flatMap(({ plan, closed }) => (plan ? [{ plan, outcomes: tally(plan, closed) }] : []));
  const items = planned.reduce((sum, { plan }) => sum + plan.items, 0);
  const outcomes = planned.reduce((sum, drop) => addTallies(sum, drop.outcomes), NOTHING);
  return {
    site,
    versions,
    received: drops.length,
    members: drops.filter(({ plan }) => plan?.state === 'member').length,
    planned: planned.length,
    settled: planned.filter(({ plan, outcomes: of }) => counted(of) === plan.items).length,
    items,
    outcomes,
    inFlight: items - counted(outcomes),
  };
}

function sumSites(sites: readonly SiteLedger[]): SiteLedger {
  const sum = (pick: (site: SiteLedger) => number): number => sites.reduce((total, site) => total + pick(site), 0);
  return {
    site: 'all',
    versions: sum((site) => site.versions),
    received: sum((site) => site.received),
    members: sum((site) => site.members),
    planned: sum((site) => site.planned),
    settled: sum((site) => site.settled),
    items: sum((site) => site.items),
    outcomes: sites.reduce((total, site) => addTallies(total, site.outcomes), NOTHING),
    inFlight: sum((site) => site.inFlight),
  };
}

function addTallies(a: Tally, b: Tally): Tally {
  return Object.fromEntries(
    Object.entries(a).map(([outcome, n]) => [outcome, n + b[outcome as keyof Tally]]),
  ) as unknown as Tally;
}

/** A plan's own sum, and closed units against their plan. */
function contradictions({ received, plan, closed }: DropAttempt): readonly string[] {
  if (plan === undefined || plan.state !== 'planned') return [];
  const at = `drop ${received.dropKey} of ${received.site}`;
  const inPlan =
    plan.units.reduce((sum, unit) => sum + unit.items, 0) +
    plan.repeatedUnits.reduce((sum, unit) => sum + unit.items, 0) +
    plan.repeatedRows.length +
    plan.rejected.length +
    plan.filed;
  const problems = inPlan === plan.items ? [] : [`${at}: found ${inPlan} items in its plan, expected ${plan.items}`];
  for (const unit of closed) {
    const ended = unit.published + unit.abstained + unit.quarantined;
    if (ended !== unit.items)
      problems.push(`${at}: unit ${unit.unit}: found ${ended} outcomes, expected ${unit.items}`);
    if (dropOf(unit.dropKey) !== dropOf(received.dropKey))
      problems.push(`${at}: unit ${unit.unit}: found it closed by another drop`);
  }
  return problems;
}
