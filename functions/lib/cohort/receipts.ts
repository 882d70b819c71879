import type { FlowLoss } from './flow.ts';
import { once } from './revisions.ts';
import type { LedgerTableRow, StudyTableRow } from './rows.ts';

/** What the ledger says of a site's items, up to the study rows in the tables. */
export interface Receipts {
  readonly items: number;
  /** Rejected and quarantined before they could be read, by reason code. */
  readonly unreadable: readonly FlowLoss[];
  /** Readable items that are no new study row: labels, repeats, units in flight or quarantined. */
  readonly notStudies: readonly FlowLoss[];
  readonly studyRows: number;
}

/** Counts items by site from the ledger (rows once each) and the distinct study rows. */
export function receiptsOf(
  ledger: readonly LedgerTableRow[],
  studies: readonly StudyTableRow[],
): Map<string, Receipts> {
  const rows = once(ledger, (row) =>
    JSON.stringify([row.kind, row.site, row.kind === 'unit' ? '' : row.dropKey, row.unit, row.reason]),
  );
  const bySite = Map.groupBy(rows, (row) => row.site);
  const studyRowsByUnit = countBy(studies, (row) => `${row.site}/${row.unit}`);
  const studiesBySite = countBy(studies, (row) => row.site);
  const sites = new Set([...bySite.keys(), ...studiesBySite.keys()]);
  return new Map(
    [...sites].map((site) => {
      const ofSite = bySite.get(site) ?? [];
      return [site, siteReceipts(ofSite, studyRowsByUnit, studiesBySite.get(site) ?? 0)];
    }),
  );
}

function siteReceipts(
  rows: readonly LedgerTableRow[],
  studyRowsByUnit: ReadonlyMap<string, number>,
  studyRows: number,
): Receipts {
  const drops = rows.filter((row) => row.kind === 'drop');
  const units = rows.filter((row) => row.kind === 'unit');
  const rejections = Map.groupBy(
    rows.filter((row) => row.kind === 'rejection'),
    (row) => row.dropKey,
  );
  const unreadable = drops.flatMap((drop) => unreadableOf(drop, rejections.get(drop.dropKey) ?? []));
  const items = sum(drops, (drop) => drop.items);
  const planned = drops.filter((drop) => drop.state === 'planned');
  const filed = sum(planned, (drop) => drop.filed);
  const repeated = sum(planned, (drop) => drop.repeated);
  const inUnits = items - sum(unreadable, (loss) => loss.count) - filed - repeated;
  const quarantined = units.flatMap((unit) => unitLoss(unit, studyRowsByUnit));
  const inFlight = inUnits - studyRows - sum(quarantined, (loss) => loss.count);
  return {
    items,
    unreadable,
    notStudies: [
      { code: 'label', count: filed },
      { code: 'repeated', count: repeated },
      { code: 'in-flight', count: inFlight },
      ...quarantined,
    ],
    studyRows,
  };
}

/** Rejected items by reason; a drop that was refused or quarantined whole counts all its items under its own reason. */
function unreadableOf(drop: LedgerTableRow, rejections: readonly LedgerTableRow[]): FlowLoss[] {
  if (drop.state === 'rejected' || drop.state === 'quarantined')
    return [{ code: drop.reason ?? `drop-${drop.state}`, count: drop.items }];
  const losses = rejections.map((row) => ({ code: row.reason ?? 'rejected', count: row.rejected }));
  const explained = sum(losses, (loss) => loss.count);
  if (explained !== drop.rejected)
    throw new Error(
      `drop ${drop.dropKey} of ${drop.site} rejected ${drop.rejected} items, ${explained} of them with a reason in the ledger`,
    );
  return losses;
}

/** Items of a quarantined unit whose rows never reached the table of studies. */
function unitLoss(unit: LedgerTableRow, studyRowsByUnit: ReadonlyMap<string, number>): FlowLoss[] {
  const missing = unit.items - (studyRowsByUnit.get(`${unit.site}/${unit.unit}`) ?? 0);
  if (missing === 0) return [];
  if (missing < 0 || unit.quarantined < missing)
    throw new Error(
      `unit ${unit.unit} of ${unit.site} has ${unit.items} items in the ledger and ${unit.items - missing} in the table of studies`,
    );
  return [{ code: unit.reason ?? 'unit-quarantined', count: missing }];
}

function sum<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((total, row) => total + of(row), 0);
}

function countBy<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1);
  return counts;
}
