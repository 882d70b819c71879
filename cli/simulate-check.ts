// Does the ledger come to what the simulation is known to come to?
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { countLedger, type SiteLedger } from '#lib/ledger/count.ts';
import { parseDropKey } from '#lib/ledger/keys.ts';
import { byDrop, PARALLEL, readAttempt } from '#lib/ledger/replayed.ts';
import { tally } from '#lib/ledger/tally.ts';
import { type DropTruth, type Expected, expected, sumOf } from '#lib/simulate/truth.ts';
import type { PutLoad } from './simulate-load.ts';
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
  const differences: string[] = [];
  const truths = await truthsByPath(expectations);
  for (const site of sites) {
    const { wanted, sameAs } = truths.get(site) ?? { wanted: new Map<string, Expected>(), sameAs: new Map() };
    const found = await outcomesByPath(target, site, sameAs);
    for (const [path, of] of wanted) {
      const [have, want] = [textOf(found.get(path) ?? expected({})), textOf(of)];
      if (have !== want) differences.push(`${site}/${path}: found ${have}, expected ${want}`);
    }
  }
  return differences;
}

interface SiteTruths {
  readonly wanted: Map<string, Expected>;
  /** From the path of a drop to that of the one it repeats. */
  readonly sameAs: Map<string, string>;
}

async function truthsByPath(file: string): Promise<Map<string, SiteTruths>> {
  const bySite = new Map<string, SiteTruths>();
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { site, path, sameAs, ...truth } = JSON.parse(line) as DropTruth;
    const ofSite = bySite.get(site) ?? { wanted: new Map(), sameAs: new Map() };
    if (sameAs !== undefined) ofSite.sameAs.set(path, sameAs);
    add(ofSite.wanted, sameAs ?? path, truth);
    bySite.set(site, ofSite);
  }
  return bySite;
}

function add(sums: Map<string, Expected>, path: string, one: Expected): void {
  const before = sums.get(path);
  sums.set(path, before ? sumOf([before, one]) : one);
}

async function outcomesByPath(
  { operator }: Target,
  site: string,
  sameAs: ReadonlyMap<string, string>,
): Promise<Map<string, Expected>> {
  const paths = new Map<string, string>();
  for await (const { key, versionId } of operator.intake.listVersions(`drops/${site}/`)) {
    paths.set(versionId, parseDropKey(key)?.path ?? key);
  }
  const keys: string[] = [];
  for await (const { key } of operator.archive.list(`ledger/${site}/`))
    if (key.endsWith('/received.json')) keys.push(key);
  const attempts: Awaited<ReturnType<typeof readAttempt>>[] = [];
  for (let start = 0; start < keys.length; start += PARALLEL) {
    const some = keys.slice(start, start + PARALLEL);
    attempts.push(...(await Promise.all(some.map((key) => readAttempt(operator.archive, key)))));
  }
  const byPath = new Map<string, Expected>();
  for (const { received, plan, closed } of byDrop(attempts).map((of) => of[of.length - 1])) {
    const path = paths.get(received.versionId);
    if (path === undefined || plan === undefined) continue;
    const outcomes = tally(plan, closed);
    const codes = [...plan.rejected.map(({ reason }) => reason.code), ...wholeReason(plan)];
    const reasons = Object.fromEntries(
      [...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]),
    );
    const { published, abstained, filed, repeated } = outcomes;
    add(byPath, sameAs.get(path) ?? path, expected({ scored: published + abstained, filed, repeated, reasons }));
  }
  return byPath;
}

const wholeReason = ({ state, reason }: { state: string; reason?: { code: string } }): string[] =>
  state === 'rejected' && reason !== undefined ? [reason.code] : [];

function textOf({ scored, filed, repeated, reasons }: Expected): string {
  const rejected = Object.entries(reasons).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = [`${scored} scored`, `${filed} filed`, `${repeated} repeated`];
  return [...parts, ...rejected.map(([code, count]) => `${count} ${code}`)].join(', ');
}
