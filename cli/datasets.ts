import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { datasetNamed, datasets } from '#lib/cohort/datasets/datasets.ts';
import { exportDataset } from '#lib/cohort/datasets/export.ts';

/** `tricuspid datasets list|export`. */
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
    .command('export <name>')
    .description('one JSON line per person, with the canonical payload and its hash, as training recipes read it')
    .requiredOption('--from <folder>', 'folder with the published files')
    .option('--to <file>', 'file to write; standard output when absent')
    .addHelpText('after', '\nExample:\n  $ tricuspid datasets export uci-heart --from ./uci-heart --to uci-heart.jsonl')
    .action(exportTo);
  return command;
}

function list({ json }: { json?: boolean }): void {
  const listed = datasets.map(({ name, title, licence, citation, files }) => ({
    name,
    title,
    licence,
    citation,
    files,
  }));
  if (json) {
    print(JSON.stringify({ datasets: listed }, null, 2));
    return;
  }
  for (const { name, title, licence, citation, files } of listed) {
    print(`${name}  ${title}\n  licence ${licence}; files ${files.map((file) => file.name).join(', ')}\n  ${citation}`);
  }
}

async function exportTo(name: string, { from, to }: { from: string; to?: string }): Promise<void> {
  const lines = await exportDataset(datasetNamed(name), from);
  if (to === undefined) process.stdout.write(lines);
  else await writeFile(to, lines);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
