// Numbers: tests/fixtures/reference/validation/several-answers.py.
import { describe, expect, it } from 'vitest';
import { evaluationEditions, evaluationFiles, evaluationReport } from '#lib/report/evaluation/body.ts';
import { kindOf } from '#lib/report/evaluation/kinds.ts';
import type { EvaluationBody } from '#lib/report/evaluation/record.ts';
import { shareableEvaluation } from '#lib/report/evaluation/share.ts';
import { isEstimate, SUPPRESSED } from '#lib/report/record.ts';
import { randomClasses } from '../../../../bench/disclosure/evaluation-tables.ts';
import several from '../../../fixtures/reference/validation/several-answers.json' with { type: 'json' };
import { bodyOf, type Column, estimateOf, foundByAttack, resultsOf } from './evaluated.ts';

const reference = several.classes;
const { names } = reference;
const isSilent = (row: number): boolean => reference.silent.includes(row);
const columns: Record<string, Column> = {
  id: reference.reference.map((_, i) => `s${i}`),
  hospital: reference.reference.map((_, i) => (i % 3 === 0 ? 'elm' : 'cedar')),
  sex: reference.reference.map((_, i) => (i % 2 === 0 ? 'F' : 'M')),
  rhythm: reference.reference.map((k) => names[k]),
};
for (const [k, name] of names.entries())
  columns[`p_${name}`] = reference.probabilities[k].map((p, row) => (isSilent(row) ? '' : p));
columns.model = reference.reference.map((_, row) => {
  if (isSilent(row)) return '';
  const p = reference.probabilities.map((of) => of[row]);
  return names[p.indexOf(Math.max(...p))];
});

const probabilities = `probabilities: { ${names.map((name) => `${name}: p_${name}`).join(', ')} }`;
const yaml = (answers = probabilities, more = 'groups: [{ column: sex }]'): string => `
title: Rhythm by a model
answer: classes
quantity: Rhythm
classes: [${names.join(', ')}]
columns: { study: id, site: hospital, reference: rhythm, ${answers} }
${more}`;

const body = await bodyOf(yaml(), columns);
const results = resultsOf(body, 'classes');
const [whole] = results.groups;

