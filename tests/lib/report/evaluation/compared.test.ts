// Numbers: tests/fixtures/reference/validation/groups.R.
import { describe, expect, it } from 'vitest';
import { evaluationEditions, evaluationFiles, evaluationReport } from '#lib/report/evaluation/body.ts';
import type { ComparedResults, GroupGap } from '#lib/report/evaluation/compared-record.ts';
import { comparisonPoints } from '#lib/report/evaluation/comparison-words.ts';
import { testedOn } from '#lib/report/evaluation/page.ts';
import type { EvaluationBody } from '#lib/report/evaluation/record.ts';
import { shareableEvaluation } from '#lib/report/evaluation/share.ts';
import { fromScale } from '#lib/validation/pooled-measure.ts';
import reference from '../../../fixtures/reference/validation/groups.json' with { type: 'json' };
import { bodyOf } from './evaluated.ts';

const WHO = 'study: id, subject: person, site: hospital';
const GROUPS = 'groups: [{ column: sex, title: Sex }, { column: device, title: Device }]';
const columns = {
  id: reference.person.map((_, i) => `s${i}`),
  person: reference.person,
  hospital: reference.hospital,
  sex: reference.sex,
  device: reference.device,
};

const measured = await bodyOf(
  `title: EF
answer: continuous
quantity: EF
unit: "%"
columns: { ${WHO}, answer: model, reference: reader }
${GROUPS}
acceptableGap: { bias: 2 }`,
  { ...columns, model: reference.first, reader: reference.second },
);
const graded = await bodyOf(
  `title: AS
answer: ordinal
quantity: AS
grades: [0, 1, 2, 3]
columns: { ${WHO}, answer: model, reference: reader, score: score }
${GROUPS}`,
  { ...columns, model: reference.answer, reader: reference.grade, score: reference.score },
);

const comparedOf = ({ results }: EvaluationBody): ComparedResults => results as unknown as ComparedResults;

function pooledOf(body: EvaluationBody, id: string) {
  const found = comparedOf(body).between?.measures.find((measure) => measure.id === id);
  if (found === undefined || 'notPooled' in found.pooled) throw new Error(`${id} is not pooled`);
  return { ...found, pooled: found.pooled };
}

describe('studies without a site', () => {
  const [first] = reference.hospital;
  const hospital = reference.hospital.map((name) => (name === first ? '' : name));
  const who = 'title: t\ncolumns: { study: id, subject: person, site: hospital';
  it.each([
    ['measurements', `${who}, answer: first, reference: second }\nanswer: continuous\nquantity: EF\nunit: "%"`],
    ['probabilities', `${who}, score: score, label: label }\nanswer: probability\nevent: it`],
  ])('of %s are no hospital, neither pooled nor counted as one, and are said', async (_, yaml) => {
    const body = await bodyOf(yaml, {
      ...{ ...columns, hospital, first: reference.first, second: reference.second },
      score: reference.person.map((__, i) => ((i * 7) % 10) / 10),
      label: reference.person.map((__, i) => i % 2),
    });
    const names = [...new Set(hospital)].filter((name) => name !== '').sort();
    const { results } = body;
    const pooled =
      results.kind === 'probability'
        ? results.hospitals?.summaries.map(({ site }) => site)
        : comparedOf(body).between?.measures[0].figures.map(({ site }) => site);
    expect(pooled).toEqual(names);
    const report = evaluationReport(body);
    expect(testedOn(report)).toContain(` from ${names.length} hospitals`);
    expect(report.cautions.find(({ code }) => code === 'site-unknown')?.text).toBe(
      `Of ${hospital.filter((name) => name === '').length} studies the table names no site: they are a group of their own, and no hospital where hospitals are pooled.`,
    );
    expect(evaluationReport(measured).cautions.map(({ code }) => code)).not.toContain('site-unknown');
  });

  it('beside a single hospital are not pooled with it', async () => {
    const body = await bodyOf(
      `${who}, answer: first, reference: second }\nanswer: continuous\nquantity: EF\nunit: "%"`,
      {
        ...{ ...columns, hospital: hospital.map((name) => (name === '' ? '' : 'cedar')) },
        ...{ first: reference.first, second: reference.second },
      },
    );
    expect(comparedOf(body).between).toBeNull();
  });
});

