// Numbers: tests/fixtures/reference/validation/paired-changes.R.
import { describe, expect, it } from 'vitest';
import { compareEvaluations } from '#lib/report/comparison/evaluation/compare.ts';
import { ofMasks } from '#lib/report/comparison/evaluation/mask-figures.ts';
import type { StudyPair } from '#lib/report/comparison/evaluation/pairs.ts';
import { changeOfExpected } from '#lib/report/comparison/influence-change.ts';
import type { SegmentationResults } from '#lib/report/evaluation/segmentation/record.ts';
import { type Column, figureOf, sidesOf } from '../../evaluated-sides.ts';
import reference from '../../fixtures/reference/validation/paired-changes.json' with { type: 'json' };

const WHO = 'study: id, subject: person';
const about = { id: reference.person.map((_, i) => `s${i}`), person: reference.person };

/** The changes of figures from the first evaluation to the second, by their names. */
async function changesOf(yaml: string, columns: (of: 0 | 1) => Readonly<Record<string, Column>>) {
  const [[one], [two]] = [
    await sidesOf(yaml, { ...about, ...columns(0) }),
    await sidesOf(yaml, { ...about, ...columns(1) }),
  ];
  const comparison = compareEvaluations(one, two);
  return (name: string) => figureOf(comparison, null, name);
}

function expectChange(figure: object, { estimate, lower, upper }: { estimate: number; lower: number; upper: number }) {
  expect(figure).toMatchObject({
    basis: 'paired',
    change: {
      estimate: expect.closeTo(estimate, 9),
      lower: expect.closeTo(lower, 9),
      upper: expect.closeTo(upper, 9),
    },
  });
}

describe('a change from the same studies, several of a person', () => {
  it('of measurements: bias, absolute error and the share within what is acceptable, its end included', async () => {
    const change = await changesOf(
      `title: EF\nanswer: continuous\nquantity: EF\nunit: "%"\ncolumns: { ${WHO}, answer: model, reference: reader }\nacceptableDifference: 5`,
      (of) => ({ model: reference.ef[of], reader: reference.reader }),
    );
    expectChange(change('Bias, %'), reference.changes.bias);
    expectChange(change('Mean absolute error, %'), reference.changes.absolute);
    expectChange(change('Within 5 %'), reference.changes.within);
  });

  it('of classes: rates and losses of the studies that both models answered', async () => {
    const isSilent = (of: 0 | 1, i: number): boolean => of === 0 && reference.silent[i];
    const change = await changesOf(
      `title: Rhythm\nanswer: classes\nclasses: [A, B, C]\ncolumns: { ${WHO}, answer: model, reference: reader, probabilities: { A: A, B: B, C: C } }`,
      (of) => ({
        reader: reference.class,
        model: reference.called[of].map((name, i) => (isSilent(of, i) ? '' : name)),
        ...Object.fromEntries(
          ['A', 'B', 'C'].map((name, k) => [
            name,
            reference.probabilities[of][k].map((value, i) => (isSilent(of, i) ? '' : value)),
          ]),
        ),
      }),
    );
    expectChange(change('Sensitivity, A'), reference.changes.sensitivity);
    expectChange(change('Specificity, A'), reference.changes.specificity);
    expectChange(change('Brier score (0 to 2)'), reference.changes.brier);
    expectChange(change('Logarithmic loss'), reference.changes.logLoss);
  });

  it('of grades: who is found at a cut or above, and who is cleared below', async () => {
    const change = await changesOf(
      `title: AS\nanswer: ordinal\nquantity: AS\ngrades: [0, 1, 2, 3]\ncolumns: { ${WHO}, answer: model, reference: reader }`,
      (of) => ({ model: reference.grades[of], reader: reference.grade }),
    );
    expectChange(change('Sensitivity, 2 or above'), reference.changes.moderate);
    expectChange(change('Specificity, 2 or above'), reference.changes.notModerate);
  });

  it('of events in time: observed by expected, which falls as the mean risk rises', async () => {
    const change = await changesOf(
      `title: Death\nanswer: time-to-event\nevent: Death\ntimeUnit: years\ncolumns: { ${WHO}, time: time, event: status }\ncodes: { censored: 0, event: 1 }\nhorizons: [{ at: 4, risk: risk }]`,
      (of) => ({ time: reference.times, status: reference.causes, risk: reference.risks[of] }),
    );
    expectChange(change('O:E at 4 years'), reference.changes.observedExpected);
  });

  it('is not told of fewer than ten people', () => {
    const risks = Float64Array.from(reference.risks[0].slice(0, 30));
    const nine = Int32Array.from(risks, (_, row) => row % 9);
    expect(changeOfExpected(risks, risks.map(Math.sqrt), nine)).toMatchObject({
      cannotTell: '9 people are fewer than 10',
    });
  });

  it('of masks: the overlap where both have one', () => {
    const told = { mean: { cannotTell: '', n: 0, events: 0 } };
    const measures = { dice: told, jaccard: told, hausdorff95: told, surfaceDice: told };
    const results = { groups: [{ structures: [{ structure: 'LV', measures }] }] } as unknown as SegmentationResults;
    const pairs = reference.person.map((subject, i): StudyPair => {
      const line = (of: 0 | 1) => ({
        subject,
        'LV dice': of === 1 && reference.unmeasured[i] ? null : reference.dice[of][i],
      });
      return { first: line(0), second: line(1) };
    });
    const [dice] = ofMasks(results, results, 0, 0);
    expectChange({ basis: 'paired', change: dice.paired?.(pairs) }, reference.changes.dice);
  });
});
