import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import type { Cohort } from '#lib/cohort/rows.ts';
import type { AnalysedRow } from '#lib/cohort/select.ts';
import type { Chapter, ChapterInput, SharedView } from '#lib/report/chapter.ts';
import { briefOf } from '#lib/report/chapters/fairness/brief.ts';
import { fairness } from '#lib/report/chapters/fairness/fairness.ts';
import type { FairnessGap, FairnessValue } from '#lib/report/chapters/fairness/value.ts';
import { isSmall } from '#lib/report/disclosure.ts';
import { element } from '#lib/report/element.ts';
import type { Report } from '#lib/report/record.ts';
import { random } from '#lib/simulate/random.ts';
import { LABEL, MODEL } from '../../../cohort-tables.ts';
import { CONTRACT } from '../../../simulated-report.ts';

const COHORT: Cohort = { name: 'fairness', title: 'Simulated', model: MODEL, label: LABEL };

interface Simulated {
  readonly n: number;
  readonly sites?: readonly string[];
  readonly studiesPerPerson?: number;
  /** Added to the scores of women with the outcome, in logits. */
  readonly women?: number;
  readonly prevalence?: number;
}

function simulatedRows(
  seed: string,
  { n, sites = ['alder', 'birch'], studiesPerPerson = 1, women = 0, prevalence = 0.4 }: Simulated,
) {
  const source = random(seed);
  return Array.from({ length: n }, (_, row): AnalysedRow => {
    const person = Math.floor(row / studiesPerPerson);
    const own = random(`${seed}/${person}`);
    const sex = own.bernoulli(0.45) ? 'F' : 'M';
    const label = own.bernoulli(prevalence) ? 1 : 0;
    const logit = (label === 1 ? 1.2 : -1.2) + (sex === 'F' && label === 1 ? women : 0) + source.normal();
    const ethnicity = own.pick(['white', 'white', 'white', 'black', 'asian', '']);
    return {
      site: sites[person % sites.length],
      studyKey: `study-${row}`,
      unit: 'unit',
      subjectKey: `person-${person}`,
      sex,
      ageYears: own.integer(30, 79),
      device: undefined,
      groups: person < 3 ? { ethnicity: 'inuit' } : ethnicity === '' ? {} : { ethnicity },
      recording: undefined,
      present: new Set(['age', 'sex']),
      measurements: {},
      arrivedAt: '2026-01-01T00:00:00Z',
      label,
      labelSource: 'angiography',
      labelMethod: 'coronary angiography',
      labelYear: undefined,
      readers: undefined,
      blinded: undefined,
      unblinded: false,
      score: 1 / (1 + Math.exp(-logit)),
      relation: 'external',
      file: 'final.onnx',
    };
  });
}

function compute(rows: readonly AnalysedRow[], cohort: Cohort = COHORT): FairnessValue | null {
  const sites = [...new Set(rows.map(({ site }) => site))].sort();
  const flow = { steps: [], labels: { rows: 0, superseded: 0, studies: 0, unmatched: 0 } };
  const selection = { sites, rows, silent: [], unlabelled: [], unblinded: [], siteFlows: [], totalFlow: flow };
  const input = { rows, silent: [], unlabelled: [], selection, sites, model: CONTRACT, cohort, seed: 'seed' };
  return (fairness as Chapter<FairnessValue>).compute(input as unknown as ChapterInput);
}

function told(value: FairnessValue | null): FairnessValue {
  if (value === null) throw new Error('the chapter has something to say');
  return value;
}

const page = (value: FairnessValue): string =>
  renderToString(element('div', null, fairness.section(value, { cohort: COHORT } as Report) as never));

const open: SharedView = { isOpen: () => true, shows: () => true };
const value = told(compute(simulatedRows('gap', { n: 1500, women: -1.2 })));

