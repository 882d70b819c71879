// What the function processes of a twin still hold after a full garbage collection, thousands of ECGs later: a leak would rise
// from look to look, memory that V8 merely has not collected yet does not show. Beside it what the system counts (RSS).
// By hand: node bench/live-memory.ts [studies, 10000 unless told] [studies in a zip, 100] [looks, 5].
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openCloud } from '#cli/cloud.ts';
import { setUpSites } from '#cli/pass.ts';
import { BENCH_SITE, ecgZip } from './ecg-drops.ts';
import { type FunctionProcess, runningFunctions } from './function-processes.ts';
import { collected } from './inspector.ts';

const [studies = 10_000, perZip = 100, looks = 5] = process.argv.slice(2).map(Number);
const zipsPerLook = Math.ceil(studies / perZip / looks);
const ASK_EVERY_MS = 100;

const cloud = await openCloud({ publishedSecret: true });
try {
  await setUpSites(cloud, [BENCH_SITE]);
  let next = 0;
  await pass(zipsPerLook); // every process is there and has seen as much as it will see between two looks
  console.log(`MB after a collection: live heap + outside the heap (RSS), after each ${zipsPerLook * perZip} ECGs`);
  const rows = new Map<string, string[]>();
  const known = new Set<string>();
  for (let look = 0; look <= looks; look++) {
    if (look > 0) await pass(zipsPerLook);
    for (const { name, pid } of oldestOfEach()) {
      const mark = look === 0 || known.has(pid) ? '' : ' new';
      known.add(pid);
      rows.set(name, [...(rows.get(name) ?? []), `${await words(pid)}${mark}`]);
    }
  }
  for (const [name, cells] of rows) console.log(`${name.padEnd(10)} ${cells.join(' | ')}`);

  async function pass(zips: number): Promise<void> {
    const bucket = cloud.uploader(BENCH_SITE.site);
    for (const end = next + zips; next < end; next++)
      await bucket.put(`drops/${BENCH_SITE.site}/${next}.zip`, await ecgZip(next, perZip));
    do await sleep(ASK_EVERY_MS);
    while (
      Object.values(cloud.twin.queues()).some(({ visible, inFlight, delayed }) => visible + inFlight + delayed > 0)
    );
  }
} finally {
  await cloud.close();
}

/** The process of each function that has lived longest; the twin ends one that it needs no longer where another is wanted. */
function oldestOfEach(): FunctionProcess[] {
  const all = runningFunctions().sort((a, b) => Number(a.pid) - Number(b.pid));
  return [...Map.groupBy(all, ({ name }) => name).values()].map(([first]) => first);
}

async function words(pid: string): Promise<string> {
  const { heapUsed, external } = await collected(Number(pid));
  const kilobytes = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return `${(heapUsed / 1e6).toFixed(1)} + ${(external / 1e6).toFixed(1)} (${(kilobytes / 1000).toFixed(0)})`;
}
