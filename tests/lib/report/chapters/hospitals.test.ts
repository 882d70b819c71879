import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import type { SharedView } from '#lib/report/chapter.ts';
import { hospitals } from '#lib/report/chapters/hospitals/hospitals.ts';
import { intervalText, measureStyle } from '#lib/report/chapters/hospitals/measure-words.ts';
import { hospitalsSection } from '#lib/report/chapters/hospitals/section.ts';
import { HIDDEN_FIGURE, type Hospitals } from '#lib/report/chapters/hospitals/value.ts';
import { influenceWords } from '#lib/report/chapters/hospitals/words.ts';
import { performanceOf } from '#lib/report/measure.ts';
import { isWhole } from '#lib/report/record.ts';
import { poolSummaries } from '#lib/validation/pool-summaries.ts';
import { chapterInput } from '../../../chapter-input.ts';
import { chapterOf, computed, figureOf, find, firstOf, textOf } from '../../../simulated-hospitals.ts';

const htmlOf = (value: Hospitals): string =>
  hospitalsSection(value, undefined)
    .map((node) => (node ? renderToString(node) : ''))
    .join('');
describe('chapter between hospitals', () => {
  const twelve = chapterInput(firstOf(12));
  const value = chapterOf(hospitals.compute(twelve));
  const section = textOf(htmlOf(value));

  it('says in its section the figures of the JSON', () => {
    const auroc = figureOf(find(value, 'auroc'));
    expect(section).toContain(`Over 12 hospitals the mean AUROC is ${intervalText(auroc, 'fraction')}`);
    expect(section).toContain('At a further hospital of the same kind an AUROC of');
    for (const measure of value.measures) {
      const style = measureStyle(measure);
      expect(section).toContain(intervalText(figureOf(measure), style));
      for (const { without } of measure.sites) expect(section).toContain(without && intervalText(without, style));
    }
  });

  it('shows each hospital as the core of the report does', () => {
    const { groups } = performanceOf(twelve.rows, twelve.sites, twelve.model.thresholds);
    const core = new Map(groups.filter(isWhole).map((group) => [group.site, group]));
    for (const { site, estimate, lower, upper, n } of find(value, 'auroc').sites)
      expect(core.get(site)?.auroc).toMatchObject({ estimate, lower, upper, n });
    for (const { site, estimate, lower, upper } of find(value, 'sensitivity').sites)
      expect(core.get(site)?.thresholds[0].sensitivity).toMatchObject({ estimate, lower, upper });
    for (const { site, estimate, lower, upper } of find(value, 'observed-expected').sites)
      expect(core.get(site)?.observedExpected).toMatchObject({ estimate, lower, upper });
  });

  it('draws hospitals with weights, the pooled diamond and the further hospital, all said in words too', () => {
    const [svg = ''] = htmlOf(value).match(/<svg.*?<\/svg>/s) ?? [];
    expect(svg.match(/data-site=/g)).toHaveLength(12);
    expect(svg).toContain('data-pooled=');
    expect(svg).toContain('data-prediction=');
    expect(svg).toMatch(/<desc[^>]*>ash [^<]*; pooled [^<]*; further hospital /);
    expect(section.match(/weight \d+\.\d %/g)?.length).toBeGreaterThanOrEqual(12);
    expect(htmlOf(value)).toContain('Funnel plot: AUROC');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('never pools predictive values, F1 or areas under precision and recall', () => {
    const names = ['auroc', 'sensitivity', 'specificity', 'observed-expected', 'calibration-slope'];
    expect(value.measures.map(({ measure }) => measure)).toEqual(names);
    expect(hospitals.methods(value)[0]).toContain(
      'Predictive values, F1 and the area under precision and recall are never pooled',
    );
  });

  it('writes its tables with the numbers of the JSON', () => {
    const tables = hospitals.tables(value);
    expect([...tables.keys()]).toEqual(['hospitals-pooled.csv', 'hospitals-sites.csv', 'hospitals-case-mix.csv']);
    for (const text of tables.values()) {
      const lines = text
        .trim()
        .split('\r\n')
        .map((line) => line.replaceAll(/"[^"]*"/g, '').split(',').length);
      expect(new Set(lines).size).toBe(1);
    }
    expect(tables.get('hospitals-pooled.csv')).toContain(String(figureOf(find(value, 'auroc')).estimate));
  });

  it('is plain JSON, and the same from the same input', () => {
    expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    expect(JSON.stringify(computed(firstOf(3)))).toBe(JSON.stringify(computed(firstOf(3))));
  });

  it('has something to know where a further hospital can be foretold', () => {
    expect(hospitals.points(value)).toEqual([
      expect.objectContaining({
        text: expect.stringMatching(/^Between hospitals: mean AUROC 0\.\d+ .* over 12; at a further hospital/),
      }),
    ]);
  });

  it('cannot tell of a further hospital at which chance may be all that is left', () => {
    const auroc = find(value, 'auroc');
    const prediction = { lower: 0.48, upper: 0.9, degreesOfFreedom: 10 };
    const wide = { ...value, measures: [{ ...auroc, pooled: { ...figureOf(auroc), prediction } }] };
    expect(hospitals.points(value)[0].importance).toBe('result');
    expect(hospitals.points(wide)[0].importance).toBe('cannot tell');
  });

  it.each([1, 2])('pools nothing over %i and says why', (count) => {
    const few = chapterOf(computed(firstOf(count)));
    const words = textOf(htmlOf(few));
    const who = count === 1 ? 'one hospital gives it' : 'two hospitals give it';
    expect(words).toContain(`Nothing is pooled for the AUROC: ${who}`);
    expect(words).not.toContain('Pooled over');
    expect(hospitals.cautions(few)).toEqual([]);
    expect(hospitals.points(few)).toEqual([]);
    expect(hospitals.methods(few)[0]).toContain('from 3 hospitals on; here fewer give any');
  });

  it.each([3, 4])('gives no range for a further hospital over %i and says why', (count) => {
    const few = chapterOf(computed(firstOf(count)));
    const words = textOf(htmlOf(few));
    expect(words).toContain('From fewer than 5 hospitals no range for a further hospital is given');
    expect(words).not.toContain('Dashed bar');
    expect(words).not.toContain('Funnel');
    expect(hospitals.cautions(few).map(({ code }) => code)).toEqual(['pooled-not-crude', 'few-hospitals-pooled']);
  });

  it('has nothing to say of a cohort without rows', () => {
    expect(computed([{ site: 'empty', studies: 0, prevalence: 0.5, separation: 1 }])).toBeNull();
  });

  it('takes a hospital with one class only as one that gives no ranking', () => {
    const healthy = chapterOf(
      computed([...firstOf(3), { site: 'healthy', studies: 150, prevalence: 0, separation: 2 }]),
    );
    const auroc = find(healthy, 'auroc');
    expect(auroc.leftOut).toEqual([{ site: 'healthy', why: '0 people with the outcome, fewer than 10' }]);
    expect(figureOf(auroc).k).toBe(3);
    expect(textOf(htmlOf(healthy))).toContain('AUROC: healthy (0 people with the outcome, fewer than 10).');
  });
});

describe('shareable edition of the chapter', () => {
  const value = chapterOf(computed(firstOf(5)));
  const open: SharedView = { isOpen: () => true, shows: () => true };
  const hiding = (site: string, counts: readonly string[]): SharedView => ({
    isOpen: (group) => group.site !== site,
    shows: (group, count) => group.site !== site || !counts.includes(count),
  });

  it('changes nothing where everything is shown', () => {
    expect(hospitals.share(value, open)).toEqual(value);
  });

  it.each(['n', 'events', 'nonEvents'])(
    'hides the summary of a hospital whose %s is hidden, and pools the others only',
    (count) => {
      const shared = hospitals.share(value, hiding('elm', [count]));
      const summary = shared.summaries.find(({ site }) => site === 'elm');
      expect(summary).toMatchObject({ n: null, events: null, auroc: HIDDEN_FIGURE, caseMix: HIDDEN_FIGURE });
      expect(JSON.stringify(summary).replaceAll(HIDDEN_FIGURE.absent, '')).not.toMatch(/\d/);
      const alone = poolSummaries(value.summaries.filter(({ site }) => site !== 'elm'));
      expect(shared.measures.map(({ pooled }) => pooled)).toEqual(alone.map(({ pooled }) => pooled));
      for (const { leftOut } of shared.measures)
        expect(leftOut).toContainEqual({ site: 'elm', why: HIDDEN_FIGURE.absent });
    },
  );

  it('hides one share where one of its counts is hidden, and leaves the ranking', () => {
    const shared = hospitals.share(value, hiding('elm', ['falseNegatives 0']));
    expect(find(shared, 'sensitivity').leftOut).toEqual([{ site: 'elm', why: HIDDEN_FIGURE.absent }]);
    expect(find(shared, 'specificity')).toEqual(find(value, 'specificity'));
    expect(find(shared, 'auroc')).toEqual(find(value, 'auroc'));
  });
});

describe('what a hospital moves', () => {
  const value = chapterOf(computed(firstOf(4)));
  const judged = value.measures.filter(({ sites }) => sites.some(({ without }) => without !== null)).slice(0, 2);
  const without = (influential: boolean | null) =>
    judged.map((measure) => ({
      ...measure,
      sites: measure.sites.map((site) => ({ ...site, without: site.without && { ...site.without, influential } })),
    }));

  it('is nothing beyond the cut-offs only where there are cut-offs', () => {
    expect(influenceWords(without(false))).toBe('No single hospital moves a pooled figure beyond the usual cut-offs.');
    const [first] = without(false);
    const [, second] = without(null);
    const words = influenceWords([first, second]);
    expect(words).toContain('No single hospital moves beyond the usual cut-offs what was pooled of AUROC.');
    expect(words).toContain('Not judged, for want of cut-offs, where the binomial model pooled: ');
    expect(influenceWords(without(null))).not.toContain('No single hospital');
  });
});
