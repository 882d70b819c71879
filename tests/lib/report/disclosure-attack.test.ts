// An attacker who writes down everything that a shareable report prints and solves for what it hides: bench/disclosure.
import { describe, expect, it } from 'vitest';
import { determined, Unprotectable } from '#lib/report/disclosure.ts';
import { withoutMatrix } from '#lib/report/evaluation/group-grades.ts';
import { shareableEvaluation } from '#lib/report/evaluation/share.ts';
import { shareableReaderBody } from '#lib/report/readers/share.ts';
import { isEstimate, isSuppressed } from '#lib/report/record.ts';
import { cellsToHideInWholes, cellsWithoutAnother } from '#lib/report/whole-counts.ts';
import { evaluationEquations, evaluationTruth } from '../../../bench/disclosure/evaluation.ts';
import {
  randomContinuous,
  randomOrdinal,
  randomSegmentations,
  randomTimes,
} from '../../../bench/disclosure/evaluation-tables.ts';
import { foundBySearch } from '../../../bench/disclosure/kappa-search.ts';
import { foundInMatrix } from '../../../bench/disclosure/matrix-search.ts';
import { randomReaderStudy, readerBodyOf, readerEquations, readerTruth } from '../../../bench/disclosure/readers.ts';
import { determinedBy, leaks, printed, sumOf } from '../../../bench/disclosure/system.ts';

import { bodyOf } from './evaluation/evaluated.ts';

describe('the attacker', () => {
  it('finds what follows by subtraction, by elimination and from counts not being negative', () => {
    expect(determinedBy([sumOf('n', ['a', 'b']), printed('n', 20), printed('a', 17)]).get('b')).toBe(3);
    const square = [sumOf('x', ['a', 'b']), sumOf('y', ['a', 'c']), sumOf('z', ['b', 'c'])];
    const margins = [printed('x', 30), printed('y', 22), printed('z', 18)];
    expect([...determinedBy([...square, ...margins])].sort()).toEqual(
      [
        ['a', 17],
        ['b', 13],
        ['c', 5],
        ['x', 30],
        ['y', 22],
        ['z', 18],
      ], // prettier-ignore
    );
    expect(determinedBy([sumOf('n', ['a', 'b']), printed('n', 0)]).get('a')).toBe(0);
    expect(determinedBy([sumOf('n', ['a', 'b']), printed('n', 20)]).has('a')).toBe(false);
  });
});

describe('the shareable report of a reader study', () => {
  const cases = ['readers 1', 'readers 157'].map((seed) => {
    const study = randomReaderStudy(seed);
    const body = readerBodyOf(study);
    return { seed, truth: readerTruth(study, body), body, shared: shareableReaderBody(body) };
  });

  it('finds small counts in the internal one, so that it could find them here', () => {
    const [{ body, truth }] = cases;
    expect(leaks(readerEquations(body), truth).length).toBeGreaterThan(10);
  });

  it('gives no small count away: of groups, raters, matrices, or of two raters together', () => {
    for (const { seed, truth, shared } of cases) {
      expect(leaks(readerEquations(shared), truth), seed).toEqual([]);
      expect(
        shared.results.some(({ truePositives }) => !isSuppressed(truePositives)),
        seed,
      ).toBe(true);
    }
  });

  it('gives none away that only follows from counts not being negative', () => {
    // q = a + 20 b and s = a + b + c leave b free to elimination; but with b = 2 a would be -5, with b = 0 c would be -1.
    const counts = new Map([
      ['q', 35],
      ['s', 34],
      ['a', 15],
      ['b', 1],
      ['c', 18],
    ]);
    const sums = [
      { total: 'q', parts: ['a', ...new Array<string>(20).fill('b')] },
      { total: 's', parts: ['a', 'b', 'c'] },
    ];
    const costOf = (id: string): number => Number(id === 'q' || id === 's');
    expect(determined(new Set(['a', 'b', 'c']), sums)).toEqual(new Set());
    expect(cellsWithoutAnother(counts, sums, new Set(['a', 'b', 'c']))).toEqual(['b']);
    const hidden = cellsToHideInWholes(counts, sums, { costOf });
    expect(hidden.has('q') || hidden.has('s')).toBe(true);
    expect(cellsWithoutAnother(counts, sums, hidden)).toEqual([]);
    // Known from an earlier report, q and s protect nothing, whatever is hidden here.
    const knownAnyway = new Set(['q', 's']);
    expect(() => cellsToHideInWholes(counts, sums, { costOf, knownAnyway })).toThrow(Unprotectable);
    const one = cellsToHideInWholes(counts, sums, { costOf, knownAnyway: new Set(['s']) });
    expect(one.has('q')).toBe(true);
  });

  it('gives no hidden p value away by one that Holm’s correction took over from it', () => {
    for (const { shared } of cases) {
      const shown = shared.comparisons.flatMap(({ pValue }) => (typeof pValue === 'number' ? [pValue] : []));
      for (const { adjustedPValue } of shared.comparisons) {
        if (typeof adjustedPValue !== 'number' || adjustedPValue === 1) continue;
        expect(shown.some((p) => Math.abs(adjustedPValue / p - Math.round(adjustedPValue / p)) < 1e-6)).toBe(true);
      }
    }
  });
});

