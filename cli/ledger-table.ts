import type { Ledger, SiteLedger } from '#lib/ledger/count.ts';

const COLUMNS: readonly (readonly [string, (site: SiteLedger) => string | number])[] = [
  ['site', (site) => site.site],
  ['versions', (site) => site.versions],
  ['received', (site) => site.received],
  ['parts of sets', (site) => site.members],
  ['settled', (site) => site.settled],
  ['items', (site) => site.items],
  ['published', (site) => site.outcomes.published],
  ['abstained', (site) => site.outcomes.abstained],
  ['filed', (site) => site.outcomes.filed],
  ['repeated', (site) => site.outcomes.repeated],
  ['rejected', (site) => site.outcomes.rejected],
  ['quarantined', (site) => site.outcomes.quarantined],
  ['in flight', (site) => site.inFlight],
];

/** The ledger for a terminal: a line per site, the sum, and the verdict. */
export function ledgerTable(ledger: Ledger): string {
  const rows = [COLUMNS.map(([title]) => title), ...[...ledger.sites, ledger.total].map(cells)];
  const widths = COLUMNS.map((_, n) => Math.max(...rows.map((row) => (row[n] as string).length)));
  const lines = rows.map((row) => row.map((cell, n) => pad(cell, widths[n] as number, n === 0)).join('  '));
  return [...lines, ...ledger.problems, ...setAside(ledger), ...replayed(ledger), verdict(ledger)].join('\n');
}

const cells = (site: SiteLedger): string[] => COLUMNS.map(([, value]) => String(value(site)));

const pad = (text: string, width: number, left: boolean): string => (left ? text.padEnd(width) : text.padStart(width));

const setAside = (ledger: Ledger): string[] =>
  ledger.setAside === 0
    ? []
    : [`${ledger.setAside} messages set aside under quarantine/: not ours, or rows not tabulated.`];

const replayed = ({ replayed: drops }: Ledger): string[] =>
  drops.length === 0
    ? []
    : [`Tried more than once: ${drops.length} drops, each counted by its last attempt (tricuspid ledger --attempts).`];

function verdict({ complete, unreceived, problems, total }: Ledger): string {
  if (complete)
    return `Complete: ${total.versions} object versions, ${total.items} items, each in exactly one outcome.`;
  return `Not complete: ${unreceived} versions not received, ${total.received - total.settled} drops open, ${problems.length} contradictions.`;
}
