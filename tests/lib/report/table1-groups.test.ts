// Groups that sites describe stand in Table 1, and what hides there is hidden wherever else it stands.
import { describe, expect, it } from 'vitest';
import { writeReport } from '#functions/audit/report.ts';
import { groupKey } from '#lib/formats/study-groups.ts';
import type { Count, Report } from '#lib/report/record.ts';
import { isSuppressed } from '#lib/report/record.ts';
import { simulatedInput } from '../../simulated-report.ts';

const HOSPITALS = [
  { site: 'alder', studies: 150, prevalence: 0.4, separation: 2.4 },
  { site: 'birch', studies: 120, prevalence: 0.3, separation: 2 },
];

/** Payer of the study with this number; birch has eight people without insurance, and does not know it of every tenth. */
function payer(site: string, place: number): string | undefined {
  if (place % 10 === 0) return site === 'birch' ? undefined : 'none';
  if (site === 'birch' && place % 14 === 1) return 'none';
  return place % 3 === 0 ? 'public' : 'private';
}

const input = simulatedInput(HOSPITALS);
const studies = input.tables.studies.map((study) => {
  const value = payer(study.site, study.row);
  const payload = { ...JSON.parse(study.payload), ...(value !== undefined && { [groupKey('insurance')]: value }) };
  return { ...study, payload: JSON.stringify(payload) };
});
const { report, files } = writeReport({ ...input, tables: { ...input.tables, studies } });
const shared = JSON.parse(files.get('shareable/report.json') ?? '') as Report;

const insurance = ({ table1 }: Report, site: string | null): Readonly<Record<string, Count>> =>
  Object.fromEntries(
    (table1.find((column) => column.site === site)?.categories ?? [])
      .filter(({ characteristic }) => characteristic === 'group:insurance')
      .map(({ value, n }) => [value, n]),
  );

describe('groups that sites describe', () => {
  it('stand in Table 1 by hospital, those without the value as a group of their own', () => {
    for (const { site, n } of report.table1) {
      const counts = insurance(report, site);
      expect(Object.keys(counts)).toEqual(['none', 'private', 'public', 'unknown']);
      expect(Object.values(counts).reduce<number>((sum, count) => sum + Number(count), 0)).toBe(n);
    }
    expect(insurance(report, 'alder').unknown).toBe(0);
    expect(files.get('internal/report.html')).toContain('Insurance: not given');
    expect(files.get('internal/tables/table1.csv')).toContain(
      `birch,insurance=none,${insurance(report, 'birch').none}`,
    );
  });

  it('count the same studies as the comparison of groups does', () => {
    const column = report.chapters.fairness?.columns.find((one) => one.column === 'insurance');
    const compared = Object.fromEntries((column?.groups ?? []).map(({ group, n }) => [group, n]));
    expect(compared).toEqual(insurance(report, null));
  });

  it('are hidden where few, with what would give them away, there and where groups are compared', () => {
    expect(Number(insurance(report, 'birch').none)).toBeLessThan(11);
    expect(isSuppressed(insurance(shared, 'birch').none)).toBe(true);
    const column = shared.chapters.fairness?.columns.find((one) => one.column === 'insurance');
    for (const [value, n] of Object.entries(insurance(shared, null))) {
      if (!isSuppressed(n)) continue;
      expect(column?.groups.find(({ group }) => group === value)?.n, value).toEqual({ suppressed: true });
    }
    const hidden = Object.keys(insurance(report, 'birch')).filter((value) =>
      [null, 'alder', 'birch'].every((site) => !isSuppressed(insurance(shared, site)[value])),
    );
    expect(hidden).not.toContain('none');
  });
});
