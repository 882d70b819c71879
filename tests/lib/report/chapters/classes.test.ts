import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import type { ChapterInput } from '#lib/report/chapter.ts';
import { classes } from '#lib/report/chapters/classes/classes.ts';
import type { Classes, SiteClasses } from '#lib/report/chapters/classes/value.ts';
import { formatFigure, formatShare } from '#lib/report/format.ts';
import { isEstimate, isSuppressed } from '#lib/report/record.ts';
import { chapterInput, closing, pageOf } from '../../../chapter-input.ts';
import { classInput, classTables, RHYTHM_VALUES } from '../../../class-tables.ts';

const HOSPITALS = [
  { site: 'oak', studies: [140, 60, 70, 30, 12], repeats: 0.3 },
  { site: 'pine', studies: [60, 4, 30, 0, 0] },
];
const input = classInput(HOSPITALS);
const computed = (of: ChapterInput): Classes => {
  const value = classes.compute(of);
  if (value === null) throw new Error('the chapter says nothing');
  return value;
};
const value = computed(input);
const page = renderToString(pageOf(classes, value, input));
const at = (site: string | null, of = value): SiteClasses => {
  const found = of.sites.find((one) => one.site === site);
  if (found === undefined) throw new Error(`no site ${site}`);
  return found;
};

/** Studies of oak as the tables have them: place of the label, and of the highest probability. */
function answersAt(site: string): { readonly place: number; readonly answer: number }[] {
  const tables = classTables(HOSPITALS);
  const values = new Map(tables.labels.flatMap((row) => (row.label === 'rhythm' ? [[row.studyKey, row.value]] : [])));
  return tables.predictions
    .filter((row) => row.site === site)
    .map(({ studyKey, status, detail }) => {
      const probabilities = Object.values(JSON.parse(detail ?? '').probabilities as Record<string, number>);
      const answer = status === 'scored' ? probabilities.indexOf(Math.max(...probabilities)) : 4;
      return { place: Number(values.get(studyKey)) - 1, answer };
    });
}

