import type { EcgDrop, ReadEcg } from '#lib/formats/ecg-drop.ts';
import type { LabelledRow } from '#lib/formats/table.ts';
import { listed } from '#lib/formats/table-rows.ts';
import { namesKey } from '#lib/ledger/keys.ts';
import { toJson } from '#lib/ledger/once.ts';
import { RejectedDrop } from '../errors.ts';
import type { InsidePorts, SiteIdentity } from '../ports.ts';
import type { DropMessage, Finding, Plan, PlannedUnit, RejectedRow, RepeatedUnit } from '../study.ts';
import { type Filing, fileLabels, fileUnit, filing } from './file.ts';
import { inParallel } from './in-parallel.ts';
import { ecgUnit } from './units.ts';

/** Records that are filed at a time: reading one takes as long as writing some. Long ones take their memory one by one. */
const AT_ONCE = 8;
const LONG_BYTES = 4 * 2 ** 20;

/** What became of a record. */
type Outcome = PlannedUnit | RepeatedUnit | RejectedRow | 'repeated';

interface FiledRecord {
  readonly outcome: Outcome;
  readonly findings: readonly Finding[];
  readonly labels: readonly LabelledRow[];
}

/** What every record of a drop needs to be filed. */
interface Context {
  readonly ecgs: EcgDrop;
  readonly drop: DropMessage;
  readonly identity: SiteIdentity;
  readonly common: Filing;
  readonly ports: InsidePorts;
}

/**
 * Files each ECG of a drop as a unit of its own; one that cannot be taken costs only itself. The records' names stay in the intake
 * bucket, so that the receipt can say which record row 17 is. Returns the plan, which nothing has seen yet.
 */
export async function fileEcgs(ecgs: EcgDrop, drop: DropMessage, ports: InsidePorts): Promise<Plan> {
  const identity = await ports.identity.forSite(drop.site);
  const context: Context = { ecgs, drop, identity, common: await filing('ecg', drop, ports), ports };
  await ports.intake.create(namesKey(drop.dropKey), toJson(ecgs.records));
  const filed: FiledRecord[] = [];
  const file = async (index: number): Promise<void> => {
    filed[index] = await fileRecord(ecgs.records[index], index + 1, context);
  };
  const isLong = (index: number): boolean => ecgs.bytesOf(ecgs.records[index]) > LONG_BYTES;
  const places = [...ecgs.records.keys()];
  await inParallel(
    places.filter((index) => !isLong(index)),
    AT_ONCE,
    file,
  );
  await inParallel(places.filter(isLong), 1, file);
  const labels = filed.flatMap((record) => record.labels);
  await fileLabels([...ecgs.labels, ...labels], 'ecg', drop, identity, ports);
  const findings = listed(filed.flatMap((record) => record.findings));
  return { ...drop, ...planned(filed.map(({ outcome }) => outcome)), findings: [...ecgs.findings, ...findings] };
}

async function fileRecord(record: string, row: number, context: Context): Promise<FiledRecord> {
  const { ecgs, drop, identity, common, ports } = context;
  const read = readOne(ecgs, record, row);
  if (!('object' in read)) return { outcome: read, findings: [], labels: [] };
  const findings = oneOfEachCode(read.findings, row);
  if (ecgs.repeated.has(record)) return { outcome: 'repeated', findings, labels: [] };
  const unit = { ...ecgUnit(read, row, identity), kind: 'ecg', ecg: read.object, findings: read.findings } as const;
  const { patientId, study } = read;
  const labels = read.labels.map((label) => ({ row, patientId, study, label }));
  return { outcome: await fileUnit(unit, common, drop, ports), findings, labels };
}

function readOne(ecgs: EcgDrop, record: string, row: number): ReadEcg | RejectedRow {
  try {
    return ecgs.read(record);
  } catch (error) {
    if (!(error instanceof RejectedDrop)) throw error;
    return { row, reason: { code: error.code, message: error.message } };
  }
}

function planned(outcomes: readonly Outcome[]): Omit<Plan, keyof DropMessage | 'findings'> {
  const units: PlannedUnit[] = [];
  const repeatedUnits: RepeatedUnit[] = [];
  const rejected: RejectedRow[] = [];
  const repeatedRows: number[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome === 'repeated') repeatedRows.push(index + 1);
    else if ('reason' in outcome) rejected.push(outcome);
    else if ('owner' in outcome) repeatedUnits.push(outcome);
    else units.push(outcome);
  }
  return { state: 'planned', items: outcomes.length, units, repeatedUnits, repeatedRows, rejected, filed: 0 };
}

/** The plan says each kind of finding once for a record; all of them are in the unit's `study.json`. */
function oneOfEachCode(findings: readonly Finding[], row: number): Finding[] {
  return [...Map.groupBy(findings, ({ code }) => code).values()].map(([first, ...others]) => ({
    ...first,
    row,
    message: others.length === 0 ? first.message : `${first.message}; and ${others.length} more of this kind`,
  }));
}
