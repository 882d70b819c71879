import { Command } from 'commander';
import { countLedger } from '#lib/ledger/count.ts';
import { openCloud } from './cloud.ts';
import { EXIT } from './exit.ts';
import { ledgerTable } from './ledger-table.ts';
import { lastState } from './state.ts';

/** `tricuspid ledger`: proves by counting both sides that nothing was lost. */
export function ledgerCommand(): Command {
  return new Command('ledger')
    .description('count both sides: object versions against received drops, items against outcomes')
    .option('--state <folder>', 'state folder of an earlier demo or run (default: the one left last)')
    .option('--json', 'print the ledger as JSON')
    .addHelpText('after', '\nExample:\n  $ tricuspid demo --no-serve && tricuspid ledger')
    .action(async ({ state, json }: { state?: string; json?: boolean }) => {
      const cloud = await openCloud({ stateFolder: await lastState(state) });
      try {
        const ledger = await countLedger(cloud.operator.archive, cloud.operator.intake);
        process.stdout.write(`${json ? JSON.stringify(ledger, null, 2) : ledgerTable(ledger)}\n`);
        if (!ledger.complete) process.exitCode = EXIT.failed;
      } finally {
        await cloud.close();
      }
    });
}
