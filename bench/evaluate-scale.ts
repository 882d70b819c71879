// What `tricuspid evaluate` of probabilities costs as a table grows: 10⁴ to 10⁷ rows from Parquet, six group columns, all two-way
// intersections, both editions with pages, JSON, CSV and PDF. Each run is a process of its own.
// By hand: node bench/evaluate-scale.ts [most rows, 10000000 unless told] [folder for the tables, a temporary one unless told].
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluationYaml } from './grouped/table-shape.ts';

const [mostRows = '10000000', given] = process.argv.slice(2);
const SIZES = [1e4, 1e5, 1e6, 1e7].filter((rows) => rows <= Number(mostRows));
/** Megabytes of the JavaScript heap; typed arrays lie outside. */
const HEAP = 1024;

const folder = given ?? mkdtempSync(join(tmpdir(), 'tricuspid-bench-evaluate-'));
mkdirSync(folder, { recursive: true });
const here = (file: string): string => join(import.meta.dirname, 'grouped', file);

function start(args: readonly string[]): string {
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`bench: ${args[0]} ended with ${status}: ${stderr.slice(-2000)}`);
  return stderr;
}

const bytesIn = (of: string): number =>
  readdirSync(of, { recursive: true, encoding: 'utf8' }).reduce((sum, path) => sum + statSync(join(of, path)).size, 0);

try {
  console.log(`${cpus()[0]?.model}, load ${loadavg()[0].toFixed(1)}`);
  console.log('| | rows | CPU s | wall s | CPU µs/row | memory MB | report MB |\n|---|---|---|---|---|---|---|');
  for (const rows of SIZES) {
    const file = join(folder, `${rows}.parquet`);
    if (!existsSync(file)) start([here('write-table.ts'), file, String(rows)]);
    for (const withSubjects of [false, true]) {
      const rule = join(folder, 'evaluation.yaml');
      const out = join(folder, 'out');
      writeFileSync(rule, evaluationYaml(withSubjects, true));
      rmSync(out, { recursive: true, force: true });
      const cost = JSON.parse(start([`--max-old-space-size=${HEAP}`, here('command.ts'), file, rule, out]));
      const figures = [
        withSubjects ? 'two studies per person' : 'independent studies',
        rows.toExponential(0),
        cost.cpuSeconds.toFixed(1),
        cost.wallSeconds.toFixed(1),
        ((1e6 * cost.cpuSeconds) / rows).toFixed(1),
        cost.peakMegabytes.toFixed(0),
        (bytesIn(out) / 1e6).toFixed(1),
      ];
      console.log(`| ${figures.join(' | ')} |`);
    }
  }
} finally {
  if (given === undefined) rmSync(folder, { recursive: true });
}
