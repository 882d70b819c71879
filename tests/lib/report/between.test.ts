// An attacker has every shareable report of a series and subtracts.
import { describe, expect, it } from 'vitest';
import { writeReport } from '#functions/audit/report.ts';
import type { Cohort, CohortTables } from '#lib/cohort/rows.ts';
import { selectCohort } from '#lib/cohort/select.ts';
import { type SharedReport, sharedReport } from '#lib/report/between.ts';
import type { Chapters } from '#lib/report/chapter-values.ts';
import { describe as describeRows } from '#lib/report/describe.ts';
import { determined, isSmall, type Sum } from '#lib/report/disclosure.ts';
import { hiddenCellsFile, hidingOf } from '#lib/report/hiding.ts';
import { performanceOf } from '#lib/report/measure.ts';
import type { ReportPast } from '#lib/report/provenance.ts';
import { isSuppressed, type Report, type ReportBody } from '#lib/report/record.ts';
import { shareableBody } from '#lib/report/share.ts';
import { silenceOf } from '#lib/report/silence.ts';
import { random } from '#lib/simulate/random.ts';
import { LABEL, MODEL, type SimulatedHospital, simulatedTables, withStudies } from '../../cohort-tables.ts';
import { simulatedInput, simulatedReport } from '../../simulated-report.ts';

const HOSPITALS: readonly SimulatedHospital[] = [
  { site: 'alder', studies: 420, prevalence: 0.4, separation: 2.4 },
  { site: 'birch', studies: 300, prevalence: 0.3, separation: 2 },
  { site: 'cedar', studies: 200, prevalence: 0.5, separation: 2, studiesPerSubject: 6 },
];
const ALL = simulatedTables('series', HOSPITALS);
const COHORT: Cohort = { name: 'simulated', title: 'Simulated', model: MODEL, label: LABEL };

const { report: whole } = simulatedReport([{ site: 'ash', studies: 30, prevalence: 0.5, separation: 2 }]);
const noChapters = Object.fromEntries(Object.keys(whole.chapters).map((id) => [id, null])) as unknown as Chapters;
const { thresholds } = simulatedInput([]).model;

/** The internal report without its chapters, which take nearly all of the time. */
function bodyOf(tables: CohortTables, cohort: Cohort = COHORT): ReportBody {
  const { sites, rows, silent, siteFlows, totalFlow } = selectCohort(tables, cohort);
  return {
    ...whole,
    cohort,
    chapters: noChapters,
    flow: [...siteFlows, { site: null, ...totalFlow }].map(({ site, steps, labels }) => ({
      ...{ site, labels },
      steps: steps.map((step) => ({ ...step, losses: step.losses.map((loss) => ({ ...loss, reason: '' })) })),
    })),
    table1: describeRows(rows, sites, ['age', 'cholesterol']),
    primary: performanceOf(rows, sites, thresholds),
    silence: silenceOf(rows, silent, sites, thresholds),
    provenance: { ...whole.provenance, scoredBy: [] },
  };
}

interface Published {
  readonly report: SharedReport;
  readonly shown: ReportBody;
  readonly withheld: boolean;
}

/** One report after the other, each held against those before it. */
function publish(bodies: readonly ReportBody[]): Published[] {
  const out: Published[] = [];
  for (const body of bodies) {
    const hiding = hidingOf(body, { shared: out.map(({ report }) => report), lacking: [] });
    const file = hiddenCellsFile(hiding);
    out.push({
      report: sharedReport(`run-${out.length + 1}`, body, file),
      shown: shareableBody(body, hiding),
      withheld: file.withheld,
    });
  }
  return out;
}

const KEYS = ['site', 'sex', 'ageBand', 'device', 'name', 'code', 'characteristic', 'value', 'field', 'from'] as const;

/** Every number of a record by the names on the way to it; members of lists by what they are about. */
function numbersIn(value: unknown, path = ''): [string, number][] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const about: readonly string[] =
      Array.isArray(value) && typeof inner === 'object' && inner !== null
        ? KEYS.flatMap((k) => (k in inner ? [`${k}=${inner[k]}`] : []))
        : [];
    const name = about.join(';') || key;
    return numbersIn(inner, `${path}/${name}`);
  });
}

const COUNT =
  /\/(?:n|events|nonEvents|subjects|eventSubjects|nonEventSubjects|people|eventPeople|nonEventPeople|clusters|count|women|men|sexMissing|missing|truePositives|falseNegatives|trueNegatives|falsePositives|silentEvents|silentNonEvents|rows|superseded|studies|unmatched)$/;

