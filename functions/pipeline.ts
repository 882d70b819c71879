// READ FIRST. The ordered way of a study: each step with the type that goes in and the record that it leaves.
// infra/pipeline-stack.ts builds one Lambda function and one queue per step from the same names.

import type { RunPlan, RunSuccess } from '#lib/cohort/run.ts';
import type { Arrival } from '#lib/ledger/arrival.ts';
import type {
  AuditMessage,
  Closed,
  DropMessage,
  Plan,
  PredictionRow,
  PredictMessage,
  Received,
  StudyRow,
  TabulateMessage,
  UnitMessage,
} from './study.ts';

/** What goes into each step, and what is in the archive when it is done. */
export interface Pipeline {
  /** A site put an object version under `drops/<site>/`. Known site, key, size? `ledger/…/received.json`. */
  readonly route: Step<Arrival, Received>;
  /** Read, check, de-identify, key. Studies under `studies/…`, labels under `labels/…`, then `ledger/…/plan.json`. */
  readonly intake: Step<DropMessage, Plan & { readonly rows: readonly StudyRow[] }>;
  /** Each model over each unit: score or abstain. `predictions/<site>/<unit>/<model>@<version>.parquet`. */
  readonly predict: Step<PredictMessage, readonly PredictionRow[]>;
  /** All slots of a unit are filled: `results/…`, then `units/<site>/<unit>/closed.json`. */
  readonly publish: Step<UnitMessage, Closed>;
  /** All units of a drop are closed: receipt beside the drop, drop tagged done. */
  readonly settle: Step<DropMessage, 'receipts/<path>.<version>.json'>;
  /** Planned drops and closed units become rows of `tables/…`. */
  readonly tabulate: Step<TabulateMessage, 'tables/<table>/site=<site>/month=<month>/part-<hash>.parquet'>;
  /** A run over a cohort: tables → `reports/<cohort>/<run>/`. */
  readonly audit: Step<AuditMessage & { readonly plan: RunPlan }, RunSuccess>;
}

interface Step<In, Out> {
  readonly takes: In;
  readonly leaves: Out;
}

/** Steps in the order in which a study meets them. Beside them: install (models), quarantine (every dead letter), sweep (what stays open), merge (tables). */
export const STEPS = [
  'route',
  'intake',
  'predict',
  'publish',
  'settle',
  'tabulate',
  'audit',
] as const satisfies readonly (keyof Pipeline)[];
