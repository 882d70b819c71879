// Numbers: tests/fixtures/reference/validation/probability.py, and the functions that take rows.
import { describe, expect, it } from 'vitest';
import { compareColumn } from '#lib/fairness/compare-column.ts';
import { DEFAULT_MARGINS } from '#lib/fairness/gap.ts';
import { judgeGaps } from '#lib/fairness/judge.ts';
import { correctedLists, hiddenGap } from '#lib/report/chapters/fairness/share.ts';
import { evaluationEditions, evaluationFiles, evaluationReport } from '#lib/report/evaluation/body.ts';
import type { ProbabilityFigures, ProbabilityResults } from '#lib/report/evaluation/probability/record.ts';
import type { EvaluationBody } from '#lib/report/evaluation/record.ts';
import { shareableEvaluation } from '#lib/report/evaluation/share.ts';
import { type Figure, isSuppressed, type ReadFigure } from '#lib/report/record.ts';
import { random } from '#lib/simulate/random.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { normalMultiplier } from '#lib/validation/normal.ts';
import { poolSummaries } from '#lib/validation/pool-summaries.ts';
import { recalibration } from '#lib/validation/recalibration.ts';
import { siteSummary } from '#lib/validation/site-summary.ts';
import { randomProbabilities } from '../../../../bench/disclosure/evaluation-tables.ts';
import reference from '../../../fixtures/reference/validation/probability.json' with { type: 'json' };
import { bodyOf, foundByAttack } from './evaluated.ts';

const YAML = `
title: Fibrillation by a model
answer: probability
event: fibrillation
columns: { study: id, site: hospital, score: score, label: label }
groups: [{ column: sex, title: Sex }, { column: age, title: Age, bands: [50, 70] }]
thresholds: [{ name: sensitive, value: 0.2 }, { name: balanced, value: 0.5 }]
`;

function resultsOf({ results }: EvaluationBody): ProbabilityResults {
  if (results.kind !== 'probability') throw new Error('expected probabilities');
  return results;
}

const estimateOf = (figure: ReadFigure): number => ('estimate' in figure ? figure.estimate : Number.NaN);
const errorOf = (figure: Figure): number =>
  'estimate' in figure ? (figure.upper - figure.lower) / 2 / normalMultiplier(0.95) : Number.NaN;

const columns = reference.table;
const results = resultsOf(await bodyOf(YAML, columns));

/** The figures of a group or combination, by the names of the reference. */
function figuresOf(of: Readonly<Record<string, string | undefined>>): ProbabilityFigures {
  const names = { hospital: 'site', sex: 'Sex', band: 'Age' };
  const parts = Object.entries(of).flatMap(([name, value]) =>
    value === undefined ? [] : [[names[name as keyof typeof names], value] as const],
  );
  if (parts.length < 2) {
    const [group, value] = parts[0] ?? [null, null];
    const found = results.groups.find((one) => one.group === group && one.value === value);
    if (found === undefined) throw new Error(`no group ${value}`);
    return found;
  }
  const pair = results.pairs.find((one) => one.columns.join() === parts.map(([name]) => name).join());
  const found = pair?.combinations.find(({ values }) => values.join() === parts.map(([, value]) => value).join());
  if (found === undefined) throw new Error(`no combination ${JSON.stringify(of)}`);
  return found;
}

describe('a report on probabilities of an event', () => {
  it('has the figures of scikit-learn and statsmodels for all studies, sites, groups and combinations', () => {
    expect(reference.groups.length).toBeGreaterThan(20);
    for (const wanted of reference.groups) {
      const found = figuresOf(wanted.of);
      expect([found.n, found.events]).toEqual([wanted.n, wanted.events]);
      expect(estimateOf(found.auroc)).toBeCloseTo(wanted.auroc, 12);
      expect(estimateOf(found.brier)).toBeCloseTo(wanted.brier, 12);
      expect(estimateOf(found.observedExpected)).toBeCloseTo(wanted.observedExpected, 12);
      for (const name of ['intercept', 'slope'] as const) {
        expect(estimateOf(found[name])).toBeCloseTo(wanted[name][0], 8);
        expect(errorOf(found[name])).toBeCloseTo(wanted[name][1], 7);
      }
      expect(found.thresholds).toMatchObject(wanted.thresholds);
    }
  });

  it('leaves out what is not wanted: no intersections, no thresholds, no sites, no groups', async () => {
    const bare = resultsOf(
      await bodyOf(
        YAML.split('\n').slice(0, 4).join('\n').concat('\ncolumns: { study: id, score: score, label: label }'),
        columns,
      ),
    );
    expect([bare.pairs, bare.fairness, bare.hospitals, bare.groups.length]).toEqual([[], null, null, 1]);
    expect(evaluationReport(await bodyOf(`${YAML}intersections: false`, columns)).results).toMatchObject({
      pairs: [],
      fairness: { intersections: [] },
    });
  });
});

