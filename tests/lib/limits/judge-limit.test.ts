import { describe, expect, it } from 'vitest';
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { differenceOf, judgeLimit } from '#lib/limits/judge-limit.ts';
import { parseLimit } from '#lib/limits/parse-limit.ts';
import { random } from '#lib/simulate/random.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { proportion } from '#lib/validation/proportion.ts';

const thresholds = [{ name: 'balanced', value: 0.5, chosen: 'by the test' }];
const sites = ['alder', 'birch'];
const names = { thresholds: ['balanced'], sites };

const row = (n: number, score: number, label: 0 | 1, more: Partial<AnalysedRow> = {}): AnalysedRow => ({
  site: 'alder',
  studyKey: `s${n}`,
  unit: 'alder-unit',
  subjectKey: `p${n}`,
  sex: 'M',
  ageYears: 60,
  device: undefined,
  groups: {},
  recording: undefined,
  present: new Set(),
  measurements: {},
  arrivedAt: '2026-01-01T00:00:00Z',
  label,
  labelSource: 'reading',
  labelMethod: 'reading',
  labelYear: undefined,
  readers: undefined,
  blinded: undefined,
  unblinded: false,
  score,
  relation: 'external',
  file: 'all.onnx',
  ...more,
});

/** `found` of `events` people with the outcome are above the threshold, `cleared` of `others` below. */
const rows = (found: number, events: number, cleared: number, others: number, more: Partial<AnalysedRow> = {}) => [
  ...Array.from({ length: events }, (_, n) => row(n, n < found ? 0.8 : 0.2, 1, more)),
  ...Array.from({ length: others }, (_, n) => row(events + n, n < cleared ? 0.1 : 0.9, 0, more)),
];
const judge = (text: string, of: readonly AnalysedRow[], level = 0.95) =>
  judgeLimit(parseLimit(text, 'test', names), of, sites, thresholds, level);

