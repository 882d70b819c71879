// A unit of several ECGs: one page, one table, and an ECG that cannot be drawn costs only itself.
import { parse } from 'csv-parse/sync';
import { beforeEach, expect, test } from 'vitest';
import { publish } from '#functions/publish/publish.ts';
import type { Closed, Plan, StudyRecord, StudyRow, UnitMessage } from '#functions/study.ts';
import { tabulate } from '#functions/tabulate/tabulate.ts';
import { encodeEcg } from '#lib/formats/ecg-object.ts';
import {
  closedKey,
  ecgKey,
  modelKey,
  planKey,
  predictionsKey,
  receivedKey,
  resultKey,
  studyKey,
  studyRowsKey,
} from '#lib/ledger/keys.ts';
import { toJson } from '#lib/ledger/once.ts';
import { PREDICTION_COLUMNS, STUDY_COLUMNS, type TableName } from '#lib/tables/columns.ts';
import { writeParquet } from '#lib/tables/parquet.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import { answer, ECG_AF, ECG_AF_SLOT, STUDY_ROW, storedLeads } from '../ecg-unit.ts';
import { northCloud } from '../steps/hospital.ts';
import { type MemoryCloud, recordAt } from '../steps/memory-cloud.ts';

const UNIT: UnitMessage = { site: 'north', dropKey: 'drop-1', unit: 'unit-1' };
const { site, dropKey, unit } = UNIT;
const PLACES = [3, 5, 6];

let cloud: MemoryCloud;

const rowAt = (row: number, payload = STUDY_ROW.payload): StudyRow => ({
  ...STUDY_ROW,
  row,
  studyKey: `study-${row}`,
  payload,
});

/** The ECGs of rows 3, 5 and 6, as intake has stored and predict has answered them. */
async function answered(rows: readonly StudyRow[]): Promise<void> {
  const plan: Plan = {
    ...{ site, dropKey, state: 'planned', items: 3, repeatedUnits: [], repeatedRows: [], rejected: [], filed: 0 },
    units: [{ unit, items: 3, slots: [ECG_AF_SLOT], ecgs: PLACES.map((row) => ({ ecg: `ecg-${row}`, row })) }],
    findings: [],
  };
  const noisy = { code: 'noisy', severity: 'warning', message: 'lead I: found kurtosis 3.1', row: 5 } as const;
  const study: StudyRecord = { site, unit, kind: 'ecg', items: 3, findings: [noisy] };
  const answers = [answer(), answer({ reason: 'noise-probable' }), answer({ probabilities: [0.9, 0.02, 0.07, 0.01] })];
  const predictions = answers.map((one, n) => ({ ...one, row: rows[n].row, studyKey: rows[n].studyKey }));
  const objects = PLACES.map((row) => encodeEcg(storedLeads({ seed: row })));
  const stored: [string, Uint8Array | string][] = [
    [planKey(site, dropKey), toJson(plan)],
    [receivedKey(site, dropKey), toJson({ site, dropKey, receivedAt: '2026-03-01T08:00:00.000Z', versionId: 'v' })],
    [studyRowsKey(site, unit), writeParquet(STUDY_COLUMNS, rows)],
    [ecgKey(site, unit), Buffer.concat(objects)],
    [studyKey(site, unit), toJson(study)],
    [modelKey(ECG_AF.name, ECG_AF.version, 'model.json'), toJson(ECG_AF)],
    [predictionsKey(UNIT, ECG_AF_SLOT), writeParquet(PREDICTION_COLUMNS, predictions)],
  ];
  for (const [key, body] of stored) cloud.archive.drop(key, body);
}

const textAt = async (name: string): Promise<string> =>
  Buffer.from((await cloud.archive.get(resultKey(UNIT, name)))?.body ?? []).toString();

