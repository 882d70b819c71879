import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeReport } from '#functions/audit/report.ts';
import { answerOf } from '#lib/report/answer.ts';
import { answerPoints } from '#lib/report/answer-points.ts';
import { crudeGroup, deviceGroups, siteGroups } from '#lib/report/groups.ts';
import type { Figure, GroupResult, Report } from '#lib/report/record.ts';
import { isEstimate, isSuppressed } from '#lib/report/record.ts';
import { summary } from '#lib/report/summary.ts';
import { ecgReport, ecgReportInput, ecgTables, TWO_HOSPITALS } from '../ecg-tables.ts';
import { pointOf } from '../report-points.ts';

interface Rate {
  readonly n: number;
  readonly people: number;
  readonly share: number;
  readonly interval: readonly [number, number];
}

interface Reference {
  readonly site: string;
  readonly n: number;
  readonly people: number;
  readonly peopleWith: number;
  readonly auroc: number;
  readonly aurocError: number;
  readonly prevalence: Rate;
  readonly observedExpected: number;
  readonly silentWith: Rate;
  readonly silentWithout: Rate;
  readonly thresholds: readonly (Record<
    'sensitivity' | 'specificity' | 'sensitivityOfAll' | 'specificityOfAll',
    Rate
  > & {
    readonly name: string;
  })[];
}

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/reference/report/${name}`, import.meta.url), 'utf8');

const references = JSON.parse(fixture('ecg-report.json')) as readonly Reference[];
const { report, files } = ecgReport();
const parsed = (path: string): Report => JSON.parse(files.get(path) ?? '') as Report;

/** The number, with or without an interval. */
const seen = (figure: Figure): number | undefined =>
  isSuppressed(figure) ? undefined : isEstimate(figure) ? figure.estimate : figure.point;

function expectRate(figure: Figure, rate: Rate, minimumPeople = 10): void {
  expect(seen(figure)).toBeCloseTo(rate.share, 12);
  expect(isEstimate(figure)).toBe(rate.people >= minimumPeople);
  if (!isEstimate(figure)) return;
  expect(figure.n).toBe(rate.n);
  expect(figure.lower).toBeCloseTo(rate.interval[0], 9);
  expect(figure.upper).toBeCloseTo(rate.interval[1], 9);
}

describe('the figures of a report on ECGs', () => {
  it('are compared over the rows that the reference programs read', () => {
    const { studies, predictions, labels } = ecgTables(TWO_HOSPITALS);
    const rows = studies.map(
      ({ site, subjectKey }, n) => `${site},${subjectKey},${labels[n].value},${predictions[n].score ?? ''}`,
    );
    expect(fixture('ecg-rows.csv')).toBe(`site,subject,label,score\n${rows.join('\n')}\n`);
  });

  it.each(references)('agree with pROC and survey: $site', (reference) => {
    const group = (
      reference.site === 'all'
        ? crudeGroup(report.primary)
        : siteGroups(report.primary).find(({ site }) => site === reference.site)
    ) as GroupResult;
    const { n, people: subjects, peopleWith: eventSubjects } = reference;
    expect(group).toMatchObject({ n, subjects, eventSubjects });
    expect(seen(group.auroc)).toBeCloseTo(reference.auroc, 9);
    expect(isEstimate(group.auroc)).toBe(eventSubjects >= 10);
    if (isEstimate(group.auroc)) expect(group.auroc.standardError).toBeCloseTo(reference.aurocError, 9);
    expect(seen(group.observedExpected)).toBeCloseTo(reference.observedExpected, 9);
    const table1 = report.table1.find(({ site }) => (site ?? 'all') === reference.site);
    expectRate(table1?.prevalence as Figure, reference.prevalence, 1);
    reference.thresholds.forEach(({ sensitivity, specificity }, i) => {
      expectRate(group.thresholds[i].sensitivity, sensitivity);
      expectRate(group.thresholds[i].specificity, specificity);
    });
  });

  it.each(references)('agree with survey where silence counts as no answer: $site', (reference) => {
    const result = report.silence.find(({ site }) => (site ?? 'all') === reference.site);
    if (result === undefined) throw new Error(`no silence at ${reference.site}`);
    expect([result.events, result.nonEvents]).toEqual([reference.silentWith.n, reference.silentWithout.n]);
    expectRate(result.silentShareOfEvents, reference.silentWith);
    expectRate(result.silentShareOfNonEvents, reference.silentWithout);
    reference.thresholds.forEach(({ sensitivityOfAll, specificityOfAll }, i) => {
      expectRate(result.thresholds[i].sensitivity, sensitivityOfAll);
      expectRate(result.thresholds[i].specificity, specificityOfAll);
    });
  });
});

describe('the report on ECGs', () => {
  const page = files.get('internal/report.html') ?? '';

  it('counts recordings and people', () => {
    expect(report.answer.headline).toContain('tested on 1,143 studies of 210 people from 2 hospitals');
    expect(page).toContain('60 (5 people)');
  });

  it('calls the sites what the cohort says they are', () => {
    const sources = { ...report, cohort: { ...report.cohort, sitesAre: 'sources' as const } };
    const points = answerPoints(sources);
    const { headline } = answerOf(sources, points);
    expect(headline).toContain('of 210 people from 2 sources, called hospitals below: ');
    expect(
      points
        .map(({ brief, text }) => `${brief} ${text}`)
        .slice(0, 3)
        .join(' '),
    ).not.toMatch(/hospital/);
  });

  it('describes a hospital with few people with fibrillation, without intervals or a claim', () => {
    const pine = siteGroups(report.primary).find(({ site }) => site === 'pine');
    expect(pine?.auroc).toMatchObject({
      cannotTell: '5 people with the outcome are fewer than 10',
      point: expect.any(Number),
    });
    expect(pine?.observedExpected).toHaveProperty('point');
    const plot = report.primary.calibration.find(({ site }) => site === 'pine');
    expect(plot?.bins.some(({ observed }) => isEstimate(observed))).toBe(false);
    expect(plot?.curve).toHaveProperty('cannotTell');
    expect(pointOf(report, 'Ranking')).toMatch(/Seen, without an interval: AUROC 0\.\d{3} at pine \(5 people/);
    expect(pointOf(report, 'Calibration')).toContain(', not told at pine (observed / expected');
    expect(summary(report).sites[1].auroc).toEqual({ cannotTell: expect.any(String), point: expect.any(Number) });
  });

  it('says the first screen in numbers of people and of studies, intervals with every share', () => {
    const decisions = pointOf(report, 'Decisions');
    expect(decisions).toMatch(/sensitivity was \d+\.\d % \(\d+\.\d to \d+\.\d\) at oak/);
    expect(decisions).toMatch(/specificity ran from \d+\.\d % \(\d+\.\d to \d+\.\d\) to \d+\.\d % \(/);
  });

  it('gives the numbers behind a share of few, and no order of a handful of people', () => {
    const ash = { site: 'ash', people: 12, peopleWithFibrillation: 1, recordingsEach: 2, knowsPeople: false };
    const { report: few } = ecgReport([ash]);
    expect(pointOf(few, 'Ranking')).toBe('Ranking: cannot tell at any hospital how well the model orders patients.');
    expect(pointOf(few, 'Decisions')).toMatch(/sensitivity cannot be told \(seen: [012] of 2 at ash\)/);
    expect(pointOf(few, 'Cannot tell the ranking')).toContain('ash (1 person with atrial fibrillation, 11 without)');
  });

  it('describes recordings in Table 1', () => {
    const [oak] = report.table1;
    expect(oak.duration).toEqual({
      ...{ medianSeconds: 11, lowerQuartileSeconds: 10, upperQuartileSeconds: 12 },
      ...{ minimumSeconds: 10, maximumSeconds: 12 },
    });
    const counts = oak.categories.map(({ characteristic, value }) => `${characteristic} ${value}`);
    expect(counts).toEqual(['samplingRateHz 500', 'leads 2', 'leadRead I', 'device at-6', 'device cs-12-e']);
    for (const { n, categories } of report.table1)
      for (const part of Map.groupBy(categories, ({ characteristic }) => characteristic).values())
        expect(part.reduce((sum, { n: count }) => sum + Number(count), 0)).toBe(n);
  });

  it('has results by recorder', () => {
    expect(deviceGroups(report.primary, 'oak').map(({ device }) => device)).toEqual(['at-6', 'cs-12-e']);
    expect(page).toContain('Results by recorder');
    expect(files.get('internal/tables/performance.csv')).toContain('\r\noak,all,all,cs-12-e,');
  });

  it('says how often the model kept silent with fibrillation and without', () => {
    expect(pointOf(report, 'Silence')).toBe(
      'Silence: no answer for 16 (8.9 %) of 180 labelled studies with atrial fibrillation and 11 (1.1 %) of 990 without, all sites. They are not in the figures above; see Decisions for figures with them.',
    );
    expect(files.get('internal/tables/silence.csv')).toContain('oak,120,16,330,11,');
  });

  it('shows what the dataset says of itself among the cautions, and not again beside the things to know', () => {
    const [also, cautions] = ['also', 'cautions'].map((id) => page.split(`<h2 id="${id}">`)[1].split('<h2')[0]);
    const said = 'Fibrillation is enriched: predictive values are those of this choice.';
    expect(cautions).toContain(said);
    expect(also).not.toContain(said);
  });

  it('names the label and nobody as diseased', () => {
    expect(page).toContain('With atrial fibrillation');
    for (const text of files.values()) expect(text).not.toMatch(/diseased|healthy/i);
  });

  it('says whom the model learned from where no hospital is recorded', () => {
    const caution = report.cautions.find(({ code }) => code === 'training-population');
    expect(caution?.text).toContain(
      'The model was trained on 2,417 recordings of cinc2017 (AliveCor, one lead, 300 Hz)',
    );
    expect(caution?.text).toContain(
      'calibrated to the whole, with which Drift compares: normal 5,050, atrial fibrillation 738',
    );
    expect(caution?.text).toContain('Sex: not recorded.');
  });

  it('keeps the same numbers in the record and in the table of both editions of public data', () => {
    expect(parsed('shareable/report.json').silence).toEqual(JSON.parse(JSON.stringify(report.silence)));
  });
});

describe('the report where nobody is known', () => {
  const unknown = TWO_HOSPITALS.slice(0, 1).map(({ devices: _devices, ...hospital }) => ({
    ...hospital,
    knowsPeople: false,
    relation: 'left-out-fold' as const,
  }));
  const { report: anonymous } = ecgReport(unknown);

  it('cannot tell about women, men and ages', () => {
    expect(pointOf(anonymous, 'Fairness')).toBe(
      'Fairness: cannot tell for women and men, no sex was given; cannot tell for any age, no age was given. Differences between groups are not tested here.',
    );
  });

  it('calls recordings left out by fold internal, and warns that people may be on both sides', () => {
    expect(anonymous.answer.headline).toContain(
      'internal (each recording was judged by weights that never saw it, but perhaps its person',
    );
    expect(anonymous.cautions.find(({ code }) => code === 'left-out-fold')?.text).toContain(
      'the same people and hospitals may have other recordings',
    );
  });

  it('has no results by recorder', () => {
    expect(anonymous.primary.groups.every(({ device }) => device === null)).toBe(true);
    expect(anonymous.table1[0].categories.map(({ characteristic }) => characteristic)).not.toContain('device');
  });
});

describe('the shareable report on ECGs', () => {
  const shared = JSON.parse(ecgReport(TWO_HOSPITALS, false).files.get('shareable/report.json') ?? '') as Report;
  const pine = siteGroups(shared.primary).find(({ site }) => site === 'pine');

  it('hides recordings that come from few people, and what would tell them', () => {
    expect(pine?.events).toEqual({ suppressed: true });
    expect(pine?.eventSubjects).toEqual({ suppressed: true });
    expect(pine?.auroc).toEqual({ suppressed: true });
    expect(JSON.stringify(shared.answer)).not.toContain('5 people');
  });

  it('hides few silences with their shares, and what is found of all', () => {
    const all = ecgReport(
      TWO_HOSPITALS.map((hospital) => ({ ...hospital, silence: [0.02, 0.02] as const })),
      false,
    );
    const { silence } = JSON.parse(all.files.get('shareable/report.json') ?? '') as Report;
    const internal = all.report.silence.find(({ site }) => site === 'oak');
    expect(internal?.silentEvents).toBeLessThan(11);
    expect(internal?.silentEvents).toBeGreaterThan(0);
    const oak = silence.find(({ site }) => site === 'oak');
    expect(oak).toMatchObject({ silentEvents: { suppressed: true }, silentShareOfEvents: { suppressed: true } });
    expect(oak?.thresholds.every(({ sensitivity }) => isSuppressed(sensitivity))).toBe(true);
  });

  it('gives away neither the shortest nor the longest recording', () => {
    for (const { duration } of shared.table1)
      if (duration !== null && 'minimumSeconds' in duration)
        expect([duration.minimumSeconds, duration.maximumSeconds].every(isSuppressed)).toBe(true);
  });
});

describe('writeReport of ECGs', () => {
  it('gives the same bytes whatever the order of the rows in the tables', () => {
    const input = ecgReportInput();
    const { studies, predictions, labels, ledger } = input.tables;
    const tables = {
      studies: studies.toReversed(),
      predictions: predictions.toReversed(),
      labels: labels.toReversed(),
      ledger: ledger.toReversed(),
    };
    expect(writeReport({ ...input, tables }).files).toEqual(files);
  });
});
