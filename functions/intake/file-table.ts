import type { TableReading } from '#lib/formats/table.ts';
import type { InsidePorts } from '../ports.ts';
import type { DropMessage, Plan, PlannedUnit, RepeatedUnit } from '../study.ts';
import { fileLabels, fileUnit, filing } from './file.ts';
import { unitsOf } from './units.ts';

/** Files studies and labels of a table; returns the plan, which nothing has seen yet. */
export async function fileTable(reading: TableReading, drop: DropMessage, ports: InsidePorts): Promise<Plan> {
  const identity = await ports.identity.forSite(drop.site);
  const common = await filing(reading.kind, drop, ports);
  const units: PlannedUnit[] = [];
  const repeatedUnits: RepeatedUnit[] = [];
  for (const part of unitsOf(reading, identity)) {
    const filed = await fileUnit({ ...part, kind: 'measurements' }, common, drop, ports);
    if ('owner' in filed) repeatedUnits.push(filed);
    else units.push(filed);
  }
  await fileLabels(reading.labels, reading.kind, drop, identity, ports);
  const { items, repeatedRows, rejected, filed, findings } = reading;
  return { ...drop, state: 'planned', items, units, repeatedUnits, repeatedRows, rejected, filed, findings };
}
