// Coverage of the intervals of calibration distances, updating and usefulness. By hand: node bench/coverage-usefulness.ts [repetitions, 200 unless told].
import { coverage, percent } from './coverage/scenario.ts';
import { usefulnessScenarios } from './coverage/usefulness.ts';

const repetitions = Number(process.argv[2] ?? 200);

console.log(
  '| scenario | figure | covers | interval too high | interval too low | cannot tell |\n|---|---|---|---|---|---|',
);
for (const scenario of usefulnessScenarios) {
  for (const [figure, { told, untold, covered, tooHigh, tooLow }] of coverage(scenario, repetitions)) {
    const shares = [covered, tooHigh, tooLow].map((count) => percent(count, told));
    console.log(`| ${[scenario.name, figure, ...shares, untold].join(' | ')} |`);
  }
}
