// Where in the archive the ECG of a row of the tables lies: its drop's plan says which unit carries it.
import type { Bucket } from '#functions/ports.ts';
import type { Plan } from '#functions/study.ts';
import type { LedgerTableRow } from '#lib/cohort/rows.ts';
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { splitEcgs } from '#lib/formats/ecg-object.ts';
import { ecgKey, planKey } from '#lib/ledger/keys.ts';
import { readJson } from '#lib/ledger/once.ts';

/** `unit` is the ECG's own id, as the tables have it. */
type Ecg = Pick<AnalysedRow, 'site' | 'unit'>;

/** An object with ECGs one after the other, how many, and which of them. */
interface Carried {
  readonly key: string;
  readonly items: number;
  readonly place: number;
}

export interface StoredEcgs<Row extends Ecg> {
  /** The rows, those of one object after each other, objects in the order in which they first come. */
  readonly rows: readonly Row[];
  /** Undefined where the archive no longer has it. Of neighbours the object is read once; no more than one is kept. */
  readonly read: (ecg: Ecg) => Promise<Uint8Array | undefined>;
}

const PLANS_AT_ONCE = 8;

/** Finds these ECGs by the plans of the drops that brought them. */
export async function findEcgs<Row extends Ecg>(
  archive: Bucket,
  ledger: readonly LedgerTableRow[],
  rows: readonly Row[],
): Promise<StoredEcgs<Row>> {
  const carried = await carriedEcgs(archive, dropsOf(ledger, rows));
  let last: { key: string; objects: Promise<readonly Uint8Array[] | undefined> } | undefined;
  return {
    rows: [...Map.groupBy(rows, (row) => carried.get(nameOf(row))?.key ?? nameOf(row)).values()].flat(),
    async read(ecg) {
      const place = carried.get(nameOf(ecg));
      if (place === undefined) return undefined;
      if (last?.key !== place.key) last = { key: place.key, objects: objectsIn(archive, place) };
      return (await last.objects)?.[place.place];
    },
  };
}

const nameOf = ({ site, unit }: Ecg): string => `${site}/${unit}`;

async function objectsIn(archive: Bucket, { key, items }: Carried): Promise<readonly Uint8Array[] | undefined> {
  const stored = await archive.get(key);
  return stored && splitEcgs(stored.body, items);
}

/** Which drop's plan names each ECG as its own, of several attempts at it the latest: names by plan. */
function dropsOf(ledger: readonly LedgerTableRow[], rows: readonly Ecg[]): ReadonlyMap<string, readonly string[]> {
  const names = new Set(rows.map(nameOf));
  const sightings = new Map<string, LedgerTableRow>();
  for (const row of ledger) {
    if (row.kind !== 'sighting' || row.unit === null || row.repeated > 0 || row.items === 0) continue;
    const name = `${row.site}/${row.unit}`;
    if (!names.has(name)) continue;
    const known = sightings.get(name);
    if (known === undefined || known.attempt < row.attempt) sightings.set(name, row);
  }
  const plans = Map.groupBy(sightings, ([, { site, dropKey }]) => planKey(site, dropKey));
  return new Map([...plans].map(([key, named]) => [key, named.map(([name]) => name)]));
}

async function carriedEcgs(
  archive: Bucket,
  namesByPlan: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, Carried>> {
  const carried = new Map<string, Carried>();
  const plans = [...namesByPlan];
  for (let from = 0; from < plans.length; from += PLANS_AT_ONCE) {
    await Promise.all(
      plans.slice(from, from + PLANS_AT_ONCE).map(async ([key, names]) => {
        const plan = await readJson<Plan>(archive, key);
        if (plan !== undefined) note(carried, plan, new Set(names));
      }),
    );
  }
  return carried;
}

function note(carried: Map<string, Carried>, { site, units }: Plan, names: ReadonlySet<string>): void {
  for (const { unit, items, ecgs = [{ ecg: unit }] } of units) {
    ecgs.forEach(({ ecg }, place) => {
      const name = nameOf({ site, unit: ecg });
      if (names.has(name)) carried.set(name, { key: ecgKey(site, unit), items, place });
    });
  }
}
