import type { EcgDrop, ReadEcg } from '#lib/formats/ecg-drop.ts';
import type { LabelledRow } from '#lib/formats/table.ts';
import { listed } from '#lib/formats/table-rows.ts';
import { attemptOf } from '#lib/ledger/attempt.ts';
import { namesKey } from '#lib/ledger/keys.ts';
import { toJson } from '#lib/ledger/once.ts';
import { RejectedDrop } from '../errors.ts';
import type { InsidePorts, SiteIdentity } from '../ports.ts';
import type { DropMessage, Finding, Plan, PlannedUnit, RejectedRow, RepeatedUnit } from '../study.ts';
import { claim, claimsOf } from './claim.ts';
import { type EcgGroup, groupsOf } from './ecg-groups.ts';
import { type Filing, fileLabels, fileUnit, filing } from './file.ts';
import { inParallel } from './in-parallel.ts';
import { type EcgRow, ecgRow, ecgUnit } from './units.ts';

const CLAIMS_AT_ONCE = 8;
/** The next group is read while one is being written; the signals of no more are in memory. */
const GROUPS_AT_ONCE = 2;

/** An ECG with all that is written of it. */
interface KeyedEcg extends EcgRow {
  readonly object: Uint8Array;
  readonly findings: readonly Finding[];
}

interface ReadRecord {
  readonly outcome: KeyedEcg | RejectedRow | { readonly row: number; readonly repeats: true };
  readonly findings: readonly Finding[];
  readonly labels: readonly LabelledRow[];
}

/** What the plan says of a group, whose signals are written and let go. */
type FiledGroup = Pick<Plan, 'units' | 'repeatedUnits' | 'repeatedRows' | 'rejected' | 'findings'> & {
  readonly labels: readonly LabelledRow[];
};

/** What every record of a drop needs to be filed. */
interface Context {
  readonly ecgs: EcgDrop;
  readonly drop: DropMessage;
  readonly identity: SiteIdentity;
  readonly common: Filing;
  readonly ports: InsidePorts;
}

/**
 * Files the ECGs of a drop, neighbours together in units; one that cannot be taken costs only itself. The records' names stay in the
 * intake bucket, so that the receipt can say which record row 17 is. Returns the plan, which nothing has seen yet.
 */
export async function fileEcgs(ecgs: EcgDrop, drop: DropMessage, ports: InsidePorts): Promise<Plan> {
  const identity = await ports.identity.forSite(drop.site);
  const context: Context = { ecgs, drop, identity, common: await filing('ecg', drop, ports), ports };
  await ports.intake.create(namesKey(drop.dropKey), toJson(ecgs.records));
  const filed: FiledGroup[] = [];
  const file = async ([n, { places }]: [number, EcgGroup]): Promise<void> => {
    filed[n] = await fileGroup(places, context);
  };
  const groups = [...groupsOf(ecgs.records.map(ecgs.bytesOf)).entries()];
  await inParallel(
    groups.filter(([, { isLong }]) => !isLong),
    GROUPS_AT_ONCE,
    file,
  );
  await inParallel(
    groups.filter(([, { isLong }]) => isLong),
    1,
    file,
  );
  const labels = filed.flatMap((group) => group.labels);
  await fileLabels([...ecgs.labels, ...labels], 'ecg', drop, identity, ports);
  return {
    ...drop,
    state: 'planned',
    items: ecgs.records.length,
    units: filed.flatMap(({ units }) => units),
    repeatedUnits: filed.flatMap(({ repeatedUnits }) => repeatedUnits),
    repeatedRows: filed.flatMap(({ repeatedRows }) => repeatedRows),
    rejected: filed.flatMap(({ rejected }) => rejected),
    filed: 0,
    findings: [...ecgs.findings, ...listed(filed.flatMap(({ findings }) => findings))],
  };
}

async function fileGroup(places: readonly number[], context: Context): Promise<FiledGroup> {
  const records = places.map((place) => readRecord(place, context));
  const outcomes = records.map(({ outcome }) => outcome);
  const read = outcomes.filter((outcome) => 'object' in outcome);
  const { own, repeatedUnits } = await claimEcgs(read, context);
  return {
    units: await fileOwn(own, context),
    repeatedUnits,
    rejected: outcomes.filter((outcome) => 'reason' in outcome),
    repeatedRows: outcomes.flatMap((outcome) => ('repeats' in outcome ? [outcome.row] : [])),
    findings: records.flatMap(({ findings }) => findings),
    labels: records.flatMap(({ labels }) => labels),
  };
}

