// PTB-XL from folder to report, where the published files are beside the repository. Expected: ECGs, people and fibrillation in
// ptbxl_database.csv, of the records whose files are there, counted by pandas 3.1.1 in that folder:
//   t = pd.read_csv('ptbxl_database.csv'); t = t[[os.path.exists(n + '.dat') for n in t.filename_lr]]
//   t['sex'] = t.sex.map({0: 'male', 1: 'female'}); t['af'] = t.scp_codes.str.contains("'AFIB'")
//   for by in ['site', 'sex', 'device', ['site', 'sex']]:
//     print({k: [len(g), g.patient_id.nunique(), g.af.sum()] for k, g in t.groupby(by)})
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '#lib/report/record.ts';
import { type Ended, tricuspid, workFolder } from './command.ts';

const DATA = fileURLToPath(new URL('../../../shared/data/ptbxl-500', import.meta.url));

type Counts = readonly [ecgs: number, people: number, fibrillation: number];

const SITES: Readonly<Record<string, Counts>> = {
  'ptb-xl-site-0': [169, 164, 0],
  'ptb-xl-site-1': [130, 126, 9],
  'ptb-xl-site-2': [11, 11, 0],
  'ptb-xl-site-3': [43, 38, 0],
};
const SEXES: Readonly<Record<string, Counts>> = { female: [192, 183, 3], male: [161, 156, 6] };
const SEXES_AT_SITE_1: Readonly<Record<string, Counts>> = { female: [73, 71, 3], male: [57, 55, 6] };
const DEVICES: Readonly<Record<string, Counts>> = {
  'at-6-c': [37, 32, 0],
  'at-6-c-5-0': [5, 5, 0],
  'at-6-c-5-5': [109, 105, 8],
  'at-6-c-5-6': [2, 2, 0],
  'at-6-c-5-8': [18, 18, 1],
  'cs-12': [11, 11, 0],
  'cs-12-e': [171, 166, 0],
};

/** The model keeps silent on one ECG, which figures leave out: of a woman with one ECG, at site 2 by the CS-12. */
const without = (counts: Readonly<Record<string, Counts>>, name: string): Readonly<Record<string, Counts>> => {
  const [ecgs, people, fibrillation] = counts[name];
  return { ...counts, [name]: [ecgs - 1, people - 1, fibrillation] };
};

describe.skipIf(!existsSync(DATA))('run --dataset ptb-xl (needs ../shared/data/ptbxl-500)', () => {
  const folder = workFolder();
  let run: Ended;
  let report: Report;

  beforeAll(async () => {
    run = await tricuspid(folder.path, ...['run', '--dataset', 'ptb-xl', '--from', DATA, '--to', 'report', '--json']);
    report = JSON.parse(readFileSync(folder.in('report/internal/report.json'), 'utf8'));
  }, 600_000);
  afterAll(() => folder.remove());

  type Group = Report['primary']['groups'][number];
  type Axis = 'site' | 'sex' | 'ageBand' | 'device';

  /** Groups that differ in this alone, within a site or over all. */
  function groupsBy(axis: Axis, site: string | null): Readonly<Record<string, Counts>> {
    const others = (['sex', 'ageBand', 'device'] as const).filter((other) => other !== axis);
    const alone = (group: Group): boolean =>
      group[axis] !== null &&
      (axis === 'site' || group.site === site) &&
      others.every((other) => group[other] === null);
    const groups = report.primary.groups.filter(alone);
    return Object.fromEntries(groups.map((group) => [group[axis], [group.n, group.subjects, group.events]]));
  }

  it('ends well, with all that was dropped readable and one ECG on which the model is silent', () => {
    expect({ code: run.code, stderr: run.stderr }).toEqual({ code: 0, stderr: '' });
    const flow = readFileSync(folder.in('report/internal/tables/flow.csv'), 'utf8').split(/\r?\n/);
    expect(flow).toEqual(expect.arrayContaining(['all,received,left,,353', 'all,readable,left,,353']));
    expect(flow.filter((line) => line.includes(',lost,') && !line.startsWith('all,'))).toEqual([
      'ptb-xl-site-2,eligible,lost,noise-probable,1',
    ]);
  });

  it('reports by recording site', () => {
    expect(groupsBy('site', null)).toEqual(without(SITES, 'ptb-xl-site-2'));
  });

  it('reports by sex, of which 0 is male, over all sites and within each', () => {
    expect(groupsBy('sex', null)).toEqual(without(SEXES, 'female'));
    expect(groupsBy('sex', 'ptb-xl-site-1')).toEqual(SEXES_AT_SITE_1);
  });

  it('reports by recorder', () => {
    expect(groupsBy('device', null)).toEqual(without(DEVICES, 'cs-12'));
  });

  it('shows sites, sexes and recorders on the page', () => {
    const page = readFileSync(folder.in('report/internal/report.html'), 'utf8');
    const names = [...Object.keys(SITES), 'Women', 'Men', ...Object.keys(DEVICES)];
    expect(names.filter((name) => !page.includes(name))).toEqual([]);
  });
});