const linesOf = async (): Promise<string[][]> =>
  (parse(await textAt('results.csv'), { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[]).map(
    ({ row, outcome, status }) => [row, outcome, status],
  );

async function tableRows<T extends TableName>(table: T) {
  return readObjects(cloud.archive, table, await tableObjects(cloud.archive, table));
}

beforeEach(async () => {
  cloud = await northCloud();
});

test('one page says what was found in each, and shows each with its own findings', async () => {
  await answered(PLACES.map((row) => rowAt(row)));
  await publish(UNIT, cloud.ports);
  const page = await textAt('result.html');
  expect(page).toContain('1 abstained, 2 published.');
  for (const row of PLACES) expect(page).toContain(`href="#ecg-${row}-result"`);
  expect(page).toContain('ECG 3: Atrial fibrillation suspected');
  expect(page).toContain('ECG 5: No answer: the model keeps silent');
  expect(page).toContain('ECG 6: Atrial fibrillation not suspected');
  const [, third, fifth, sixth] = page.split('<article');
  expect([third, fifth, sixth].map((part) => part.includes('found kurtosis 3.1'))).toEqual([false, true, false]);
  expect(new Set(page.match(/ id="[^"]+"/g)).size).toBe(page.match(/ id="[^"]+"/g)?.length);
  expect(await linesOf()).toEqual([
    ['3', 'published', 'scored'],
    ['5', 'abstained', 'abstained'],
    ['6', 'published', 'scored'],
  ]);
  expect(await recordAt<Closed>(cloud.archive, closedKey(UNIT))).toMatchObject({
    ...{ items: 3, published: 2, abstained: 1, quarantined: 0 },
    ecgs: [
      { ecg: 'ecg-3', row: 3, outcome: 'published' },
      { ecg: 'ecg-5', row: 5, outcome: 'abstained' },
      { ecg: 'ecg-6', row: 6, outcome: 'published' },
    ],
  });
});

test('an ECG that cannot be drawn is set aside by itself, in page, table, ledger and tables', async () => {
  await answered([rowAt(3), rowAt(5), rowAt(6, 'no JSON: P123')]);
  await publish(UNIT, cloud.ports);
  expect(await textAt('result.html')).toContain('Set aside: its page could not be made');
  expect(await linesOf()).toContainEqual(['6', 'quarantined', 'scored']);
  expect(await recordAt<Closed>(cloud.archive, closedKey(UNIT))).toMatchObject({
    ...{ published: 1, abstained: 1, quarantined: 1, reason: { code: 'page-failed' } },
    ecgs: [{ outcome: 'published' }, { outcome: 'abstained' }, { ecg: 'ecg-6', outcome: 'quarantined' }],
  });
  expect(cloud.metrics.counts.get('Quarantined')).toBe(1);
  const [line] = cloud.log.lines.filter((text) => text.includes('ECG cannot be shown'));
  expect(line).toContain('SyntaxError');
  expect(line).not.toContain('P123');
  await tabulate([UNIT], cloud.ports);
  expect((await tableRows('predictions')).map(({ unit: of, status }) => [of, status])).toEqual([
    ['ecg-3', 'scored'],
    ['ecg-5', 'abstained'],
  ]);
  expect((await tableRows('studies')).map(({ unit: of }) => of)).toEqual(['ecg-3', 'ecg-5', 'ecg-6']);
  expect(
    (await tableRows('ledger')).map((row) => [
      row.unit,
      row.items,
      row.published,
      row.abstained,
      row.quarantined,
      row.reason,
    ]),
  ).toEqual([
    ['ecg-3', 1, 1, 0, 0, null],
    ['ecg-5', 1, 0, 1, 0, null],
    ['ecg-6', 1, 0, 0, 1, 'page-failed'],
    ['unit-1', 0, 0, 0, 0, null],
  ]);
});

test("a signal that holds fewer ECGs than rows is nobody's result", async () => {
  await answered(PLACES.map((row) => rowAt(row)));
  cloud.archive.drop(ecgKey(site, unit), encodeEcg(storedLeads({ seed: 3 })));
  await expect(publish(UNIT, cloud.ports)).rejects.toThrow(/^ecg objects: found 1 in \d+ bytes, expected 3$/);
  expect(cloud.archive.keys('results/')).toEqual([]);
});