describe('people with several studies', () => {
  const source = random('tests/evaluation/probability');
  const ROWS = 900;
  const person = Array.from({ length: ROWS }, () => source.integer(0, 399));
  const own = Array.from({ length: 400 }, () => source.normal());
  const score = person.map((of) => Number((1 / (1 + Math.exp(0.4 - own[of] - 0.5 * source.normal()))).toFixed(2)));
  const label = score.map((p) => Number(source.bernoulli(p)));
  const hospital = person.map((of) => ['ash', 'cedar', 'elm', 'oak'][of % 4]);
  const device = person.map(() => source.pick(['old', 'new', '']));
  const yaml = YAML.replace('study: id,', 'study: id, subject: person,').replace(
    /groups: .*/,
    'groups: [{ column: device }]',
  );
  const body = bodyOf(yaml, { id: score.map((_, i) => i), person, hospital, device, score, label });
  const places = new Map<string, number>();
  const clusters = Int32Array.from(person, (of, row) => {
    const key = `${hospital[row]} ${of}`;
    places.set(key, places.get(key) ?? places.size);
    return places.get(key) ?? 0;
  });
  const rows = {
    scores: Float64Array.from(score, (p) => Math.min(Math.max(p, 1e-6), 1 - 1e-6)),
    labels: Uint8Array.from(label),
    clusters,
  };
  const decisions = [0.2, 0.5].map((at, k) => ({
    threshold: ['sensitive', 'balanced'][k],
    flagged: Uint8Array.from(score, (p) => Number(p >= at)),
  }));

  it('are clusters in every figure, as in the functions that take rows', async () => {
    const [whole] = resultsOf(await body).groups;
    const { clusters: _, ...wanted } = auroc(rows) as unknown as Record<string, number>;
    expect(whole.auroc).toMatchObject({ lower: wanted.lower, upper: wanted.upper, method: wanted.method });
    expect(whole.slope).toMatchObject({
      ...recalibration(rows, { clipTo: 1e-6 }).slope,
      estimate: expect.any(Number),
      lower: expect.any(Number),
      upper: expect.any(Number),
    });
    const { estimate, lower, upper } = recalibration(rows, { clipTo: 1e-6 }).slope as {
      estimate: number;
      lower: number;
      upper: number;
    };
    expect(estimateOf(whole.slope)).toBeCloseTo(estimate, 12);
    expect(errorOf(whole.slope)).toBeCloseTo((upper - lower) / 2 / normalMultiplier(0.95), 12);
    const withEvent = [...rows.labels.keys()].filter((row) => label[row] === 1);
    const sensitivity = clusteredProportion(
      Uint8Array.from(withEvent, (row) => decisions[0].flagged[row]),
      Int32Array.from(withEvent, (row) => clusters[row]),
    );
    expect(whole.thresholds[0].sensitivity).toEqual(sensitivity);
  });

  it('give the gaps, corrected p-values and pooled figures of rows, and are told where they stand in several groups', async () => {
    const { fairness, hospitals } = resultsOf(await body);
    const values = [
      ['ash', 'cedar', 'elm', 'oak'],
      ['new', 'old', 'not given'],
    ];
    const compared = [hospital, device.map((of) => of || 'not given')].map((cells, place) =>
      compareColumn(
        {
          name: ['site', 'device'][place],
          values: values[place],
          codes: Int32Array.from(cells, (cell) => values[place].indexOf(cell)),
        },
        { ...rows, decisions },
        { margins: DEFAULT_MARGINS, clipTo: 1e-6, ...(fairness && { reference: fairness.columns[place].reference }) },
      ),
    );
    const { judged } = judgeGaps(compared.flatMap(({ gaps }) => gaps));
    const found = fairness?.columns.flatMap(({ gaps }) => gaps) ?? [];
    expect(found.length).toBe(judged.length);
    for (const [place, gap] of found.entries()) {
      const {
        groupFigure: _own,
        referenceFigure: _other,
        difference,
        pValue,
        holm,
        equivalenceHolm,
        detectable,
        ...words
      } = judged[place];
      expect(gap).toMatchObject({
        metric: words.metric,
        threshold: words.threshold,
        group: words.group,
        verdict: words.verdict,
      });
      expect(estimateOf(gap.difference)).toBeCloseTo(estimateOf(difference), 12);
      for (const [mine, theirs] of [
        [gap.pValue, pValue],
        [gap.holm, holm],
        [gap.equivalenceHolm, equivalenceHolm],
        [gap.detectable, detectable],
      ])
        expect(mine ?? -1).toBeCloseTo(theirs ?? -1, 9);
    }
    expect(fairness?.columns.map(({ peopleInSeveral }) => peopleInSeveral)).toEqual(
      compared.map(({ peopleInSeveral }) => peopleInSeveral),
    );
    expect(compared[1].peopleInSeveral).toBeGreaterThan(100);
    expect(
      evaluationReport(await body)
        .cautions.map(({ text }) => text)
        .join(' '),
    ).toContain('have studies in several groups of “device”');
    const summaries = ['ash', 'cedar', 'elm', 'oak'].map((site) => {
      const own = [...rows.labels.keys()].filter((row) => hospital[row] === site);
      const pick = <Values extends Float64Array | Uint8Array | Int32Array>(of: Values): Values =>
        of.filter((_, row) => hospital[row] === site) as Values;
      return siteSummary({
        site,
        predictions: { scores: pick(rows.scores), labels: pick(rows.labels), clusters: pick(rows.clusters) },
        thresholds: decisions.map(({ threshold, flagged }) => ({
          name: threshold,
          positive: Uint8Array.from(own, (row) => flagged[row]),
        })),
        clipTo: 1e-6,
      });
    });
    for (const [place, wanted] of poolSummaries(summaries).entries()) {
      const measure = hospitals?.measures[place];
      expect([measure?.measure, measure?.threshold]).toEqual([wanted.measure, wanted.threshold]);
      expect(numbersIn(measure?.pooled)).toEqual(numbersIn(wanted.pooled));
    }
  });
});

