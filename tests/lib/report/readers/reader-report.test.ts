import { describe, expect, it } from 'vitest';
import { openReaderStudy } from '#lib/cohort/readers/reader-study.ts';
import { readerBody, readerFiles, readerReport } from '#lib/report/readers/body.ts';
import { hiddenCells } from '#lib/report/readers/cells.ts';
import { comparedPairs, holm } from '#lib/report/readers/compare.ts';
import { readerPage } from '#lib/report/readers/page.ts';
import { isWholeGroup, type ReaderBody } from '#lib/report/readers/record.ts';
import { shareableReaderBody } from '#lib/report/readers/share.ts';
import { isEstimate, isSuppressed, SUPPRESSED } from '#lib/report/record.ts';
import { description, simulatedFiles } from './simulated-readers.ts';

const about = {
  publicData: false,
  command: 'npx tricuspid readers <folder>',
  software: 'tricuspid 0',
  inputs: [{ name: 'reference.csv', sha256: 'ab' }],
};
const bodyOf = (studies: number, residents = { sensitivity: 0.6, specificity: 0.85 }, publicData = false): ReaderBody =>
  readerBody({ ...about, publicData, study: openReaderStudy(description, simulatedFiles(studies, residents)) });

const large = bodyOf(1200);

describe('the report of a reader study', () => {
  it('finds the sensitivity and specificity that the readers were given', () => {
    for (const label of ['AF', 'LBBB']) {
      const result = large.results.find(
        (other) => other.label === label && other.rater === 'residents' && isWholeGroup(other),
      );
      const { sensitivity, specificity } = result?.metrics ?? {};
      if (
        sensitivity === undefined ||
        specificity === undefined ||
        !isEstimate(sensitivity) ||
        !isEstimate(specificity)
      ) {
        throw new Error('no figures');
      }
      expect(sensitivity.lower).toBeLessThan(0.6);
      expect(sensitivity.upper).toBeGreaterThan(0.6);
      expect(specificity.lower).toBeLessThan(0.85);
      expect(specificity.upper).toBeGreaterThan(0.85);
    }
  });

  it('sees that the model is better than poor readers, and not that it is better than itself', () => {
    const clear = large.comparisons.filter(({ of }) => of === 'sensitivity');
    expect(clear.every(({ adjustedPValue }) => typeof adjustedPValue === 'number' && adjustedPValue < 0.001)).toBe(
      true,
    );
    const files = simulatedFiles(300, { sensitivity: 0.6, specificity: 0.85 });
    const same = openReaderStudy(
      description,
      new Map([...files, ['residents.csv', files.get('model.csv') ?? new Uint8Array()]]),
    );
    const body = readerBody({ ...about, study: same });
    expect(body.comparisons.map(({ pValue, onlyFirst, onlySecond }) => [pValue ?? 1, onlyFirst, onlySecond])).toEqual(
      body.comparisons.map(() => [1, 0, 0]),
    );
  });

  it('compares nobody who formed the reference, and says so', () => {
    const report = readerReport(large);
    expect(report.comparisons.every(({ first, second }) => first !== 'first' && second !== 'first')).toBe(true);
    expect(report.cautions.map(({ code }) => code)).toContain('formed-the-reference');
    expect(report.agreements.some(({ first, second }) => first === 'reference' && second === 'first')).toBe(true);
    expect(report.cautions.map(({ code }) => code)).toContain('fixed-readers');
  });

  it('leaves no rater and no finding out of what it says of all, where something is hidden or cannot be told', () => {
    const [first] = large.summaries;
    const summaries = [{ ...first, macroF1: SUPPRESSED }, ...large.summaries.slice(1)];
    const groups = large.groups.map((group) => ({ ...group, events: [SUPPRESSED, ...group.events.slice(1)] }));
    const comparisons = [
      { ...large.comparisons[0], pValue: null, adjustedPValue: null },
      ...large.comparisons.slice(1),
    ];
    const said = readerReport({ ...large, summaries, groups, comparisons }).answer.points.join(' ');
    expect(said).toMatch(/Mean F1 of all findings: model hidden(?:,| and) /);
    expect(said).not.toContain('% of the studies');
    expect(said).toContain('How sure: numbers of studies with a finding are hidden.');
    expect(said).toContain('1 more cannot be told.');
  });

  it('shows on the page the figures of its JSON', () => {
    const page = readerPage(readerReport(large));
    const result = large.results.find(
      (other) => other.label === 'AF' && other.rater === 'model' && isWholeGroup(other),
    );
    const f1 = result?.metrics.f1;
    if (f1 === undefined || !isEstimate(f1)) throw new Error('no F1');
    expect(page).toContain(`${f1.estimate.toFixed(3)} (${f1.lower.toFixed(3)} to ${f1.upper.toFixed(3)})`);
    expect(page).not.toContain('NaN');
    expect(page).not.toContain('undefined');
  });

  it('has a heading for every cell of every table', () => {
    const tables = readerPage(readerReport(large)).match(/<table .*?<\/table>/gs) ?? [];
    expect(tables.length).toBeGreaterThan(8);
    for (const table of tables) {
      const headings = table.match(/<th scope="col"/g)?.length ?? 0;
      for (const row of table.split('<tr').slice(2)) expect(row.match(/<td/g)?.length).toBe(headings - 1);
    }
  });

  it('writes the same bytes for the same study', () => {
    const twice = [1, 2].map(() => [...readerFiles(bodyOf(120))]);
    expect(twice[0]).toEqual(twice[1]);
    expect(twice[0].map(([path]) => path)).toContain('shareable/tables/results.csv');
  });

  it('tells that scores and answers come from different weights', () => {
    const files = simulatedFiles(300, { sensitivity: 0.8, specificity: 0.9 });
    const other = simulatedFiles(300, { sensitivity: 0.8, specificity: 0.9 }, 'other weights').get('scores.csv');
    const swapped = openReaderStudy(description, new Map([...files, ['scores.csv', other ?? new Uint8Array()]]));
    const report = readerReport(readerBody({ ...about, study: swapped }));
    expect(report.cautions.map(({ code }) => code)).toContain('scores-and-answers');
    expect(readerReport(large).cautions.map(({ code }) => code)).not.toContain('scores-and-answers');
  });

  it('says what was seen where too few stand behind an interval', () => {
    const small = bodyOf(30);
    const few = small.results.filter(({ metrics }) => 'cannotTell' in metrics.sensitivity);
    expect(few.length).toBeGreaterThan(0);
    expect(few.some(({ metrics }) => 'point' in metrics.sensitivity)).toBe(true);
    expect(() => readerPage(readerReport(small))).not.toThrow();
  });
});

