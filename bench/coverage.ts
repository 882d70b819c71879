// Coverage of the 95 % intervals by simulation, from fixed seeds: the tables of docs/statistics.md.
// By hand: npm run simulate:coverage [-- repetitions (2000 unless told)] [details: method by method].
import { aurocScenarios, SHAPES, SMALL_CLASS_AUROCS, SMALL_CLASSES, smallClasses } from './coverage/auroc.ts';
import { calibrationScenarios } from './coverage/calibration.ts';
import { changeFamilies } from './coverage/changes.ts';
import { lossFamilies } from './coverage/class-losses.ts';
import { comparedFamilies } from './coverage/compared.ts';
import { measurementFamilies, timeFamilies } from './coverage/evaluation.ts';
import { cohortFamilies, type Family } from './coverage/families.ts';
import { gapFamilies } from './coverage/gaps.ts';
import { hospitalFamilies } from './coverage/hospitals.ts';
import { pooledFamilies } from './coverage/pooled.ts';
import { proportionScenarios } from './coverage/proportions.ts';
import { raterFamilies } from './coverage/raters.ts';
import { resampledFamilies } from './coverage/resampled.ts';
import { coverage, percent, type Scenario } from './coverage/scenario.ts';
import { sliceRow, sliceScenarios } from './coverage/slices.ts';
import { coverageTable, type FamilyCoverage, familyCoverage, WANTED } from './coverage/table.ts';
import { sameStudiesFamilies } from './coverage/two-models.ts';

const [wanted = '2000', extent] = process.argv.slice(2);
const repetitions = Number(wanted);
/** Of what takes long: several hospitals, bootstraps, searches. */
const fewer = Math.ceil(repetitions / 4);

if (extent === 'details') details();
else summary();

/** The figures of a report as they are reported; those that cover too rarely are listed again and end the process with 1. */
function summary(): void {
  const kinds = [
    cohortFamilies(),
    gapFamilies(),
    changeFamilies(),
    measurementFamilies(),
    hospitalFamilies(),
    raterFamilies(),
    lossFamilies(),
    timeFamilies(),
    comparedFamilies(),
    sameStudiesFamilies(),
    pooledFamilies(),
  ];
  const reported = kinds.flatMap((families, place) => {
    const results = covered(families, place < 4 ? repetitions : fewer);
    console.log(`${coverageTable(results)}\n`);
    return results;
  });
  console.log(`${coverageTable(covered(resampledFamilies(), fewer))}\n`);
  console.log('| people | any slice confirmed | planted slice, or a part of it, confirmed |\n|---|---|---|');
  for (const scenario of sliceScenarios) console.log(sliceRow(scenario, fewer));
  const missed = reported.filter(({ mean }) => mean < WANTED);
  for (const { figure, family, mean } of missed) {
    console.error(`${figure}, ${family}: found ${(100 * mean).toFixed(1)} %, wanted ${100 * WANTED} %`);
  }
  if (missed.length > 0) process.exitCode = 1;
}

function covered(families: readonly Family[], times: number): FamilyCoverage[] {
  return families.flatMap((family) => familyCoverage(family, times));
}

/** Method by method, those that are not reported too. */
function details(): void {
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