/** Every number of a record, to ten digits. */
const numbersIn = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, one) => (typeof one === 'number' ? Number(one.toPrecision(10)) : one)));

describe('the shareable edition', () => {
  it('gives no small count away by subtraction, of groups or of combinations of two', async () => {
    const found = foundByAttack(await randomProbabilities('probabilities 4'));
    expect(found.internal.length).toBeGreaterThan(10);
    expect(found.shareable).toEqual([]);
  });

  it('corrects the gaps that it shows by none that it hides, among as many tests', () => {
    const [template] = results.fairness?.columns[0].gaps ?? [];
    const tested = (pValue: number, holm: number) => ({ ...template, pValue, equivalencePValue: 1, holm });
    // Holm: 3 · 0.010 is larger than 2 · 0.011, so that the second gap takes over the correction of the first.
    const all = [{ gaps: [tested(0.01, 0.03)] }, { gaps: [tested(0.011, 0.03), tested(0.2, 0.2)] }];
    expect(correctedLists(all, all)).toEqual(all);
    const shown = [{ gaps: all[0].gaps.map(hiddenGap) }, all[1]];
    const [hidden, told] = correctedLists(shown, all);
    expect(hidden).toEqual(shown[0]);
    expect(told.gaps[0].holm).toBeCloseTo(3 * 0.011, 12);
    expect(told.gaps[0].verdict).toBe('differs');
    expect(told.gaps[1].holm).toBeCloseTo(0.4, 12);
    // Predictive values are another family.
    const predictive = { ...tested(0.04, 0.04), family: 'predictive' as const };
    const [, , apart] = correctedLists([...shown, { gaps: [predictive] }], [...all, { gaps: [predictive] }]);
    expect(apart.gaps[0].holm).toBeCloseTo(0.04, 12);
  });

  it('tells everything but calibration of small tenths where no count is small', async () => {
    const copies = 11;
    const many = Object.fromEntries(
      Object.entries(columns).map(([name, cells]) => [
        name,
        Array.from({ length: copies }, (_, copy) =>
          (cells as (string | number)[]).map((cell) => (name === 'id' ? `${cell}-${copy}` : cell)),
        ).flat(),
      ]),
    );
    const body = await bodyOf(YAML.replace(', bands: [50, 70]', ', bands: [50]'), many);
    const shared = resultsOf(shareableEvaluation(body));
    expect(shared.groups.map(({ thresholds }) => thresholds)).toEqual(
      resultsOf(body).groups.map(({ thresholds }) => thresholds),
    );
    expect(shared.pairs.map(({ hidden }) => hidden)).toEqual([false, false, false]);
    expect(shared.fairness?.columns).toEqual(resultsOf(body).fairness?.columns);
    expect(shared.calibration.histogram.every(({ events }) => isSuppressed(events))).toBe(true);
  });
});