describe('hospitals of an evaluation', () => {
  it.each([
    ['bias', 'bias', measured],
    ['standardDeviation', 'deviation', measured],
    ['meanAbsoluteError', 'error', measured],
    ['concordance', 'ranking', graded],
  ] as const)('are pooled by %s as by metafor', (id, name, body) => {
    const { pooled, scale, sites, figures } = pooledOf(body, id);
    const expected = reference.hospitals[name];
    for (const [place, { figure }] of figures.entries()) {
      if (!('value' in figure)) throw new Error('a hospital gives nothing');
      expect(figure.value).toBeCloseTo(expected.yi[place], 9);
      expect(figure.variance).toBeCloseTo(expected.vi[place], 9);
    }
    for (const limit of ['estimate', 'lower', 'upper'] as const)
      expect(pooled[limit]).toBeCloseTo(fromScale(scale, expected[limit]), 6);
    expect(pooled.tauSquared.estimate).toBeCloseTo(expected.tau2, 7);
    expect(pooled.prediction?.lower).toBeCloseTo(fromScale(scale, expected.prediction[0]), 6);
    expect(sites.every(({ without }) => without !== null)).toBe(true);
  });

  it('are pooled anew from what may leave, and not at all from fewer than three', async () => {
    const few = columns.hospital.map((hospital) => (hospital === 'ash' ? 'ash' : hospital < 'elm' ? 'birch' : 'fir'));
    const one = reference.person.map((_, i) => i < 6);
    const body = await bodyOf(
      `title: EF\nanswer: continuous\nquantity: EF\nunit: "%"\ncolumns: { study: id, site: hospital, answer: model, reference: reader }`,
      {
        id: columns.id,
        hospital: few.map((hospital, i) => (one[i] ? 'tiny' : hospital)),
        model: reference.first,
        reader: reference.second,
      },
    );
    const [own] = comparedOf(body).between?.measures ?? [];
    const [shared] = comparedOf(shareableEvaluation(body)).between?.measures ?? [];
    expect(own.pooled).toMatchObject({ k: 3 });
    // The tiny hospital and one more are hidden: two are left.
    expect(shared.figures.filter(({ figure }) => 'absent' in figure)).toHaveLength(2);
    expect(shared.pooled).toEqual({ notPooled: expect.stringContaining('fewer than 3') });
  });
});

