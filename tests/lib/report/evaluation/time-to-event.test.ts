// Numbers: tests/fixtures/reference/validation/survival.R and calibration-at-horizon.R.
import { describe, expect, it } from 'vitest';
import { evaluationEditions, evaluationFiles, evaluationReport } from '#lib/report/evaluation/body.ts';
import { kindOf } from '#lib/report/evaluation/kinds.ts';
import type { EvaluationBody } from '#lib/report/evaluation/record.ts';
import { shareableEvaluation } from '#lib/report/evaluation/share.ts';
import type { TimeToEventResults } from '#lib/report/evaluation/time-to-event/record.ts';
import reference from '../../../fixtures/reference/validation/calibration-at-horizon.json' with { type: 'json' };
import survival from '../../../fixtures/reference/validation/survival.json' with { type: 'json' };
import { bodyOf } from './evaluated.ts';

const yaml = (more: string): string => `
title: Death by a model
answer: time-to-event
event: Death
timeUnit: years
columns: { study: id, subject: person, site: hospital, time: time, event: status }
${more}
`;

const COMPETING = yaml('codes: { censored: 0, event: 1, competing: [2] }\nhorizons: [{ at: 8, risk: risk }]');
const PLAIN = yaml('codes: { censored: 0, event: 1 }\nhorizons: [{ at: 8, risk: risk }]');

interface Rows {
  readonly times: readonly number[];
  readonly causes: readonly number[];
  readonly probabilities: readonly number[];
}

const columnsOf = ({ times, causes, probabilities }: Rows, people = times.map((_, i) => i)) => ({
  id: times.map((_, i) => `s${i}`),
  person: people,
  hospital: people.map((person) => (person < 60 ? 'cedar' : 'elm')),
  time: times,
  status: causes,
  risk: probabilities,
});

function resultsOf({ results }: EvaluationBody): TimeToEventResults {
  if (results.kind !== 'time-to-event') throw new Error('expected results on an event in time');
  return results;
}

const estimateOf = (figure: object | null): number => (figure as { readonly estimate: number }).estimate;

