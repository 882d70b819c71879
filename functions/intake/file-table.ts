import type { TableReading } from '#lib/formats/table.ts';
import type { InsidePorts, Ports } from '../ports.ts';
import type { DropMessage, Plan, PlannedUnit, RepeatedUnit } from '../study.ts';
import { claim } from './claim.ts';
import { type Filing, fileLabels, fileUnit, filing } from './file.ts';
import { type UnitRows, unitsOf } from './units.ts';

/** Files studies and labels of a table; returns the plan, which nothing has seen yet. */
export async function fileTable(reading: TableReading, drop: DropMessage, ports: InsidePorts): Promise<Plan> {
  const identity = await ports.identity.forSite(drop.site);
  const common = await filing(reading.kind, drop, ports);
  const units: PlannedUnit[] = [];
  const repeatedUnits: RepeatedUnit[] = [];
  for (const part of unitsOf(reading, identity)) {
    const filed = await fileRows(part, common, drop, ports);
    if ('owner' in filed) repeatedUnits.push(filed);
    else units.push(filed);
  }
  await fileLabels(reading.labels, reading.kind, drop, identity, ports);
  const { items, repeatedRows, rejected, filed, findings } = reading;
  return { ...drop, state: 'planned', items, units, repeatedUnits, repeatedRows, rejected, filed, findings };
}

/** What another drop owns is a repeat and is not written again, nor is what an earlier attempt has finished. */
async function fileRows(
  part: UnitRows,
  { slots, standing }: Filing,
  drop: DropMessage,
  ports: Ports,
): Promise<PlannedUnit | RepeatedUnit> {
  const { unit, rows } = part;
  const items = rows.length;
  const owner = await claim(ports.archive, drop.site, unit, drop.dropKey);
  if (owner !== drop.dropKey) return { unit, items, owner };
  const [kept] = await standing(new Set([unit]));
  if (kept !== undefined) return kept;
  await fileUnit({ ...part, kind: 'measurements' }, drop, ports);
  return { unit, items, slots };
}
