import { Command } from 'commander';
import { datasetNamed } from '#lib/cohort/datasets/datasets.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { summary } from '#lib/report/summary.ts';
import { passCohort, writeReport } from './cohort-pass.ts';
import { headline, readReport } from './headline.ts';
import { ledgerTable } from './ledger-table.ts';
import { shippedVersion } from './shipped.ts';
import { freshState } from './state.ts';

interface Options {
  readonly dataset: string;
  readonly from: string;
  readonly to?: string;
  readonly state?: string;
  readonly json?: boolean;
}

/** `tricuspid run`: a public dataset as its hospitals would drop it, start to report. */
export function runCommand(): Command {
  return new Command('run')
    .description('let the hospitals of a public dataset drop their data, and write the cohort report')
    .requiredOption('--dataset <name>', 'see `tricuspid datasets list`')
    .requiredOption('--from <folder>', 'folder with the published files')
    .option('--to <folder>', 'folder for the report', './report')
    .option('--state <folder>', "new folder for the cloud's state (default: .tricuspid/<dataset>, emptied first)")
    .option('--json', 'print the figures by site as JSON and nothing else')
    .addHelpText('after', '\nExample:\n  $ tricuspid run --dataset uci-heart --from ./uci-heart --to ./report --json')
    .action(run);
}

async function run({ dataset: datasetName, from, to = './report', state, json }: Options): Promise<void> {
  const dataset = datasetNamed(datasetName);
  const drops = await dataset.drops(from);
  const sites = dataset.sites();
  const name = 'cad-measurements';
  const cohort: Cohort = {
    name: dataset.name,
    title: dataset.title,
    model: { name, version: await shippedVersion(name) },
    label: 'coronary-artery-disease',
    sites: sites.map(({ site }) => site),
  };
  const command = `npx tricuspid run --dataset ${dataset.name} --from <folder of the published files>`;
  const { ledger, report } = await passCohort({
    sites,
    drops,
    run: { run: dataset.name, cohort, publicData: true, command },
    cloud: { publishedSecret: true, stateFolder: await freshState(dataset.name, state) },
  });
  await writeReport(report, to);
  const figures = readReport(report, 'internal');
  if (json) process.stdout.write(`${JSON.stringify(summary(figures), null, 2)}\n`);
  else process.stdout.write(`${ledgerTable(ledger)}\n\n${headline(figures)}\n\nReport: ${to}/internal/report.html\n`);
}
