import { describe, expect, it } from 'vitest';
import { cellsOf } from '#lib/report/cells.ts';
import { determined, isSmall } from '#lib/report/disclosure.ts';
import { siteGroups } from '#lib/report/groups.ts';
import { hiddenCells } from '#lib/report/hiding.ts';
import type { Report } from '#lib/report/record.ts';
import { isSuppressed } from '#lib/report/record.ts';
import { shareableBody } from '#lib/report/share.ts';
import { cellsWithoutAnother } from '#lib/report/whole-counts.ts';
import { random } from '#lib/simulate/random.ts';
import { FOUR_HOSPITALS, type SimulatedHospital } from '../../cohort-tables.ts';
import { ecgReport } from '../../ecg-tables.ts';
import { simulatedReport } from '../../simulated-report.ts';

const COUNTS = new Set([
  ...['silentEvents', 'silentNonEvents', 'eventSubjects', 'nonEventSubjects'],
  ...['n', 'subjects', 'events', 'nonEvents', 'women', 'men', 'sexMissing', 'missing', 'count', 'clusters'],
  ...[
    'truePositives',
    'falseNegatives',
    'trueNegatives',
    'falsePositives',
    'rows',
    'superseded',
    'studies',
    'unmatched',
  ],
]);

/** Every count in a part of the record, by its path. */
function countsIn(value: unknown, path = ''): [string, number][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): [string, number][] =>
    typeof inner === 'number' && COUNTS.has(key) ? [[`${path}/${key}`, inner]] : countsIn(inner, `${path}/${key}`),
  );
}

const small: readonly SimulatedHospital[] = [
  ...FOUR_HOSPITALS,
  { site: 'elm', studies: 40, prevalence: 0.4, separation: 3, relation: 'apparent' },
  { site: 'fir', studies: 7, prevalence: 0.5, separation: 2 },
  { site: 'gean', studies: 60, prevalence: 0.5, separation: 2, studiesPerSubject: 12 },
];