describe('a report on an event in time', () => {
  it('has the figures of riskRegression and survival with competing events', async () => {
    const body = await bodyOf(COMPETING, columnsOf(reference));
    const results = resultsOf(body);
    const [whole] = results.groups;
    const [horizon] = whole.horizons;
    expect(estimateOf(whole.harrellC)).toBeCloseTo(reference.concordance.estimate, 10);
    expect(whole.unoC).toMatchObject({ method: expect.stringContaining('(Wolbers)') });
    expect(estimateOf(horizon.slope)).toBeCloseTo(reference.slope.estimate, 9);
    const counts = [horizon.events, horizon.competing, horizon.censored, horizon.beyond].map(Number);
    expect(counts.reduce((total, count) => total + count, 0)).toBe(300);
    const [calibration] = results.calibration;
    expect(estimateOf(calibration.nullBrier)).toBeCloseTo(reference.nullBrier, 9);
    const seven = calibration.bins;
    expect(seven).toHaveLength(Math.floor(Number(horizon.events) / 20));
    expect(seven.reduce((total, { n }) => total + Number(n), 0)).toBe(300);
    expect(seven.reduce((total, { events }) => total + Number(events), 0)).toBe(horizon.events);
    expect(results.riskGroups.map(({ name }) => name)).toEqual(['Lowest third', 'Middle third', 'Highest third']);
    const ends = results.riskGroups.map(({ curve }) => curve[curve.length - 1].incidence);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
  });

  it('takes risks whose slope is far from 1 as a harm', async () => {
    const slopeOf = async (probabilities: readonly number[]) => {
      const results = resultsOf(await bodyOf(COMPETING, columnsOf({ ...reference, probabilities })));
      const point = kindOf(results)
        .points()
        .find(({ brief }) => brief.startsWith('Calibration slope'));
      return [point?.importance, /: (.*)\.$/.exec(point?.brief ?? '')?.[1]];
    };
    const extreme = reference.probabilities.map((p) => 1 / (1 + ((1 - p) / p) ** 4));
    expect(await slopeOf(extreme)).toEqual(['shown harm', 'high risks are too high and low ones too low']);
    expect((await slopeOf(reference.probabilities))[0]).toBe('result');
  });

  it('names the unit of time in every reason and method', async () => {
    const early = COMPETING.replace('at: 8', 'at: 1');
    const said = JSON.stringify([
      await bodyOf(COMPETING, columnsOf(reference)),
      await bodyOf(early, columnsOf(reference)),
    ]);
    expect(said).toMatch(/\d events up to 1 year and \d+ people without/);
    expect(said).toContain('calibration slope at 8 years, ');
    expect(said.match(/(?:up to| at) [\d.]+(?! years?|[\d.])/g)).toBeNull();
  });

  it("has Harrell's and Uno's C, AUROC and Brier score without competing events", async () => {
    const single = survival.causes.map((cause) => Number(cause === 1));
    const { probabilities } = survival;
    const [whole] = resultsOf(
      await bodyOf(PLAIN, columnsOf({ times: survival.untied, causes: single, probabilities })),
    ).groups;
    expect(estimateOf(whole.horizons[0].auroc)).toBeCloseTo(survival.survivalOnly.auc.estimate, 10);
    expect(estimateOf(whole.horizons[0].brier)).toBeCloseTo(survival.survivalOnly.brier.estimate, 10);
    expect(estimateOf(whole.unoC)).toBeGreaterThan(0.5);
    expect(whole.horizons[0].competing).toBeNull();
  });

  it('takes a score of its own for the ranking, people with several studies as clusters', async () => {
    const columns = columnsOf(
      {
        times: survival.times,
        causes: survival.causes.map((cause) => Number(cause === 1)),
        probabilities: survival.scores,
      },
      survival.clusters,
    );
    const ranked = yaml('codes: { censored: 0, event: 1 }\nhorizons: [{ at: 100 }]').replace(
      'event: status',
      'event: status, score: risk',
    );
    const [whole] = resultsOf(await bodyOf(ranked, columns)).groups;
    expect(estimateOf(whole.harrellC)).toBeCloseTo(1 - survival.harrellClustered.estimate, 10);
    expect(whole.harrellC).toMatchObject({ clusters: 80 });
    expect(whole.horizons[0]).toMatchObject({ expected: null, brier: null, slope: null, observedExpected: null });
  });

  it('counts follow-up of no time, and refuses what is no probability or no code', async () => {
    const columns = columnsOf({ times: [0, 2, 3], causes: [1, 0, 1], probabilities: [0.1, 0.2, 0.3] });
    const body = await bodyOf(PLAIN, columns);
    expect(body.flow[0].steps.at(-1)?.losses).toEqual([{ code: 'no-follow-up', count: 1 }]);
    await expect(bodyOf(PLAIN, { ...columns, risk: [0.1, 1.2, 0.3] })).rejects.toThrow(
      'column risk, row 2: found a number outside 0 to 1',
    );
    await expect(bodyOf(PLAIN, { ...columns, status: [0, 1, 2] })).rejects.toThrow(
      'column status, row 3: found another value, allowed 0, 1',
    );
  });

  it('lets no count of 1 to 10 leave, nor one that follows by subtraction', async () => {
    const body = await bodyOf(COMPETING, columnsOf(reference));
    const shared = resultsOf(shareableEvaluation(body));
    const text = JSON.stringify(shared);
    expect(text).not.toMatch(/"(?:n|events|competing|censored|beyond|atRisk)":(?:[1-9]|10)[,}]/);
    for (const { events, competing, censored, beyond } of shared.groups.flatMap(({ horizons }) => horizons)) {
      const hidden = [events, competing, censored, beyond].filter((count) => typeof count !== 'number');
      expect(hidden).not.toHaveLength(1);
    }
    for (const { horizons, harrellC } of shared.groups)
      if (typeof horizons[0].events !== 'number') expect(harrellC).toEqual({ suppressed: true });
    const steps = shared.riskGroups.flatMap(({ n, curve }) =>
      curve.map((point, i) => Number(curve[i - 1]?.atRisk ?? n) - point.atRisk),
    );
    expect(steps.length).toBeGreaterThan(2);
    expect(shared.calibration.every(({ bins }) => bins.length === 0)).toBe(true);
    expect(steps.some((left) => left >= 1 && left <= 10)).toBe(false);
  });

  it('says so where every risk is 0, as where nothing can be divided', async () => {
    const zero = columnsOf({ ...reference, probabilities: reference.probabilities.map(() => 0) });
    const [whole] = resultsOf(await bodyOf(COMPETING, zero)).groups;
    expect(whole.horizons[0].observedExpected).toMatchObject({ cannotTell: 'every predicted risk is 0' });
    expect(whole.horizons[0].slope).toMatchObject({ cannotTell: 'the likelihood has no finite maximum' });
  });

  it('writes page and tables, also where nothing can be told', async () => {
    const files = evaluationFiles(evaluationEditions(await bodyOf(COMPETING, columnsOf(reference))));
    expect(String(files.get('internal/report.html'))).toContain('Calibration slope at 8 years');
    expect(String(files.get('internal/tables/horizons.csv')).split('\r\n')).toHaveLength(1 + 3 + 1);
    const none = await bodyOf(PLAIN, columnsOf({ times: [2, 3], causes: [0, 0], probabilities: [0.1, 0.2] }));
    expect(evaluationReport(none).answer.headline).toBe(
      'Death, up to 8 years: ranking cannot be told; calibration cannot be told.',
    );
    expect(evaluationFiles(evaluationEditions(none)).size).toBeGreaterThan(4);
  });
});
