import { describe, expect, it } from 'vitest';
import { studyFacts } from '#lib/cohort/study-facts.ts';
import { deidentifyMeasurements } from '#lib/deidentify/measurements.ts';
import { canonicalPayload, payloadHash } from '#lib/formats/payload.ts';
import { groupKey, groupsOf, measurementsHash, withoutGroups } from '#lib/formats/study-groups.ts';
import { readTable } from '#lib/formats/table.ts';
import { parseSite } from '#lib/sites/site.ts';
import { bytesOf, exampleDescription } from './example-site.ts';

const visits = exampleDescription.tables[0];
const ethnicity = { column: 'Ethnie', codes: { W: 'white', B: 'black', '3': 'asian' }, missing: ['keine Angabe'] };
const insurance = { column: 'Kasse', codes: { AOK: 'statutory', PKV: 'private' } };
const described = (groups: object) => parseSite({ ...exampleDescription, tables: [{ ...visits, groups }] });
const site = described({ ethnicity, insurance });

const read = (...lines: string[]) =>
  readTable(bytesOf('id,age,sex,chol,st,Ethnie,Kasse', ...lines), 'visits.csv', site);

describe('groups that a site describes', () => {
  it('travel beside the measurements under the words of the site', () => {
    const { rows, rejected } = read('p1,50,1,200,1,W,AOK', 'p2,61,0,210,0,3.0,PKV');
    expect(rejected).toEqual([]);
    expect(rows.map(({ measurements }) => groupsOf(measurements))).toEqual([
      { ethnicity: 'white', insurance: 'statutory' },
      { ethnicity: 'asian', insurance: 'private' },
    ]);
  });

  it('do not change the hash that tells whether training saw the payload, but the revision of the study', () => {
    const plain = { age: 50, sex: 'M' };
    const grouped = { ...plain, [groupKey('ethnicity')]: 'white' };
    expect(measurementsHash(grouped)).toBe(payloadHash(canonicalPayload(plain)));
    expect(canonicalPayload(grouped)).not.toBe(canonicalPayload(plain));
    expect(withoutGroups(grouped)).toEqual(plain);
  });

  it('are absent where nothing is given, and counted where the site does not list them, at no cost to the row', () => {
    const { rows, rejected, findings } = read(
      'p1,50,1,200,1,,AOK',
      'p2,61,0,210,0,keine Angabe,Oma',
      'p3,61,0,210,0,W,',
    );
    expect(rejected).toEqual([]);
    expect(rows.map(({ measurements }) => groupsOf(measurements))).toEqual([
      { insurance: 'statutory' },
      { insurance: 'not-listed' },
      { ethnicity: 'white' },
    ]);
    expect(findings).toEqual([
      {
        severity: 'warning',
        code: 'group-not-listed',
        message: 'column "Kasse": found 1 times a group that the site does not list, taken as not-listed',
      },
    ]);
    expect(JSON.stringify(rows)).not.toContain('Oma');
  });

  it('are no measurement: a row that has nothing else is rejected', () => {
    const { rejected } = read('p1,,,,,W,AOK', 'p2,61,0,210,0,W,AOK');
    expect(rejected.map(({ row, reason }) => [row, reason.code])).toEqual([[1, 'no-measurement']]);
  });

  it('reach the cohort apart from the measurements', () => {
    const payload = canonicalPayload({ age: 50, [groupKey('ethnicity')]: 'black' });
    const row = { site: 'a', unit: 'u', row: 1, studyKey: 's', subjectKey: 'p', revision: 'r', payload };
    const facts = studyFacts(row, '2026-01-01T00:00:00Z', { detail: null });
    expect(facts.groups).toEqual({ ethnicity: 'black' });
    expect(facts.measurements).toEqual({ age: 50 });
    expect([...facts.present]).toEqual(['age']);
  });

  it('pass the boundary only as identifiers', () => {
    expect(deidentifyMeasurements({ age: 50, [groupKey('ward')]: 'Frau Meier', [groupKey('unit')]: 'icu' })).toEqual({
      age: 50,
      [groupKey('unit')]: 'icu',
    });
  });

  it('are refused by name in the description', () => {
    const codes = Object.fromEntries(Array.from({ length: 10_000 }, (_, code) => [`c${code}`, `v${code}`]));
    const refused: [object, string][] = [
      [{ postcode: { column: 'Ethnie', codes } }, 'tables.0.groups.postcode: found 10000 groups, accepted at most 200'],
      [{ sex: insurance }, 'tables.0.groups.sex: found a name that reports use already'],
      [{ ward: { column: 'Kasse', codes: {} } }, 'tables.0.groups.ward: found no codes, accepted at least one'],
      [{ ward: { column: 'Kasse', codes: { a: 'Ward 7' } } }, 'tables.0.groups.ward.codes.a: accepted 1 to 63'],
    ];
    for (const [groups, message] of refused) expect(() => described(groups)).toThrow(message);
    const labels = { ...exampleDescription.tables[1], groups: { insurance } };
    expect(() => parseSite({ ...exampleDescription, tables: [labels] })).toThrow(
      'tables.0.groups: found groups in a table of labels',
    );
  });
});
