import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { type AnalysedRow, selectCohort } from '#lib/cohort/select.ts';
import type { ChapterInput, SharedView } from '#lib/report/chapter.ts';
import { hospitals } from '#lib/report/chapters/hospitals/hospitals.ts';
import { intervalText, measureStyle } from '#lib/report/chapters/hospitals/measure-words.ts';
import { poolReports } from '#lib/report/chapters/hospitals/pool-reports.ts';
import { type PoolableReport, readPoolableReport } from '#lib/report/chapters/hospitals/poolable-report.ts';
import { pooledPage } from '#lib/report/chapters/hospitals/pooled-page.ts';
import { hospitalsSection } from '#lib/report/chapters/hospitals/section.ts';
import { HIDDEN_FIGURE, type Hospitals } from '#lib/report/chapters/hospitals/value.ts';
import { influenceWords } from '#lib/report/chapters/hospitals/words.ts';
import { shareYears, yearsOf } from '#lib/report/chapters/hospitals/years.ts';
import { performanceOf } from '#lib/report/measure.ts';
import { isEstimate, isWhole } from '#lib/report/record.ts';
import { random } from '#lib/simulate/random.ts';
import { poolSummaries } from '#lib/validation/pool-summaries.ts';
import type { PooledFigure, PooledMeasure } from '#lib/validation/pooled-measure.ts';
import { LABEL, type SimulatedHospital } from '../../../cohort-tables.ts';
import { CONTRACT, simulatedInput } from '../../../simulated-report.ts';

const NAMES = ['ash', 'birch', 'cedar', 'elm', 'fir', 'hazel', 'juniper', 'larch', 'maple', 'oak', 'pine', 'yew'];
const hospital = (site: string, place: number): SimulatedHospital => ({
  site,
  studies: 160 + 30 * place,
  prevalence: 0.25 + 0.03 * (place % 5),
  separation: 1.5 + 0.2 * (place % 4),
});
const of = (count: number): SimulatedHospital[] => NAMES.slice(0, count).map(hospital);

/** The chapter's value alone: other chapters of a report take seconds. */
const computed = (those: readonly SimulatedHospital[]): Hospitals | null => hospitals.compute(inputOf(those));
const inputOf = (those: readonly SimulatedHospital[]): ChapterInput => {
  const { tables, cohort, model } = simulatedInput(those);
  const selection = selectCohort(tables, cohort);
  const { rows, silent, unlabelled, sites } = selection;
  return { rows, silent, unlabelled, selection, sites, model, cohort, seed: 'none' };
};
const chapterOf = (value: Hospitals | null): Hospitals => {
  if (value === null) throw new Error('no chapter');
  return value;
};
const find = ({ measures }: Hospitals, name: PooledMeasure['measure']): PooledMeasure => {
  const measure = measures.find((entry) => entry.measure === name);
  if (measure === undefined) throw new Error(`no ${name}`);
  return measure;
};
const figureOf = ({ pooled }: PooledMeasure): PooledFigure => {
  if ('cannotTell' in pooled) throw new Error(pooled.cannotTell);
  return pooled;
};
const htmlOf = (value: Hospitals): string =>
  hospitalsSection(value, undefined)
    .map((node) => (node ? renderToString(node) : ''))
    .join('');
const textOf = (html: string): string => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
const HIDDEN = { suppressed: true } as const;

describe('chapter between hospitals', () => {
  const twelve = inputOf(of(12));
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
    expect(JSON.stringify(computed(of(3)))).toBe(JSON.stringify(computed(of(3))));
  });

  it('has something to know where a further hospital can be foretold', () => {
    expect(hospitals.points(value)).toEqual([
      expect.objectContaining({
        text: expect.stringMatching(/^Between hospitals: mean AUROC 0\.\d+ .* over 12; at a further hospital/),
      }),
    ]);
  });

  it.each([1, 2])('pools nothing over %i and says why', (count) => {
    const few = chapterOf(computed(of(count)));
    const words = textOf(htmlOf(few));
    const who = count === 1 ? 'one hospital gives it' : 'two hospitals give it';
    expect(words).toContain(`Nothing is pooled for the AUROC: ${who}`);
    expect(words).not.toContain('Pooled over');
    expect(hospitals.cautions(few)).toEqual([]);
    expect(hospitals.points(few)).toEqual([]);
    expect(hospitals.methods(few)[0]).toContain('from 3 hospitals on; here fewer give any');
  });

  it.each([3, 4])('gives no range for a further hospital over %i and says why', (count) => {
    const few = chapterOf(computed(of(count)));
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
    const healthy = chapterOf(computed([...of(3), { site: 'healthy', studies: 150, prevalence: 0, separation: 2 }]));
    const auroc = find(healthy, 'auroc');
    expect(auroc.leftOut).toEqual([{ site: 'healthy', why: '0 people with the outcome, fewer than 10' }]);
    expect(figureOf(auroc).k).toBe(3);
    expect(textOf(htmlOf(healthy))).toContain('AUROC: healthy (0 people with the outcome, fewer than 10).');
  });
});