describe('the shareable report of an evaluation', () => {
  it('gives no small count away: of groups, grades, horizons, or of masks with a known spacing', async () => {
    const bodies = await Promise.all([
      randomSegmentations('segmentation 5'),
      randomSegmentations('segmentation 9'),
      randomOrdinal('ordinal 8'),
      randomContinuous('continuous 1'),
      randomTimes('times 58'),
    ]);
    for (const body of bodies) {
      const shared = shareableEvaluation(body);
      expect(leaks(evaluationEquations(shared), evaluationTruth(body, shared)), body.results.kind).toEqual([]);
      expect(leaks(evaluationEquations(body), evaluationTruth(body, body)).length).toBeGreaterThan(0);
    }
  });

  it('closes no group alone: its mean would be what all studies and the other groups leave', async () => {
    const person = Array.from({ length: 240 }, (_, row) => `p${Math.floor(row / 3)}`);
    const device = person.map((_, row) => (row < 15 ? 'C' : row % 3 === 0 ? 'A' : 'B'));
    const values = person.map((_, row) => 40 + ((7 * row) % 31));
    const yaml = `
title: Ejection fraction by a model
answer: continuous
quantity: Ejection fraction
unit: "%"
columns: { study: id, subject: person, answer: model, reference: reader }
groups: [{ column: device, title: Device }]
`;
    const model = values.map((value, row) => value + (row % 5));
    const body = await bodyOf(yaml, { id: person.map((_, i) => `s${i}`), person, device, model, reader: values });
    expect(body.groups.map(({ subjects }) => subjects)).toEqual([80, 75, 75, 5]);
    const { groups, results } = shareableEvaluation(body);
    expect(groups.map(({ n }) => isSuppressed(n))).toEqual([false, true, false, true]);
    if (results.kind !== 'continuous') throw new Error('no measurements');
    expect(results.groups.map(({ meanAbsoluteError }) => isSuppressed(meanAbsoluteError))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it('gives no matrix of a group away to somebody who tries all that fit its kappa', async () => {
    for (const seed of ['ordinal 3', 'ordinal 8']) {
      const { results } = await randomOrdinal(seed);
      if (results.kind !== 'ordinal') throw new Error('no grades');
      const blank = results.groups.map((group) => ({ ...group, agreement: withoutMatrix(group.agreement) }));
      expect(foundBySearch({ ...results, groups: blank }).length, seed).toBeGreaterThan(1);
      const shared = shareableEvaluation(await randomOrdinal(seed)).results;
      if (shared.kind !== 'ordinal') throw new Error('no grades');
      expect(foundBySearch(shared), seed).toEqual([]);
    }
  });

  it('tells limits of a kappa beside hidden cells in two digits, since one matrix alone fits those in full', async () => {
    const body = await randomOrdinal('ordinal 45');
    const shared = shareableEvaluation(body);
    if (body.results.kind !== 'ordinal' || shared.results.kind !== 'ordinal') throw new Error('no grades');
    const { agreement } = shared.results;
    expect(isEstimate(agreement.kappa)).toBe(true);
    expect(foundInMatrix(agreement, evaluationEquations(shared))).toEqual([]);
    const inFull = { ...agreement, kappa: body.results.agreement.kappa };
    expect(foundInMatrix(inFull, evaluationEquations(shared))).not.toEqual([]);
  });

  it('does not say how many masks were read', async () => {
    const body = await randomSegmentations('segmentation 5');
    expect(body.provenance.inputs.at(-1)?.name).toMatch(/^\d+ masks,/);
    expect(shareableEvaluation(body).provenance.inputs.at(-1)?.name).toMatch(/^masks,/);
  });
});