describe('the shareable edition', () => {
  const body = bodyOf(300);
  const shared = shareableReaderBody(body);

  it('hides every count of 1 to 10 and leaves none that follows by subtraction', () => {
    const hidden = hiddenCells(body);
    expect(hidden.size).toBeGreaterThan(0);
    for (const result of shared.results) {
      const counts = [result.truePositives, result.falseNegatives, result.trueNegatives, result.falsePositives];
      for (const count of counts) if (!isSuppressed(count)) expect(count === 0 || count > 10).toBe(true);
      const events = shared.groups.find(({ sex, ageBand }) => sex === result.sex && ageBand === result.ageBand)?.events;
      const known = events?.[['AF', 'LBBB'].indexOf(result.label)];
      if (isSuppressed(result.falseNegatives) && known !== undefined && !isSuppressed(known)) {
        expect(isSuppressed(result.truePositives)).toBe(true);
      }
    }
  });

  it('hides every figure from which a hidden count could be computed', () => {
    for (const result of shared.results) {
      const closed = [result.truePositives, result.falseNegatives, result.trueNegatives, result.falsePositives].some(
        isSuppressed,
      );
      if (!closed) continue;
      for (const name of ['f1', 'positivePredictiveValue', 'accuracy', 'matthewsCorrelation'] as const) {
        expect(isSuppressed(result.metrics[name])).toBe(true);
      }
      expect(isSuppressed(result.kappa)).toBe(true);
    }
    for (const { onlyFirst, onlySecond, difference, pValue } of shared.comparisons) {
      if (isSuppressed(onlyFirst) || isSuppressed(onlySecond)) {
        expect(isSuppressed(difference)).toBe(true);
        expect(pValue === null || isSuppressed(pValue)).toBe(true);
      }
    }
    expect(shared.rankings.every(({ curve }) => curve.length === 0)).toBe(true);
    const text = JSON.stringify(shared);
    for (const { onlyFirst, onlySecond, pValue } of body.comparisons) {
      const small = [onlyFirst, onlySecond].some((count) => typeof count === 'number' && count >= 1 && count <= 10);
      if (small && typeof pValue === 'number' && pValue < 1) expect(text).not.toContain(String(pValue));
    }
  });

  it('shows no agreement of a rater with a hidden count', () => {
    for (const { label, first, second, kappa } of shared.agreements) {
      const closed = shared.results.some(
        (result) =>
          result.label === label &&
          [first, second].includes(result.rater) &&
          isWholeGroup(result) &&
          [result.truePositives, result.falseNegatives, result.trueNegatives, result.falsePositives].some(isSuppressed),
      );
      if (closed) expect(isSuppressed(kappa)).toBe(true);
    }
    expect(shared.agreements.some(({ kappa }) => isSuppressed(kappa))).toBe(true);
  });

  it('shows no comparison from which the studies that both got wrong would follow as 1 to 10', () => {
    const wide = bodyOf(1200, { sensitivity: 0.75, specificity: 0.85 });
    const open = shareableReaderBody(wide).comparisons.filter(({ difference }) => !isSuppressed(difference));
    expect(open.length).toBeGreaterThan(0);
    for (const { label, first, of, difference, onlySecond } of open) {
      if (label === '*' || isSuppressed(difference)) continue;
      const result = wide.results.find(
        (other) => other.label === label && other.rater === first && isWholeGroup(other),
      );
      const right = Number(of === 'sensitivity' ? result?.truePositives : result?.trueNegatives);
      const bothWrong = difference.n - right - Number(onlySecond);
      expect(bothWrong === 0 || bothWrong > 10).toBe(true);
    }
  });

  it('has a page without what is hidden, and leaves public data as they are', () => {
    expect(readerPage(readerReport(shared))).toContain('hidden');
    const open = bodyOf(300, { sensitivity: 0.6, specificity: 0.85 }, true);
    expect(shareableReaderBody(open)).toEqual({ ...open, audience: 'shareable' });
  });
});

describe("Holm's correction and the pairs", () => {
  it('equals p.adjust of R', () => {
    // R: p.adjust(c(0.01, 0.04, 0.03, 0.5), "holm")
    expect(holm([0.01, 0.04, null, 0.03, 0.5])).toEqual([0.04, 0.09, null, 0.09, 0.5]);
  });

  it('sets readers against each other where there is no model', () => {
    const rater = (id: string, kind: 'model' | 'readers', formedReference = false) => ({
      id,
      title: id,
      kind,
      answers: [],
      scores: null,
      formedReference,
    });
    const ids = (raters: ReturnType<typeof rater>[]) => comparedPairs(raters).map(([a, b]) => `${a.id} ${b.id}`);
    expect(
      ids([rater('a', 'readers'), rater('b', 'readers'), rater('c', 'readers', true), rater('d', 'readers')]),
    ).toEqual(['a b', 'a d', 'b d']);
    expect(ids([rater('a', 'readers'), rater('m', 'model'), rater('n', 'model'), rater('b', 'readers')])).toEqual([
      'm a',
      'm n',
      'm b',
      'n a',
      'n b',
    ]);
  });
});
