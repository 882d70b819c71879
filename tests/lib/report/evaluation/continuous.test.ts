// Numbers: tests/fixtures/reference/validation/agreement-clustered.R.
import { describe, expect, it } from 'vitest';
import { evaluationEditions, evaluationFiles, evaluationReport } from '#lib/report/evaluation/body.ts';
import { measureStyle } from '#lib/report/evaluation/continuous/words.ts';
import { shareableEvaluation } from '#lib/report/evaluation/share.ts';
import { formatFigure } from '#lib/report/format.ts';
import { random } from '#lib/simulate/random.ts';
import reference from '../../../fixtures/reference/validation/agreement-clustered.json' with { type: 'json' };
import { bodyOf } from './evaluated.ts';

const YAML = `
title: Ejection fraction by a model
answer: continuous
quantity: Ejection fraction
unit: "%"
columns: { study: id, subject: person, site: hospital, answer: model, reference: reader }
groups: [{ column: sex, title: Sex }]
acceptableDifference: 5
classes: { cutPoints: [50, 60], names: [low, middle, high] }
`;

const n = reference.first.length;
const body = await bodyOf(YAML, {
  id: Array.from({ length: n }, (_, i) => `s${i}`),
  person: reference.clusters,
  hospital: reference.clusters.map((person) => (person <= 15 ? 'cedar' : 'elm')),
  sex: reference.clusters.map((person) => (person <= 26 ? 'women' : 'men')),
  model: reference.first,
  reader: reference.second,
});

/** 400 studies at three hospitals, the smallest with 30 people. */
const simulated = async (publicData: boolean) => {
  const source = random(4);
  const truth = Array.from({ length: 400 }, () => source.normal(52, 10));
  return bodyOf(
    YAML,
    {
      id: truth.map((_, i) => `s${i}`),
      person: truth.map((_, i) => `p${i}`),
      hospital: truth.map((_, i) => (i < 30 ? 'ash' : i < 200 ? 'cedar' : 'elm')),
      sex: truth.map((_, i) => (i % 57 === 3 ? '' : i % 2 === 0 ? 'F' : 'M')),
      model: truth.map((value) => (value + source.normal(1, 4)).toFixed(1)),
      reader: truth.map((value) => (value + source.normal(0, 3)).toFixed(1)),
    },
    { publicData },
  );
};

describe('a report on a continuous answer', () => {
  it('has the figures of R, people with several studies as clusters', () => {
    expect(body.results.kind).toBe('continuous');
    if (body.results.kind !== 'continuous') return;
    const [whole] = body.results.groups;
    const pairs = [
      [whole.bias, reference.bias],
      [whole.lowerLimit, reference.lowerLimit],
      [whole.upperLimit, reference.upperLimit],
      [whole.iccAgreement, reference.agreement],
      [whole.iccConsistency, reference.consistency],
      [whole.slope, reference.slopeByPerson],
      [whole.intercept, reference.interceptByPerson],
    ] as const;
    for (const [figure, { estimate, lower, upper }] of pairs) {
      expect(figure).toMatchObject({ n, clusters: 30 });
      const told = figure as typeof reference.bias;
      expect(told.estimate).toBeCloseTo(estimate, 9);
      expect(told.lower).toBeCloseTo(lower, 7);
      expect(told.upper).toBeCloseTo(upper, 7);
    }
    const inside = reference.first.filter((value, i) => Math.abs(value - reference.second[i]) <= 5 + 1e-9).length;
    expect(whole.acceptable).toMatchObject({ inside, outside: n - inside });
    expect(body.groups[0]).toEqual({ group: null, value: null, n, subjects: 30 });
  });

  it('describes few people without intervals', () => {
    if (body.results.kind !== 'continuous') return;
    const men = body.results.groups.find(({ value }) => value === 'men');
    expect(men?.bias).toMatchObject({ cannotTell: '4 people are fewer than 10', point: expect.any(Number) });
    expect(men?.lowerLimit).toMatchObject({ cannotTell: '4 people are fewer than 10' });
  });

  it('shows in page and tables what stands in report.json, and the same every time', () => {
    const files = evaluationFiles(evaluationEditions(body));
    const again = evaluationFiles(evaluationEditions(body));
    expect([...files.keys()].filter((path) => path.endsWith('.json') || path.endsWith('.html'))).toHaveLength(4);
    for (const [path, content] of files) expect(again.get(path), path).toEqual(content);
    const report = evaluationReport(body);
    if (report.results.kind !== 'continuous') return;
    const page = String(files.get('internal/report.html'));
    for (const { bias } of report.results.groups)
      if ('estimate' in bias) expect(page).toContain(formatFigure(bias, measureStyle(report.results)));
    expect(page).not.toMatch(/<script|<link|<img|@import|https?:\/\//);
    expect(report.answer.headline).toContain(formatFigure(report.results.groups[0].bias, 'tenths'));
    // A range that follows from a normal distribution, not one that was counted.
    expect(report.answer.headline).toMatch(
      /95 % of differences are to be expected between .* \(limits of agreement\)\.$/,
    );
  });

  it('keeps single studies and small cells inside', async () => {
    const internal = await simulated(false);
    const shared = shareableEvaluation(internal);
    expect(shared.audience).toBe('shareable');
    if (shared.results.kind !== 'continuous' || internal.results.kind !== 'continuous') return;
    expect(internal.results.points).toHaveLength(400);
    expect(shared.results.points).toEqual([]);
    // Eight studies without a sex: they and, so that they do not follow, another sex.
    const bySex = shared.groups.filter(({ group }) => group === 'Sex');
    expect(bySex.filter(({ n: count }) => typeof count !== 'number')).toHaveLength(2);
    const closed = shared.results.groups.filter(({ group, bias }) => group === 'Sex' && 'suppressed' in bias);
    expect(closed).toHaveLength(2);
    const cells = shared.results.classes?.matrix.flat() ?? [];
    expect(cells.some((cell) => typeof cell !== 'number')).toBe(true);
    expect(cells.some((cell) => typeof cell === 'number' && cell >= 1 && cell <= 10)).toBe(false);
    const text = JSON.stringify(shared);
    expect(text).not.toMatch(/"(?:n|subjects|inside|outside|count)":(?:[1-9]|10)[,}]/);
  });

  it('hides nothing of public data', async () => {
    const open = await simulated(true);
    expect(shareableEvaluation(open)).toEqual({ ...open, audience: 'shareable' });
  });

  it('says so where nothing can be told', async () => {
    const none = await bodyOf(YAML, {
      id: ['a'],
      person: ['p'],
      hospital: ['cedar'],
      sex: ['F'],
      model: [''],
      reader: ['50'],
    });
    const report = evaluationReport(none);
    expect(report.answer.headline).toBe('Ejection fraction: agreement with the reference cannot be told.');
    expect(report.flow[0].steps.at(-1)).toMatchObject({ count: 0 });
    expect(evaluationFiles(evaluationEditions(none)).size).toBeGreaterThan(4);
  });
});