function subtracted(earlier: unknown, later: unknown): [string, number][] {
  const before = new Map(numbersIn(earlier));
  return numbersIn(later).flatMap(([path, count]): [string, number][] => {
    const then = before.get(path);
    return COUNT.test(path) && then !== undefined && isSmall(Math.abs(count - then)) ? [[path, count - then]] : [];
  });
}

/** Whatever can be solved for from the sums of all reports, where cells that are equal in two of them are taken for the same. */
function attack(series: readonly SharedReport[]): { readonly counts: string[]; readonly differences: string[] } {
  const name = (i: number, id: string) => `${i}:${id}`;
  const unknown = new Set<string>();
  const sums: Sum[] = [];
  const small: string[] = [];
  const differences: string[] = [];
  series.forEach(({ counts, hidden, sums: own, sites }, i) => {
    for (const id of hidden) if (counts.has(id)) unknown.add(name(i, id));
    for (const { total, parts } of own) sums.push({ total: name(i, total), parts: parts.map((id) => name(i, id)) });
    for (const [id, count] of counts) {
      if (isSmall(count)) small.push(name(i, id));
      for (let j = 0; j < i; j++) {
        const then = series[j].counts.get(id);
        if (then === undefined || (id.split('/')[1] === '*' && series[j].sites !== sites)) continue;
        if (then === count) sums.push({ total: name(i, id), parts: [name(j, id)] });
        if (!isSmall(Math.abs(then - count))) continue;
        const difference = `${i}-${j}:${id}`;
        unknown.add(difference);
        differences.push(difference);
        sums.push({ total: name(i, id), parts: [name(j, id), difference] });
      }
    }
  });
  const solved = determined(unknown, sums);
  const known = (id: string) => !unknown.has(id) || solved.has(id);
  return { counts: small.filter(known), differences: differences.filter(known) };
}

const first = (n: Readonly<Record<string, number>>) => (site: string, place: number) => place <= (n[site] ?? 0);

describe('a series of shareable reports', () => {
  it('tells, without this guard, of the few who came between two of them', () => {
    const bodies = [
      { alder: 300, birch: 200, cedar: 120 },
      { alder: 304, birch: 245, cedar: 120 },
    ].map((n) => bodyOf(withStudies(ALL, first(n))));
    const careless = bodies.map((body) => shareableBody(body));
    expect(subtracted(careless[0].primary, careless[1].primary).length).toBeGreaterThan(20);
    const guarded = publish(bodies);
    expect(subtracted(guarded[0].shown, guarded[1].shown)).toEqual([]);
    expect(guarded[1].shown.between).toMatchObject({ earlier: ['run-1'], closed: expect.arrayContaining(['alder']) });
  });

  it.each([1, 2])('that grow, shrink, are corrected and narrowed gives nobody away (%i)', (seed) => {
    const draw = random(`series ${seed}`);
    const size: Record<string, number> = { alder: draw.integer(60, 200), birch: draw.integer(40, 150), cedar: 60 };
    let flipped = ALL;
    const bodies = Array.from({ length: 4 }, (_, step) => {
      if (step > 0) {
        for (const site of Object.keys(size)) {
          const by = draw.pick([0, 0, 1, 4, 9, 14, 40, 90, -1, -15]);
          size[site] = Math.max(15, size[site] + by);
        }
        if (draw.bernoulli(0.3)) {
          const at = draw.integer(0, flipped.labels.length - 1);
          const labels = flipped.labels.map((row, i) => (i === at ? { ...row, value: 1 - (row.value ?? 0) } : row));
          flipped = { ...flipped, labels };
        }
      }
      const sites = draw.bernoulli(0.3) ? ['alder', 'birch'] : ['alder', 'birch', 'cedar'];
      return bodyOf(withStudies(flipped, first(size)), {
        ...COHORT,
        name: sites.length === 2 ? 'narrow' : 'wide',
        sites,
      });
    });
    const series = publish(bodies);
    expect(attack(series.map(({ report }) => report))).toEqual({ counts: [], differences: [] });
    for (const [i, later] of series.entries())
      for (const earlier of series.slice(0, i)) expect(subtracted(earlier.shown, later.shown)).toEqual([]);
  });

  it('shows the same report again unchanged', () => {
    const body = bodyOf(withStudies(ALL, first({ alder: 300, birch: 200, cedar: 120 })));
    const [one, two] = publish([body, body]);
    expect(two.shown.primary).toEqual(one.shown.primary);
    expect(two.shown.between).toMatchObject({ cells: 0, closed: [], withheld: null });
  });

  it('shows a hospital again once enough people have come', () => {
    const n = { birch: 200, cedar: 120 };
    const [, , three] = publish([150, 153, 420].map((alder) => bodyOf(withStudies(ALL, first({ ...n, alder })))));
    const alder = three.shown.primary.groups.find(({ site, sex, ageBand }) => site === 'alder' && !sex && !ageBand);
    expect(isSuppressed(alder?.n)).toBe(false);
    expect(isSuppressed(alder?.auroc)).toBe(false);
  });

  it('hides the figures of a hospital where one label was corrected and every count stayed', () => {
    const tables = withStudies(ALL, first({ alder: 300, birch: 200, cedar: 120 }));
    const at = [0, 1].map((value) => tables.labels.findIndex((row) => row.site === 'birch' && row.value === value));
    const labels = tables.labels.map((row, i) => (at.includes(i) ? { ...row, value: 1 - (row.value ?? 0) } : row));
    const [, two] = publish([bodyOf(tables), bodyOf({ ...tables, labels })]);
    const birch = two.shown.primary.groups.find(({ site, sex, ageBand }) => site === 'birch' && !sex && !ageBand);
    expect(birch).toMatchObject({ n: { suppressed: true }, auroc: { suppressed: true }, brier: { suppressed: true } });
  });

  it('shows nothing where an earlier report cannot be looked at, and says why', () => {
    const hiding = hidingOf(bodyOf(ALL), { shared: [], lacking: ['march, which had not ended'] });
    const shown = shareableBody(bodyOf(ALL), hiding);
    expect(numbersIn(shown.primary.groups.map(({ n, events, auroc }) => ({ n, events, auroc })))).toEqual([]);
    expect(shown.between?.withheld).toContain('march, which had not ended');
    expect(hiddenCellsFile(hiding)).toMatchObject({ withheld: true });
  });
});

