// A simulation as files: drops/<site>/…, sites/<site>.json, truth.json and planted.jsonl.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { RefusedInput } from '#functions/errors.ts';
import type { SimulatedDrop } from '#lib/simulate/drop.ts';
import type { StreamOptions } from '#lib/simulate/hospitals.ts';
import type { Site } from '#lib/sites/site.ts';
import { addToTotals, type SiteTotals } from './simulate-totals.ts';

export interface FolderSimulation {
  readonly stream: StreamOptions;
  readonly sites: readonly Site[];
  readonly drops: AsyncIterable<SimulatedDrop>;
}

export interface Written {
  readonly drops: number;
  readonly items: number;
  readonly megabytes: number;
  readonly seconds: number;
}

/** Writes the drops as they are made; a path that comes twice gets a number, as a folder holds one version. */
export async function writeSimulation(
  { stream, sites, drops: simulated }: FolderSimulation,
  folder: string,
): Promise<Written> {
  if ((await readdir(folder)).length > 0) {
    throw new RefusedInput(`simulate: found files in ${folder}, expected a new or empty folder`);
  }
  const start = performance.now();
  await mkdir(join(folder, 'sites'));
  for (const site of sites)
    await writeFile(join(folder, 'sites', `${site.site}.json`), `${JSON.stringify(site, null, 2)}\n`);
  const planted = createWriteStream(join(folder, 'planted.jsonl'));
  const totals = new Map<string, SiteTotals>();
  const names = pathsOnce();
  let [drops, items, bytes] = [0, 0, 0];
  for await (const drop of simulated) {
    const paths: string[] = [];
    for (const { site, path, body } of drop.objects) {
      const file = join('drops', site, names(site, path));
      await mkdir(join(folder, dirname(file)), { recursive: true });
      await writeFile(join(folder, file), body);
      paths.push(file);
      bytes += body.length;
    }
    const line = `${JSON.stringify({ files: paths, expected: drop.truth, planted: drop.planted })}\n`;
    if (!planted.write(line)) await once(planted, 'drain');
    addToTotals(totals, drop);
    drops += 1;
    items += drop.truth.items;
  }
  planted.end();
  await finished(planted);
  const truth = { simulation: stream, sites: Object.fromEntries(totals) };
  await writeFile(join(folder, 'truth.json'), `${JSON.stringify(truth, null, 2)}\n`);
  return { drops, items, megabytes: bytes / 1e6, seconds: (performance.now() - start) / 1000 };
}

/** The path, and for its second time the path with a number before the extension. Corrections are rare, so few are remembered. */
function pathsOnce(): (site: string, path: string) => string {
  const last = new Map<string, string[]>();
  return (site, path) => {
    const before = last.get(site) ?? [];
    const times = before.filter((other) => other === path).length;
    last.set(site, [...before, path].slice(-RECENT));
    if (times === 0) return path;
    const extension = extname(path);
    return join(dirname(path), `${basename(path, extension)} (${times + 1})${extension}`);
  };
}

/** A correction follows its first version at once. */
const RECENT = 8;
