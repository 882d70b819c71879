// A drop that was tried again counts once, by its highest attempt; what that one kept of an earlier one counts with it.
import { dropOf, latestAttempts } from '#lib/ledger/attempt.ts';
import type { CohortTables, LedgerTableRow } from './rows.ts';

/** The rows that count: those of each drop's highest attempt, and those of the units that it names, by the attempt that it names. */
export function countedRows({ studies, predictions, labels, ledger }: CohortTables): CohortTables {
  const counts = latestOf(ledger, labels);
  const ofDrops = ledger.filter((row) => row.kind !== 'unit' && counts(row));
  const own = ofDrops.filter((row) => row.kind === 'sighting' && row.repeated === 0);
  const units = new Set(own.map((row) => `${row.site}/${row.unit}`));
  const results = new Set(own.map(resultOf));
  return {
    studies: studies.filter((row) => units.has(`${row.site}/${row.unit}`)),
    predictions: predictions.filter((row) => results.has(resultOf(row))),
    labels: labels.filter(counts),
    ledger: [...ofDrops, ...ledger.filter((row) => row.kind === 'unit' && results.has(resultOf(row)))],
  };
}

/** Names one attempt's result of a unit. */
export const resultOf = ({ site, unit, attempt }: Pick<LedgerTableRow, 'site' | 'unit' | 'attempt'>): string =>
  `${site}/${unit}/${attempt}`;

interface OfDrop {
  readonly site: string;
  readonly dropKey: string;
}

const dropName = ({ site, dropKey }: OfDrop): string => `${site}/${dropKey}`;

/** Is a row of its drop's highest attempt? */
function latestOf(ledger: readonly LedgerTableRow[], labels: readonly OfDrop[]): (row: OfDrop) => boolean {
  const rows: readonly OfDrop[] = [...ledger.filter((row) => row.kind !== 'unit'), ...labels];
  const latest = latestAttempts(new Set(rows.map(dropName)));
  return (row) => latest.get(dropOf(dropName(row))) === dropName(row);
}