describe('the chapter of fairness', () => {
  it('compares hospitals, sexes, ages and what sites describe, missing values as a group', () => {
    expect(value.columns.map(({ column }) => column)).toEqual(['site', 'sex', 'age', 'ethnicity']);
    const [ethnicity] = value.columns.filter(({ column }) => column === 'ethnicity');
    expect(ethnicity.groups.map(({ group }) => group)).toEqual(['asian', 'black', 'inuit', 'white', 'unknown']);
    expect(ethnicity.reference).toBe('white');
    expect(ethnicity.groups.reduce((sum, { n }) => sum + Number(n), 0)).toBe(1500);
  });

  it('says a planted gap first, with interval and corrected p, and everywhere the same', () => {
    const [sex] = value.columns.filter(({ column }) => column === 'sex');
    const [gap] = sex.gaps.filter(({ metric }) => metric === 'sensitivity');
    expect(gap.verdict).toBe('differs');
    if (!('estimate' in gap.difference)) throw new Error('the gap has an interval');
    const points = `${(gap.difference.estimate * 100).toFixed(1).replace('-', '−')} points`;
    expect(fairness.points(value)[0].text).toContain(
      `sensitivity at “balanced” of women against men differs by ${points}`,
    );
    expect(fairness.points(value)[0].text).toMatch(
      / \(all sites, crude\), corrected p.*; in false positive rate the gap is /,
    );
    const [size, least, most] = [gap.difference.estimate, gap.difference.upper, gap.difference.lower].map((share) =>
      (-share * 100).toFixed(1),
    );
    expect(gap.difference.estimate).toBeLessThan(0);
    expect(fairness.points(value)[0].brief).toContain(
      `Missed cases at “balanced” are more frequent by ${size} points (${least} to ${most}) in women than in men; false alarms `,
    );
    expect(page(value)).toContain(`differs: women ${points}`);
    expect(page(value)).toContain('Here a group needs ten people of either class; a figure of fewer may stand');
    expect(fairness.tables(value).get('fairness-gaps.csv')).toContain(
      `sex,female,male,performance,sensitivity,balanced,${gap.difference.estimate},${gap.difference.lower},${gap.difference.upper}`,
    );
  });

  it('gives each of two gaps in one sentence its own verdict', () => {
    const [sex] = value.columns.filter(({ column }) => column === 'sex');
    const [gap, other] = ['sensitivity', 'falsePositiveRate'].map((metric) => ({
      column: 'sex',
      gap: sex.gaps.filter((one) => one.metric === metric)[0],
    }));
    const said = (verdict: FairnessGap['verdict'], pValue: number) =>
      briefOf(gap, { ...other, gap: { ...other.gap, verdict, pValue } });
    expect(said('cannot-tell', 0.01)).toMatch(/; false alarms are .* points \(.*\), but the latter is only suggested,/);
    expect(said('cannot-tell', 0.6)).toMatch(/\), and of the latter it cannot be told whether it is chance$/);
    expect(said('differs', 0.0001)).toMatch(/; false alarms are .* points \(.*\): differs$/);
  });

  it('says which groups are too few to be the lowest or the highest', () => {
    const ethnicity = value.columns.find(({ column }) => column === 'ethnicity');
    expect(ethnicity?.spreads.some(({ leftOut }) => leftOut.includes('inuit'))).toBe(true);
    expect(page(value)).toMatch(/Too few people to take part, so that they may lie further out: .* of .*inuit/);
  });

  it('states how many tests were corrected together', () => {
    const tested = value.columns.flatMap(({ gaps }) => gaps).filter(({ pValue }) => pValue !== null);
    expect(value.families.performance + value.families.predictive).toBe(tested.length);
    expect(page(value)).toContain(`corrected for all ${value.families.performance} tests of this kind`);
    expect(fairness.methods(value).join(' ')).toContain(`(${value.families.performance} tests`);
  });

  it('never says equivalent or different where the corrected tests do not', () => {
    const gaps = [...value.columns, ...value.intersections].flatMap((part) => part.gaps);
    for (const { verdict, holm, equivalenceHolm } of gaps) {
      expect(verdict.startsWith('differs')).toBe((holm ?? 1) < 0.05);
      if (verdict === 'equivalent') expect(equivalenceHolm ?? 1).toBeLessThan(0.05);
    }
    const few = told(compute(simulatedRows('few', { n: 120 })));
    expect(few.columns.flatMap(({ gaps }) => gaps).every(({ verdict }) => verdict === 'cannot-tell')).toBe(true);
    expect(JSON.stringify(fairness.points(few))).not.toContain('equivalent');
  });

  it('takes reference groups and margins from the cohort', () => {
    const rule = { references: { sex: 'female' }, margins: { rate: 0.2 } };
    const rows = simulatedRows('gap', { n: 600 });
    const named = told(compute(rows, { ...COHORT, fairness: rule }));
    expect(named.columns.find(({ column }) => column === 'sex')?.reference).toBe('female');
    expect(named.margins).toEqual({ rate: 0.2, auroc: 0.05, observedExpectedRatio: 1.25 });
  });

  it('does not compare a column with a group that nobody is in, and says so', () => {
    const references = { sex: 'women', ethnicty: 'white' };
    const typo = told(compute(simulatedRows('gap', { n: 600 }), { ...COHORT, fairness: { references } }));
    expect(typo.columns.map(({ column }) => column)).not.toContain('sex');
    expect(typo.refused.map(({ refused }) => refused)).toEqual([
      'column sex: the cohort names women as reference group, found female, male',
      'column ethnicty: the cohort names white as reference group, found no such column with several groups',
    ]);
  });

  it('marks the thresholds of groups as a simulation', () => {
    expect(value.simulations.map(({ column }) => column)).toEqual(['sex', 'age', 'ethnicity']);
    expect(page(value)).toContain('a simulation, not for use');
  });

  it('warns where a column goes together with the hospital or the outcome', () => {
    const rows = simulatedRows('tied', { n: 400 }).map((row) => ({ ...row, device: `${row.site}-recorder` }));
    expect(fairness.cautions(told(compute(rows))).map(({ code }) => code)).toContain('fairness-confounded');
    expect(fairness.cautions(value).map(({ code }) => code)).not.toContain('fairness-confounded');
  });

  it('gives the same bytes again', () => {
    const again = told(compute(simulatedRows('gap', { n: 1500, women: -1.2 })));
    expect(JSON.stringify(again)).toBe(JSON.stringify(value));
  });

  it('writes numbers that JSON can hold', () => {
    expect(JSON.parse(JSON.stringify(value))).toEqual(value);
  });

  it('is silent of nobody, and says what is missing where one class or one person is there', () => {
    expect(compute([])).toBeNull();
    const oneClass = told(compute(simulatedRows('healthy', { n: 200, prevalence: 0 })));
    expect(page(oneClass)).toContain('too few people');
    const onePerson = told(compute(simulatedRows('one', { n: 30, studiesPerPerson: 15 })));
    expect(page(onePerson)).toContain('cannot be compared: too few people');
  });

  it('says who is alone in a column, and refuses a column of identifiers by name', () => {
    const rows = simulatedRows('alone', { n: 400, sites: ['alder'] }).map((row, place) => ({
      ...row,
      groups: { postcode: `p${place}` },
    }));
    const alone = told(compute(rows));
    expect(alone.single).toEqual(['site']);
    expect(alone.refused[0].refused).toContain('column postcode: found 400 values');
    expect(page(alone)).toContain('Not compared: column postcode: found 400 values in 400 studies');
  });
});

