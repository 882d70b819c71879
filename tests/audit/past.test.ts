// Audits of a cohort one after the other: which one is the last, what is held against what, whatever starts, fails or comes twice.
import { beforeEach, expect, test } from 'vitest';
import { audit } from '#functions/audit/audit.ts';
import { pastOf, takePlace } from '#functions/audit/order.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { type RunClosed, type RunPlan, type RunSuccess, runKey } from '#lib/cohort/run.ts';
import type { Report } from '#lib/report/record.ts';
import { HEADER, LABEL_HEADER, northCloud, row } from '../steps/hospital.ts';
import { drainInOrder, dropFile, type MemoryCloud, recordAt, START_MS } from '../steps/memory-cloud.ts';
import { plainContract } from '../steps/models.ts';
import { contentHashes } from '../steps/snapshot.ts';

const HOUR_MS = 60 * 60 * 1000;

let cloud: MemoryCloud;
let cohort: Cohort;

beforeEach(async () => {
  const { name, version } = await plainContract();
  cohort = { name: 'north-cad', title: 'North', model: { name, version }, label: 'coronary-artery-disease' };
  cloud = await northCloud();
  await drop('first', 1, 40);
});

/** A table of these people and their outcomes. */
async function drop(name: string, from: number, to: number): Promise<void> {
  const people = Array.from({ length: to - from + 1 }, (_, n) => from + n);
  dropFile(cloud, `drops/north/${name}.csv`, [HEADER, ...people.map(row)].join('\n'));
  const labels = people.map((n) => `P${n},${n % 3 ? 'no' : 'yes'},2026-01-05`);
  dropFile(cloud, `drops/north/${name}-outcomes.csv`, [LABEL_HEADER, ...labels].join('\n'));
  await drainInOrder(cloud);
}

function planOf(run: string, more: Partial<RunPlan> = {}): RunPlan {
  const deadline = new Date(START_MS + 24 * HOUR_MS).toISOString();
  return { run, cohort, deadline, publicData: true, command: 'tricuspid run --test', ...more };
}

function plan(run: string, more?: Partial<RunPlan>): void {
  cloud.archive.drop(runKey(run, 'plan.json'), JSON.stringify(planOf(run, more)));
}

async function finish(run: string, more?: Partial<RunPlan>): Promise<Report> {
  plan(run, more);
  await audit({ run }, cloud.ports);
  return reportOf(run);
}

const reportOf = async (run: string, edition = 'internal'): Promise<Report> =>
  (await recordAt<Report>(cloud.archive, `reports/${cohort.name}/${run}/${edition}/report.json`)) as Report;

test('an audit compares its people with the last finished one, names it, and a later delivery gives the same bytes', async () => {
  expect((await finish('r1', { publicData: false })).provenance.lastAudit).toBeUndefined();
  await drop('second', 41, 70);
  const second = await finish('r2', { publicData: false });
  const { sha256 } = (await recordAt<RunSuccess>(cloud.archive, runKey('r1', '_SUCCESS'))) as RunSuccess;
  expect(second.provenance.lastAudit).toEqual({ run: 'r1', cohort: 'north-cad', sha256 });
  expect(second.chapters.drift?.populations.filter(({ reference }) => reference === 'last audit')).toMatchObject([
    { site: 'north', referencePeople: 40 },
  ]);
  expect((await reportOf('r2', 'shareable')).between).toMatchObject({ earlier: ['r1'], withheld: null });
  const before = await contentHashes(cloud.archive, 'reports/north-cad/r2/', 'runs/r2/');
  await ended('r3');
  for (const key of cloud.archive.keys('reports/north-cad/r2/').slice(3)) await cloud.archive.remove(key);
  await cloud.archive.remove(runKey('r2', '_SUCCESS'));
  await audit({ run: 'r2' }, cloud.ports);
  expect(await contentHashes(cloud.archive, 'reports/north-cad/r2/', 'runs/r2/')).toEqual(before);
});

/** Takes a place for a run, as audit does once its data are complete. */
const placed = (run: string, rule: Partial<Cohort> = {}) =>
  takePlace({ ...planOf(run), cohort: { ...cohort, ...rule } }, cloud.ports);

/** A run that took its place and ended. */
async function ended(run: string, rule: Partial<Cohort> = {}): Promise<void> {
  const report = `reports/${rule.name ?? cohort.name}/${run}/`;
  const entries = await placed(run, rule);
  expect(entries[entries.length - 1].run).toBe(run);
  cloud.archive.drop(runKey(run, '_SUCCESS'), JSON.stringify({ run, report, sha256: `of ${run}` }));
}

const pastNow = async (run: string, rule?: Partial<Cohort>) => pastOf(await placed(run, rule), cloud.archive);

test('of the audits that ended, those of the same cohort, model and label are the past; others are held against it where they overlap', async () => {
  await ended('r1');
  await ended('other label', { label: 'another' });
  await ended('other model', { model: { name: cohort.model.name, version: '0.0.1' } });
  await ended('elsewhere', { name: 'south', sites: ['south'] });
  await ended('narrow', { name: 'narrow', sites: ['north'] });
  expect(await pastNow('r2', { sites: ['north'] })).toMatchObject({
    shared: [{ run: 'r1' }, { run: 'other model' }, { run: 'narrow' }],
    lastAudit: { run: 'r1', sha256: 'of r1' },
    unended: [],
  });
});

test('audits with limits are counted within their year', async () => {
  const limits = { limits: { limits: [] } };
  await ended('without');
  await ended('r1', limits);
  expect(await pastNow('r2', limits)).toMatchObject({ looks: 1 });
  cloud.clock.nowMs = Date.parse('2027-01-02T00:00:00Z');
  expect(await pastNow('r3', limits)).toMatchObject({ looks: 0 });
});

test('a run has one place, however often and beside whatever others it asks', async () => {
  const all = await Promise.all(['r1', 'r2', 'r1', 'r3', 'r2'].map((run) => placed(run)));
  expect(cloud.archive.keys('reports/_order/')).toHaveLength(3);
  expect(all[0]).toEqual(all[2]);
  expect(all[1]).toEqual(all[4]);
});

test('a run waits for one that took its place before it, however late that ends', async () => {
  await placed('r1');
  plan('r2', { lastAudit: 'none' });
  await audit({ run: 'r2' }, cloud.ports);
  expect(cloud.archive.keys('runs/r2/')).toEqual(['runs/r2/plan.json']);
  cloud.archive.drop(runKey('r1', '_FAILED'), '{}');
  await audit({ run: 'r2' }, cloud.ports);
  const closed = await recordAt<RunClosed>(cloud.archive, runKey('r2', '_CLOSED'));
  expect(closed?.past).toEqual({ shared: [], lastAudit: null, unended: [], looks: 0 });
  expect((await reportOf('r2')).provenance.lastAudit).toBeUndefined();
  plan('r1');
  await audit({ run: 'r1' }, cloud.ports);
  expect(cloud.archive.keys('reports/north-cad/r1/')).toEqual([]);
});

test('at its deadline a run withholds its shareable report from what has not ended, and says so', async () => {
  await placed('r1');
  cloud.clock.nowMs = START_MS + 25 * HOUR_MS;
  await finish('r2', { publicData: false });
  const shared = await reportOf('r2', 'shareable');
  expect(shared.between?.withheld).toContain('r1, which had not ended');
  expect(shared.cautions.map(({ code }) => code)).toContain('withheld');
  expect(shared.primary.groups.filter(({ n }) => typeof n === 'number' && n > 0)).toEqual([]);
});