describe('the chapter of classes', () => {
  it('counts answers by class of the reference, no answer last, and shows them on the page', () => {
    const answers = answersAt('oak');
    const expected = [0, 1, 2, 3].map((place) =>
      [0, 1, 2, 3, 4].map((answer) => answers.filter((one) => one.place === place && one.answer === answer).length),
    );
    expect(at('oak').matrix).toEqual(expected);
    const whole = at(null);
    const [normal] = whole.matrix;
    const total = normal.reduce<number>((sum, count) => sum + Number(count), 0);
    expect(page).toContain(`<strong>${formatShare(normal[0], total)}</strong>`);
    expect(page).toContain('The model names noise by giving no answer: it gave none to ');
  });

  it('shows the figures of report.json', () => {
    for (const { summary } of value.sites)
      for (const name of ['kappa', 'macroAuroc', 'handTill', 'macroF1', 'brier', 'logLoss'] as const)
        if (isEstimate(summary[name])) expect(page).toContain(formatFigure(summary[name], 'fraction'));
    const csv = classes.tables(value).get('classes.csv') ?? '';
    for (const { figures } of at(null).classes) {
      expect(page).toContain(formatFigure(figures.auroc, 'fraction'));
      if (isEstimate(figures.auroc)) expect(csv).toContain(`${figures.auroc.estimate},${figures.auroc.lower}`);
    }
  });

  it('takes a sensitivity from the rows of its class and lets people with several studies be clusters', () => {
    const { figures, n } = at('oak').classes[1];
    const [, row] = at('oak').matrix;
    if (!isEstimate(figures.sensitivity)) throw new Error('no sensitivity');
    expect(figures.sensitivity.estimate).toBeCloseTo(Number(row[1]) / Number(n), 12);
    expect(figures.sensitivity.clusters).toBeLessThan(Number(n));
  });

  it('cannot tell of a class that few people have, by name, and takes means over the others', () => {
    const pine = at('pine');
    expect(pine.judged).toEqual(['normal', 'other-rhythm']);
    expect(pine.classes[1].figures.auroc).toMatchObject({
      cannotTell: '4 people with atrial fibrillation, fewer than 10',
    });
    expect(pine.classes[3].figures.auroc).toMatchObject({ cannotTell: 'no answered study of class noise' });
    expect(isEstimate(pine.summary.macroAuroc)).toBe(true);
    expect(at('oak').judged).toEqual(['normal', 'atrial-fibrillation', 'other-rhythm']);
  });

  it('leaves out what is none of the classes, counted, and never counts it as another class', () => {
    expect(value.left).toEqual([{ site: 'oak', why: 'no-class', studies: 12 }]);
    expect(value.mapping.map(({ class: name, studies }) => [name, studies])).toEqual([
      ...[
        ['normal', 200],
        ['atrial-fibrillation', 64],
        ['other-rhythm', 100],
        ['noise', 30],
      ],
      [null, 12],
    ]);
    expect(
      at('oak')
        .matrix.flat()
        .reduce<number>((sum, count) => sum + Number(count), 0),
    ).toBe(300);
    expect(classes.cautions(value)[0].text).toContain(
      '12 studies have a label that is none of the model’s classes (flutter)',
    );
  });

  it('counts a study with several classes for each of them, and in no table of one class by one', () => {
    const tables = classTables(HOSPITALS);
    const [first] = tables.labels.filter(({ label, value: is }) => label === 'rhythm' && is === 1);
    const both = { ...first, label: 'af', value: 1, row: 9999 };
    const mapping = [
      ...RHYTHM_VALUES,
      { class: 'atrial-fibrillation', label: 'af', value: 1, meaning: 'fibrillation' },
    ];
    const oak = at('oak', computed(classInput(HOSPITALS, { ...tables, labels: [...tables.labels, both] }, mapping)));
    expect(oak.several).toBe(1);
    expect(Number(oak.classes[1].n)).toBe(Number(at('oak').classes[1].n) + 1);
    expect(Number(oak.n)).toBe(Number(at('oak').n));
    expect(oak.matrix.flat().reduce<number>((sum, count) => sum + Number(count), 0)).toBe(299);
  });

  it('says why it is absent: no mapping of labels, tables without probabilities, no class at all', () => {
    const { classes: _, ...unmapped } = input.cohort;
    const without = { ...input, cohort: unmapped, selection: { ...input.selection, classed: undefined } };
    expect(computed(without).absent).toContain('does not say which labels');
    const tables = classTables(HOSPITALS);
    const old = { ...tables, predictions: tables.predictions.map((row) => ({ ...row, detail: null })) };
    const value = computed(classInput(HOSPITALS, old));
    expect(value.absent).toContain('written before these were kept');
    expect(renderToString(pageOf(classes, value, input))).toContain('cannot tell, because the tables hold one score');
    expect(classes.tables(value).size).toBe(0);
    const flutter = [{ site: 'oak', studies: [0, 0, 0, 0, 20] }];
    expect(computed(classInput(flutter)).absent).toBe('no study with a class of its own has an answer');
  });

  it('holds one hospital without a second table, and one class without a claim', () => {
    const one = computed(classInput([{ site: 'oak', studies: [40, 0, 0, 0, 0] }]));
    expect(one.sites.map(({ site }) => site)).toEqual(['oak']);
    expect(one.sites[0].judged).toEqual([]);
    expect(one.sites[0].summary.handTill).toMatchObject({
      cannotTell: expect.stringContaining('fewer than two classes'),
    });
    expect(isEstimate(one.sites[0].summary.accuracy)).toBe(true);
  });

  it('says nothing of a model with one answer, and refuses a class that the model does not have', () => {
    expect(classes.compute(chapterInput([{ site: 'cedar', studies: 30, prevalence: 0.4, separation: 1 }]))).toBeNull();
    const stray = [{ class: 'flutter', label: 'rhythm', value: 5, meaning: 'flutter' }];
    expect(() => computed({ ...input, cohort: { ...input.cohort, classes: stray } })).toThrow(
      'classes of the cohort: found flutter, allowed: normal, atrial-fibrillation, other-rhythm, noise or null',
    );
  });

  it('shares nothing of a hospital with a count of 1 to 10, and not all together either', () => {
    const shared = classes.share(value, closing());
    for (const site of ['oak', 'pine', null]) expect(at(site, shared).matrix.flat().every(isSuppressed)).toBe(true);
    expect(shared.mapping.every(({ studies }) => isSuppressed(studies))).toBe(true);
    expect(shared.left).toEqual([{ site: 'oak', why: 'no-class', studies: { suppressed: true } }]);
    const said = renderToString(pageOf(classes, shared, input));
    expect(said).not.toMatch(/\b12 studies/);
    expect(said).toContain('Figures by class are hidden here');
    expect(said).not.toContain('id="classes-matrix"');
  });

  it('shares a hospital whose counts are all large, without numbers of people', () => {
    const large = (matrix: SiteClasses['matrix']) => matrix.map((row) => row.map(() => 100));
    const sites = value.sites.map((of) => ({
      ...of,
      ...{ matrix: large(of.matrix), several: 0, onlyHere: 0, onlyPrimaryEvents: 0, onlyPrimaryNonEvents: 0 },
      classes: of.classes.map((one) => ({ ...one, n: 100, people: 90, silent: 0 })),
    }));
    const shared = classes.share({ ...value, sites, left: [] }, closing());
    expect(at('oak', shared).matrix).toEqual(large(at('oak').matrix));
    expect(isSuppressed(at('oak', shared).subjects)).toBe(true);
    expect(JSON.stringify(at('oak', shared))).not.toContain('clusters');
    expect(at('oak', classes.share({ ...value, sites, left: [] }, closing('oak'))).n).toEqual({ suppressed: true });
  });
});