describe('a report on answers that are one of several classes', () => {
  it('counts answers by class of the reference, no answer last', () => {
    expect(results.matrix).toEqual(names.map((_, k) => [...reference.matrix[k], reference.silentByClass[k]]));
    expect(whole).toMatchObject({ answered: 202, silent: 18 });
    expect(body.flow[0].steps.map(({ count }) => count)).toEqual([220, 220, 220, 220]);
  });

  it('has the figures of scikit-learn, over the answered studies and over all', () => {
    const { summary } = whole;
    for (const name of ['accuracy', 'kappa', 'macroF1', 'macroAuroc', 'handTill', 'logLoss', 'brier'] as const)
      expect(estimateOf(summary[name]), name).toBeCloseTo(reference[name], 10);
    expect(estimateOf(whole.rightOfAll)).toBeCloseTo(reference.rightOfAll, 10);
    expect(estimateOf(whole.answeredShare)).toBeCloseTo(202 / 220, 10);
    for (const [k, { figures, ...of }] of whole.classes.entries()) {
      const one = reference.each[k];
      expect([of.truePositives, of.falseNegatives, of.trueNegatives, of.falsePositives]).toEqual(one.counts);
      for (const name of ['auroc', 'sensitivity', 'specificity', 'positivePredictiveValue', 'f1'] as const)
        expect(estimateOf(figures[name]), name).toBeCloseTo(one[name], 10);
      expect(estimateOf(figures.observedExpected)).toBeCloseTo(one.observedExpected, 10);
      expect(estimateOf(figures.slope)).toBeCloseTo(one.slope, 9);
    }
  });

  it('claims miscalibration at intervals corrected for the number of classes', () => {
    for (const [k, claim] of results.claims.entries()) {
      const plain = whole.classes[k].figures.observedExpected;
      expect(claim.observedExpected).toMatchObject({ estimate: estimateOf(plain), level: 1 - 0.05 / 3 });
    }
  });

  it('gives the same counts for a column of answers, and no figure that needs probabilities', async () => {
    const named = resultsOf(await bodyOf(yaml('answer: model'), columns), 'classes');
    expect(named.matrix).toEqual(results.matrix);
    expect(named.groups[0].summary).toMatchObject({ accuracy: whole.summary.accuracy, brier: null, macroAuroc: null });
    expect(named.claims).toEqual([]);
  });

  it('takes no answer as the class that it names, where the file says so', async () => {
    const bySilence = await bodyOf(yaml(probabilities, 'namedBySilence: [other]'), columns);
    const [all] = resultsOf(bySilence, 'classes').groups;
    expect(all.judged).toEqual(['sinus', 'fibrillation']);
    const right = reference.rightOfAll * 220 + reference.silentByClass[2];
    expect(estimateOf(all.rightOfAll)).toBeCloseTo(right / 220, 10);
    expect(evaluationReport(bySilence).answer.points.join(' ')).toContain(
      'The model names other by giving no answer: it gave none to 5 (8.3 %) of these studies.',
    );
  });

  it('counts studies with a part of the probabilities in the flow, and refuses what cannot be by name', async () => {
    const part = { ...columns, p_sinus: columns.p_sinus.map((p, row) => (row === 0 ? '' : p)) };
    const { flow } = await bodyOf(yaml(), part);
    expect(flow[0].steps[2].losses).toEqual([{ code: 'no-answer', count: 1 }]);
    const stray = { ...columns, p_sinus: columns.p_sinus.map((p, row) => (row === 0 ? 0.99 : p)) };
    await expect(bodyOf(yaml(), stray)).rejects.toThrow(
      /t\.csv: row 1: found probabilities of the classes that sum to/,
    );
    await expect(bodyOf(yaml('probabilities: { sinus: p_sinus }'), columns)).rejects.toThrow(
      'columns.probabilities: found sinus, allowed one column for each of sinus, fibrillation, other',
    );
    await expect(bodyOf(yaml('answer: rhythm').replace(', answer: rhythm', ''), columns)).rejects.toThrow(
      'found no column of answers',
    );
    await expect(bodyOf(yaml(probabilities, 'namedBySilence: [noise]'), columns)).rejects.toThrow(
      'namedBySilence: found noise, allowed sinus, fibrillation, other',
    );
  });

  it('lets no small cell of the matrix leave, nor a figure that would give one away', () => {
    const shared = resultsOf(shareableEvaluation(body), 'classes');
    const { matrix, groups } = shared;
    const shown = matrix.flat().filter((count) => typeof count === 'number');
    expect(shown.filter((count) => count >= 1 && count <= 10)).toEqual([]);
    expect(shown).not.toEqual([]);
    for (const row of matrix) expect(row.filter((count) => typeof count !== 'number')).not.toHaveLength(1);
    for (const { classes, ...group } of groups) {
      const counts = [group, ...classes].flatMap((of) =>
        Object.values(of).filter((value) => typeof value === 'number'),
      );
      expect(counts.filter((count) => count >= 1 && count <= 10)).toEqual([]);
    }
    expect(groups[0].summary.accuracy).toMatchObject({ n: 202 });
    // With hidden cells their limits are one equation: outwards, in two digits.
    for (const name of ['kappa', 'macroF1'] as const) {
      const [own, told] = [whole.summary[name], groups[0].summary[name]];
      if (!isEstimate(own) || !isEstimate(told)) throw new Error(`${name} is told`);
      expect(told.lower).toBeCloseTo(Math.floor(100 * own.lower) / 100, 12);
      expect(told.upper).toBeCloseTo(Math.ceil(100 * own.upper) / 100, 12);
    }
    const small = results.groups.flatMap((group, g) =>
      group.classes.flatMap(({ truePositives, falseNegatives }, k) =>
        [truePositives, falseNegatives].some((count) => Number(count) >= 1 && Number(count) <= 10) ? [[g, k]] : [],
      ),
    );
    expect(small.length).toBeGreaterThan(5);
    for (const [g, k] of small) expect(groups[g].classes[k].figures.sensitivity).toEqual({ suppressed: true });
  });

  it('says of hidden groups neither that their means are over other classes, nor who got no answer', () => {
    const shareable = String(evaluationFiles(evaluationEditions(body)).get('shareable/report.html'));
    expect(shareable).not.toContain('differ by group');
    const silence = (of: EvaluationBody) =>
      evaluationReport(of).answer.points.find((text) => text.includes('none to 18'));
    expect(silence(body)).toContain(
      'none to 18: 9 of 111 with sinus, 4 of 49 with fibrillation and 5 of 60 with other.',
    );
    expect(silence(shareableEvaluation(body))).toContain('none to 18.');
  });

  it('takes much silence as a serious caution, and names no best of classes of which some are hidden', () => {
    const about = (start: string, of = results) =>
      kindOf(of)
        .points()
        .filter(({ brief }) => brief.startsWith(start));
    expect(about('An answer was given to 91.8 %')).toMatchObject([{ importance: 'serious caution' }]);
    const answeredShare = { ...whole.answeredShare, estimate: 0.96 };
    const few = { ...results, groups: [{ ...whole, answeredShare }, ...results.groups.slice(1)] };
    expect(about('An answer was given to 96.0 %', few)).toMatchObject([{ importance: 'result' }]);
    expect(about('Found most often')).toHaveLength(1);
    const [first, ...others] = whole.classes;
    const hidden = { ...first, figures: { ...first.figures, sensitivity: SUPPRESSED } };
    const some = { ...results, groups: [{ ...whole, classes: [hidden, ...others] }] };
    expect(about('Found most often', some)).toEqual([]);
  });

  it('hides what classes were answered altogether where zeros would tell a small cell', async () => {
    // Nobody with b was taken for another: who was taken for c has a, and so three with a were taken for b.
    const counts = [
      [60, 3, 11],
      [0, 60, 0],
      [14, 12, 60],
    ];
    const rows = counts.flatMap((row, r) => row.flatMap((n, a) => Array.from({ length: n }, () => ({ r, a }))));
    const made = await bodyOf(
      'title: t\nanswer: classes\nclasses: [a, b, c]\ncolumns: { study: id, reference: reader, answer: model }',
      {
        id: rows.map((_, row) => `s${row}`),
        reader: rows.map(({ r }) => 'abc'.charAt(r)),
        model: rows.map(({ a }) => 'abc'.charAt(a)),
      },
    );
    const { matrix, groups } = resultsOf(shareableEvaluation(made), 'classes');
    expect(matrix.flat().filter((count) => Number(count) > 0)).toEqual([]);
    expect(groups[0].classes.map(({ truePositives }) => truePositives)).toEqual([SUPPRESSED, SUPPRESSED, SUPPRESSED]);
    expect(groups[0].summary.accuracy).toMatchObject({ n: 220, events: 180 });
  });

  it('gives an attacker no small count who solves for what is hidden', async () => {
    for (const number of [0, 3]) {
      const found = foundByAttack(await randomClasses(`classes ${number}`));
      expect(found.internal.length).toBeGreaterThan(5);
      expect(found.shareable).toEqual([]);
    }
  });

  it('writes page and tables, also where nothing can be told', async () => {
    const files = evaluationFiles(evaluationEditions(body));
    const page = String(files.get('internal/report.html'));
    expect(page).toContain('Rhythm: the class is right in 75.2 %');
    expect(page).toContain('<strong>76 (68.5 %)</strong>');
    expect(page).toContain('Analysed: studies with a reference, no answer included');
    expect(String(files.get('internal/tables/confusion-matrix.csv'))).toContain('sinus,no answer,9');
    const one = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.slice(0, 1)]));
    expect(evaluationReport(await bodyOf(yaml(), one)).answer.headline).toBe(
      'Rhythm: how often the class is right cannot be told.',
    );
  });
});
