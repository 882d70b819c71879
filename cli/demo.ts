import { join } from 'node:path';
import { Command } from 'commander';
import type { Cohort } from '#lib/cohort/rows.ts';
import { simulateHospitals } from '#lib/simulate/hospitals.ts';
import { passCohort, writeReport } from './cohort-pass.ts';
import { headline, readReport } from './headline.ts';
import { ledgerTable } from './ledger-table.ts';
import { interrupted, serveReport } from './serve.ts';
import { shippedVersion } from './shipped.ts';
import { freshState } from './state.ts';

interface Options {
  readonly serve: boolean;
  readonly people: string;
  readonly seed: string;
  readonly state?: string;
  readonly to?: string;
}

/** `tricuspid demo`: four simulated hospitals, start to report. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('four simulated hospitals drop tables and labels into the embedded cloud; a cohort report comes out')
    .option('--no-serve', 'end at once instead of serving the report until Ctrl-C')
    .option('--people <n>', 'people per hospital', '250')
    .option('--seed <text>', 'seed of the simulation', 'demo')
    .option('--state <folder>', "new folder for the cloud's state (default: .tricuspid/demo, emptied first)")
    .option('--to <folder>', 'folder for the report (default: report/ in the state folder)')
    .addHelpText('after', '\nExample:\n  $ tricuspid demo --no-serve --to ./report')
    .action(demo);
}

async function demo({ serve, people, seed, state, to }: Options): Promise<void> {
  const { sites, drops } = simulateHospitals({ seed, peoplePerSite: Number(people) });
  const name = 'cad-measurements';
  const cohort: Cohort = {
    name: 'demo',
    title: 'simulated patients of four invented hospitals',
    model: { name, version: await shippedVersion(name) },
    label: 'coronary-artery-disease',
    sites: sites.map(({ site }) => site),
  };
  const stateFolder = await freshState('demo', state);
  const command = `npx tricuspid demo --seed ${seed} --people ${people}`;
  const { ledger, report } = await passCohort({
    sites,
    drops,
    run: { run: 'demo', cohort, publicData: true, command },
    cloud: { publishedSecret: true, stateFolder },
  });
  process.stdout.write(`${ledgerTable(ledger)}\n\n${headline(readReport(report, 'internal'))}\n`);
  const folder = to ?? join(stateFolder, 'report');
  await writeReport(report, folder);
  if (serve) await serveUntilInterrupted(report);
  else process.stdout.write(`\nReport: ${join(folder, 'internal/report.html')}\n`);
}

async function serveUntilInterrupted(report: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const served = await serveReport(report, 'internal/report.html');
  process.stdout.write(`\nReport: ${served.address} (Ctrl-C ends)\n`);
  await interrupted();
  await served.close();
}
