import { describe, expect, it } from 'vitest';
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { shareYears, yearsOf } from '#lib/report/chapters/hospitals/years.ts';
import { isEstimate } from '#lib/report/record.ts';
import { random } from '#lib/simulate/random.ts';

const HIDDEN = { suppressed: true } as const;

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
