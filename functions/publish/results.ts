// What a unit shows: a page and a table, by what the unit holds.
import { decodeEcg, splitEcgs } from '#lib/formats/ecg-object.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import { ecgKey, studyKey } from '#lib/ledger/keys.ts';
import { readJson } from '#lib/ledger/once.ts';
import { ecgResultPage } from '#lib/report/ecg/ecg-result-page.ts';
import type { ReadEcg } from '#lib/report/ecg/ecg-sections.ts';
import { type EcgOnPage, ecgsResultPage, shownEcg } from '#lib/report/ecg/ecgs-result-page.ts';
import { resultPage } from '#lib/report/result-page.ts';
import { describeFailure } from '../failure.ts';
import type { Bucket, Ports } from '../ports.ts';
import type { RowOutcome, StudyRecord, StudyRow } from '../study.ts';
import type { SlotRows } from './outcomes.ts';
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

/** What is published of a unit. */
export interface UnitFiles {
  /** Files of `results/…` by name. */
  readonly files: ReadonlyMap<string, string>;
  /** Of each row; an ECG among several that cannot be shown is quarantined. */
  readonly outcomes: readonly RowOutcome[];
}

export async function resultFiles(results: UnitResults, { archive, log, metrics }: Ports): Promise<UnitFiles> {
  const { site, unit, rows, slots } = results;
  const study = await readJson<StudyRecord>(archive, studyKey(site, unit));
  if (study === undefined) throw new Error('publish: found no study.json, expected the record that completes a unit');
  if (study.kind !== 'ecg') return filesOf(resultPage(results), results.outcomes);
  const ecgs = await storedEcgs(results, study, archive);
  if (ecgs.length === 1) return filesOf(ecgResultPage({ ...ecgs[0](), site, unit }), results.outcomes);
  const shown = ecgs.map((read, n) => onPage(read, rows[n]));
  const outcomes = results.outcomes.map((outcome, n) => ('sections' in shown[n] ? outcome : 'quarantined'));
  return filesOf(ecgsResultPage({ site, unit, ecgs: shown, outcomes }), outcomes);

  function filesOf(page: string, outcomes: readonly RowOutcome[]): UnitFiles {
    const csv = resultsCsv(rows, slots, outcomes);
    return {
      files: new Map([
        ['results.csv', csv],
        ['result.html', page],
      ]),
      outcomes,
    };
  }

  /** The page is a pure function of what is stored: what fails once fails always, and must not cost the others of the unit. */
  function onPage(read: () => ReadEcg, row: StudyRow): EcgOnPage {
    try {
      return shownEcg(read());
    } catch (error) {
      log.warn('ECG cannot be shown', { unit, row: row.row, ...describeFailure(error) });
      metrics.count('Quarantined', 1, site);
      return { row };
    }
  }
}

/** The ECGs of a unit in the order of its rows, each decoded when it is asked for. */
async function storedEcgs(
  { site, unit, rows, slots, contracts }: UnitResults,
  { findings = [] }: StudyRecord,
  archive: Bucket,
): Promise<readonly (() => ReadEcg)[]> {
  const stored = await archive.get(ecgKey(site, unit));
  if (stored === undefined) throw new Error('publish: found an ECG without its signal, expected its ecg.bin');
  const objects = splitEcgs(stored.body, rows.length);
  return rows.map((row, n) => () => ({
    row,
    leads: decodeEcg(objects[n]),
    findings: findings.filter((finding) => finding.row === undefined || finding.row === row.row),
    slots: slots.map((slot) => ({ ...slot, rows: slot.rows.slice(n, n + 1) })),
    contracts,
  }));
}
