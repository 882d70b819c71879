// A run: one pass over a cohort, immutable. `plan.json` → `_CLOSED` (the exact objects that count) → report → `_SUCCESS`.
import type { Cohort } from './rows.ts';

/** `runs/<run>/plan.json`, by whoever starts the run. */
export interface RunPlan {
  readonly run: string;
  readonly cohort: Cohort;
  /** ISO 8601: the run closes then with what there is. */
  readonly deadline: string;
  /** Small cells need no suppression: everything in the cohort is published data. */
  readonly publicData: boolean;
  /** The command that reproduces the run. */
  readonly command: string;
}

/** `runs/<run>/_CLOSED`. */
export interface RunClosed {
  readonly run: string;
  /** False when the deadline came before the ledger was complete. */
  readonly complete: boolean;
  readonly drops: number;
  readonly units: number;
  /** Drops and units of the ledger that the tables do not hold. */
  readonly missing: number;
  readonly objects: Readonly<Record<'studies' | 'predictions' | 'labels' | 'ledger', readonly string[]>>;
}

/** `runs/<run>/_SUCCESS`. */
export interface RunSuccess {
  readonly run: string;
  readonly report: string;
  /** SHA-256 over the paths and contents of the report. */
  readonly sha256: string;
}

export const RUNS_PREFIX = 'runs/';
/** `_RERUNS`: what the model said of disturbed studies; its marks say that somebody has begun to ask. */
export type RunRecord = 'plan.json' | '_CLOSED' | '_RERUNS' | `_RERUNS-begun-${number}` | '_SUCCESS' | '_FAILED';
export const runKey = (run: string, name: RunRecord): string => `runs/${run}/${name}`;
export const reportPrefix = (cohort: string, run: string): string => `reports/${cohort}/${run}/`;
