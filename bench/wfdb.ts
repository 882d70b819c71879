// Reading 12-lead records of 10 s at 500 Hz, here and with wfdb-python: the same files, in turn, in one process tree, one thread each.
// By hand, with a Python that has wfdb: node bench/wfdb.ts path/to/python [rounds, 9 unless told]. Prints ratios; times depend on the machine.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readWfdb } from '#lib/formats/wfdb/record.ts';

interface Round {
  readonly cpu: number;
  readonly wall: number;
  /** Sum of the last sample of each record. */
  readonly total: number;
}

const records = 100;
const [python = 'python3', rounds = '9'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'tricuspid-bench-wfdb-'));

function readAll(format: string): Round {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  let total = 0;
  for (let number = 0; number < records; number++) {
    const name = `f${format}_${number}`;
    const files = new Map([`${name}.hea`, `${name}.dat`].map((file) => [file, readFileSync(join(folder, file))]));
    total += readWfdb(files, name).leads[11].samplesMv[4999];
  }
  const used = process.cpuUsage(cpu);
  return { cpu: (used.user + used.system) / 1e6, wall: (performance.now() - wall) / 1e3, total };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

const peer = spawn(python, [join(import.meta.dirname, 'wfdb-peer.py'), folder, String(records)], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
try {
  const answers = createInterface(peer.stdout)[Symbol.asyncIterator]();
  const answer = async () => JSON.parse((await answers.next()).value ?? '{}');
  const { version } = (await answer()) as { version?: string };
  if (version === undefined)
    throw new Error(`bench: found no wfdb in ${python}, accepted a Python with wfdb installed`);
  for (const format of ['16', '212']) {
    const ratios: { cpu: number; wall: number }[] = [];
    for (let round = -2; round < Number(rounds); round++) {
      const ours = readAll(format);
      peer.stdin.write(`${format}\n`);
      const theirs = (await answer()) as Round;
      if (Math.abs(ours.total - theirs.total) > 1e-3) throw new Error('bench: the two sides read different samples');
      if (round >= 0) ratios.push({ cpu: theirs.cpu / ours.cpu, wall: theirs.wall / ours.wall });
    }
    const [cpu, wall] = [median(ratios.map((ratio) => ratio.cpu)), median(ratios.map((ratio) => ratio.wall))];
    console.log(
      `format ${format}: ${cpu.toFixed(1)} times the records per CPU second of wfdb-python ${version}, ${wall.toFixed(1)} by the clock`,
    );
  }
} finally {
  peer.kill();
  rmSync(folder, { recursive: true, force: true });
}
