// How much an attacker computes from shareable reports. By hand: node bench/disclosure-attack.ts [cases of each kind, 100 unless told] [kind].
import type { EvaluationBody } from '#lib/report/evaluation/record.ts';
import { shareableEvaluation } from '#lib/report/evaluation/share.ts';
import { shareableReaderBody } from '#lib/report/readers/share.ts';
import { evaluationEquations, evaluationTruth } from './disclosure/evaluation.ts';
import {
  randomClasses,
  randomContinuous,
  randomFindings,
  randomOrdinal,
  randomProbabilities,
  randomSegmentations,
  randomTimes,
} from './disclosure/evaluation-tables.ts';
import { foundBySearch } from './disclosure/kappa-search.ts';
import { foundInMatrix } from './disclosure/matrix-search.ts';
import { randomReaderStudy, readerBodyOf, readerEquations, readerTruth } from './disclosure/readers.ts';
import { leaks } from './disclosure/system.ts';

type Attack = (seed: string) => Promise<string[]>;

const onEvaluation =
  (make: (seed: string) => Promise<EvaluationBody>): Attack =>
  async (seed) => {
    const body = await make(seed);
    const shared = shareableEvaluation(body);
    const { results } = shared;
    return [
      ...leaks(evaluationEquations(shared), evaluationTruth(body, shared)),
      ...(results.kind === 'ordinal' || results.kind === 'continuous' ? foundBySearch(results) : []),
      ...(results.kind === 'ordinal' && isSearchable(body)
        ? (foundInMatrix(results.agreement, evaluationEquations(shared)) ?? [])
        : []),
    ];
  };

/** Limits of a kappa follow from the matrix alone where nobody has several studies; with few studies a search ends. */
const isSearchable = ({ groups: [{ n, subjects }] }: EvaluationBody): boolean => n === subjects && Number(n) <= 260;

const ATTACKS: Readonly<Record<string, Attack>> = {
  readers: async (seed) => {
    const study = randomReaderStudy(seed);
    const body = readerBodyOf(study);
    return leaks(readerEquations(shareableReaderBody(body)), readerTruth(study, body));
  },
  continuous: onEvaluation(randomContinuous),
  ordinal: onEvaluation(randomOrdinal),
  times: onEvaluation(randomTimes),
  segmentation: onEvaluation(randomSegmentations),
  probabilities: onEvaluation(randomProbabilities),
  classes: onEvaluation(randomClasses),
  findings: onEvaluation(randomFindings),
};

const [wanted = '100', only] = process.argv.slice(2);
if (only !== undefined && !Object.hasOwn(ATTACKS, only))
  throw new RangeError(`kind: found ${only}, allowed ${Object.keys(ATTACKS).join(', ')}`);
for (const [kind, attack] of Object.entries(ATTACKS)) {
  if (only !== undefined && only !== kind) continue;
  let given = 0;
  for (let i = 0; i < Number(wanted); i++) {
    const found = await attack(`${kind} ${i}`);
    if (found.length === 0) continue;
    given++;
    console.log(`${kind} ${i}: ${found.slice(0, 8).join('; ')}${found.length > 8 ? `; ${found.length - 8} more` : ''}`);
  }
  console.log(`${kind}: ${given} of ${wanted} reports give a small count away`);
}
