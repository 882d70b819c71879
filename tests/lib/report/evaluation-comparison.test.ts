// Numbers: tests/fixtures/reference/validation/groups.R.
import { describe, expect, it } from 'vitest';
import { compareEvaluations } from '#lib/report/comparison/evaluation/compare.ts';
import { comparisonCsv, comparisonPage } from '#lib/report/comparison/page.ts';
import { studentTMultiplier } from '#lib/validation/student-t.ts';
import { type Column, figureOf, sidesOf } from '../../evaluated-sides.ts';
import reference from '../../fixtures/reference/validation/groups.json' with { type: 'json' };

const WHO = 'study: id, site: hospital';
const columns = {
  id: reference.person.map((_, i) => `s${i}`),
  hospital: reference.hospital,
  sex: reference.sex,
};

const ef = (model: Column, more: Readonly<Record<string, Column>> = {}) =>
  sidesOf(
    `title: EF\nmodel: a model\nanswer: continuous\nquantity: EF\nunit: "%"\ncolumns: { ${WHO}, answer: model, reference: reader }\ngroups: [{ column: sex, title: Sex }]`,
    { ...columns, model, reader: reference.second, ...more },
  );
const death = (score: Column) =>
  sidesOf(
    `title: Death\nanswer: time-to-event\nevent: Death\ntimeUnit: years\ncolumns: { ${WHO}, time: time, event: status, score: score }\ncodes: { censored: 0, event: 1 }\nhorizons: [{ at: 4, risk: risk }]`,
    { ...columns, time: reference.times, status: reference.causes, score, risk: reference.risk },
  );
const stenosis = (score: Column) =>
  sidesOf(
    `title: AS\nanswer: ordinal\nquantity: AS\ngrades: [0, 1, 2, 3]\ncolumns: { ${WHO}, answer: model, reference: reader, score: score }`,
    { ...columns, model: reference.answer, reader: reference.grade, score },
  );

const n = reference.person.length;
const first = await ef(reference.first);
const second = await ef(reference.other);

