import { Command } from 'commander';
import { countLedger } from '#lib/ledger/count.ts';
import { EXIT } from './exit.ts';
import { ledgerTable } from './ledger-table.ts';
import { requireTarget } from './target.ts';

/** `tricuspid status`: what is in flight, and whether anything needs a person. */
export function statusCommand(): Command {
  return new Command('status')
    .description('what is in flight in the running or deployed cloud, and what needs a person')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      '\nExits with 1 when something was quarantined or the ledger contradicts itself.\nExample:\n  $ tricuspid status',
    )
    .action(status);
}

async function status({ json }: { json?: boolean }): Promise<void> {
  const { name, operator } = await requireTarget();
  const ledger = await countLedger(operator.archive, operator.intake);
  const attention = ledger.total.outcomes.quarantined > 0 || ledger.setAside > 0 || ledger.problems.length > 0;
  const again =
    ledger.total.outcomes.quarantined > 0
      ? ' After the repair: tricuspid replay --quarantined (--dry-run shows what).'
      : '';
  if (json) process.stdout.write(`${JSON.stringify({ cloud: name, attention, ledger }, null, 2)}\n`);
  else
    process.stdout.write(
      `${name}\n${ledgerTable(ledger)}\n${attention ? `Needs a person: see quarantined and set aside.${again}` : 'Nothing needs a person.'}\n`,
    );
  if (attention) process.exitCode = EXIT.failed;
}
