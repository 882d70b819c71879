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

/** What is kept of each drop while the ledger is read: its plan and its closed units may be thousands of rows. */
interface Counting {
  readonly bySite: Map<string, SiteLedger>;
  /** Site that received a version. */
  readonly known: Map<string, string>;
  /** Version to how often it was received, where that is more than once. */
  readonly twice: Map<string, number>;
  readonly dropKeys: Set<string>;
  readonly parts: Part[];
  readonly replayed: ReplayedDrop[];
  readonly problems: string[];
}

/** A drop that is a part of a set. */
interface Part {
  readonly at: string;
  readonly of: string;
  readonly items: number;
}

/** Counts the whole ledger from the objects themselves. */
export async function countLedger(archive: Bucket, intake: IntakeBucket): Promise<Ledger> {
  const counting: Counting = {
    bySite: new Map(),
    known: new Map(),
    twice: new Map(),
    dropKeys: new Set(),
    parts: [],
    replayed: [],
    problems: [],
  };
  for await (const attempts of readAttempts(archive, 'ledger/')) countDrop(attempts, counting);
  const unreceived = await countVersions(intake, counting);
  const { bySite, replayed } = counting;
  const sites = [...bySite.values()].sort((a, b) => (a.site < b.site ? -1 : 1));
  const total = sites.reduce(addSites, emptySite('all'));
  const problems = [...receivedTwice(counting), ...partsOfNothing(counting), ...counting.problems];
  const complete =
    problems.length === 0 && unreceived === 0 && total.settled === total.received && total.inFlight === 0;
  return { sites, total, unreceived, replayed, setAside: await countKeys(archive, 'quarantine/'), problems, complete };
}

function countDrop(attempts: readonly DropAttempt[], counting: Counting): void {
  const { bySite, known, twice, dropKeys, parts, replayed, problems } = counting;
  const last = attempts.at(-1) as DropAttempt;
  const { site, versionId, dropKey } = last.received;
  if (known.has(versionId)) twice.set(versionId, (twice.get(versionId) ?? 1) + 1);
  known.set(versionId, site);
  dropKeys.add(`${site}/${dropOf(dropKey)}`);
  if (last.plan?.state === 'member') {
    parts.push({ at: `drop ${dropKey} of ${site}`, of: `${site}/${last.plan.of}`, items: last.plan.items });
  }
  if (attempts.length > 1) replayed.push(replayedDrop(attempts));
  problems.push(...beganTooEarly(attempts), ...attempts.flatMap(contradictions));
  bySite.set(site, addSites(bySite.get(site) ?? emptySite(site), ofDrop(last)));
}

async function countKeys(archive: Bucket, prefix: string): Promise<number> {
  let keys = 0;
  for await (const _ of archive.list(prefix)) keys++;
  return keys;
}

/** The ledger receives a version once, whatever its events do. */
const receivedTwice = ({ twice }: Counting): readonly string[] =>
  [...twice].map(([versionId, times]) => `version ${versionId}: found it received ${times} times, expected once`);

/** A part belongs to a drop of the ledger and has no items of its own. */
function partsOfNothing({ parts, dropKeys }: Counting): readonly string[] {
  return parts.flatMap(({ at, of, items }) => {
    const problems = dropKeys.has(of) ? [] : [`${at}: found it part of a drop that nobody received`];
    return items === 0 ? problems : [...problems, `${at}: found ${items} items in a part, expected none`];
  });
}

/** Counts versions for the site that received them; those that nobody has received yet, which it returns, for the site of their prefix. */
async function countVersions(intake: IntakeBucket, { bySite, known }: Counting): Promise<number> {
  const sites = new Set(known.values());
  let unreceived = 0;
  for await (const { key, versionId } of intake.listVersions('drops/')) {
    const named = parseDropKey(key)?.site ?? UNKNOWN_SITE;
    const site = known.get(versionId) ?? (sites.has(named) ? named : UNKNOWN_SITE);
    if (!known.has(versionId)) unreceived++;
    const one = { ...emptySite(site), versions: 1 };
    bySite.set(site, addSites(bySite.get(site) ?? emptySite(site), one));
  }
  return unreceived;
}

function ofDrop({ received, plan, closed }: DropAttempt): SiteLedger {
  const outcomes = plan ? tally(plan, closed) : NOTHING;
  const items = plan?.items ?? 0;
  return {
    ...emptySite(received.site),
    received: 1,
    members: plan?.state === 'member' ? 1 : 0,
    planned: plan ? 1 : 0,
    settled: plan && counted(outcomes) === items ? 1 : 0,
    items,
    outcomes,
    inFlight: items - counted(outcomes),
  };
}

const emptySite = (site: string): SiteLedger => ({
  site,
  versions: 0,
  received: 0,
  members: 0,
  planned: 0,
  settled: 0,
  items: 0,
  outcomes: NOTHING,
  inFlight: 0,
});

function addSites(a: SiteLedger, b: SiteLedger): SiteLedger {
  return {
    site: a.site,
    versions: a.versions + b.versions,
    received: a.received + b.received,
    members: a.members + b.members,
    planned: a.planned + b.planned,
    settled: a.settled + b.settled,
    items: a.items + b.items,
    outcomes: addTallies(a.outcomes, b.outcomes),
    inFlight: a.inFlight + b.inFlight,
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
