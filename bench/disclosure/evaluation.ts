// An attacker on the shareable report of an evaluation: everything that it prints about counts, as one system of equations.
import type { Results } from '#lib/report/evaluation/kinds.ts';
import type { EvaluationBody } from '#lib/report/evaluation/record.ts';
import { saidOfClasses } from './classes.ts';
import { saidOfMeasurements } from './continuous.ts';
import { saidOfFlow } from './flow.ts';
import { saidOfLabels } from './labels.ts';
import { saidOfMasks } from './masks.ts';
import { saidOfOrdinal } from './ordinal.ts';
import { saidOfProbabilities } from './probability.ts';
import { join, type Said } from './said.ts';
import { determinedBy, type Equation, printed } from './system.ts';
import { saidOfTimes } from './times.ts';

export function evaluationEquations(body: EvaluationBody): Equation[] {
  const { cells, sums } = saidOf(body);
  return [...sums, ...cells.flatMap(([id, count]) => (typeof count === 'number' ? [printed(id, count)] : []))];
}

/** Every count that the shareable report speaks of, from the internal one. */
export const evaluationTruth = (body: EvaluationBody, shared: EvaluationBody): Map<string, number> =>
  determinedBy([...evaluationEquations(body), ...saidOf(shared).sums]);

const saidOf = (body: EvaluationBody): Said => join(saidOfFlow(body), ofKind(body.results));

function ofKind(results: Results): Said {
  switch (results.kind) {
    case 'continuous':
      return saidOfMeasurements(results);
    case 'ordinal':
      return saidOfOrdinal(results);
    case 'time-to-event':
      return saidOfTimes(results);
    case 'segmentation':
      return saidOfMasks(results);
    case 'probability':
      return saidOfProbabilities(results);
    case 'classes':
      return saidOfClasses(results);
    case 'labels':
      return saidOfLabels(results);
  }
}