describe('groups of an evaluation', () => {
  it('are tested against the largest, and corrected for all comparisons of the report', () => {
    const { comparison } = comparedOf(measured);
    const found = (column: string, figure: string) =>
      comparison?.gaps.find((gap) => gap.column === column && gap.figure === figure);
    const sex = found('Sex', 'bias');
    if (sex === undefined) throw new Error('no gap of bias by sex');
    expect(sex).toMatchObject({ group: 'women', reference: 'men', verdict: 'cannot-tell' });
    expect((sex.gap as { estimate: number }).estimate).toBeCloseTo(reference.bias.estimate, 10);
    expect((sex.gap as { lower: number }).lower).toBeCloseTo(reference.bias.tTest[0], 9);
    expect(sex.pValue).toBeCloseTo(reference.bias.tTest[2], 9);
    expect(sex.equivalencePValue).toBeCloseTo(reference.bias.equivalence, 9);
    const device = found('Device', 'bias');
    expect(device?.pValue).toBeCloseTo(reference.biasOfDevices.p, 9);
    // Four comparisons: the smallest p times four.
    expect(device?.holm).toBeCloseTo(4 * reference.biasOfDevices.p, 9);
    expect(found('Sex', 'meanAbsoluteError')?.equivalenceHolm).toBeNull();
    expect(comparison?.columns.map(({ peopleInSeveral }) => Number(peopleInSeveral) > 0)).toEqual([false, true]);
  });

  it('are not compared by the order of grades where fewer than 12 people of one have another than the most common', async () => {
    const rows = Array.from({ length: 160 }, (_, row) => row);
    const rare = (row: number) => (row < 80 ? Number(row < 11) : row % 2);
    const body = await bodyOf(
      'title: AS\nanswer: ordinal\nquantity: AS\ngrades: [0, 1]\ncolumns: { study: id, answer: model, reference: reader, score: score }\ngroups: [{ column: sex }]',
      {
        id: rows.map(String),
        model: rows.map((row) => row % 2),
        reader: rows.map(rare),
        score: rows.map((row) => rare(row) + ((row * 7) % 13) / 8),
        sex: rows.map((row) => (row < 80 ? 'women' : 'men')),
      },
    );
    const [gap, ...shares] = comparedOf(body).comparison?.gaps ?? [];
    expect(gap).toMatchObject({ figure: 'concordance', verdict: 'cannot-tell', pValue: null, holm: null });
    // What could not be tested is corrected for too: three comparisons.
    const smallest = Math.min(...shares.map(({ pValue }) => Number(pValue ?? 1)));
    expect(Math.min(...shares.map(({ holm }) => Number(holm ?? 1)))).toBeCloseTo(3 * smallest, 12);
    expect(JSON.stringify(gap)).toContain('fewer than 12 studies have another outcome than the most common one');
  });

  it('say in words what was compared, and no more that differences are not tested', () => {
    const report = evaluationReport(measured);
    expect(report.answer.points.join(' ')).toMatch(
      /Groups by Sex and Device: no difference is shown in 4 .*, which is no proof .* Between hospitals \(one of 4 pooled figures\): Bias, %: mean .*, from .* at \w+ to .* at \w+ \(/,
    );
    expect(report.methods.join(' ')).toContain('corrected by Holm for all 4 comparisons');
    expect(report.methods.join(' ')).toContain('the same id at two sites is two people');
    const files = evaluationFiles(evaluationEditions(measured));
    expect(files.get('internal/report.html')).not.toContain('not tested here');
    expect(files.get('internal/tables/group-gaps.csv')?.split('\r\n')[1]).toMatch(/^Sex,women,men,bias,difference,/);
    expect(files.get('internal/tables/hospitals-pooled.csv')?.split('\r\n')[1]).toMatch(/^bias,identity,6,1\.26/);
  });

  it('name what may matter first, and of what is shown to be too small to matter say that', () => {
    const { comparison } = comparedOf(measured);
    if (comparison === null) throw new Error('nothing is compared');
    const gap = (group: string, verdict: GroupGap['verdict'], pValue: number): GroupGap => ({
      ...comparison.gaps[0],
      ...{ group, verdict, pValue, holm: pValue * 4 },
    });
    const gaps = [
      gap('small', 'differs-within-margin', 1e-6),
      gap('late', 'differs', 0.01),
      gap('sure', 'differs', 0.001),
      gap('none', 'cannot-tell', 0.5),
    ];
    const [{ brief: words }] = comparisonPoints({ ...comparison, gaps }, () => 'tenths');
    expect(words).toMatch(/^Groups differ, 3 of 4 .*sure against.*; Sex, late against.*; Sex, small against/);
    expect(words).toMatch(/corrected p\u00a0<\u00a00\.001, shown to be less than the acceptable 2\.0\.$/);
    expect(words.match(/shown to be less/g)).toHaveLength(1);
  });

  it('that are hidden tell nothing in the shareable edition, neither by a gap nor by the correction', async () => {
    const sex = columns.sex.map((of, i) => (i % 40 === 7 ? 'not said' : of));
    const body = await bodyOf(
      `title: EF\nanswer: continuous\nquantity: EF\nunit: "%"\ncolumns: { study: id, answer: model, reference: reader }\n${GROUPS}`,
      {
        ...{ id: columns.id, sex, device: columns.device, reader: reference.second },
        // A gap between women and men that is sure, and hidden.
        model: reference.first.map((value, i) => value + (sex[i] === 'women' ? 30 : 0)),
      },
    );
    const gaps = comparedOf(shareableEvaluation(body)).comparison?.gaps ?? [];
    const hidden = gaps.filter(({ verdict }) => verdict === 'hidden');
    expect(hidden.map(({ group }) => group)).toContain('not said');
    expect(JSON.stringify(hidden)).not.toMatch(/\d/);
    const shown = gaps
      .filter(({ verdict }) => verdict !== 'hidden')
      .map(({ pValue, holm }) => [pValue, holm].map(Number));
    expect(shown).toHaveLength(2);
    // Six comparisons were planned; those that are hidden count as if they had shown nothing.
    const [smallest] = shown.toSorted(([one], [other]) => one - other);
    expect(smallest[1]).toBeCloseTo(Math.min(1, 6 * smallest[0]), 12);
    const own = comparedOf(body).comparison?.gaps.find(({ pValue }) => pValue === smallest[0]);
    expect(own?.holm).toBeLessThan(smallest[1]);
  });

  it('show sensitivity and specificity of grades in the shareable edition only where no small count follows', async () => {
    const shared = comparedOf(shareableEvaluation(graded)).comparison;
    const cuts = shared?.gaps.filter(({ figure }) => figure !== 'concordance') ?? [];
    for (const { groupFigure, referenceFigure } of cuts)
      for (const figure of [groupFigure, referenceFigure])
        if ('n' in figure)
          for (const count of [figure.events, figure.n - figure.events]) expect(count === 0 || count > 10).toBe(true);
    expect(cuts.some(({ verdict }) => verdict === 'hidden')).toBe(true);
    const many = await bodyOf(
      `title: AS\nanswer: ordinal\nquantity: AS\ngrades: [low, high]\ncolumns: { study: id, answer: model, reference: reader }\ngroups: [{ column: sex, title: Sex }]`,
      {
        id: Array.from({ length: 400 }, (_, i) => `s${i}`),
        sex: Array.from({ length: 400 }, (_, i) => (i < 180 ? 'women' : 'men')),
        model: Array.from({ length: 400 }, (_, i) => (i % 2 === 0 || i % 7 === 1 ? 'high' : 'low')),
        reader: Array.from({ length: 400 }, (_, i) => (i % 2 === 0 && i % 5 > 0 ? 'high' : 'low')),
      },
    );
    const open = comparedOf(shareableEvaluation(many)).comparison?.gaps ?? [];
    expect(open.some(({ figure, gap }) => figure === 'specificity/high' && 'estimate' in gap)).toBe(true);
  });
});
