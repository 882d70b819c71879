// A simulation put into the running or deployed cloud as its hospitals' systems would put it.
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { RefusedInput } from '#functions/errors.ts';
import type { IntakeBucket } from '#functions/ports.ts';
import type { SimulatedDrop } from '#lib/simulate/drop.ts';
import type { StreamOptions } from '#lib/simulate/hospitals.ts';
import type { Site } from '#lib/sites/site.ts';
import { receiptWatch } from './receipt-watch.ts';
import { addToTotals, type SiteTotals } from './simulate-totals.ts';
import { addSite } from './sites.ts';
import { type Connection, connect, requireConnection, type Target, uploaderTo } from './target.ts';

export interface Load {
  readonly stream: StreamOptions;
  readonly sites: readonly Site[];
  readonly drops: AsyncIterable<SimulatedDrop>;
  readonly check: boolean;
  readonly patienceMinutes: number;
  /** File for what each drop must come to, a JSON line each: there may be more than memory holds. */
  readonly expectations: string;
}

export interface PutLoad {
  readonly target: Target;
  readonly totals: ReadonlyMap<string, SiteTotals>;
  readonly expectations: string;
  readonly startedMs: number;
  readonly watch: ReturnType<typeof receiptWatch>;
  readonly patienceMinutes: number;
}

/** Drops that are on their way at a time; those of one site follow each other. */
const IN_FLIGHT = 16;

/** Sets the sites up and puts every drop; says how fast that went. */
export async function putSimulation(
  { stream, sites, drops, check, patienceMinutes, expectations }: Load,
  print: (line: string) => void,
): Promise<PutLoad> {
  const connection = await requireConnection();
  const target = connect(connection);
  for (const { site } of check ? sites : []) await requireUnused(target, site);
  for (const site of sites) await addSite(target, JSON.stringify(site));
  const startedMs = performance.now();
  const watch = receiptWatch(target.operator.intake);
  const totals = await putAll({ connection, drops, expectations, watch: check ? watch : undefined });
  const seconds = (performance.now() - startedMs) / 1000;
  const objects = [...totals.values()].reduce((sum, of) => sum + of.objects, 0);
  print(
    `${stream.studies} studies of ${stream.sites} sites put into ${target.name}: ${objects} objects in ${seconds.toFixed(1)} s, ${(stream.studies / seconds).toFixed(1)} studies/s`,
  );
  return { target, totals, expectations, startedMs, watch, patienceMinutes };
}

async function requireUnused({ operator }: Target, site: string): Promise<void> {
  for await (const _ of operator.intake.listVersions(`drops/${site}/`)) {
    throw new RefusedInput(
      `simulate: found drops of ${site} from before, which the truth does not know; accepted another --seed`,
    );
  }
}

interface PutAll extends Pick<Load, 'drops'> {
  readonly connection: Connection;
  readonly expectations: string;
  readonly watch: ReturnType<typeof receiptWatch> | undefined;
}

async function putAll({ connection, drops, expectations, watch }: PutAll): Promise<Map<string, SiteTotals>> {
  const totals = new Map<string, SiteTotals>();
  const file = createWriteStream(expectations);
  const buckets = new Map<string, Promise<IntakeBucket>>();
  const bucketOf = (site: string): Promise<IntakeBucket> => {
    const bucket = buckets.get(site) ?? uploaderTo(connection, site);
    buckets.set(site, bucket);
    return bucket;
  };
  const lastOf = new Map<string, Promise<void>>();
  const flying = new Set<Promise<void>>();
  for await (const drop of drops) {
    addToTotals(totals, drop);
    file.write(`${JSON.stringify(drop.truth)}\n`);
    const { site } = drop.truth;
    const put = (lastOf.get(site) ?? Promise.resolve()).then(async () => putDrop(await bucketOf(site), drop, watch));
    const flight = put.finally(() => flying.delete(flight));
    flight.catch(() => undefined); // the first failure ends the command below; those after it must not end the process before
    lastOf.set(site, put);
    flying.add(flight);
    if (flying.size >= IN_FLIGHT) await Promise.race(flying);
  }
  await Promise.all(flying);
  file.end();
  await finished(file);
  return totals;
}

async function putDrop(bucket: IntakeBucket, { objects }: SimulatedDrop, watch: PutAll['watch']): Promise<void> {
  let last = '';
  for (const { site, path, body } of objects) {
    last = `drops/${site}/${path}`;
    await bucket.put(last, body);
  }
  watch?.look(last);
}
