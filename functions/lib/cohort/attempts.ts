// A drop that was tried again counts once, by its highest attempt; what that one kept of an earlier one counts with it.
import { dropOf, latestAttempts } from '#lib/ledger/attempt.ts';
import type { CohortTables, LedgerTableRow } from './rows.ts';

/**
 * The rows that count: those of each drop's highest attempt, and those of the units that it names, by the attempt that it names.
 * A unit that no drop shows is left in, for whoever counts to refuse it.
 */
export function countedRows({ studies, predictions, labels, ledger }: CohortTables): CohortTables {
  const isLatest = latestOf(ledger, labels);
  const own = ledger.filter((row) => row.kind === 'sighting' && row.repeated === 0);
  const shown = new Set(own.map(unitOf));
  const current = own.filter(isLatest);
  const units = new Set(current.map(unitOf));
  const results = new Set(current.map(resultOf));
  const counts = (row: OfUnit): boolean => results.has(resultOf(row)) || !shown.has(unitOf(row));
  return {
    studies: studies.filter((row) => units.has(unitOf(row)) || !shown.has(unitOf(row))),
    predictions: predictions.filter(counts),
    labels: labels.filter(isLatest),
    ledger: ledger.filter((row) => (row.kind === 'unit' ? counts(row) : isLatest(row))),
  };
}

type OfUnit = Pick<LedgerTableRow, 'site' | 'unit' | 'attempt'>;

const unitOf = ({ site, unit }: Omit<OfUnit, 'attempt'>): string => `${site}/${unit}`;

/** Names one attempt's result of a unit. */
export const resultOf = (row: OfUnit): string => `${unitOf(row)}/${row.attempt}`;

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
