import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assertFlowAddsUp } from '#lib/cohort/flow.ts';
import type { Cohort, CohortTables } from '#lib/cohort/rows.ts';
import { selectCohort } from '#lib/cohort/select.ts';
import { FOUR_HOSPITALS, LABEL, labelRow, ledgerRow, MODEL, simulatedTables } from '../../cohort-tables.ts';

const cohort: Cohort = { name: 'test', title: 'Test', model: MODEL, label: LABEL };

const study = (unit: string, row: number, studyKey: string, payload: object = { sex: 'M', age: 60 }) => ({
  site: 'alder',
  unit,
  row,
  studyKey,
  subjectKey: `p-${studyKey}`,
  revision: unit,
  payload: JSON.stringify(payload),
});

const scored = (unit: string, row: number, studyKey: string, score = 0.4) => ({
  site: 'alder',
  unit,
  row,
  studyKey,
  attempt: 1,
  model: MODEL.name,
  version: MODEL.version,
  status: 'scored' as const,
  reason: null,
  score,
  file: 'model.onnx',
  relation: 'external' as const,
  detail: null,
});

const drop = (dropKey: string, unit: string, day: string, items: number, closed = true) => {
  const at = { site: 'alder', dropKey, receivedAt: `2026-01-${day}T00:00:00Z`, versionId: `v${day}` };
  return [
    ledgerRow({ kind: 'drop', state: 'planned', items, ...at, ...(!closed && { repeated: items }) }),
    ledgerRow({ kind: 'sighting', unit, ...at }),
    ...(closed ? [ledgerRow({ kind: 'unit', unit, items, published: items, ...at })] : []),
  ];
};

/** A, then B, then A again, each about study s1. */
const revised: CohortTables = {
  studies: [study('A', 1, 's1', { sex: 'F', age: 50 }), study('B', 1, 's1', { sex: 'F', age: 51 })],
  predictions: [scored('A', 1, 's1', 0.2), scored('B', 1, 's1', 0.7)],
  labels: [labelRow('alder', 's1', 1, 1)],
  ledger: [
    ...drop('d1', 'A', '01', 1),
    ...drop('d2', 'B', '02', 1),
    ...drop('d3', 'A', '03', 1, false),
    ledgerRow({ kind: 'drop', site: 'alder', dropKey: 'alder-labels', state: 'planned', items: 1, filed: 1 }),
  ],
};

const losses = (tables: CohortTables) =>
  selectCohort(tables, cohort).totalFlow.steps.flatMap((step) =>
    step.losses.map((loss) => `${loss.code} ${loss.count}`),
  );

