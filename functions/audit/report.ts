// From the tables of a cohort to its report: pure, so that the audit function, the CLI and the tests make the same bytes.

import { RefusedInput } from '#functions/errors.ts';
import type { Cohort, CohortTables } from '#lib/cohort/rows.ts';
import { selectCohort } from '#lib/cohort/select.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import { reportBody } from '#lib/report/body.ts';
import { editionsOf, reportFiles } from '#lib/report/files.ts';
import { predictionsParquet } from '#lib/report/predictions-table.ts';
import type { Occasion, Report } from '#lib/report/record.ts';

export interface ReportInput {
  readonly tables: CohortTables;
  readonly cohort: Cohort;
  readonly model: ModelContract;
  /** The data are public: the shareable edition hides nothing, and says so. */
  readonly publicData: boolean;
  readonly provenance: Occasion;
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
export function writeReport({ tables, cohort, model, publicData, provenance }: ReportInput): WrittenReport {
  if (model.name !== cohort.model.name || model.version !== cohort.model.version)
    throw new RefusedInput(
      `cohort ${cohort.name}: found the contract of ${model.name} ${model.version}, allowed: ${cohort.model.name} ${cohort.model.version}`,
    );
  const selection = selectCohort(tables, cohort);
  const body = reportBody({ selection, cohort, model, publicData, provenance });
  const editions = editionsOf(body);
  return { report: editions[0], editions, files: reportFiles(editions), predictions: predictionsParquet(selection) };
}
