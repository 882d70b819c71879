// From the tables of a cohort to its report: pure, so that the audit function, the CLI and the tests make the same bytes.

import { RefusedInput } from '#functions/errors.ts';
import type { Cohort, CohortTables } from '#lib/cohort/rows.ts';
import { type Selection, selectCohort } from '#lib/cohort/select.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import { reportBody } from '#lib/report/body.ts';
import { editionsOf, reportFiles } from '#lib/report/files.ts';
import { hiddenCellsFile, hidingOf } from '#lib/report/hiding.ts';
import { predictionsParquet } from '#lib/report/predictions-table.ts';
import type { Occasion, ReportPast } from '#lib/report/provenance.ts';
import type { Report } from '#lib/report/record.ts';
import type { RerunResult } from '#lib/robustness/disturbance.ts';

export interface ReportInput extends ReportFrame {
  readonly tables: CohortTables;
}

/** What a report needs besides its studies. */
interface ReportFrame {
  readonly cohort: Cohort;
  readonly model: ModelContract;
  /** The data are public: the shareable edition hides nothing, and says so. */
  readonly publicData: boolean;
  readonly provenance: Occasion;
  /** The model asked again about disturbed studies; left out where there are only tables. */
  readonly reruns?: RerunResult;
  /** Earlier reports of the archive; left out where there is none. */
  readonly past?: ReportPast;
}

export interface WrittenReport {
  /** The internal report, every number. */
  readonly report: Report;
  /** The internal and the shareable edition. */
  readonly editions: readonly Report[];
  /** `internal/…` and `shareable/…`: path to text. */
  readonly files: ReadonlyMap<string, string>;
  /** `internal/predictions.parquet`: the studies behind the figures. */
  readonly predictions: Uint8Array;
}

/** Selects the cohort, computes its figures and writes both editions of the report. */
export function writeReport({ tables, ...frame }: ReportInput): WrittenReport {
  return writeSelected(selectCohort(tables, frame.cohort), frame);
}

/** The same for a cohort that is selected already. */
export function writeSelected(
  selection: Selection,
  { cohort, model, publicData, provenance, reruns, past }: ReportFrame,
): WrittenReport {
  if (model.name !== cohort.model.name || model.version !== cohort.model.version)
    throw new RefusedInput(
      `cohort ${cohort.name}: found the contract of ${model.name} ${model.version}, allowed: ${cohort.model.name} ${cohort.model.version}`,
    );
  const body = reportBody({ selection, cohort, model, publicData, provenance, reruns, past });
  const hiding = hidingOf(body, past);
  const editions = editionsOf(body, hiding);
  const files = new Map([
    // First, so that a report that was begun can be held against by those that follow.
    ['internal/hidden-cells.json', `${JSON.stringify(hiddenCellsFile(hiding))}\n`],
    ...reportFiles(editions),
  ]);
  return { report: editions[0], editions, files, predictions: predictionsParquet(selection) };
}
