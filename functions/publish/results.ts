// What a unit shows: a page and a table, by what the unit holds.
import { decodeEcg } from '#lib/formats/ecg-object.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import { ecgKey, studyKey } from '#lib/ledger/keys.ts';
import { readJson } from '#lib/ledger/once.ts';
import { ecgResultPage } from '#lib/report/ecg/ecg-result-page.ts';
import { resultPage } from '#lib/report/result-page.ts';
import type { Bucket } from '../ports.ts';
import type { StudyRecord, StudyRow } from '../study.ts';
import type { RowOutcome, SlotRows } from './outcomes.ts';
import { resultsCsv } from './results-csv.ts';

export interface UnitResults {
  readonly site: string;
  readonly unit: string;
  readonly rows: readonly StudyRow[];
  readonly slots: readonly SlotRows[];
  readonly outcomes: readonly RowOutcome[];
  /** By `<model>@<version>`. */
  readonly contracts: ReadonlyMap<string, ModelContract>;
}

/** Files of `results/…` by name. */
export async function resultFiles(results: UnitResults, archive: Bucket): Promise<ReadonlyMap<string, string>> {
  const { site, unit, rows, slots, outcomes } = results;
  const study = await readJson<StudyRecord>(archive, studyKey(site, unit));
  if (study === undefined) throw new Error('publish: found no study.json, expected the record that completes a unit');
  const page = study.kind === 'ecg' ? await ecgPage(results, study, archive) : resultPage(results);
  return new Map([
    ['results.csv', resultsCsv(rows, slots, outcomes)],
    ['result.html', page],
  ]);
}

async function ecgPage(results: UnitResults, { findings = [] }: StudyRecord, archive: Bucket): Promise<string> {
  const { site, unit, rows } = results;
  const stored = await archive.get(ecgKey(site, unit));
  if (stored === undefined || rows.length !== 1)
    throw new Error(
      `publish: found ${rows.length} rows and ${stored ? 'a' : 'no'} signal, expected one row with its ecg.bin`,
    );
  return ecgResultPage({ ...results, row: rows[0], leads: decodeEcg(stored.body), findings });
}
