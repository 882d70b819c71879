import { Command } from 'commander';
import { countLedger, type Ledger } from '#lib/ledger/count.ts';
import { attemptLines } from './attempt-lines.ts';
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
    .option('--attempts', 'list the drops that were tried more than once, attempt by attempt')
    .option('--json', 'print the ledger as JSON')
    .addHelpText('after', '\nExample:\n  $ tricuspid demo --no-serve && tricuspid ledger')
    .action(count);
}

interface Options {
  readonly state?: string;
  readonly attempts?: boolean;
  readonly json?: boolean;
}

async function count({ state, ...options }: Options): Promise<void> {
  const running = state === undefined ? await findTarget() : undefined;
  if (running) return print(await countOf(running), options);
  const cloud = await openCloud({ stateFolder: await lastState(state) });
  try {
    print(await countOf(cloud), options);
  } finally {
    await cloud.close();
  }
}

const countOf = ({ operator }: Target): Promise<Ledger> => countLedger(operator.archive, operator.intake);

function print(ledger: Ledger, { attempts, json }: Options): void {
  const text = [ledgerTable(ledger), ...(attempts ? attemptLines(ledger.replayed) : [])].join('\n');
  process.stdout.write(`${json ? JSON.stringify(ledger, null, 2) : text}\n`);
  if (!ledger.complete) process.exitCode = EXIT.failed;
}
