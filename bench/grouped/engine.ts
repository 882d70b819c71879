// One reading and one analysis: node bench/grouped/engine.ts <file> <with subjects: 0 or 1>. Prints one JSON line.
import { asyncBufferFromFile } from 'hyparquet';
import { sourceOfParquet } from '#lib/cohort/evaluation/cell-source.ts';
import { probabilityAnswers } from '#lib/cohort/evaluation/probability-answers.ts';
import { readDescription } from '#lib/cohort/evaluation/read-description.ts';
import { groupedPerformance } from '#lib/validation/grouped/performance.ts';
import type { EngineAnswer } from './engine-answer.ts';
import { evaluationYaml, THRESHOLDS } from './table-shape.ts';

const [file = '', withSubjects] = process.argv.slice(2);
const start = performance.now();
const description = readDescription('bench', evaluationYaml(withSubjects === '1', false));
if (description.answer !== 'probability') throw new Error('engine: expected an evaluation of probabilities');
const { table } = await probabilityAnswers(description, await sourceOfParquet(file, await asyncBufferFromFile(file)));
const read = performance.now();
const groups = groupedPerformance(table, { thresholds: THRESHOLDS });
const done = performance.now();
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const answer: EngineAnswer = {
  rows: table.scores.length,
  readSeconds: (read - start) / 1000,
  wallSeconds: (done - start) / 1000,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  peakMegabytes: maxRSS / 1024,
  groups: groups.map(({ group, n, auroc, slope, brier }) => ({
    name: group.map(({ value }) => value).join(' '),
    n,
    auroc: 'estimate' in auroc ? auroc.estimate : null,
    standardError: 'estimate' in auroc ? (auroc.standardError ?? null) : null,
    slope: 'estimate' in slope ? slope.estimate : null,
    brier: 'estimate' in brier ? brier.estimate : null,
  })),
};
console.log(JSON.stringify(answer));
