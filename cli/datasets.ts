import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { datasetNamed, datasets } from '#lib/cohort/datasets/datasets.ts';
import { exportDataset } from '#lib/cohort/datasets/export.ts';
import { downloadDataset, mirrorOf } from './download.ts';
import { showing } from './progress.ts';

/** `tricuspid datasets list|download|export`. */
export function datasetsCommand(): Command {
  const command = new Command('datasets')
    .description('public datasets that runs and recipes can use')
    .addHelpText('after', '\nExample:\n  $ tricuspid datasets list');
  command
    .command('list')
    .description('name, licence, citation and the files that a dataset needs')
    .option('--json', 'print as JSON, with the SHA-256 of every file')
    .addHelpText('after', '\nExample:\n  $ tricuspid datasets list')
    .action(list);
  command
    .command('download <name>')
    .description('bring the published files into a folder; goes on where an earlier download stopped')
    .requiredOption('--to <folder>', 'folder for the files')
    .option(
      '--source <address>',
      "a mirror's address, with the published paths below it (or TRICUSPID_DATASETS, see docs/datasets.md)",
    )
    .addHelpText('after', '\nExample:\n  $ tricuspid datasets download mitdb --to ./mitdb')
    .action(download);
  command
    .command('export <name>')
    .description('one JSON line per study, with the hash of what a model reads, as training recipes hash it')
    .requiredOption('--from <folder>', 'folder with the published files')
    .option('--to <file>', 'file to write; standard output when absent')
    .addHelpText('after', '\nExample:\n  $ tricuspid datasets export uci-heart --from ./uci-heart --to uci-heart.jsonl')
    .action(exportTo);
  return command;
}

function list({ json }: { json?: boolean }): void {
  const listed = datasets.map(({ name, title, version, licence, citation, source }) => ({
    name,
    title,
    ...(version !== undefined && { version }),
    licence,
    citation,
    source: source.address,
    files: source.files,
    ...(source.sums !== undefined && { hashes: source.address + source.sums.name }),
  }));
  if (json) {
    print(JSON.stringify({ datasets: listed }, null, 2));
    return;
  }
  for (const { name, title, licence, citation, source } of listed) {
    print(`${name}  ${title}\n  licence ${licence}; from ${source}\n  ${citation}`);
  }
}

async function download(name: string, { to, source }: { to: string; source?: string }): Promise<void> {
  const dataset = datasetNamed(name);
  const mirror = mirrorOf(dataset, source);
  await showing([
    {
      title: `Download ${dataset.title}`,
      run: async (say) => {
        const { files, there, bytes } = await downloadDataset({
          dataset,
          folder: to,
          ...(mirror !== undefined && { source: mirror }),
          say,
        });
        print(
          `${files} files in ${to}, all with their published SHA-256: ${there} were there, ${bytes} bytes received`,
        );
      },
    },
  ]);
}

async function exportTo(name: string, { from, to }: { from: string; to?: string }): Promise<void> {
  const lines = exportDataset(datasetNamed(name), from);
  if (to !== undefined) return writeFile(to, lines);
  for await (const line of lines) process.stdout.write(line);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