describe('judgeLimit', () => {
  it('passes, fails or cannot tell by where the whole interval lies', () => {
    const verdict = (found: number, events: number) =>
      judge('sensitivity lower bound >= 0.8', rows(found, events, 20, 20)).map((answer) => answer.verdict);
    expect(verdict(190, 200)).toEqual(['pass']);
    expect(verdict(100, 200)).toEqual(['fail']);
    expect(verdict(165, 200)).toEqual(['cannot tell']);
  });

  it('judges at the very figure and interval of the statistics', () => {
    const [answer] = judge('sensitivity at balanced lower bound >= 80 %', rows(165, 200, 20, 20));
    expect(answer.figure).toMatchObject(proportion(165, 200));
    const of = rows(30, 40, 30, 50);
    const predictions = {
      scores: Float64Array.from(of, ({ score }) => score),
      labels: Uint8Array.from(of, ({ label }) => label),
    };
    expect(judge('AUROC lower bound >= 0.6', of, 0.99)[0].figure).toEqual(auroc(predictions, { level: 0.99 }));
  });

  it('says how many studies an answer would need, and with that many gets one four times in five', () => {
    const [answer] = judge('sensitivity lower bound >= 0.8', rows(85, 100, 50, 50));
    expect(answer).toMatchObject({ verdict: 'cannot tell', needed: { of: 'power' } });
    const events = answer.needed?.n ?? 0;
    expect(events).toBeGreaterThan(350);
    expect(events).toBeLessThan(800);
    const draw = random('power');
    let passed = 0;
    for (let round = 0; round < 400; round++) {
      const found = Array.from({ length: events }, () => draw.bernoulli(0.85)).filter(Boolean).length;
      const figure = proportion(found, events);
      if ('lower' in figure && figure.lower >= 0.8) passed++;
    }
    expect(passed / 400).toBeGreaterThan(0.7);
    expect(passed / 400).toBeLessThan(0.92);
  });

  it('says how many even a flawless model would need where nothing can be told', () => {
    const [answer] = judge('sensitivity lower bound >= 0.9', rows(4, 4, 20, 20));
    // 0.025^(1/36) is above 0.9, 0.025^(1/35) is not.
    expect(answer).toMatchObject({ verdict: 'cannot tell', needed: { n: 36, of: 'flawless' } });
    expect(judge('sensitivity lower bound >= 0.9', rows(36, 36, 9, 9))[0].verdict).toBe('pass');
    expect(judge('sensitivity lower bound >= 0.9', rows(35, 35, 9, 9))[0].verdict).toBe('cannot tell');
  });

  it('asks every hospital of the cohort, also one without a study', () => {
    const answers = judge('AUROC lower bound >= 0.5 at every hospital', rows(40, 50, 40, 50));
    expect(answers.map(({ group, verdict }) => [group.site, verdict])).toEqual([
      ['alder', 'pass'],
      ['birch', 'cannot tell'],
    ]);
    expect(answers[1].figure).toMatchObject({ cannotTell: 'no study is in this group' });
  });

  it('shows two groups equal by two one-sided tests: the whole interval within the gap', () => {
    const of = (women: number, men: number, n: number) => [
      ...rows(women, n, 20, 20, { sex: 'F' }),
      ...rows(men, n, 20, 20),
    ];
    const verdict = (women: number, men: number, n: number) =>
      judge('|sensitivity gap women-men| <= 10 points, TOST', of(women, men, n)).map((answer) => answer.verdict);
    expect(verdict(900, 890, 1000)).toEqual(['pass']);
    expect(verdict(27, 27, 30)).toEqual(['cannot tell']);
    expect(verdict(500, 890, 1000)).toEqual(['fail']);
    const [{ figure }] = judge('|sensitivity gap women-men| <= 10 points', of(27, 24, 30));
    // Newcombe's interval 10 (doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I) is MOVER of Wilson's.
    const [one, two] = [proportion(27, 30), proportion(24, 30)];
    if ('cannotTell' in one || 'cannotTell' in two) throw new Error('no interval');
    expect(figure).toMatchObject({ lower: expect.closeTo(0.1 - Math.hypot(0.9 - one.lower, two.upper - 0.8), 12) });
  });

  it('holds an interval within two limits, on the log scale for what is needed', () => {
    const calibrated = (n: number) =>
      Array.from({ length: n }, (_, place) => row(place, 0.5, place % 2 === 0 ? 1 : 0, {}));
    expect(judge('O:E interval within [0.8, 1.25]', calibrated(400))[0].verdict).toBe('pass');
    const [few] = judge('O:E interval within [0.8, 1.25]', calibrated(40));
    expect(few.verdict).toBe('cannot tell');
    expect(few.needed?.n).toBeGreaterThan(100);
    expect(judge('O:E interval within [1.5, 2]', calibrated(400))[0].verdict).toBe('fail');
    const scattered = Array.from({ length: 100 }, (_, place) =>
      row(place, 0.4 + 0.002 * place, place % 2 === 0 ? 1 : 0, {}),
    );
    expect(judge('Brier upper bound <= 0.3', scattered)[0].verdict).toBe('pass');
    expect(judge('Brier upper bound <= 0.3', calibrated(100))[0].verdict).toBe('cannot tell');
    expect(judge('calibration slope lower bound >= 0.9', rows(9, 9, 50, 50))[0].figure).toMatchObject({
      cannotTell: '59 people, 9 of them with the outcome: at least 10 are needed',
    });
  });

  it('counts people and not their studies', () => {
    const twice = rows(9, 9, 20, 20).flatMap((one) => [one, { ...one, studyKey: `${one.studyKey}b` }]);
    expect(judge('AUROC lower bound >= 0.5', twice)[0].verdict).toBe('cannot tell');
  });

  it('splits by sex, age band and device within hospitals', () => {
    const of = [...rows(15, 20, 15, 20, { sex: 'F', device: 'x1' }), ...rows(15, 20, 15, 20, { ageYears: 30 })];
    const groups = (text: string) => judge(text, of).map(({ group }) => group);
    expect(groups('AUROC lower bound >= 0.5 at alder in every sex')).toEqual([
      { site: 'alder', sex: 'female', ageBand: null, device: null },
      { site: 'alder', sex: 'male', ageBand: null, device: null },
    ]);
    expect(groups('AUROC lower bound >= 0.5 in every age band').map(({ ageBand }) => ageBand)).toEqual([
      '<40',
      '60-69',
    ]);
    expect(groups('AUROC lower bound >= 0.5 in every device').map(({ device }) => device)).toEqual(['x1']);
    expect(groups('AUROC lower bound >= 0.5 in age <40')).toHaveLength(1);
    expect(judge('AUROC lower bound >= 0.5 in women', of)[0].figure.n).toBe(40);
  });

  it('calls a limit that is just kept broken no more often than stated', () => {
    const draw = random('false alarms');
    let alarms = 0;
    for (let round = 0; round < 1500; round++) {
      const found = Array.from({ length: 120 }, () => draw.bernoulli(0.8)).filter(Boolean).length;
      if (judge('sensitivity lower bound >= 0.8', rows(found, 120, 10, 10))[0].verdict === 'fail') alarms++;
    }
    expect(alarms / 1500).toBeLessThan(0.036);
    expect(alarms).toBeGreaterThan(10);
  });
});

describe('differenceOf', () => {
  it('says which group cannot be told', () => {
    const silent = { cannotTell: 'too few', n: 3, events: 1 };
    expect(differenceOf(proportion(5, 10), silent)).toMatchObject({ cannotTell: 'second group: too few', n: 13 });
  });
});
