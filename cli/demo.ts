import { join } from 'node:path';
import { Command } from 'commander';
import type { Cohort } from '#lib/cohort/rows.ts';
import { fibrillationLabel, simulatedLabel } from '#lib/simulate/hospital-site.ts';
import { simulateHospitals } from '#lib/simulate/hospitals.ts';
import { passCohort, type ReportFiles, writeReport } from './cohort-pass.ts';
import { headline, readReport } from './headline.ts';
import { ledgerTable } from './ledger-table.ts';
import { refusing } from './refusing.ts';
import { interrupted, serveReport } from './serve.ts';
import { shippedVersion } from './shipped.ts';
import { freshState } from './state.ts';

interface Options {
  readonly serve: boolean;
  readonly people: string;
  readonly ecgs: string;
  readonly seed: string;
  readonly state?: string;
  readonly to?: string;
}

/** Enough to show the section: an audit would take 400, or as many as last 2,000 s. */
const DISTURBED_ECGS = 48;

/** Where the ECG report lies beside that of the tables. */
const ECG_FOLDER = 'ecg';

const SIMULATED =
  'Patients, tests and ECGs are simulated. The figures show what a report says and that the pipeline keeps count, nothing about any model in people.';

/** `tricuspid demo`: four simulated hospitals, start to report. */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'four simulated hospitals drop tables, labels and ECGs into the embedded cloud; two cohort reports come out',
    )
    .option('--no-serve', 'end at once instead of serving the reports until Ctrl-C')
    .option('--people <n>', 'people per hospital', '250')
    .option('--ecgs <n>', 'ECGs per hospital', '30')
    .option('--seed <text>', 'seed of the simulation', 'demo')
    .option('--state <folder>', "new folder for the cloud's state (default: .tricuspid/demo, emptied first)")
    .option('--to <folder>', 'folder for the reports (default: report/ in the state folder)')
    .addHelpText('after', '\nExample:\n  $ tricuspid demo --no-serve --to ./report')
    .action(demo);
}

async function demo({ serve, people, ecgs, seed, state, to }: Options): Promise<void> {
  const size = { peoplePerSite: Number(people), ecgsPerSite: Number(ecgs) };
  const { sites, drops } = refusing(() => simulateHospitals({ seed, ...size }));
  const all = sites.map(({ site }) => site);
  const stateFolder = await freshState('demo', state);
  const command = `npx tricuspid demo --seed ${seed} --people ${people} --ecgs ${ecgs}`;
  const cohorts = [await tablesCohort(all), ...(Number(ecgs) > 0 ? [await ecgCohort(all)] : [])];
  const { ledger, reports } = await passCohort({
    sites,
    drops,
    runs: cohorts.map((cohort) => ({ run: cohort.name, cohort, publicData: true, command })),
    cloud: { publishedSecret: true, stateFolder },
  });
  process.stdout.write(`${ledgerTable(ledger)}\n`);
  for (const [index, report] of reports.entries()) {
    process.stdout.write(`\n${cohorts[index].title}\n${headline(readReport(report, 'internal'))}\n`);
  }
  const files = sideBySide(reports);
  const folder = to ?? join(stateFolder, 'report');
  await writeReport(files, folder);
  const pages = [...files.keys()].filter((path) => path.endsWith('internal/report.html'));
  if (serve) await serveUntilInterrupted(files, pages);
  else process.stdout.write(`\n${pages.map((page) => `Report: ${join(folder, page)}`).join('\n')}\n`);
}

async function tablesCohort(sites: readonly string[]): Promise<Cohort> {
  const name = 'cad-measurements';
  return {
    name: 'demo',
    title: 'Simulated patients of four invented hospitals',
    model: { name, version: await shippedVersion(name) },
    label: simulatedLabel,
    sites,
    cautions: [SIMULATED],
  };
}

async function ecgCohort(sites: readonly string[]): Promise<Cohort> {
  const name = 'ecg-af';
  return {
    name: 'demo-ecg',
    title: 'Simulated ECGs of four invented hospitals',
    model: { name, version: await shippedVersion(name) },
    label: fibrillationLabel,
    sites,
    robustness: { studies: DISTURBED_ECGS },
    cautions: [SIMULATED],
  };
}

/** The tables' report as it is, the ECGs' in a folder beside it. */
function sideBySide([tables, ecgs = new Map()]: readonly ReportFiles[]): ReportFiles {
  return new Map([...tables, ...[...ecgs].map(([path, body]) => [`${ECG_FOLDER}/${path}`, body] as const)]);
}

async function serveUntilInterrupted(files: ReportFiles, [first, ...others]: readonly string[]): Promise<void> {
  const served = await serveReport(files, first);
  process.stdout.write(`\nReport: ${served.address} (Ctrl-C ends)\n`);
  for (const page of others) process.stdout.write(`Report: ${new URL(`/${page}`, served.address).href}\n`);
  await interrupted();
  await served.close();
}
