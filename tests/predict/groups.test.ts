// Groups that a site describes: from the dropped table to the cohort, past the model and past the hash of what it was trained on.
import { describe, expect, test } from 'vitest';
import type { CohortTables } from '#lib/cohort/rows.ts';
import { selectCohort } from '#lib/cohort/select.ts';
import { canonicalPayload, payloadHash } from '#lib/formats/payload.ts';
import { parseSite, type Site } from '#lib/sites/site.ts';
import type { TableName, TableRow } from '#lib/tables/columns.ts';
import { readObjects, tableObjects } from '#lib/tables/read.ts';
import { dropAndSettle, HEADER, LABEL_HEADER, NORTH, northCloud, row } from '../steps/hospital.ts';
import type { MemoryCloud } from '../steps/memory-cloud.ts';
import { logisticDouble, plainContract } from '../steps/models.ts';

const PEOPLE = [1, 2, 3, 4];
const ETHNICITIES = ['W', 'B', '', 'W'];

const [tests, ...others] = NORTH.tables;
const GROUPED: Site = parseSite({
  ...NORTH,
  tables: [{ ...tests, groups: { ethnicity: { column: 'eth', codes: { W: 'white', B: 'black' } } } }, ...others],
});

const plainTable = [HEADER, ...PEOPLE.map(row)].join('\n');
const groupedTable = [`${HEADER},eth`, ...PEOPLE.map((person, n) => `${row(person)},${ETHNICITIES[n]}`)].join('\n');

async function rowsOf<T extends TableName>(cloud: MemoryCloud, name: T): Promise<readonly TableRow<T>[]> {
  return readObjects(cloud.archive, name, await tableObjects(cloud.archive, name));
}

async function cloudOf(site: Site, body: string): Promise<MemoryCloud> {
  // The model was trained on the measurements of the first person, without any group.
  const seen = payloadHash(
    canonicalPayload({ age: 41, sex: 'F', chestPain: 2, cholesterol: 181, maximumHeartRate: 121 }),
  );
  const plain = await plainContract();
  const contract = await plainContract({ training: { ...plain.training, groups: { north: [seen] } } });
  const cloud = await northCloud({ contracts: [contract], models: async () => logisticDouble(contract), site });
  await dropAndSettle(cloud, 'drops/north/tests.csv', body);
  const labels = PEOPLE.map((person) => `P${person},${person % 2 ? 'yes' : 'no'},2025-05-05`);
  await dropAndSettle(cloud, 'drops/north/outcomes.csv', [LABEL_HEADER, ...labels].join('\n'));
  return cloud;
}

async function tablesOf(cloud: MemoryCloud): Promise<CohortTables> {
  const [studies, predictions, labels, ledger] = await Promise.all([
    rowsOf(cloud, 'studies'),
    rowsOf(cloud, 'predictions'),
    rowsOf(cloud, 'labels'),
    rowsOf(cloud, 'ledger'),
  ]);
  return { studies, predictions, labels, ledger };
}

describe('groups that a site describes', () => {
  test('change neither score nor relation, and reach the cohort', async () => {
    const [plain, grouped] = await Promise.all([
      cloudOf(NORTH, plainTable).then(tablesOf),
      cloudOf(GROUPED, groupedTable).then(tablesOf),
    ]);
    const answers = (rows: CohortTables['predictions']) =>
      rows.map(({ row: at, score, relation, status }) => [at, status, score, relation]);
    expect(answers(grouped.predictions)).toEqual(answers(plain.predictions));
    expect(plain.predictions.map(({ relation }) => relation)).toEqual(['apparent', 'external', 'external', 'external']);
    const [{ model: name, version }] = grouped.predictions;
    const cohort = { name: 'north', title: 'North', model: { name, version }, label: 'coronary-artery-disease' };
    const { rows } = selectCohort(grouped, cohort);
    expect(rows.map(({ ageYears, groups }) => [ageYears, groups]).sort()).toEqual([
      [41, { ethnicity: 'white' }],
      [42, { ethnicity: 'black' }],
      [43, {}],
      [44, { ethnicity: 'white' }],
    ]);
    expect(rows.every(({ measurements }) => Object.keys(measurements).every((key) => !key.includes('ethnicity')))).toBe(
      true,
    );
  });
});