describe('selectCohort', () => {
  it('takes A again after A, B, A', () => {
    const { rows } = selectCohort(revised, cohort);
    expect(rows.map((row) => [row.score, row.ageYears])).toEqual([[0.2, 50]]);
    expect(losses(revised)).toEqual(['label 1', 'repeated 1', 'superseded 1']);
  });

  it('takes B after A, B', () => {
    const tables = { ...revised, ledger: revised.ledger.filter((row) => row.dropKey !== 'd3') };
    expect(selectCohort(tables, cohort).rows.map((row) => row.score)).toEqual([0.7]);
  });

  it('orders drops of one moment by their version', () => {
    const ledger = revised.ledger
      .filter((row) => row.dropKey !== 'd3')
      .map((row) => ({
        ...row,
        receivedAt: '2026-01-01T00:00:00Z',
        versionId: row.dropKey === 'd1' ? 'v9' : row.versionId,
      }));
    expect(selectCohort({ ...revised, ledger }, cohort).rows.map((row) => row.score)).toEqual([0.2]);
  });

  it('gives the same selection when every row of the tables stands there twice, in reverse order', () => {
    const tables = simulatedTables('twice', FOUR_HOSPITALS);
    const doubled: CohortTables = {
      studies: [...tables.studies, ...tables.studies].reverse(),
      predictions: [...tables.predictions, ...tables.predictions].reverse(),
      labels: [...tables.labels, ...tables.labels].reverse(),
      ledger: [...tables.ledger, ...tables.ledger].reverse(),
    };
    expect(selectCohort(doubled, cohort)).toEqual(selectCohort(tables, cohort));
  });

  it('takes the label received last', () => {
    const corrected = { ...labelRow('alder', 's1', 1, 0), dropKey: 'later', receivedAt: '2026-02-01T00:00:00Z' };
    const { rows, totalFlow } = selectCohort({ ...revised, labels: [corrected, ...revised.labels] }, cohort);
    expect(rows.map((row) => row.label)).toEqual([0]);
    expect(totalFlow.labels).toEqual({ rows: 2, superseded: 1, studies: 1, unmatched: 0 });
  });

  it('leaves out a study whose labels contradict each other within one drop', () => {
    const labels = [labelRow('alder', 's1', 1, 0), labelRow('alder', 's1', 2, 1)];
    expect(selectCohort({ ...revised, labels }, cohort).rows).toEqual([]);
    expect(losses({ ...revised, labels })).toContain('contradictory-labels 1');
  });

  it('keeps a study whose labels agree within one drop', () => {
    const labels = [labelRow('alder', 's1', 1, 1), labelRow('alder', 's1', 2, 1)];
    expect(selectCohort({ ...revised, labels }, cohort).rows).toHaveLength(1);
  });

  it('counts a label without its study as unmatched', () => {
    const labels = [...revised.labels, labelRow('alder', 'nobody', 2, 1)];
    expect(selectCohort({ ...revised, labels }, cohort).totalFlow.labels.unmatched).toBe(1);
  });

  it('counts a label that is neither 0 nor 1', () => {
    expect(losses({ ...revised, labels: [labelRow('alder', 's1', 1, 3)] })).toContain('label-not-binary 1');
  });

  it('counts abstained, withdrawn and failed studies under their reasons', () => {
    const status = (
      unit: string,
      row: number,
      status: 'abstained' | 'withdrawn' | 'failed',
      reason: string | null,
    ) => ({
      ...scored(unit, row, `s${row}`),
      status,
      reason,
      score: null,
      relation: null,
      detail: null,
    });
    const tables: CohortTables = {
      studies: [1, 2, 3, 4].map((row) => study('A', row, `s${row}`)),
      predictions: [
        status('A', 1, 'abstained', 'too-old'),
        status('A', 2, 'withdrawn', null),
        status('A', 3, 'failed', 'golden-vector-missed'),
      ],
      labels: [],
      ledger: drop('d1', 'A', '01', 4),
    };
    expect(losses(tables)).toEqual(['no-slot-for-the-model 1', 'too-old 1', 'golden-vector-missed 1', 'withdrawn 1']);
  });

  it('keeps apparent and unblinded studies out of the primary analysis and counts them', () => {
    const predictions = revised.predictions.map((row) => ({ ...row, relation: 'apparent' as const }));
    expect(losses({ ...revised, predictions })).toContain('apparent 1');
    const labels = [{ ...labelRow('alder', 's1', 1, 1), blinded: false }];
    expect(losses({ ...revised, labels })).toContain('label-not-blinded 1');
  });

  it('keeps scored studies without a usable label, with the reason, for whoever asks which studies are labelled', () => {
    const labels = [labelRow('alder', 's1', 1, 0), labelRow('alder', 's1', 2, 1)];
    const { rows, unlabelled } = selectCohort({ ...revised, labels }, cohort);
    expect(rows).toEqual([]);
    expect(unlabelled).toMatchObject([{ studyKey: 's1', score: 0.2, why: 'contradictory-labels', sex: 'F' }]);
    expect(selectCohort({ ...revised, labels: [] }, cohort).unlabelled).toMatchObject([{ why: 'no-label' }]);
  });

  it('hands out the measurements and the day on which the current revision first came', () => {
    const [row] = selectCohort(revised, cohort).rows;
    expect(row.measurements).toEqual({ sex: 'F', age: 50 });
    expect(row.arrivedAt).toBe('2026-01-01T00:00:00Z');
  });

  it('counts a label dated after the year in which it was received, and one outside the years of the cohort', () => {
    const dated = (date: string | null) => ({ ...revised, labels: [{ ...labelRow('alder', 's1', 1, 1), date }] });
    expect(losses(dated('2027'))).toContain('label-dated-after-receipt 1');
    expect(losses(dated('2026'))).not.toContain('label-dated-after-receipt 1');
    const within = { ...cohort, labelYears: { from: 2019, to: 2021 } };
    const lossesWithin = (date: string | null) =>
      selectCohort(dated(date), within).totalFlow.steps.flatMap((step) => step.losses.map(({ code }) => code));
    expect(lossesWithin('2018')).toContain('label-dated-outside');
    expect(lossesWithin('2022')).toContain('label-dated-outside');
    expect(lossesWithin('2019')).not.toContain('label-dated-outside');
    expect(lossesWithin('2021')).not.toContain('label-dated-outside');
    expect(lossesWithin(null)).not.toContain('label-dated-outside');
  });

  it('takes a label of New Year at the hospital that came before New Year in Greenwich', () => {
    const labels = [{ ...labelRow('alder', 's1', 1, 1), date: '2027', receivedAt: '2026-12-31T20:00:00Z' }];
    expect(selectCohort({ ...revised, labels }, cohort).rows).toHaveLength(1);
  });

  it('counts labels of one study within a drop and between drops as first against last', () => {
    const labels = [
      labelRow('alder', 's1', 1, 1),
      labelRow('alder', 's1', 2, 0),
      { ...labelRow('alder', 's1', 1, 1), dropKey: 'later', receivedAt: '2026-02-01T00:00:00Z' },
      labelRow('alder', 's2', 3, 1),
    ];
    expect(selectCohort({ ...revised, labels }, cohort).labelRepeats).toEqual([
      {
        site: 'alder',
        withinDrop: [
          [0, 0],
          [1, 0],
        ],
        betweenDrops: [
          [0, 1],
          [0, 0],
        ],
      },
    ]);
  });

  it('names hospitals of the rule of which nothing came, and counts what came from others', () => {
    const { sitesWithoutDrops, otherSites, siteFlows } = selectCohort(revised, { ...cohort, sites: ['aldre'] });
    expect(sitesWithoutDrops).toEqual(['aldre']);
    expect(otherSites).toEqual([{ site: 'alder', items: 4 }]);
    expect(siteFlows.map(({ steps }) => steps[0].count)).toEqual([0]);
  });

  it('counts a unit in flight and a drop that was refused whole', () => {
    const ledger = [
      ...drop('d1', 'A', '01', 1),
      ledgerRow({ kind: 'drop', site: 'alder', dropKey: 'd8', state: 'planned', items: 7 }),
      ledgerRow({
        kind: 'drop',
        site: 'alder',
        dropKey: 'd9',
        state: 'rejected',
        items: 1,
        rejected: 1,
        reason: 'too-large',
      }),
    ];
    expect(losses({ ...revised, studies: [study('A', 1, 's1')], ledger, labels: [] })).toEqual([
      'too-large 1',
      'in-flight 7',
      'no-label 1',
    ]);
  });

  it('refuses study rows that no drop showed', () => {
    expect(() => selectCohort({ ...revised, ledger: [] }, cohort)).toThrow(
      'unit A of alder has study rows but no sighting in the ledger',
    );
  });

  it('refuses rejected items without a reason', () => {
    const ledger = [ledgerRow({ kind: 'drop', site: 'alder', dropKey: 'd9', state: 'planned', items: 3, rejected: 3 })];
    expect(() => selectCohort({ studies: [], predictions: [], labels: [], ledger }, cohort)).toThrow(
      'drop d9 of alder rejected 3 items, 0 of them with a reason in the ledger',
    );
  });

  it('has a flow that adds up for any mixture of hospitals, faults and repeats', () => {
    const hospital = fc.record({
      studies: fc.integer({ min: 1, max: 40 }),
      prevalence: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
      relation: fc.constantFrom('external' as const, 'left-out-site' as const, 'apparent' as const),
    });
    fc.assert(
      fc.property(
        fc.array(hospital, { minLength: 1, maxLength: 4 }),
        fc.integer(),
        fc.integer({ min: 0, max: 60 }),
        (list, seed, cut) => {
          const tables = simulatedTables(
            `flow ${seed}`,
            list.map((one, i) => ({ site: `site-${i}`, separation: 2, ...one })),
          );
          const { siteFlows, totalFlow, rows } = selectCohort({ ...tables, labels: tables.labels.slice(cut) }, cohort);
          for (const flow of siteFlows) assertFlowAddsUp(flow, flow.site);
          const labelled = totalFlow.steps.find((step) => step.name === 'labelled');
          expect(labelled?.count).toBe(rows.length);
          expect(totalFlow.steps[0].count).toBe(
            tables.ledger.filter((row) => row.kind === 'drop').reduce((n, row) => n + row.items, 0),
          );
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });
});

describe('assertFlowAddsUp', () => {
  it('names the step that does not add up', () => {
    const [first] = selectCohort(revised, cohort).siteFlows;
    const steps = first.steps.map((step) => (step.name === 'studies' ? { ...step, count: 5 } : step));
    expect(() => assertFlowAddsUp({ ...first, steps }, 'alder')).toThrow(
      'flow of alder does not add up at "studies": 2 before, 1 lost, 5 left',
    );
  });
});
