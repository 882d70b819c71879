// An attacker who writes down everything that a shareable report prints and solves for what it hides: bench/disclosure.
import { describe, expect, it } from 'vitest';
import { shareableReaderBody } from '#lib/report/readers/share.ts';
import { isSuppressed } from '#lib/report/record.ts';
import { randomReaderStudy, readerBodyOf, readerEquations, readerTruth } from '../../../bench/disclosure/readers.ts';
import { determinedBy, leaks, printed, sumOf } from '../../../bench/disclosure/system.ts';

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
  const cases = ['readers 1', 'readers 8'].map((seed) => {
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