describe('two whole reports', () => {
  const input = (alder: number) => {
    const whole = simulatedInput(HOSPITALS.slice(0, 2));
    return { ...whole, tables: withStudies(ALL, first({ alder, birch: 130 })) };
  };
  const one = writeReport(input(120));
  const past: ReportPast = {
    ...{ lastAudit: null, looks: 0, lacking: [] },
    shared: [sharedReport('march', one.report, JSON.parse(one.files.get('internal/hidden-cells.json') ?? ''))],
  };
  const two = writeReport({ ...input(190), past });
  const shared = ({ files }: typeof one) => JSON.parse(files.get('shareable/report.json') ?? '') as Report;

  it('tell nothing of the few by their chapters, tables or pages', () => {
    expect(subtracted(shared(one), shared(two))).toEqual([]);
    for (const [path, text] of two.files) {
      if (!path.startsWith('shareable/') || !path.endsWith('.csv')) continue;
      expect(cellsBetween(one.files.get(path) ?? '', text), path).toEqual([]);
    }
  });

  it('say so on the page', () => {
    const { cautions, methods } = shared(two);
    expect(cautions.find(({ code }) => code === 'between-reports')?.text).toMatch(/the earlier report of run march/);
    expect(two.files.get('shareable/report.html')).toContain('the earlier report of run march');
    expect(methods.join(' ')).toContain('Earlier shareable reports');
  });
});

/** Whole numbers of a table that differ by 1 to 10 in rows with the same words. */
function cellsBetween(before: string, after: string): string[] {
  const rows = (text: string) => {
    const [header = [], ...lines] = text
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    return new Map(lines.map((line) => [line.filter((cell) => Number.isNaN(Number(cell))).join(), { header, line }]));
  };
  const then = rows(before);
  return [...rows(after)].flatMap(([key, { header, line }]) => {
    const old = then.get(key)?.line;
    if (old === undefined || old.length !== line.length) return [];
    return line.flatMap((cell, i) => {
      const change = Number(cell) - Number(old[i]);
      const isCount = /^\d+$/.test(cell) && /^\d+$/.test(old[i]) && !/year|needed/.test(header[i]);
      return isCount && isSmall(Math.abs(change)) ? [`${key} ${header[i]}: ${old[i]}, ${cell}`] : [];
    });
  });
}
