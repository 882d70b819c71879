// 2,000 bootstrap replicates of 12 metrics over 20 groups and all of them, 100,000 rows, here and with fairlearn: the same rows, in one
// process tree. By hand, with a Python that has fairlearn: node bench/bootstrap.ts path/to/python [replicates of fairlearn, 20 unless told]
// fairlearn's time is for those replicates, scaled to 2,000: it is the same work for each. Prints ratios; times depend on the machine.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { random } from '#lib/simulate/random.ts';
import { bootstrapMetrics, RESAMPLED_METRICS, type ResampledMetric } from '#lib/validation/bootstrap-metrics.ts';

interface Peer {
  readonly versions: string;
  readonly cpu: number;
  readonly wall: number;
  readonly overall: Record<ResampledMetric, number>;
}

const ROWS = 100_000;
const GROUPS = 20;
const REPLICATES = 2000;
const [python = 'python3', theirReplicates = '20'] = process.argv.slice(2);
const source = random('bench/bootstrap');
const labels = Uint8Array.from({ length: ROWS }, () => Number(source.bernoulli(0.2)));
const scores = Float64Array.from(labels, (label) => 1 / (1 + Math.exp(1.5 - source.normal(1.8 * label))));
const groups = Uint8Array.from(labels, () => source.integer(0, GROUPS - 1));

function ours(): { cpu: number; wall: number; overall: Record<string, number> } {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  const draw = random('bench');
  const overall = bootstrapMetrics({ scores, labels }, 0.5, { random: draw, replicates: REPLICATES });
  for (let group = 0; group < GROUPS; group++) {
    const isMember = (_: number, row: number) => groups[row] === group;
    const members = { scores: scores.filter(isMember), labels: labels.filter(isMember) };
    bootstrapMetrics(members, 0.5, { random: draw, replicates: REPLICATES });
  }
  const used = process.cpuUsage(cpu);
  const points = Object.entries(overall).map(([name, value]) => [
    name,
    'estimate' in value ? value.estimate : Number.NaN,
  ]);
  return {
    cpu: (used.user + used.system) / 1e6,
    wall: (performance.now() - wall) / 1e3,
    overall: Object.fromEntries(points),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'tricuspid-bench-bootstrap-'));
try {
  for (const [name, column] of Object.entries({ labels, scores, groups })) writeFileSync(join(folder, name), column);
  const mine = ours();
  const peer = spawn(python, [join(import.meta.dirname, 'bootstrap-peer.py'), folder, theirReplicates], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const theirs = JSON.parse(await text(peer.stdout)) as Peer;
  for (const name of RESAMPLED_METRICS) {
    const distance = Math.abs(theirs.overall[name] - mine.overall[name]);
    if (!(distance < 1e-9)) throw new Error(`bench: ${name} differs by ${distance}`);
  }
  const scale = REPLICATES / Number(theirReplicates);
  const [cpu, wall] = [(theirs.cpu * scale) / mine.cpu, (theirs.wall * scale) / mine.wall];
  console.log(
    `${REPLICATES} replicates of ${RESAMPLED_METRICS.length} metrics, ${GROUPS} groups and all, ${ROWS} rows: ${mine.cpu.toFixed(1)} s here, ` +
      `${(theirs.cpu * scale).toFixed(0)} s with ${theirs.versions} (${theirReplicates} replicates scaled): ${cpu.toFixed(0)} times per CPU second, ${wall.toFixed(0)} by the clock`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
