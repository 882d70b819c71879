import { claimsOf } from '#functions/intake/claim.ts';
import type { Finding, Plan, StudyRecord, StudyRow } from '#functions/study.ts';
import { decodeEcg, type StoredLead, splitEcgs } from '#lib/formats/ecg-object.ts';
import { ecgKey, studyKey, studyRowsKey } from '#lib/ledger/keys.ts';
import { STUDY_COLUMNS } from '#lib/tables/columns.ts';
import { readParquet } from '#lib/tables/parquet.ts';
import { type MemoryCloud, recordAt } from './memory-cloud.ts';

/** An ECG as intake has filed it, by itself or among others of its unit. */
export interface StoredEcg {
  readonly ecg: string;
  readonly row: StudyRow;
  readonly leads: readonly StoredLead[];
  readonly findings: readonly Finding[];
}

/** The ECGs of a plan's units, in the order of their places in the drop. */
export async function storedEcgs({ archive }: MemoryCloud, plan: Plan): Promise<readonly StoredEcg[]> {
  const bytesAt = async (key: string): Promise<Uint8Array> => (await archive.get(key))?.body ?? new Uint8Array();
  const ofUnits = plan.units.map(async (planned) => {
    const { site } = plan;
    const { unit, items } = planned;
    const rows = await readParquet<StudyRow>(STUDY_COLUMNS, await bytesAt(studyRowsKey(site, unit)));
    const objects = splitEcgs(await bytesAt(ecgKey(site, unit)), items);
    const { findings = [] } = await recordAt<StudyRecord>(archive, studyKey(site, unit));
    return rows.map((row, n) => ({
      ecg: claimsOf(planned)[n],
      row,
      leads: decodeEcg(objects[n]),
      findings: findings.filter((finding) => finding.row === undefined || finding.row === row.row),
    }));
  });
  return (await Promise.all(ofUnits)).flat().sort((a, b) => a.row.row - b.row.row);
}
