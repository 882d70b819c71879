// Coverage of the intervals by simulation. By hand: node bench/coverage.ts [repetitions, 2000 unless told]. Prints two tables.
import { aurocScenarios, SHAPES, SMALL_CLASS_AUROCS, SMALL_CLASSES, smallClasses } from './coverage/auroc.ts';
import { calibrationScenarios } from './coverage/calibration.ts';
import { proportionScenarios } from './coverage/proportions.ts';
import { coverage, percent, type Scenario } from './coverage/scenario.ts';

const repetitions = Number(process.argv[2] ?? 2000);

console.log(
  '| scenario | method | covers | interval too high | interval too low | cannot tell |\n|---|---|---|---|---|---|',
);
for (const scenario of [...proportionScenarios, ...aurocScenarios, ...calibrationScenarios]) printRows(scenario);

console.log(
  `\n| scores | events, non-events | ${SMALL_CLASS_AUROCS.join(' | ')} |\n|---|---|${'---|'.repeat(SMALL_CLASS_AUROCS.length)}`,
);
for (const shape of SHAPES) {
  for (const [events, nonEvents] of SMALL_CLASSES) {
    const cells = SMALL_CLASS_AUROCS.map((area) => smallClassCell(smallClasses(events, nonEvents, area, shape)));
    console.log(`| ${shape.name} | ${events}, ${nonEvents} | ${cells.join(' | ')} |`);
  }
}

function printRows(scenario: Scenario): void {
  for (const [method, { told, untold, covered, tooHigh, tooLow }] of coverage(scenario, repetitions)) {
    const shares = [covered, tooHigh, tooLow].map((count) => percent(count, told));
    console.log(`| ${[scenario.name, method, ...shares, untold].join(' | ')} |`);
  }
}

/** Coverage and mean width of the interval that is reported, and in brackets those of the one on the logit scale. */
function smallClassCell(scenario: Scenario): string {
  const [reported, logit] = [...coverage(scenario, repetitions).values()].map(
    ({ covered, told, meanWidth }) => `${percent(covered, told)}, ${meanWidth.toFixed(2)}`,
  );
  return `${reported} (${logit})`;
}
