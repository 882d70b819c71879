import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { publish } from '#functions/publish/publish.ts';
import { resultsCsv } from '#functions/publish/results-csv.ts';
import type { Closed, Plan, PredictionRow, StudyRecord, UnitMessage } from '#functions/study.ts';
import { encodeEcg } from '#lib/formats/ecg-object.ts';
import {
  closedKey,
  ecgKey,
  modelKey,
  planKey,
  predictionsKey,
  resultKey,
  studyKey,
  studyRowsKey,
} from '#lib/ledger/keys.ts';
import { toJson } from '#lib/ledger/once.ts';
import { PREDICTION_COLUMNS, STUDY_COLUMNS } from '#lib/tables/columns.ts';
import { writeParquet } from '#lib/tables/parquet.ts';
import { answer, ECG_AF, ECG_AF_SLOT, STUDY_ROW, storedLeads } from '../ecg-unit.ts';
import { northCloud } from '../steps/hospital.ts';
import { type MemoryCloud, recordAt } from '../steps/memory-cloud.ts';

const UNIT: UnitMessage = { site: 'north', dropKey: 'drop-1', unit: 'ecg-1' };
const { site, dropKey, unit } = UNIT;

/** An ECG that intake has stored and predict has answered. */
async function answeredUnit(prediction: PredictionRow): Promise<MemoryCloud> {
  const cloud = await northCloud();
  const plan: Plan = {
    site,
    dropKey,
    state: 'planned',
    items: 1,
    units: [{ unit, items: 1, slots: [ECG_AF_SLOT] }],
    repeatedUnits: [],
    repeatedRows: [],
    rejected: [],
    filed: 0,
    findings: [],
  };
  const study: StudyRecord = {
    site,
    unit,
    kind: 'ecg',
    items: 1,
    findings: [
      { code: 'noisy', severity: 'warning', message: 'lead I: found kurtosis 3.1, a clear ECG has at least 5' },
    ],
  };
  const objects: [string, Uint8Array | string][] = [
    [planKey(site, dropKey), toJson(plan)],
    [studyRowsKey(site, unit), writeParquet(STUDY_COLUMNS, [STUDY_ROW])],
    [ecgKey(site, unit), encodeEcg(storedLeads({ seed: 'publish' }))],
    [studyKey(site, unit), toJson(study)],
    [modelKey(ECG_AF.name, ECG_AF.version, 'model.json'), toJson(ECG_AF)],
    [predictionsKey(UNIT, ECG_AF_SLOT), writeParquet(PREDICTION_COLUMNS, [prediction])],
  ];
  for (const [key, body] of objects) cloud.archive.drop(key, body);
  return cloud;
}

const textAt = async (cloud: MemoryCloud, name: string): Promise<string> =>
  Buffer.from((await cloud.archive.get(resultKey(UNIT, name)))?.body ?? []).toString();

describe('publish of an ECG', () => {
  it('writes the page with the trace and the findings, and closes the unit', async () => {
    const cloud = await answeredUnit(answer());
    await publish(UNIT, cloud.ports);
    const page = await textAt(cloud, 'result.html');
    expect(page).toContain('Atrial fibrillation suspected');
    expect(page).toContain('found kurtosis 3.1');
    expect(page).toContain('class="trace"');
    expect(await recordAt<Closed>(cloud.archive, closedKey(UNIT))).toMatchObject({ published: 1, abstained: 0 });
  });

  it('publishes a silence of the model as an abstention', async () => {
    const cloud = await answeredUnit(answer({ reason: 'noise-probable' }));
    await publish(UNIT, cloud.ports);
    expect(await textAt(cloud, 'result.html')).toContain('No answer: the model keeps silent');
    expect(await recordAt<Closed>(cloud.archive, closedKey(UNIT))).toMatchObject({ published: 0, abstained: 1 });
  });

  it('fails where the signal is missing', async () => {
    const cloud = await answeredUnit(answer());
    await cloud.archive.remove(ecgKey(site, unit));
    await expect(publish(UNIT, cloud.ports)).rejects.toThrow(
      'publish: found an ECG without its signal, expected its ecg.bin',
    );
  });

  it('lists what stands behind the score in results.csv', async () => {
    const cloud = await answeredUnit(answer());
    await publish(UNIT, cloud.ports);
    const [line] = parse(await textAt(cloud, 'results.csv'), { columns: true, record_delimiter: '\r\n' });
    expect(line).toMatchObject({
      ...{ outcome: 'published', score: '0.91', lead: 'I', windows: '0-10=0.91' },
      ...{ probability_normal: '0.02', probability_atrial_fibrillation: '0.91' },
      ...{ probability_other_rhythm: '0.06', probability_noise: '0.01' },
    });
  });
});

describe('resultsCsv', () => {
  const csvOf = (withdrawn: boolean, row: PredictionRow) =>
    resultsCsv([STUDY_ROW], [{ slot: ECG_AF_SLOT, withdrawn, objects: [], rows: [row] }], ['published']);

  it('has no columns for a detail that no model gives', () => {
    const [header] = csvOf(false, answer({ reason: 'duration-outside', ran: false })).split('\r\n');
    expect(header).toBe('row,study_key,outcome,model,status,score,reason,weights,relation');
  });

  it('keeps the detail of a withdrawn score back', () => {
    expect(csvOf(true, answer())).not.toMatch(/0\.91|probability/);
  });

  it('gives every line as many cells as the header', () => {
    const two = [answer(), answer({ reason: 'duration-outside', ran: false })];
    const slots = two.map((row) => ({ slot: ECG_AF_SLOT, withdrawn: false, objects: [], rows: [row] }));
    const lines = resultsCsv([STUDY_ROW], slots, ['published']).trimEnd().split('\r\n');
    expect(new Set(lines.map((line) => line.split(',').length)).size).toBe(1);
  });
});