describe('comparison of two evaluations', () => {
  it('is made study by study from internal editions, narrower than from the two figures', () => {
    const comparison = compareEvaluations(first[0], second[0]);
    const bias = figureOf(comparison, null, 'Bias, %');
    const mean = (values: Column) => values.reduce((sum: number, value) => sum + Number(value), 0) / n;
    const change = bias.change as { estimate: number; lower: number; upper: number };
    expect(bias.basis).toBe('paired');
    expect(change.estimate).toBeCloseTo(mean(reference.other) - mean(reference.first), 10);
    const alone = figureOf(compareEvaluations(first[1], second[0]), null, 'Bias, %');
    expect(alone.basis).toBe('unpaired');
    expect((alone.change as typeof change).upper - (alone.change as typeof change).lower).toBeGreaterThan(
      change.upper - change.lower,
    );
    expect(comparison.sites.map(({ site, pairs }) => [site, pairs])[1]).toEqual(['ash', first[0].report.groups[1].n]);
    expect(comparison.sites.map(({ site }) => site)).toContain('Sex: women');
  });

  it("gives the change of Uno's C and of the ordinal C that survival gives for two scores of the same people", async () => {
    const uno = figureOf(
      compareEvaluations((await death(reference.x))[0], (await death(reference.noisy))[0]),
      null,
      "Uno's C, up to 4 years",
    );
    const graded = figureOf(
      compareEvaluations((await stenosis(reference.score))[0], (await stenosis(reference.other))[0]),
      null,
      'Concordance (ordinal C)',
    );
    for (const [figure, { estimate, error }] of [
      [uno, reference.changes.uno],
      [graded, reference.changes.graded],
    ] as const) {
      const change = figure.change as { estimate: number; lower: number; upper: number };
      expect(figure.basis).toBe('paired');
      expect(change.estimate).toBeCloseTo(estimate, 10);
      // survival sums squares without n / (n − 1).
      const half = (change.upper - change.lower) / 2 / studentTMultiplier(0.95, n - 1) / Math.sqrt(n / (n - 1));
      expect(half).toBeCloseTo(error, 8);
    }
  });

  it('tells no change of the ranking of events where so few had one that no report tells the ranking', async () => {
    const few = (score: Column) =>
      sidesOf(
        `title: D\nanswer: time-to-event\nevent: Death\ntimeUnit: years\ncolumns: { ${WHO}, time: time, event: status, score: score }\ncodes: { censored: 0, event: 1 }\nhorizons: [{ at: 4, risk: risk }]`,
        {
          ...columns,
          time: reference.times,
          status: reference.causes.map((cause, i) => (i < 8 ? cause : 0)),
          score,
          risk: reference.risk,
        },
      );
    const comparison = compareEvaluations((await few(reference.x))[0], (await few(reference.noisy))[0]);
    for (const name of ["Uno's C, up to 4 years", 'AUROC at 4 years', 'Brier score at 4 years'])
      expect(figureOf(comparison, null, name).change).toHaveProperty('cannotTell');
  });

  it('tells no change of the order of grades where fewer than 20 people have another than the most common one', async () => {
    const [one, two] = await Promise.all(
      [reference.score, reference.other].map((score) =>
        sidesOf(
          `title: AS\nanswer: ordinal\nquantity: AS\ngrades: [0, 1]\ncolumns: { ${WHO}, answer: model, reference: reader, score: score }`,
          {
            ...columns,
            model: reference.answer.map((grade) => Math.min(1, grade)),
            reader: columns.id.map((_, i) => Number(i < 19)),
            score,
          },
        ),
      ),
    );
    expect(figureOf(compareEvaluations(one[0], two[0]), null, 'Concordance (ordinal C)')).toMatchObject({
      basis: 'paired',
      change: { cannotTell: 'fewer than 20 studies have another outcome than the most common one' },
    });
  });

  it('names studies with another reference, and says so where no study is in both', async () => {
    const reader = reference.second.map((value, i) => (i < 12 ? value + 1 : value));
    const moved = compareEvaluations(first[0], (await ef(reference.other, { reader }))[0]);
    expect(moved.cautions.join(' ')).toContain('12 studies have another reference in the other report');
    expect(moved.sites[0].pairs).toBe(n - 12);
    // The change of the paired studies is not the distance of the two figures, and does not stand as if it were.
    expect(moved.headline).toMatch(
      /, of the studies in both; of all studies of each, [−\d.]+ \(.*\) and [−\d.]+ \(.*\)\.$/,
    );
    expect(compareEvaluations(first[0], second[0]).headline).toMatch(/\), from [−\d.]+ \(.*\) to [−\d.]+ \(.*\)\.$/);
    expect(moved.cautions.join(' ')).toContain('Not compared study by study: Lower limit of agreement, %');
    const strangers = await ef(reference.other, { id: columns.id.map((id) => `x${id}`) });
    const none = compareEvaluations(first[0], strangers[0]);
    expect(none.cautions[0]).toContain('No study is in both reports');
    expect(none.sites.every(({ pairs }) => pairs === null)).toBe(true);
  });

  it('keeps hidden what a shareable edition hides, and names no study', async () => {
    const hospital = reference.hospital.map((of, i) => (i < 7 ? 'tiny' : of));
    const [own, shared] = await ef(reference.first, { hospital });
    const comparison = compareEvaluations(shared, second[1]);
    expect(comparison.onlyFirst).toEqual(['tiny']);
    const both = compareEvaluations(shared, (await ef(reference.other, { hospital }))[1]);
    expect(figureOf(both, 'tiny', 'Bias, %').change).toEqual({ suppressed: true });
    expect(both.cautions.join(' ')).toContain('as if the people were different ones');
    expect(JSON.stringify(own.studies)).not.toContain('"s1"');
  });

  it('pairs classes by the studies that both models answered, and labels by those of known reference', async () => {
    const rhythm = (model: Column) =>
      sidesOf(
        'title: ECG\nanswer: classes\nclasses: [A, B]\ncolumns: { study: id, answer: model, reference: reader }',
        { id: columns.id, model, reader: reference.device },
      );
    const silent = reference.device.map((of, i) => (i < 20 ? '' : of));
    const wrong = reference.device.map((of, i) => (i % 10 > 7 ? (of === 'A' ? 'B' : 'A') : of));
    const right = figureOf(
      compareEvaluations((await rhythm(silent))[0], (await rhythm(wrong))[0]),
      null,
      'Right class',
    );
    // Of the 220 that both answered, the second has 44 wrong.
    expect(right).toMatchObject({ basis: 'paired', change: { estimate: -0.2, n: 220 } });
    const findings = (of: (value: number) => number) =>
      sidesOf(
        'title: ECG\nanswer: labels\ncolumns: { study: id }\nlabels: [{ name: AF, reference: af, score: p, threshold: 0.5 }, { name: LBBB, reference: lbbb, score: q, threshold: 0.5 }]',
        {
          id: columns.id,
          af: reference.causes.map((cause, i) => (i < 15 ? '' : cause)),
          lbbb: reference.causes,
          p: reference.risk.map(of),
          q: reference.risk,
        },
      );
    const [one, two] = [await findings((value) => value), await findings((value) => (value * 7) % 1)];
    const auroc = figureOf(compareEvaluations(one[0], two[0]), null, 'AUROC, AF');
    expect(auroc).toMatchObject({ basis: 'paired', change: { n: n - 15 } });
    const known = reference.risk.map((risk, i) => ({ risk, cause: reference.causes[i] })).slice(15);
    const isRight = ({ risk, cause }: (typeof known)[number], of: (value: number) => number) =>
      Number(of(risk) >= 0.5) === cause && Number(risk >= 0.5) === cause;
    const share = (of: (value: number) => number) => known.filter((row) => isRight(row, of)).length / known.length;
    expect(figureOf(compareEvaluations(one[0], two[0]), null, 'All findings right (exact match)').change).toMatchObject(
      {
        estimate: expect.closeTo(share((value) => (value * 7) % 1) - share((value) => value), 12),
      },
    );
    const [first, second] = [auroc.first, auroc.second] as { estimate: number }[];
    expect((auroc.change as { estimate: number }).estimate).toBeCloseTo(second.estimate - first.estimate, 12);
  });

  it('says where two reports have no figure in common, as one of scores and one of answers', async () => {
    const of = (what: string) =>
      sidesOf(
        `title: ECG\nanswer: labels\ncolumns: { study: id }\nlabels: [{ name: AF, reference: a, ${what}: p }, { name: LBBB, reference: b, ${what}: q }]`,
        { id: columns.id, a: reference.causes, p: reference.causes, b: reference.causes, q: reference.causes },
      );
    const comparison = compareEvaluations((await of('score'))[0], (await of('answer'))[0]);
    expect(comparison.headline).toBe(
      'The second report against the first, both ECG: the reports have no figure in common.',
    );
    expect(comparison.sites[0].figures).toEqual([]);
    expect(comparisonPage(comparison)).toContain('no figure in common');
  });

  it('refuses other kinds and other quantities, and writes page and table', async () => {
    const [grades] = await stenosis(reference.score);
    expect(() => compareEvaluations(first[0], grades)).toThrow(
      'compare: found the kinds continuous and ordinal, allowed: one and the same',
    );
    const { report } = second[0];
    const other = { ...report, results: { ...report.results, unit: 'ml' } } as typeof report;
    expect(() => compareEvaluations(first[0], { report: other, studies: undefined })).toThrow(
      'compare: found the quantities EF in % and EF in ml, allowed: one and the same',
    );
    const comparison = compareEvaluations(first[0], second[0]);
    expect(comparisonPage(comparison)).toContain('a model on EF');
    expect(comparisonCsv(comparison)).toContain('Sex: women,"Bias, %",paired,');
  });
});
