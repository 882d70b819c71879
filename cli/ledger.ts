import { Command } from 'commander';
import { countLedger, type Ledger } from '#lib/ledger/count.ts';
import { openCloud } from './cloud.ts';
import { EXIT } from './exit.ts';
import { ledgerTable } from './ledger-table.ts';
import { lastState } from './state.ts';
import { findTarget, type Target } from './target.ts';

/** `tricuspid ledger`: proves by counting both sides that nothing was lost. */
export function ledgerCommand(): Command {
  return new Command('ledger')
    .description('count both sides: object versions against received drops, items against outcomes')
    .option(
      '--state <folder>',
      'state folder of an earlier demo or run (default: the running or deployed cloud, else the one left last)',
    )
    .option('--json', 'print the ledger as JSON')
    .addHelpText('after', '\nExample:\n  $ tricuspid demo --no-serve && tricuspid ledger')
    .action(count);
}

interface Options {
  readonly state?: string;
  readonly json?: boolean;
}

async function count({ state, json }: Options): Promise<void> {
  const running = state === undefined ? await findTarget() : undefined;
  if (running) return print(await countOf(running), json);
  const cloud = await openCloud({ stateFolder: await lastState(state) });
  try {
    print(await countOf(cloud), json);
  } finally {
    await cloud.close();
  }
}

const countOf = ({ operator }: Target): Promise<Ledger> => countLedger(operator.archive, operator.intake);

function print(ledger: Ledger, json: boolean | undefined): void {
  process.stdout.write(`${json ? JSON.stringify(ledger, null, 2) : ledgerTable(ledger)}\n`);
  if (!ledger.complete) process.exitCode = EXIT.failed;
}
