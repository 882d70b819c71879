import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { RejectedDrop } from '#functions/errors.ts';
import { canonicalPayload } from '#lib/formats/payload.ts';
import { groupsOf } from '#lib/formats/study-groups.ts';
import { readTable, type TableReading } from '#lib/formats/table.ts';
import { type Simulation, simulateHospitals } from '#lib/simulate/hospitals.ts';

const options = { seed: 20, peoplePerSite: 120 };
const simulation = simulateHospitals(options);

function hashOf({ sites, drops, truth }: Simulation): string {
  const hash = createHash('sha256').update(JSON.stringify([sites, truth]));
  for (const { site, path, body } of drops) hash.update(JSON.stringify([site, path])).update(body);
  return hash.digest('hex');
}

/** What the real reader makes of each drop, in order. */
function readings({ sites, drops }: Simulation): (TableReading | RejectedDrop)[] {
  const byId = new Map(sites.map((site) => [site.site, site]));
  return drops.map(({ site, path, body }) => {
    const description = byId.get(site);
    if (description === undefined) throw new Error(`no site ${site}`);
    try {
      return readTable(body, path, description);
    } catch (error) {
      if (error instanceof RejectedDrop) return error;
      throw error;
    }
  });
}

function countCodes(reading: TableReading | RejectedDrop): Record<string, number> {
  if (reading instanceof RejectedDrop) return { [reading.code]: 1 };
  const counts: Record<string, number> = {};
  for (const { reason } of reading.rejected) counts[reason.code] = (counts[reason.code] ?? 0) + 1;
  return counts;
}

test('the same options give the same bytes, another seed others', () => {
  expect(hashOf(simulateHospitals(options))).toBe(hashOf(simulation));
  expect(hashOf(simulateHospitals({ ...options, seed: 21 }))).not.toBe(hashOf(simulation));
});

test.each([
  ['the usual size', simulation],
  ['the smallest size and six sites', simulateHospitals({ seed: 'small', sites: 6, peoplePerSite: 12 })],
])('reading the drops finds the truth by which they were made: %s', (_name, simulated) => {
  const seen = new Set<string>();
  for (const [index, reading] of readings(simulated).entries()) {
    const truth = simulated.truth.drops[index];
    expect(countCodes(reading), truth.path).toEqual(truth.reasons);
    if (reading instanceof RejectedDrop) continue;
    // The pipeline recognises a unit by its content wherever it is dropped again.
    const content = `${truth.site}${JSON.stringify(reading.rows)}`;
    const isAgain = reading.rows.length > 0 && seen.has(content);
    seen.add(content);
    const repeated = reading.repeatedRows.length + (isAgain ? reading.rows.length : 0);
    const found = { items: reading.items, filed: reading.filed, scored: isAgain ? 0 : reading.rows.length, repeated };
    expect(found, truth.path).toEqual({
      items: truth.items,
      filed: truth.filed,
      scored: truth.scored,
      repeated: truth.repeated,
    });
  }
});

test('every site adds up, and the studies and labels that are left are as the truth says', () => {
  const read = readings(simulation);
  for (const [site, truth] of Object.entries(simulation.truth.sites)) {
    expect(truth.scored + truth.filed + truth.repeated + truth.rejected).toBe(truth.items);
    const tables = read.filter((_, index) => simulation.drops[index].site === site);
    const good = tables.flatMap((table) => (table instanceof RejectedDrop ? [] : [table]));
    const key = ({ patientId, study }: { patientId: string; study: string }) => JSON.stringify([patientId, study]);
    const studies = new Set(good.flatMap(({ rows }) => rows.map(key)));
    const labels = new Set(good.flatMap((table) => table.labels.map(key)));
    expect({
      drops: tables.length,
      studies: studies.size,
      labelled: labels.intersection(studies).size,
      without: labels.difference(studies).size,
    }).toEqual({
      drops: truth.drops,
      studies: truth.studies,
      labelled: truth.labelled,
      without: truth.labelsWithoutStudy,
    });
  }
});

test('every strange thing occurs: a repeated file, bad rows, a corrected file, an unreadable one, a label of a stranger', () => {
  const { drops, sites } = simulation.truth;
  expect(drops.filter(({ repeated }) => repeated > 1)).toHaveLength(1);
  expect(Object.keys(sites.riverside.reasons)).toHaveLength(7);
  const paths = drops.map(({ site, path }) => `${site}/${path}`);
  expect(paths.length - new Set(paths).size).toBe(1);
  expect(sites.lakeview).toMatchObject({ reasons: { 'format-not-accepted': 1 }, labelsWithoutStudy: 1 });
});

test('names stand in the tables of two hospitals and in nothing that is read from them', () => {
  const text = simulation.drops.map(({ body }) => Buffer.from(body).toString('latin1')).join('');
  expect(text).toMatch(/Abendroth Ada/);
  expect(JSON.stringify(readings(simulation))).not.toMatch(/Abendroth|Castellane|Hollis/);
});