/** 21 sites of 100 studies with scores of 0.1 and 0.3, of which 20 have the event, 33 at o17 and 28 at o18; `few` has five with it. */
function byChance(): typeof columns {
  const sites = Array.from({ length: 21 }, (_, site) => {
    const events = site === 17 ? 33 : site === 18 ? 28 : 20;
    return Array.from({ length: 100 }, (__, row) => ({ hospital: `o${site}`, label: Number(row < events), row }));
  });
  const few = Array.from({ length: 40 }, (_, row) => ({ hospital: 'few', label: Number(row < 5), row }));
  const rows = [...sites.flat(), ...few];
  return {
    id: rows.map((_, place) => `r${place}`),
    hospital: rows.map(({ hospital }) => hospital),
    sex: rows.map(({ row }) => (row % 2 === 0 ? 'F' : 'M')),
    age: rows.map(({ row }) => 40 + (row % 3) * 15),
    score: rows.map(({ hospital, label, row }) => (hospital === 'few' ? 0.1 + label / 2 : row % 2 === 0 ? 0.1 : 0.3)),
    label: rows.map(({ label }) => label),
  } as unknown as typeof columns;
}

describe('page and tables', () => {
  it('list the largest combinations, all of them in CSV, with methods and their sources', async () => {
    const files = evaluationFiles(evaluationEditions(await bodyOf(YAML, columns)));
    const page = String(files.get('internal/report.html'));
    expect(page).toContain('Fibrillation (600 studies, ');
    expect(page).toContain('At “sensitive” (0.2 or above): sensitivity');
    expect(page).toContain('Hospital and Sex: 6 of 6 combinations');
    expect(page).toContain('doi:10.2307/2531595');
    expect(page).toMatch(/Probabilities are wrong on average: too low at ash 1\.\d\d \(/);
    expect(page).toContain('(observed / expected of 3 sites, intervals corrected for their number; 1 is right)');
    expect(String(files.get('internal/tables/combinations.csv')).split('\r\n')).toHaveLength(2 + 6 + 9 + 6);
    expect(String(files.get('internal/tables/thresholds.csv'))).toContain('site,ash,sensitive,0.2,');
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('of many sites call none wrong that one in twenty would be by chance, and name no group of few people', async () => {
    const answer = evaluationReport(await bodyOf(YAML, byChance())).answer.points.join('\n');
    // R: exp(log(33 / 20) + c(-1, 1) * qnorm(0.975) * sqrt((1 - 33 / 100) / 33)) is 1.248 to 2.182,
    // with qnorm(1 - 0.025 / 21) 1.070 to 2.544; with 28 events 1.022 to 1.917 and 0.860 to 2.279.
    expect(answer).toContain('Probabilities are wrong on average: too low at o17 1.65 (1.07 to 2.54)');
    expect(answer).not.toContain('o18');
    expect(answer).not.toContain('AUROC by site and group runs from few');
    expect(answer).not.toContain('to few');
  });

  it('take columns and values that are called like what every object has', async () => {
    const odd = {
      ...columns,
      sex: columns.sex.map((sex) => (sex === 'F' ? 'constructor' : 'toString')),
      ['__proto__']: columns.age.map((age) => (Number(age) < 50 ? 'valueOf' : 'hasOwnProperty')),
    };
    const yaml = YAML.replace('column: age, title: Age, bands: [50, 70]', 'column: "__proto__"').replace(
      ', title: Sex',
      '',
    );
    const page = String(evaluationFiles(evaluationEditions(await bodyOf(yaml, odd))).get('internal/report.html'));
    expect(page).toContain('constructor');
    expect(page).toContain('__proto__');
    expect(page).not.toMatch(/\[object|native code|Not compared/);
  });

  it('are written also where nothing can be told', async () => {
    const none = {
      id: ['a', 'b'],
      hospital: ['ash', 'ash'],
      sex: ['F', ''],
      age: ['', '44'],
      score: ['0.5', ''],
      label: ['', '1'],
    };
    const body = await bodyOf(YAML, none);
    expect(evaluationReport(body).answer.headline).toBe(
      'Fibrillation (0 studies, 0 with it): the AUROC cannot be told.',
    );
    expect(String(evaluationFiles(evaluationEditions(body)).get('shareable/report.html'))).toContain('Analysed');
  });
});
