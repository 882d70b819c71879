import { join } from 'node:path';
import { Command } from 'commander';
import type { Dataset, OpenDataset } from '#lib/cohort/datasets/dataset.ts';
import { datasetNamed } from '#lib/cohort/datasets/datasets.ts';
import type { Cohort } from '#lib/cohort/rows.ts';
import { summary } from '#lib/report/summary.ts';
import { passCohort, writeReport } from './cohort-pass.ts';
import { downloadDataset, mirrorOf } from './download.ts';
import { headline, readReport } from './headline.ts';
import { ledgerTable } from './ledger-table.ts';
import { limitsIn } from './limits-file.ts';
import { modelNamed } from './named-model.ts';
import { showing } from './progress.ts';
import { referenceIn } from './reference-file.ts';
import { freshState, STATE_ROOT } from './state.ts';
import { statementsIn } from './statements-file.ts';

interface Options {
  readonly dataset: string;
  readonly from?: string;
  readonly source?: string;
  readonly model?: string;
  readonly to?: string;
  readonly state?: string;
  readonly limits?: string;
  readonly reference?: string;
  readonly statements?: string;
  readonly json?: boolean;
}

/** `tricuspid run`: a public dataset as its hospitals would drop it, start to report. */
export function runCommand(): Command {
  return new Command('run')
    .description('let the hospitals of a public dataset drop their data, and write the cohort report')
    .requiredOption('--dataset <name>', 'see `tricuspid datasets list`')
    .option('--from <folder>', 'folder with the published files (default: downloaded to .tricuspid/datasets/<dataset>)')
    .option('--source <address>', "where to download from instead of the publisher's address")
    .option('--model <name@version>', "model to judge instead of the dataset's own")
    .option('--to <folder>', 'folder for the report', './report')
    .option('--state <folder>', "new folder for the cloud's state (default: .tricuspid/<dataset>, emptied first)")
    .option('--limits <file>', 'YAML or JSON: what the model must show, answered first in the report')
    .option('--reference <file>', 'internal/report.json of the last audit, with which people and scores are compared')
    .option(
      '--statements <file>',
      'YAML: what only people can say (funding, ethics …), for the checklists of the report',
    )
    .option('--json', 'print the figures by site as JSON and nothing else')
    .addHelpText(
      'after',
      '\nExamples:\n  $ tricuspid run --dataset uci-heart --from ./uci-heart --to ./report --json\n  $ tricuspid run --dataset ptb-xl',
    )
    .action(run);
}

async function run({
  dataset: datasetName,
  from,
  source,
  model,
  to = './report',
  state,
  limits,
  reference,
  statements,
  json,
}: Options): Promise<void> {
  const dataset = datasetNamed(datasetName);
  const judged = await modelNamed(model ?? dataset.model);
  const folder = from ?? (await downloaded(dataset, source));
  const opened = await dataset.open(folder);
  const rule = cohortOf(dataset, opened, judged);
  const cohort: Cohort = {
    ...rule,
    ...(limits !== undefined && { limits: await limitsIn(limits, rule) }),
    ...(reference !== undefined && { reference: await referenceIn(reference, rule) }),
    ...(statements !== undefined && { statements: await statementsIn(statements) }),
  };
  const chosen = [
    ...(model === undefined ? [] : [` --model ${judged.name}@${judged.version}`]),
    ...(limits === undefined ? [] : [' --limits <the limits file>']),
    ...(reference === undefined ? [] : [' --reference <report.json of the last audit>']),
    ...(statements === undefined ? [] : [' --statements <the statements file>']),
  ].join('');
  const command = `npx tricuspid run --dataset ${dataset.name} --from <folder of the published files>${chosen}`;
  const { ledger, reports } = await passCohort({
    sites: opened.sites,
    drops: opened.drops(),
    dropCount: opened.dropCount,
    runs: [{ run: dataset.name, cohort, publicData: true, command }],
    cloud: { publishedSecret: true, stateFolder: await freshState(dataset.name, state) },
  });
  const [report] = reports;
  await writeReport(report, to);
  const figures = readReport(report, 'internal');
  if (json) return void process.stdout.write(`${JSON.stringify(summary(figures), null, 2)}\n`);
  const notes = [...opened.cautions, ...opened.notes()].map((note) => `- ${note}`).join('\n');
  const parts = [
    ledgerTable(ledger),
    headline(figures),
    `About the data:\n${notes}`,
    `Report: ${to}/internal/report.html`,
  ];
  process.stdout.write(`${parts.join('\n\n')}\n`);
}

function cohortOf(dataset: Dataset, { sites, cautions }: OpenDataset, model: Cohort['model']): Cohort {
  return {
    name: dataset.name,
    title: dataset.title,
    model,
    label: dataset.label,
    ...(dataset.classes !== undefined && { classes: dataset.classes }),
    sites: sites.map(({ site }) => site),
    ...(dataset.sitesAre !== undefined && { sitesAre: dataset.sitesAre }),
    ...(cautions.length > 0 && { cautions }),
  };
}

async function downloaded(dataset: Dataset, source: string | undefined): Promise<string> {
  const folder = join(STATE_ROOT, 'datasets', dataset.name);
  const mirror = mirrorOf(dataset, source);
  await showing([
    {
      title: `Download ${dataset.title}`,
      run: async (say) => {
        await downloadDataset({ dataset, folder, ...(mirror !== undefined && { source: mirror }), say });
      },
    },
  ]);
  return folder;
}