describe('the invented people', () => {
  const large = simulateHospitals({ seed: 3, peoplePerSite: 1500 });
  const read = readings(large).map((reading, index) => ({ site: large.drops[index].site, reading }));
  const people = read.flatMap(({ site, reading }) =>
    reading instanceof RejectedDrop ? [] : reading.rows.map((row) => ({ site, ...row })),
  );
  const labels = new Map(
    read.flatMap(({ site, reading }) =>
      reading instanceof RejectedDrop
        ? []
        : reading.labels.map(({ patientId, label }) => [`${site} ${patientId}`, label.value] as const),
    ),
  );
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const valuesOf = (field: string, diseased: number) =>
    people
      .filter(({ site, patientId }) => labels.get(`${site} ${patientId}`) === diseased)
      .map(({ measurements }) => measurements[field])
      .filter((value) => typeof value === 'number');

  test('differ by disease in the directions that Detrano and others published', () => {
    expect(mean(valuesOf('maximumHeartRate', 1))).toBeLessThan(mean(valuesOf('maximumHeartRate', 0)) - 8);
    expect(mean(valuesOf('stDepression', 1))).toBeGreaterThan(mean(valuesOf('stDepression', 0)) + 0.3);
    expect(mean(valuesOf('exerciseAngina', 1))).toBeGreaterThan(mean(valuesOf('exerciseAngina', 0)) + 0.1);
    expect(mean(valuesOf('age', 1))).toBeGreaterThan(mean(valuesOf('age', 0)) + 2);
  });

  test('come in units that were understood: means are those of the vocabulary, whatever the hospital writes', () => {
    for (const { site } of large.sites) {
      const of = (field: string) =>
        mean(
          people
            .filter((person) => person.site === site)
            .map(({ measurements }) => measurements[field])
            .filter((value) => typeof value === 'number'),
        );
      expect(of('cholesterol')).toBeGreaterThan(230);
      expect(of('cholesterol')).toBeLessThan(265);
      expect(of('stDepression')).toBeGreaterThan(0.4);
      expect(of('stDepression')).toBeLessThan(1.6);
    }
  });

  test('are more often diseased where the hospital sees more disease', () => {
    const shareOf = (site: string) => large.truth.sites[site].diseased / large.truth.sites[site].people;
    expect(shareOf('riverside')).toBeLessThan(shareOf('northgate'));
    expect(shareOf('northgate')).toBeLessThan(shareOf('lakeview'));
  });

  test('have payers where the tables of their hospital say so, as many of each as the truth has', () => {
    for (const [site, { payers, studies }] of Object.entries(simulation.truth.sites)) {
      const tables = readings(simulation).flatMap((table, index) =>
        table instanceof RejectedDrop || simulation.drops[index].site !== site ? [] : table.rows,
      );
      // The last row of a study counts: files are corrected and repeated.
      const own = new Map(tables.map(({ patientId, study, measurements }) => [`${patientId} ${study}`, measurements]));
      const count = (payer: string) =>
        [...own.values()].filter((measurements) => groupsOf(measurements).insurance === payer).length;
      expect({ public: count('public'), private: count('private'), none: count('none') }, site).toEqual(payers);
      const known = payers.public + payers.private + payers.none;
      expect(known, site).toBeLessThanOrEqual(studies);
      expect(known > 0, site).toBe(site !== 'hillcrest');
    }
  });

  test('are paid for by age and by nothing else: disease says no more of the payer', () => {
    const northgate = people.filter(({ site }) => site === 'northgate');
    const of = (payer: string, old: boolean) =>
      northgate.filter(
        ({ measurements: { age, ...rest } }) => groupsOf(rest).insurance === payer && Number(age) >= 65 === old,
      );
    expect(of('public', true).length).toBeGreaterThan(4 * of('private', true).length);
    expect(of('private', false).length).toBeGreaterThan(of('public', false).length);
    const [one, other] = ['public', 'private'].map((payer) => of(payer, false));
    const diseased = (group: typeof people) =>
      mean(group.map(({ site, patientId }) => labels.get(`${site} ${patientId}`) ?? 0));
    const error = Math.sqrt(0.25 / one.length + 0.25 / other.length);
    expect(Math.abs(diseased(one) - diseased(other))).toBeLessThan(3 * error);
  });

  test('miss measurements as their hospital does', () => {
    const missing = (site: string, field: string) => {
      const own = people.filter((person) => person.site === site);
      return own.filter(({ measurements }) => measurements[field] === undefined).length / own.length;
    };
    expect(missing('riverside', 'majorVessels')).toBeGreaterThan(0.9);
    expect(missing('northgate', 'majorVessels')).toBeLessThan(0.1);
  });

  test('have payloads that are nearly all different', () => {
    const payloads = new Set(people.map(({ measurements }) => canonicalPayload(measurements)));
    expect(payloads.size).toBeGreaterThan(people.length * 0.7);
  });
});

test('numbers of sites and people that cannot be are refused', () => {
  expect(() => simulateHospitals({ seed: 1, sites: 0 })).toThrow(RangeError);
  expect(() => simulateHospitals({ seed: 1, peoplePerSite: 11 })).toThrow(/accepted whole numbers from 12/);
});
