// Tables of answers for the tests of evaluation reports.
import { readAnswers } from '#lib/cohort/evaluation/answers-table.ts';
import { evaluatedAnswers } from '#lib/cohort/evaluation/evaluated-answers.ts';
import { readDescription } from '#lib/cohort/evaluation/read-description.ts';
import type { MaskSource } from '#lib/cohort/evaluation/segmentation-answers.ts';
import { type EvaluationInput, evaluationBody } from '#lib/report/evaluation/body.ts';
import type { Results } from '#lib/report/evaluation/kinds.ts';
import type { EvaluationBody } from '#lib/report/evaluation/record.ts';
import { shareableEvaluation } from '#lib/report/evaluation/share.ts';
import { isEstimate, type ReadFigure } from '#lib/report/record.ts';
import { evaluationEquations, evaluationTruth } from '../../../../bench/disclosure/evaluation.ts';
import { leaks } from '../../../../bench/disclosure/system.ts';

export type Column = readonly (string | number)[];

/** The body of the report on columns of equal length. */
export async function bodyOf(
  yaml: string,
  columns: Readonly<Record<string, Column>>,
  options: Partial<Pick<EvaluationInput, 'publicData'>> & { readonly masks?: MaskSource } = {},
): Promise<EvaluationBody> {
  const names = Object.keys(columns);
  const rows = columns[names[0]].map((_, row) => names.map((name) => columns[name][row]).join(','));
  const table = await readAnswers('t.csv', new TextEncoder().encode([names.join(','), ...rows].join('\n')));
  return evaluationBody({
    answers: await evaluatedAnswers(readDescription('e.yaml', yaml), table, options.masks ?? noMasks),
    publicData: options.publicData ?? false,
    command: 'npx tricuspid evaluate t.csv --as e.yaml --out <folder>',
    software: 'tricuspid test',
    inputs: [{ name: 't.csv', sha256: 'abc' }],
  });
}

const noMasks: MaskSource = async () => undefined;

/** The results, which must be of this kind. */
export function resultsOf<Kind extends Results['kind']>(
  { results }: EvaluationBody,
  kind: Kind,
): Extract<Results, { readonly kind: Kind }> {
  if (results.kind !== kind) throw new Error(`expected results of kind ${kind}, found ${results.kind}`);
  return results as Extract<Results, { readonly kind: Kind }>;
}

export function estimateOf(figure: ReadFigure | null | undefined): number {
  if (figure === null || figure === undefined || !isEstimate(figure))
    throw new Error(`expected an estimate, found ${JSON.stringify(figure)}`);
  return figure.estimate;
}

/** Small counts that an attacker finds who solves all that an edition says. */
export function foundByAttack(body: EvaluationBody): Readonly<Record<'internal' | 'shareable', readonly string[]>> {
  const shared = shareableEvaluation(body);
  const truth = evaluationTruth(body, shared);
  return { internal: leaks(evaluationEquations(body), truth), shareable: leaks(evaluationEquations(shared), truth) };
}
