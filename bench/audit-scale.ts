// The report of a cohort of 10⁴ to 10⁶ studies with six columns of groups, from the tables to pages and Parquet, stage by stage as the
// audit makes it: processor time and the highest memory of a process of its own (bench/audit-scale/stages.ts).
// By hand: node bench/audit-scale.ts [most studies, 1000000 unless told].
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StageAnswer } from './audit-scale/stage-answer.ts';

const [most = '1000000'] = process.argv.slice(2);
const SIZES = [1e4, 1e5, 3e5, 1e6].filter((studies) => studies <= Number(most));
/** What the audit has on Lambda (infra/pipeline-stack.ts), and the shares of it that Lambda's runtime allows V8. */
const LIMITS = { seconds: 900, megabytes: 3008 };
const FLAGS = [
  `--max-old-space-size=${Math.floor(0.9 * LIMITS.megabytes)}`,
  `--max-semi-space-size=${Math.ceil(0.05 * LIMITS.megabytes)}`,
];

const folder = mkdtempSync(join(tmpdir(), 'tricuspid-bench-audit-'));

function start(file: string, args: readonly string[], flags: readonly string[] = []): string {
  const options = [...flags, join(import.meta.dirname, 'audit-scale', file), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, options, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`bench: ${file} ended with ${status}: ${stderr.slice(-2000)}`);
  return stdout;
}

function stagesOf(studies: number): StageAnswer[] {
  const tables = join(folder, String(studies));
  start('write-tables.ts', [tables, String(studies)], ['--max-old-space-size=8192']);
  const lines = start('stages.ts', [tables], FLAGS).trim().split('\n');
  rmSync(tables, { recursive: true });
  return lines.map((line) => JSON.parse(line) as StageAnswer);
}

try {
  console.log(`${cpus()[0]?.model}, load ${loadavg()[0].toFixed(1)}; CPU seconds (highest memory so far, MB)`);
  const results = SIZES.map(stagesOf);
  console.log(`| | ${SIZES.map((studies) => studies.toExponential(0)).join(' | ')} |`);
  console.log(`|---|${SIZES.map(() => '---|').join('')}`);
  for (const [place, { stage }] of results[0].entries()) {
    const cells = results.map((stages) => {
      const { cpuSeconds, peakMegabytes } = stages[place];
      return `${cpuSeconds.toFixed(1)} (${peakMegabytes.toFixed(0)})`;
    });
    console.log(`| ${[stage, ...cells].join(' | ')} |`);
  }
  const whole = results.map((stages) => stages.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0));
  console.log(`| ${['all', ...whole.map((seconds) => seconds.toFixed(1))].join(' | ')} |`);
  console.log(
    `| ${['CPU µs per study', ...whole.map((seconds, place) => ((1e6 * seconds) / SIZES[place]).toFixed(0))].join(' | ')} |`,
  );
  const largest = results[results.length - 1];
  const peak = Math.max(...largest.map(({ peakMegabytes }) => peakMegabytes));
  if (whole[whole.length - 1] > LIMITS.seconds || peak > LIMITS.megabytes) {
    console.error(`bench: beyond ${LIMITS.seconds} s or ${LIMITS.megabytes} MB`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
