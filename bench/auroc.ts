// CPU time of AUROC and calibration, seeded input. By hand: node bench/auroc.ts [rows, 1000000 unless told].
import { random } from '#lib/simulate/random.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { calibration } from '#lib/validation/calibration.ts';
import { compareAuroc } from '#lib/validation/compare-auroc.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const source = random('bench/auroc');
const scores = Float64Array.from({ length: rows }, () => 0.001 + 0.998 * source.uniform());
const labels = Uint8Array.from(scores, (score) => Number(source.bernoulli(score)));
const other = scores.map((score) => score + source.normal());
const clusters = Int32Array.from(scores, (_, row) => row >> 1);

const tasks: Record<string, () => unknown> = {
  'AUROC, DeLong': () => auroc({ scores, labels }),
  'AUROC, two rows per subject': () => auroc({ scores, labels, clusters }),
  'paired comparison': () => compareAuroc({ scores, labels }, other),
  'calibration, all figures': () => calibration({ scores, labels }),
};
for (const [name, task] of Object.entries(tasks)) {
  const times = Array.from({ length: 3 }, () => {
    const start = process.cpuUsage();
    task();
    return process.cpuUsage(start).user / 1000;
  });
  console.log(`${name}: ${rows} rows, median of 3 CPU time ${times.sort((a, b) => a - b)[1].toFixed(0)} ms`);
}
