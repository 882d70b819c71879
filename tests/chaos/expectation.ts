// What the ledger must come to, from how the drops were made: versions of the same content count again.
import type { Tally } from '#functions/study.ts';
import type { SiteLedger } from '#lib/ledger/count.ts';
import { UNKNOWN_SITE } from '#lib/ledger/keys.ts';
import { expected, sumOf } from '#lib/simulate/truth.ts';
import type { Evidence } from './evidence.ts';
import { type ChaosDrop, chaosSites } from './hospitals.ts';

/** Counts of a site; whether a model publishes or abstains is the model's affair. */
export interface Counts extends Pick<Tally, 'filed' | 'repeated' | 'rejected' | 'quarantined'> {
  readonly versions: number;
  readonly received: number;
  readonly settled: number;
  readonly items: number;
  readonly scored: number;
  readonly inFlight: number;
}

/** By site, for the versions that were put. */
export function expectedCounts(put: readonly ChaosDrop[]): Readonly<Record<string, Counts>> {
  const bySite = Map.groupBy(withLeftParts(put), keeperOf);
  return Object.fromEntries([...bySite].map(([site, drops]) => [site, countsOf(drops)]));
}

/** A signal file that was put again because its answer was lost is two versions: its header takes one, nobody the other. */
function withLeftParts(put: readonly ChaosDrop[]): readonly ChaosDrop[] {
  const taken = new Set<ChaosDrop>();
  return put.map((drop) => {
    if (!drop.isPart || !taken.has(drop)) {
      taken.add(drop);
      return drop;
    }
    return { ...drop, ...expected({ reasons: { 'header-missing': 1 } }) };
  });
}

const known: ReadonlySet<string> = new Set(chaosSites().map(({ site }) => site));
const keeperOf = ({ site }: ChaosDrop): string => (known.has(site) ? site : UNKNOWN_SITE);

function countsOf(drops: readonly ChaosDrop[]): Counts {
  const { items, filed, repeated, rejected, scored } = sumOf(drops);
  // The rows of a unit reach the models once; every further version that shows it repeats them.
  const first = new Map(drops.filter(({ unit }) => unit !== '').map(({ unit, scored: rows }) => [unit, rows]));
  const once = [...first.values()].reduce((sum, rows) => sum + rows, 0);
  const versions = drops.length;
  return {
    versions,
    received: versions,
    settled: versions,
    items,
    filed,
    repeated: repeated + scored - once,
    rejected,
    scored: once,
    quarantined: 0,
    inFlight: 0,
  };
}

/** What the ledger says, in the same form. */
export function ledgerCounts({ ledger }: Evidence): Readonly<Record<string, Counts>> {
  return Object.fromEntries(ledger.sites.map((site) => [site.site, ledgerOf(site)]));
}

function ledgerOf({ versions, received, settled, items, outcomes, inFlight }: SiteLedger): Counts {
  const { filed, repeated, rejected, quarantined, published, abstained } = outcomes;
  return {
    versions,
    received,
    settled,
    items,
    filed,
    repeated,
    rejected,
    quarantined,
    scored: published + abstained,
    inFlight,
  };
}

/** Rejected items by reason code. */
export function expectedReasons(put: readonly ChaosDrop[]): Readonly<Record<string, number>> {
  return sumOf(withLeftParts(put)).reasons;
}

export function ledgerReasons({ tables }: Evidence): Readonly<Record<string, number>> {
  const reasons: Record<string, number> = {};
  for (const { kind, reason, rejected } of tables.ledger) {
    if (kind === 'rejection') reasons[String(reason)] = (reasons[String(reason)] ?? 0) + Number(rejected);
  }
  return reasons;
}