/** Every number under a name that is a count, anywhere in a value. */
function countsIn(part: unknown): number[] {
  const names = new Set(['n', 'events', 'people', 'rows', 'mistakes', 'clusters', 'eventPeople', 'nonEventPeople']);
  const cells = new Set(['truePositives', 'falseNegatives', 'falsePositives', 'trueNegatives', 'peopleInSeveral']);
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, inner]) =>
    typeof inner === 'number' && (names.has(name) || cells.has(name)) ? [inner] : countsIn(inner),
  );
}

describe('what of it may leave the sites', () => {
  const shared = fairness.share(value, open);

  it('holds no count of 1 to 10', () => {
    expect(countsIn(value).filter(isSmall).length).toBeGreaterThan(10);
    expect(countsIn(shared).filter(isSmall)).toEqual([]);
  });

  it('holds none either where so few have the outcome that no group has a figure', () => {
    const rows = simulatedRows('few', { n: 60, prevalence: 0 }).map((row, place) =>
      place < 7 ? { ...row, label: 1 as const } : row,
    );
    const few = told(compute(rows));
    expect(few.columns.flatMap(({ groups }) => countsIn(groups)).some(isSmall)).toBe(true);
    expect(few.columns.flatMap(({ spreads, gaps }) => countsIn([...spreads, ...gaps]))).toEqual([]);
    const shared = fairness.share(few, { isOpen: () => false, shows: () => false });
    expect(shared.columns.flatMap(({ groups }) => countsIn(groups)).filter(isSmall)).toEqual([]);
  });

  it('hides a small group and a second one, so that the first does not follow from the total', () => {
    const [ethnicity] = shared.columns.filter(({ column }) => column === 'ethnicity');
    const hidden = ethnicity.groups.filter(({ n }) => typeof n !== 'number');
    expect(hidden.map(({ group }) => group)).toContain('inuit');
    expect(hidden.length).toBeGreaterThanOrEqual(2);
    expect(ethnicity.gaps.filter(({ group }) => group === 'inuit').every(({ verdict }) => verdict === 'hidden')).toBe(
      true,
    );
    const pairs = shared.intersections.filter(({ columns }) => columns[1] === 'ethnicity');
    expect(pairs.every(({ hidden: isHidden, groups }) => isHidden && groups.length === 0)).toBe(true);
  });

  it('hides what the core of the report hides', () => {
    const view: SharedView = { isOpen: ({ sex }) => sex !== 'female', shows: () => false };
    const closed = fairness.share(value, view);
    const [sex] = closed.columns.filter(({ column }) => column === 'sex');
    expect(sex.gaps.every(({ difference }) => 'suppressed' in difference)).toBe(true);
    const nothing = fairness.share(value, { isOpen: () => false, shows: () => false });
    const { families: _f, intersectionFamilies: _i, margins: _m, slices: _s, ...figures } = nothing;
    expect(JSON.stringify(figures)).not.toMatch(/"(estimate|wanted|n|events)":-?\d/);
  });

  it('says on the first page how many gaps are hidden, where none of the others is shown', () => {
    const one = value.columns.flatMap(({ gaps }) => gaps).find(({ pValue }) => pValue !== null);
    if (one === undefined) throw new Error('a gap is tested');
    const open = { ...one, family: 'performance', verdict: 'cannot-tell', pValue: 0.4, holm: 1 } as const;
    const hidden = { ...open, verdict: 'hidden', pValue: null, holm: null } as const;
    const said = (gaps: FairnessValue['columns'][number]['gaps']) =>
      fairness.points({ ...value, columns: [{ ...value.columns[0], gaps }] })[0];
    expect(said([open, hidden, hidden]).text).toContain('1 of 1 could not be told from one of');
    expect(said([open, hidden, hidden]).text).toContain('; 2 more hidden in this edition: no reassurance.');
    expect(said([hidden])).toMatchObject({
      importance: 'cannot tell',
      brief: 'Gaps between groups are hidden in this edition.',
    });
  });

  it('tells slices without counts and p-values, and associations rounded', () => {
    const { findings } = shared.slices;
    expect(findings.length).toBeGreaterThan(0);
    for (const { seen, confirmation, rest, pValue, holm } of findings) {
      const numbers = [seen, confirmation, rest].flatMap((share) => Object.values(share));
      expect([...numbers, pValue, holm].some((value) => typeof value === 'number')).toBe(false);
    }
    expect(page(shared)).toContain('hidden');
    for (const { strength } of shared.associations) {
      if (!('estimate' in strength)) throw new Error('every association can be told here');
      expect(String(strength.estimate)).toMatch(/^[01](\.\d{1,2})?$/);
    }
  });

  it('holds no reason that counts people where people have several studies', () => {
    const several = told(compute(simulatedRows('several', { n: 900, studiesPerPerson: 3 })));
    expect(JSON.stringify(several)).toContain('people with and');
    const groups = fairness.share(several, open).columns.map((column) => column.groups);
    expect(JSON.stringify(groups)).not.toContain('cannotTell');
  });
});