function readRecord(place: number, { ecgs, identity }: Context): ReadRecord {
  const record = ecgs.records[place];
  const row = place + 1;
  const read = readOne(ecgs, record, row);
  if (!('object' in read)) return { outcome: read, findings: [], labels: [] };
  const findings = oneOfEachCode(read.findings, row);
  if (ecgs.repeated.has(record)) return { outcome: { row, repeats: true }, findings, labels: [] };
  const { patientId, study, object } = read;
  const labels = read.labels.map((label) => ({ row, patientId, study, label }));
  return { outcome: { ...ecgRow(read, row, identity), object, findings: read.findings }, findings, labels };
}

/**
 * Which of the ECGs are the drop's own. First all together, so that of two drops with the same ones one has them all, and what is
 * written does not depend on who was faster with which; then each, for other drops may hold it among others.
 */
async function claimEcgs(
  ecgs: readonly KeyedEcg[],
  { drop, identity, ports }: Context,
): Promise<{ own: readonly KeyedEcg[]; repeatedUnits: readonly RepeatedUnit[] }> {
  const owners: string[] = [];
  const claimed = (id: string): Promise<string> => claim(ports.archive, drop.site, id, drop.dropKey);
  const whole = ecgs.length > 1 ? await claimed(ecgUnit(ecgs, identity).unit) : drop.dropKey;
  await inParallel(ecgs.entries(), CLAIMS_AT_ONCE, async ([n, { ecg }]) => {
    owners[n] = whole === drop.dropKey ? await claimed(ecg) : whole;
  });
  const isOwn = (n: number): boolean => owners[n] === drop.dropKey;
  return {
    own: ecgs.filter((_, n) => isOwn(n)),
    repeatedUnits: ecgs.flatMap(({ ecg }, n) => (isOwn(n) ? [] : [{ unit: ecg, items: 1, owner: owners[n] }])),
  };
}

function readOne(ecgs: EcgDrop, record: string, row: number): ReadEcg | RejectedRow {
  try {
    return ecgs.read(record);
  } catch (error) {
    if (!(error instanceof RejectedDrop)) throw error;
    return { row, reason: { code: error.code, message: error.message } };
  }
}

/** What stands stays; the others become one unit, or, when they are tried again, one each: whatever failed then ends alone. */
async function fileOwn(own: readonly KeyedEcg[], context: Context): Promise<readonly PlannedUnit[]> {
  const kept = await context.common.standing(new Set(own.map(({ ecg }) => ecg)));
  const stays = new Set(kept.flatMap(claimsOf));
  const open = own.filter(({ ecg }) => !stays.has(ecg));
  const units = [...kept];
  const parts = attemptOf(context.drop.dropKey) === 1 && open.length > 0 ? [open] : open.map((one) => [one]);
  for (const part of parts) units.push(await fileTogether(part, context));
  return units;
}

async function fileTogether(
  ecgs: readonly KeyedEcg[],
  { drop, identity, common, ports }: Context,
): Promise<PlannedUnit> {
  const several = ecgs.length > 1;
  const { unit, rows } = ecgUnit(ecgs, identity);
  const findings = ecgs.flatMap((ecg) =>
    several ? ecg.findings.map((finding) => ({ ...finding, row: ecg.row.row })) : ecg.findings,
  );
  const ecg = several ? Buffer.concat(ecgs.map(({ object }) => object)) : ecgs[0].object;
  await fileUnit({ unit, rows, kind: 'ecg', ecg, findings }, drop, ports);
  const each = ecgs.map(({ ecg: id, row }) => ({ ecg: id, row: row.row }));
  return { unit, items: ecgs.length, slots: common.slots, ...(several && { ecgs: each }) };
}

/** The plan says each kind of finding once for a record; all of them are in the unit's `study.json`. */
function oneOfEachCode(findings: readonly Finding[], row: number): Finding[] {
  return [...Map.groupBy(findings, ({ code }) => code).values()].map(([first, ...others]) => ({
    ...first,
    row,
    message: others.length === 0 ? first.message : `${first.message}; and ${others.length} more of this kind`,
  }));
}
