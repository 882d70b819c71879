// Figures of every group and two-way intersection of 10⁴ to 10⁷ predictions with six group columns, from Parquet, and at 10⁶ the same
// tables by scikit-learn and fairlearn (bench/grouped/peer.py), in turn, in one process tree, each run a process of its own.
// By hand: node bench/grouped.ts <python with scikit-learn, fairlearn, pandas, pyarrow> [most rows, 10000000 unless told] [rounds, 3 unless told].
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineAnswer } from './grouped/engine-answer.ts';
import { GROUP_COLUMNS, THRESHOLDS } from './grouped/table-shape.ts';

const [python, mostRows = '10000000', rounds = '3'] = process.argv.slice(2);
if (python === undefined)
  throw new Error('bench: found no Python, expected node bench/grouped.ts <python> [most rows] [rounds]');
const SIZES = [1e4, 1e5, 1e6, 1e7].filter((rows) => rows <= Number(mostRows));
const PEER_ROWS = 1e6;
/** Memory of the Lambda function that this has to fit, which has one core. */
const LAMBDA_MEGABYTES = 1769;

const folder = mkdtempSync(join(tmpdir(), 'tricuspid-bench-grouped-'));
const here = (file: string): string => join(import.meta.dirname, 'grouped', file);
const fileOf = (rows: number): string => join(folder, `${rows}.parquet`);

function start(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`bench: ${command} ended with ${status}: ${stderr.slice(-2000)}`);
  return stdout;
}

const engine = (rows: number, subjects: boolean): EngineAnswer =>
  JSON.parse(
    start(process.execPath, ['--max-old-space-size=512', here('engine.ts'), fileOf(rows), subjects ? '1' : '0']),
  );

const peer = (rows: number): EngineAnswer & { readonly versions: string } =>
  JSON.parse(
    start(python, [
      here('peer.py'),
      fileOf(rows),
      GROUP_COLUMNS.map(({ name }) => name).join(','),
      THRESHOLDS.join(','),
    ]),
  );

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];
const seconds = (answers: readonly EngineAnswer[], name: 'cpuSeconds' | 'wallSeconds' | 'readSeconds'): number =>
  median(answers.map((answer) => answer[name]));

function line(name: string, answers: readonly EngineAnswer[]): void {
  const [{ rows, groups }] = answers;
  const cpu = seconds(answers, 'cpuSeconds');
  const figures = [
    rows.toExponential(0),
    String(groups.length),
    cpu.toFixed(2),
    seconds(answers, 'wallSeconds').toFixed(2),
    seconds(answers, 'readSeconds').toFixed(2),
    ((1e6 * cpu) / rows).toFixed(2),
    Math.max(...answers.map(({ peakMegabytes }) => peakMegabytes)).toFixed(0),
  ];
  console.log(`| ${[name, ...figures].join(' | ')} |`);
}

/** Largest difference of a figure over all groups. */
function difference(
  ours: EngineAnswer,
  theirs: EngineAnswer,
  figure: 'auroc' | 'standardError' | 'slope' | 'brier',
): number {
  const key = ({ name, n }: EngineAnswer['groups'][number]): string => `${name} ${n}`;
  const found = new Map(theirs.groups.map((group) => [key(group), group[figure]]));
  if (found.size !== ours.groups.length)
    throw new Error(`bench: ${found.size} groups there, ${ours.groups.length} here`);
  return Math.max(...ours.groups.map((group) => Math.abs(Number(group[figure]) - Number(found.get(key(group))))));
}

try {
  for (const rows of SIZES) start(process.execPath, [here('write-table.ts'), fileOf(rows), String(rows)]);
  console.log(`${cpus()[0]?.model}, load ${loadavg()[0].toFixed(1)}; medians of ${rounds} rounds, largest memory`);
  console.log(
    '| | rows | groups | CPU s | wall s | of it reading | CPU µs/row | memory MB |\n|---|---|---|---|---|---|---|---|',
  );
  const turns = Array.from({ length: Number(rounds) });
  for (const rows of SIZES) {
    const both = turns.map(() => [engine(rows, false), engine(rows, true)]);
    line(
      'independent rows',
      both.map(([independent]) => independent),
    );
    line(
      'two rows per subject',
      both.map(([, clustered]) => clustered),
    );
  }
  const [largest] = SIZES.slice(-1);
  const { peakMegabytes, cpuSeconds } = engine(largest, true);
  const fits = peakMegabytes <= LAMBDA_MEGABYTES ? 'fits' : 'does not fit';
  console.log(
    `${largest} rows: ${peakMegabytes.toFixed(0)} MB ${fits} ${LAMBDA_MEGABYTES} MB; ${cpuSeconds.toFixed(1)} CPU seconds`,
  );
  if (SIZES.includes(PEER_ROWS)) {
    const pairs = turns.map(() => ({
      ours: engine(PEER_ROWS, false),
      clustered: engine(PEER_ROWS, true),
      theirs: peer(PEER_ROWS),
    }));
    line(
      pairs[0].theirs.versions,
      pairs.map(({ theirs }) => theirs),
    );
    const ratio = (side: 'ours' | 'clustered', clock: 'cpuSeconds' | 'wallSeconds'): string =>
      `${median(pairs.map((pair) => pair.theirs[clock] / pair[side][clock])).toFixed(1)}×`;
    console.log(
      `independent rows: ${ratio('ours', 'cpuSeconds')} by CPU, ${ratio('ours', 'wallSeconds')} by the clock`,
    );
    console.log(
      `with clustered intervals: ${ratio('clustered', 'cpuSeconds')} by CPU, ${ratio('clustered', 'wallSeconds')} by the clock`,
    );
    const [{ ours, theirs }] = pairs;
    const off = (['auroc', 'standardError', 'brier', 'slope'] as const).map(
      (name) => `${name} ${difference(ours, theirs, name).toExponential(1)}`,
    );
    console.log(`largest difference over ${ours.groups.length} groups: ${off.join(', ')}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