describe('the shareable edition', () => {
  const { files, report } = simulatedReport(small);
  const shared = JSON.parse(files.get('shareable/report.json') ?? '') as Report;
  const { answer: _a, cautions: _c, methods: _m, model: _model, ...numbers } = shared;

  it('tells no count of 1 to 10 in words', () => {
    const few = [{ site: 'alder', studies: 120, prevalence: 0.06, separation: 5 }];
    const { files: own, report: internal } = simulatedReport(few);
    const ill = internal.primary.groups[0].eventSubjects;
    expect(isSmall(Number(ill))).toBe(true);
    const told = new RegExp(`\\b${ill} (?:people|person|subjects|rows|events|with )`);
    expect(own.get('internal/report.json')).toMatch(told);
    for (const [path, text] of own)
      if (path.startsWith('shareable/')) expect(`${path}: ${told.exec(text)?.[0]}`).toBe(`${path}: undefined`);
  });

  it('holds no count of 1 to 10', () => {
    expect(countsIn(numbers).filter(([, count]) => isSmall(count))).toEqual([]);
    expect(countsIn(report.primary).filter(([, count]) => isSmall(count)).length).toBeGreaterThan(20);
  });

  it('lets no group count be computed from two others', () => {
    for (const { n, events, nonEvents } of shared.primary.groups) {
      const hidden = [n, events, nonEvents].filter((count) => isSuppressed(count)).length;
      const zeros = [n, events, nonEvents].filter((count) => count === 0).length;
      expect(hidden === 1 && zeros === 0).toBe(false);
    }
  });

  it('hides all of a hospital with many studies of few people', () => {
    const gean = shared.primary.groups.find(
      ({ site, sex, ageBand }) => site === 'gean' && sex === null && ageBand === null,
    );
    expect(gean).toMatchObject({
      n: { suppressed: true },
      subjects: { suppressed: true },
      auroc: { suppressed: true },
    });
  });

  it('keeps the results of hospitals that are large enough', () => {
    const alder = shared.primary.groups.find(
      ({ site, sex, ageBand }) => site === 'alder' && sex === null && ageBand === null,
    );
    const internal = report.primary.groups.find(
      ({ site, sex, ageBand }) => site === 'alder' && sex === null && ageBand === null,
    );
    expect(alder?.auroc).toEqual(internal?.auroc);
  });

  it('gives away neither the youngest nor the oldest', () => {
    for (const { age } of shared.table1)
      if ('minimumYears' in age) expect([age.minimumYears, age.maximumYears].every(isSuppressed)).toBe(true);
  });

  it('hides nothing of public data, and says so', () => {
    const open = simulatedReport(small, true);
    const page = JSON.parse(open.files.get('shareable/report.json') ?? '') as Report;
    expect(page.primary).toEqual(JSON.parse(JSON.stringify(open.report.primary)));
    expect(page.cautions.map(({ code }) => code)).toContain('public-data');
    expect(open.files.get('shareable/report.html')).toContain('Public data: no cell is hidden.');
  });

  it('names no score of a single person at the ends of a calibration curve', () => {
    for (const { curve } of shared.primary.calibration)
      if (Array.isArray(curve))
        for (const { score } of curve) expect(Math.abs(score * 50 - Math.round(score * 50))).toBeLessThan(1e-9);
  });

  it.each([1, 2, 3, 4])('lets no small count of random hospitals be solved for (%i)', (seed) => {
    const draw = random(`share ${seed}`);
    const hospitals = Array.from({ length: draw.integer(1, 4) }, (_, i) => ({
      site: `site-${i}`,
      studies: draw.integer(5, 250),
      prevalence: 0.05 + 0.9 * draw.uniform(),
      separation: 2,
      women: draw.uniform(),
    }));
    const { report: internal } = simulatedReport(hospitals);
    const { counts, sums } = cellsOf(internal);
    const hidden = hiddenCells(internal);
    const solved = determined(hidden, sums);
    for (const [id, count] of counts)
      if (isSmall(count)) expect([hidden.has(id), solved.has(id)], `${id} = ${count}`).toEqual([true, false]);
    expect(cellsWithoutAnother(counts, sums, hidden)).toEqual([]);
  });

  it.each([1, 2, 3])('shows no count of many studies of few people, and lets none be solved for (%i)', (seed) => {
    const draw = random(`people ${seed}`);
    const hospitals = Array.from({ length: 3 }, (_, i) => ({
      site: `site-${i}`,
      people: draw.integer(3, 60),
      peopleWithFibrillation: draw.integer(1, 15),
      recordingsEach: draw.integer(12, 20),
      devices: ['a', 'b'],
      knowsPeople: true,
      silence: [0.1, 0.1] as const,
    })).map((hospital) => ({ ...hospital, people: hospital.people + hospital.peopleWithFibrillation }));
    const { report: internal, files: written } = ecgReport(hospitals, false);
    const shown = JSON.parse(written.get('shareable/report.json') ?? '') as Report;
    internal.primary.groups.forEach((group, i) => {
      const { n, events, nonEvents, thresholds } = shown.primary.groups[i];
      const counts = [
        ...(isSmall(Number(group.subjects)) ? [n, events, nonEvents] : []),
        ...(isSmall(Number(group.eventSubjects)) ? [events, ...thresholds.map((at) => at.truePositives)] : []),
        ...(isSmall(Number(group.nonEventSubjects)) ? [nonEvents, ...thresholds.map((at) => at.trueNegatives)] : []),
      ];
      for (const count of counts) expect(count === 0 || isSuppressed(count), `${JSON.stringify(group)}`).toBe(true);
    });
    for (const { site, bins, histogram } of shown.primary.calibration) {
      const whole = siteGroups(internal.primary).find((group) => group.site === site);
      if (!isSmall(Number(whole?.eventSubjects))) continue;
      for (const { events } of [...bins, ...histogram]) expect(events === 0 || isSuppressed(events)).toBe(true);
    }
    const { counts, sums } = cellsOf(internal);
    const hidden = hiddenCells(internal);
    const solved = determined(hidden, sums);
    for (const [id, count] of counts)
      if (isSmall(count)) expect([hidden.has(id), solved.has(id)], `${id} = ${count}`).toEqual([true, false]);
  });

  it('is made from internal reports only', () => {
    expect(() => cellsOf(shareableBody(report))).toThrow('is hidden already');
  });
});
