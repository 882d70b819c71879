// Numbers: tests/fixtures/reference/validation/ordinal.R.
import { describe, expect, it } from 'vitest';
import { evaluationEditions, evaluationFiles, evaluationReport } from '#lib/report/evaluation/body.ts';
import type { OrdinalResults } from '#lib/report/evaluation/ordinal/record.ts';
import type { EvaluationBody } from '#lib/report/evaluation/record.ts';
import { shareableEvaluation } from '#lib/report/evaluation/share.ts';
import { normalMultiplier } from '#lib/validation/normal.ts';
import reference from '../../../fixtures/reference/validation/ordinal.json' with { type: 'json' };
import { bodyOf } from './evaluated.ts';

const GRADES = ['none', 'mild', 'moderate', 'severe'];

const yaml = (score: string): string => `
title: Aortic stenosis by a model
answer: ordinal
quantity: Aortic stenosis
grades: [${GRADES.join(', ')}]
columns: { study: id, site: hospital, answer: model, reference: reader${score} }
`;

const columns = {
  id: reference.reference.map((_, i) => `s${i}`),
  hospital: reference.clusters.map((person) => (person % 3 === 0 ? 'elm' : 'cedar')),
  model: reference.answer.map((grade) => GRADES[grade]),
  reader: reference.reference.map((grade) => GRADES[grade]),
  score: reference.score,
  person: reference.clusters,
};

function resultsOf({ results }: EvaluationBody): OrdinalResults {
  if (results.kind !== 'ordinal') throw new Error('expected results in grades');
  return results;
}

const estimateOf = (figure: object | null): number => (figure as { readonly estimate: number }).estimate;
const logit = (value: number): number => Math.log(value / (1 - value));

describe('a report on answers in grades', () => {
  it('has the matrix, kappas and concordance of R', async () => {
    const results = resultsOf(await bodyOf(yaml(''), columns));
    expect(results.agreement.matrix).toEqual(reference.matrix);
    expect(estimateOf(results.agreement.kappa)).toBeCloseTo(reference.kappa, 10);
    expect(estimateOf(results.agreement.linearKappa)).toBeCloseTo(reference.linear, 10);
    expect(estimateOf(results.agreement.quadraticKappa)).toBeCloseTo(reference.quadratic, 10);
    expect(estimateOf(results.groups[0].concordance)).toBeCloseTo(reference.gradeConcordance, 10);
    const [, , severe] = results.agreement.cuts;
    expect(severe).toMatchObject({ from: 'severe', truePositives: 14, falseNegatives: 5, falsePositives: 15 });
  });

  it("has Somers' D of a score, people with several studies as clusters", async () => {
    const yamlOfPeople = yaml(', score: score')
      .replace('study: id', 'study: id, subject: person')
      .replace('site: hospital, ', '');
    const [whole] = resultsOf(await bodyOf(yamlOfPeople, columns)).groups;
    expect(estimateOf(whole.somersD)).toBeCloseTo(reference.somersD, 10);
    const { estimate, lower, upper, clusters } = whole.concordance as {
      estimate: number;
      lower: number;
      upper: number;
      clusters: number;
    };
    expect(estimate).toBeCloseTo(reference.concordanceByPerson.estimate, 10);
    expect(clusters).toBe(90);
    // Student's t and people / (people − 1) beside the variance of survival.
    const wide = ((logit(upper) - logit(lower)) / 2 / normalMultiplier(0.95)) * estimate * (1 - estimate);
    expect(wide / reference.concordanceByPerson.error).toBeGreaterThan(1);
    expect(wide / reference.concordanceByPerson.error).toBeLessThan(1.03);
  });

  it('lets no small cell of the matrix leave, nor a kappa that would give one away', async () => {
    const body = await bodyOf(yaml(''), columns);
    const shared = resultsOf(shareableEvaluation(body));
    const { matrix, cuts } = shared.agreement;
    expect(JSON.stringify([matrix, cuts, shared.groups.map((group) => group.reference)])).not.toMatch(
      /[[,:](?:[1-9]|10)[\],}]/,
    );
    for (const row of matrix) expect(row.filter((cell) => typeof cell !== 'number')).not.toHaveLength(1);
    // How many have more than the lowest grade is not told beside the concordance.
    expect(shared.groups[0].concordance).toMatchObject({ n: 180, events: 180 });
    expect(matrix.flat().some((cell) => typeof cell === 'number' && cell > 10)).toBe(true);
    expect(shared.groups[0].agreement.quadraticKappa).toEqual(shared.agreement.quadraticKappa);
  });

  it('reads grades that are numbers as any program writes them', async () => {
    const numbered = yaml('').replace(GRADES.join(', '), '0, 1, 2, 3');
    const body = await bodyOf(numbered, {
      ...columns,
      model: reference.answer.map((grade) => `${grade}.0`),
      reader: reference.reference,
    });
    expect(resultsOf(body).agreement.matrix).toEqual(reference.matrix);
  });

  it('writes page and tables, also where nothing can be told, and refuses an unknown grade by row', async () => {
    const files = evaluationFiles(evaluationEditions(await bodyOf(yaml(''), columns)));
    expect(String(files.get('internal/report.html'))).toContain('Aortic stenosis: the same grade as the reference for');
    expect(String(files.get('internal/tables/confusion-matrix.csv'))).toContain('none,mild,14');
    const none = { id: ['a'], hospital: ['elm'], model: ['mild'], reader: [''] };
    expect(evaluationReport(await bodyOf(yaml(''), none)).answer.headline).toBe(
      'Aortic stenosis: agreement with the reference cannot be told.',
    );
    await expect(bodyOf(yaml(''), { ...none, model: ['critical'] })).rejects.toThrow(
      'column model, row 1: found another value, allowed none, mild, moderate, severe',
    );
  });
});
