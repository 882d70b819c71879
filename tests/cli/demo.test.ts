import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockFolder } from '#infra/twin/lock.ts';
import type { Report } from '#lib/report/record.ts';
import { simulateHospitals } from '#lib/simulate/hospitals.ts';
import { sumOf } from '#lib/simulate/truth.ts';
import { type Ended, tricuspid, workFolder } from './command.ts';

const PEOPLE = 30;
const ECGS = 8;
const { truth, drops } = simulateHospitals({ seed: 'cli', peoplePerSite: PEOPLE, ecgsPerSite: ECGS });
const folder = workFolder();
let demo: Ended;

beforeAll(async () => {
  demo = await tricuspid(
    folder.path,
    ...['demo', '--no-serve', '--people', String(PEOPLE), '--ecgs', String(ECGS), '--seed', 'cli'],
    ...['--state', 'state', '--to', 'report'],
  );
}, 300_000);
afterAll(() => folder.remove());

/** Rows of the printed ledger: site, then numbers by column. */
function ledgerIn(stdout: string): ReadonlyMap<string, Readonly<Record<string, number>>> {
  const [header = '', ...lines] = stdout.split('\n');
  const [, ...columns] = header.trim().split(/ {2,}/);
  const rows = lines.slice(
    0,
    lines.findIndex((line) => line.startsWith('Complete')),
  );
  return new Map(
    rows.map((line) => {
      const [site = '', ...cells] = line.trim().split(/ {2,}/);
      return [site, Object.fromEntries(columns.map((column, n) => [column, Number(cells[n])]))];
    }),
  );
}

/** Studies of a kind that the report's model reads. */
function studiesFor(flow: Report['flow'][number] | undefined): number {
  const of = (name: string) => flow?.steps.find((step) => step.name === name);
  const unasked = of('eligible')?.losses.find(({ code }) => code === 'no-slot-for-the-model');
  return Number(of('studies')?.count) - Number(unasked?.count ?? 0);
}

describe('demo', () => {
  it('ends well and shows no progress where there is no terminal', () => {
    expect({ code: demo.code, stderr: demo.stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('prints the ledger that the simulation is known to come to', () => {
    const ledger = ledgerIn(demo.stdout);
    const sites = Object.entries(truth.sites);
    expect([...ledger.keys()].sort()).toEqual([...sites.map(([site]) => site), 'all'].sort());
    const all = { ...sumOf(truth.drops), drops: drops.length };
    for (const [site, known] of [...sites, ['all', all] as const]) {
      const row = ledger.get(site);
      expect(row, site).toMatchObject({
        versions: known.drops,
        received: known.drops,
        settled: known.drops,
        items: known.items,
        filed: known.filed,
        repeated: known.repeated,
        rejected: known.rejected,
        quarantined: 0,
        'in flight': 0,
      });
      expect((row?.published ?? 0) + (row?.abstained ?? 0), site).toBe(known.scored);
    }
  });

  it('writes a report that has seen each person of each hospital once, and joins labels to studies', () => {
    const report: Report = JSON.parse(readFileSync(folder.in('report/internal/report.json'), 'utf8'));
    for (const [site, known] of Object.entries(truth.sites)) {
      const flow = report.flow.find((candidate) => candidate.site === site);
      expect(studiesFor(flow), site).toBe(known.studies);
      expect(flow?.labels.unmatched, site).toBe(known.labelsWithoutStudy);
    }
  });

  it('counts in Table 1 who pays, as the tables of the hospitals say it', () => {
    const report: Report = JSON.parse(readFileSync(folder.in('report/internal/report.json'), 'utf8'));
    for (const [site, { payers, studies }] of Object.entries(truth.sites)) {
      const column = report.table1.find((candidate) => candidate.site === site);
      const counts = new Map(
        (column?.categories ?? []).flatMap(({ characteristic, value, n }) =>
          characteristic === 'group:insurance' ? [[value, Number(n)] as const] : [],
        ),
      );
      expect(
        [...counts.values()].reduce((sum, n) => sum + n, 0),
        site,
      ).toBe(column?.n);
      const left = Object.entries(payers).map(([payer, n]) => n - (counts.get(payer) ?? 0));
      expect(Math.min(...left), site).toBeGreaterThanOrEqual(0);
      const withoutResult = studies - Number(column?.n);
      expect(
        left.reduce((sum, n) => sum + n, 0),
        site,
      ).toBeLessThanOrEqual(withoutResult);
    }
    expect(report.chapters.fairness?.columns.map(({ column }) => column)).toContain('insurance');
  });

  it('writes a report of the ECGs that has seen each recording that can be read once, with the rhythm that was planted', () => {
    const report: Report = JSON.parse(readFileSync(folder.in('report/ecg/internal/report.json'), 'utf8'));
    expect(report.cohort).toMatchObject({ label: 'atrial-fibrillation', model: { name: 'ecg-af' } });
    expect(report.cautions[0]?.text).toContain('simulated');
    for (const [site, planted] of Object.entries(truth.ecgs)) {
      const good = planted.filter(({ rejected }) => rejected === undefined);
      const labelled = planted.filter(({ label }) => label !== undefined);
      const flow = report.flow.find((candidate) => candidate.site === site);
      expect(studiesFor(flow), site).toBe(good.length);
      expect(flow?.labels, site).toMatchObject({
        studies: labelled.length,
        unmatched: labelled.filter(({ rejected }) => rejected !== undefined).length,
      });
    }
  });

  it('leaves a state that the ledger command counts again, and fails on while another twin has it', async () => {
    const counted = await tricuspid(folder.path, 'ledger', '--state', 'state', '--json');
    const ledger = JSON.parse(counted.stdout);
    expect(ledger).toMatchObject({ complete: true, unreceived: 0, problems: [] });
    expect(ledger.total.items).toBe(sumOf(truth.drops).items);
    expect(counted.code).toBe(0);
    const lock = lockFolder(folder.in('state'));
    try {
      const { code, stderr } = await tricuspid(folder.path, 'ledger', '--state', 'state');
      expect(stderr).toContain('is used by another twin');
      expect(code).toBe(1);
    } finally {
      lock.release();
    }
  }, 300_000);
});
