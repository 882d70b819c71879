// Does the ledger come to what the simulation is known to come to?
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { countLedger, type SiteLedger } from '#lib/ledger/count.ts';
import { ledgerPrefix, parseDropKey } from '#lib/ledger/keys.ts';
import { type DropAttempt, readAttempts } from '#lib/ledger/replayed.ts';
import { tally } from '#lib/ledger/tally.ts';
import { type DropTruth, expected, sumOf } from '#lib/simulate/truth.ts';
import type { PutLoad } from './simulate-load.ts';
import { type OutcomesFile, outcomesFile } from './simulate-outcomes.ts';
import type { SiteTotals } from './simulate-totals.ts';
import type { Target } from './target.ts';

export interface Checked {
  readonly lines: readonly string[];
  readonly differences: readonly string[];
}

const LEAST_PAUSE_MS = 1000;
/** A count of all receipts may take a fifth of the time. */
const PAUSE_PER_COUNT = 4;

/** Waits until every object has its receipt, then compares both sides of the ledger with the truth, site by site and drop by drop. */
export async function checkLedger(put: PutLoad): Promise<Checked> {
  const { target, totals, watch } = put;
  const missing = await untilReceipts(put);
  const seconds = (performance.now() - put.startedMs) / 1000;
  if (missing > 0) watch.stop();
  const lines = [throughput(totals, seconds, missing), waitsLine(await watch.waits())];
  const ledger = await countLedger(target.operator.archive, target.operator.intake);
  const ofSite = new Map(ledger.sites.map((site) => [site.site, site]));
  const bySite = [...totals].flatMap(([site, of]) => siteDifferences(site, of, ofSite.get(site)));
  const byDropOf = await dropDifferences(target, [...totals.keys()], put.expectations);
  const lost = missing > 0 ? [`${missing} objects have no receipt`] : [];
  return { lines, differences: [...lost, ...ledger.problems, ...bySite, ...byDropOf] };
}

/** Returns how many receipts are missing when patience ends. */
async function untilReceipts({ target, totals, patienceMinutes }: PutLoad): Promise<number> {
  const wanted = [...totals.values()].reduce((sum, { objects }) => sum + objects, 0);
  let [found, since] = [-1, performance.now()];
  for (;;) {
    const start = performance.now();
    const now = await countReceipts(target, [...totals.keys()]);
    const end = performance.now();
    if (now >= wanted) return 0;
    if (now !== found) [found, since] = [now, end];
    else if (end - since > patienceMinutes * 60_000) return wanted - now;
    await sleep(Math.max(LEAST_PAUSE_MS, PAUSE_PER_COUNT * (end - start)));
  }
}

async function countReceipts({ operator }: Target, sites: readonly string[]): Promise<number> {
  let receipts = 0;
  for (const site of sites) for await (const _ of operator.intake.list(`receipts/${site}/`)) receipts++;
  return receipts;
}

function throughput(totals: PutLoad['totals'], seconds: number, missing: number): string {
  const all = sumOf([...totals.values()]);
  const rate = (all.items / seconds).toFixed(1);
  const state = missing === 0 ? 'settled' : 'so far';
  return `${all.items} items ${state} after ${seconds.toFixed(1)} s: ${rate} items/s from the first PUT to the last receipt`;
}

function waitsLine(waitsMs: readonly number[]): string {
  if (waitsMs.length === 0) return 'PUT to receipt: cannot tell, no watched drop has its receipt';
  const at = (share: number) => (waitsMs[Math.ceil(share * waitsMs.length) - 1] / 1000).toFixed(1);
  return `PUT to receipt, of ${waitsMs.length} drops watched: p50 ${at(0.5)} s, p95 ${at(0.95)} s, longest ${at(1)} s`;
}

function siteDifferences(site: string, truth: SiteTotals, ledger: SiteLedger | undefined): string[] {
  if (ledger === undefined) return [`${site}: found nothing in the ledger, expected ${truth.items} items`];
  const { outcomes } = ledger;
  const pairs: [string, number, number][] = [
    ['object versions', ledger.versions, truth.objects],
    ['drops received', ledger.received, truth.objects],
    ['drops settled', ledger.settled, truth.objects],
    ['items', ledger.items, truth.items],
    ['published and abstained', outcomes.published + outcomes.abstained, truth.scored],
    ['filed', outcomes.filed, truth.filed],
    ['repeated', outcomes.repeated, truth.repeated],
    ['rejected', outcomes.rejected, truth.rejected],
    ['quarantined', outcomes.quarantined, 0],
    ['in flight', ledger.inFlight, 0],
  ];
  return pairs
    .filter(([, found, wanted]) => found !== wanted)
    .map(([what, found, wanted]) => `${site}: found ${found} ${what}, expected ${wanted}`);
}

/** Compares each path: several versions of one path together, and drops of the same content. Names of drops are a site's own; these are invented. */
async function dropDifferences(target: Target, sites: readonly string[], expectations: string): Promise<string[]> {
  const outcomes = outcomesFile(`${expectations}.sqlite`);
  try {
    for await (const line of createInterface({ input: createReadStream(expectations) })) {
      const { site, path, sameAs, ...truth } = JSON.parse(line) as DropTruth;
      outcomes.want(site, path, truth, sameAs);
    }
    for (const site of sites) await findOutcomes(target, site, outcomes);
    return outcomes
      .differences()
      .map(({ site, path, found, wanted }) => `${site}/${path}: found ${found}, expected ${wanted}`);
  } finally {
    outcomes.close();
  }
}

async function findOutcomes({ operator }: Target, site: string, outcomes: OutcomesFile): Promise<void> {
  for await (const { key, versionId } of operator.intake.listVersions(`drops/${site}/`)) {
    outcomes.place(versionId, parseDropKey(key)?.path ?? key);
  }
  for await (const attempts of readAttempts(operator.archive, ledgerPrefix(site))) {
    const { received, plan, closed } = attempts.at(-1) as DropAttempt;
    if (plan === undefined) continue;
    const codes = [...plan.rejected.map(({ reason }) => reason.code), ...wholeReason(plan)];
    const reasons = Object.fromEntries(
      [...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]),
    );
    const { published, abstained, filed, repeated } = tally(plan, closed);
    outcomes.find(site, received.versionId, expected({ scored: published + abstained, filed, repeated, reasons }));
  }
}

const wholeReason = ({ state, reason }: { state: string; reason?: { code: string } }): string[] =>
  state === 'rejected' && reason !== undefined ? [reason.code] : [];