describe('shareable edition of the chapter', () => {
  const value = chapterOf(computed(of(5)));
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

describe('reports of single hospitals', () => {
  const single = (place: number) => {
    const own = chapterOf(computed([hospital(NAMES[place], place)]));
    const { name, version, regulatoryStatus, files } = CONTRACT;
    const json = {
      schema: 'tricuspid/cohort-report/1',
      audience: 'shareable',
      cohort: { title: `Patients of ${NAMES[place]}`, label: LABEL },
      model: { name, version, regulatoryStatus, files },
      primary: { relations: ['external'], groups: [] },
      provenance: { missing: 0, inputs: [{ name: 'Tables', sha256: String(place).padStart(64, '0') }] },
      chapters: { hospitals: own },
    };
    const file = `${NAMES[place]}/report.json`;
    return { name: file, report: readPoolableReport(file, JSON.parse(JSON.stringify(json))) };
  };
  const parts = Array.from({ length: 6 }, (_, place) => single(place));

  it('pooled without rows are what one report over all these hospitals pools', () => {
    const together = chapterOf(computed(of(6)));
    expect(poolReports(parts).hospitals.measures).toEqual(together.measures);
    const page = pooledPage(poolReports(parts));
    expect(textOf(page)).toContain(intervalText(figureOf(find(together, 'auroc')), 'fraction'));
    expect(page).toContain('Patients of ash: ash (ash/report.json, shareable edition)');
  });

  it('are refused by name: one alone, a hospital twice, the same data, another model or label', () => {
    expect(() => poolReports(parts.slice(0, 1))).toThrow('pool: found 1 report, accepted at least 2');
    const again = { ...parts[1], name: 'again.json' };
    expect(() => poolReports([parts[0], parts[1], again])).toThrow(
      'found the same inputs in birch/report.json and again.json',
    );
    const changed = (change: Partial<PoolableReport>) => ({
      name: 'other.json',
      report: { ...parts[1].report, ...change },
    });
    const renamed = changed({ provenance: { missing: 0, inputs: [{ sha256: 'f'.repeat(64) }] } });
    expect(() => poolReports([parts[0], parts[1], renamed])).toThrow(
      'found hospital "birch" in birch/report.json and in other.json',
    );
    const { model } = parts[1].report;
    expect(() => poolReports([parts[0], changed({ model: { ...model, version: '2.0.0' } })])).toThrow(
      'found model cad-test 1.0.0 in ash/report.json and cad-test 2.0.0 in other.json',
    );
    const files = [{ sha256: 'c'.repeat(64) }];
    expect(() => poolReports([parts[0], changed({ model: { ...model, files } })])).toThrow(
      'found weights aaaaaaaaaaaa',
    );
    expect(() => poolReports([parts[0], changed({ cohort: { title: 'x', label: 'death' } })])).toThrow(
      'found label "coronary-disease" in ash/report.json and "death"',
    );
  });

  it('are checked when they are read: schema, missing chapter, variance of 0, counts that do not fit, unknown fields', () => {
    const json = JSON.parse(JSON.stringify(parts[0].report));
    expect(() => readPoolableReport('a.json', null)).toThrow('pool: found in a.json the file: ');
    expect(() => readPoolableReport('a.json', { ...json, schema: 'other/1' })).toThrow('found in a.json schema: ');
    expect(() => readPoolableReport('a.json', { ...json, chapters: {} })).toThrow('chapters.hospitals');
    const [summary] = json.chapters.hospitals.summaries;
    const withSummary = (change: object) => ({
      ...json,
      chapters: { hospitals: { ...json.chapters.hospitals, summaries: [{ ...summary, ...change }] } },
    });
    expect(() => readPoolableReport('a.json', withSummary({ auroc: { ...summary.auroc, variance: 0 } }))).toThrow(
      'chapters.hospitals.summaries.0.auroc',
    );
    const [at] = summary.thresholds;
    const wrong = [{ ...at, sensitivity: { ...at.sensitivity, successes: at.sensitivity.n + 1 } }];
    expect(() => readPoolableReport('a.json', withSummary({ thresholds: wrong }))).toThrow('thresholds.0.sensitivity');
    expect(() => readPoolableReport('a.json', withSummary({ patient: 1 }))).toThrow('Unrecognized key: "patient"');
  });

  it('say where they are another kind of evidence or incomplete', () => {
    const partial = {
      ...parts[1],
      report: { ...parts[1].report, provenance: { ...parts[1].report.provenance, missing: 3 } },
    };
    const internal = {
      ...parts[2],
      report: { ...parts[2].report, primary: { relations: ['left-out-site' as const] } },
    };
    const page = textOf(pooledPage(poolReports([parts[0], partial, internal])));
    expect(page).toContain('PARTIAL: birch/report.json closed while drops were still in flight');
    expect(page).toContain('The reports are not one kind of evidence');
  });
});

describe('year by year', () => {
  const draw = random('years');
  const row = (site: string, year: number | undefined, drift: number): AnalysedRow => {
    const logit = draw.normal(-0.3, 1.2);
    const label = draw.bernoulli(1 / (1 + Math.exp(-(logit + drift)))) ? 1 : 0;
    const key = `${site}-${draw.uint32()}`;
    return {
      ...(EMPTY_ROW as AnalysedRow),
      ...{ site, studyKey: key, subjectKey: key, label, score: 1 / (1 + Math.exp(-logit)), labelYear: year },
    };
  };
  const EMPTY_ROW: Partial<AnalysedRow> = { relation: 'external', file: null, sex: undefined, ageYears: undefined };
  const rows = ['ash', 'birch'].flatMap((site) =>
    [2019, 2020, 2021, 2022].flatMap((year) => Array.from({ length: 150 }, () => row(site, year, 0.5 * (year - 2019)))),
  );
  const sites = ['ash', 'birch'];
  const everything = { isOpen: () => true, shows: () => true };

  it('finds a planted drift of calibration, and counts the studies without a year', () => {
    const years = yearsOf([...rows, row('ash', undefined, 0)], sites);
    if (years === null || !isEstimate(years.drift)) throw new Error('no years');
    expect(years.drift.lower).toBeLessThan(0.5);
    expect(years.drift.upper).toBeGreaterThan(0.5);
    expect(years.drift.lower).toBeGreaterThan(0.2);
    expect(years.undated).toBe(1);
    expect(years.all).toHaveLength(4);
    expect(years.bySite).toHaveLength(8);
  });

  it('says nothing where labels carry one year or none', () => {
    expect(
      yearsOf(
        rows.filter(({ labelYear }) => labelYear === 2020),
        sites,
      ),
    ).toBeNull();
    expect(yearsOf([row('ash', undefined, 0)], ['ash'])).toBeNull();
    expect(yearsOf([], [])).toBeNull();
  });

  it('are shared only where no year is small and every hospital is open', () => {
    const years = yearsOf(rows, sites);
    const few = yearsOf([...rows, ...Array.from({ length: 5 }, () => row('ash', 2023, 0))], sites);
    if (years === null || few === null) throw new Error('no years');
    expect(shareYears(years, sites, everything)).toEqual(years);
    expect(shareYears(few, sites, everything)).toEqual({ undated: HIDDEN, all: HIDDEN, bySite: HIDDEN, drift: HIDDEN });
    const closed = shareYears(years, sites, { ...everything, isOpen: ({ site }) => site !== 'ash' });
    expect(closed).toEqual({ ...years, bySite: HIDDEN });
    const hidden = shareYears(years, sites, { ...everything, shows: () => false });
    expect(hidden.all).toEqual(HIDDEN);
  });
});

describe('what a hospital moves', () => {
  const value = chapterOf(computed(of(4)));
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
