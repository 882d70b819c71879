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
  /** `none`: not compared with the last audit of the cohort. By default the archive is asked for it. */
  readonly lastAudit?: 'none';
}

/** `reports/_order/<number>.json`: audits one after the other, in the order in which their data were complete. */
export interface OrderEntry {
  readonly run: string;
  readonly cohort: string;
  readonly model: string;
  readonly label: string;
  /** null: all. */
  readonly sites: readonly string[] | null;
  /** The cohort states limits: the audit looks at them. */
  readonly limits: boolean;
  /** ISO 8601, when the run took its place. */
  readonly at: string;
}

/** An earlier audit of the archive. */
export interface PastAudit {
  readonly run: string;
  readonly cohort: string;
  /** Where its report lies. */
  readonly report: string;
  /** As `_SUCCESS` has it; null of one that failed after its shareable report was written. */
  readonly sha256: string | null;
}

/** What an audit looks back upon, fixed when the run closes. */
export interface RunPast {
  /** Audits of the same label at some of the same hospitals, with a report that may have been shared; oldest first. */
  readonly shared: readonly PastAudit[];
  /** Runs with an earlier place that had not ended when this one had to. */
  readonly unended: readonly string[];
  /** The last finished audit of the same cohort, model version and label. */
  readonly lastAudit: PastAudit | null;
  /** Finished audits of that kind with limits in the same calendar year (UTC). */
  readonly looks: number;
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
  readonly past?: RunPast;
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
export const ORDER_PREFIX = 'reports/_order/';
export const reportPrefix = (cohort: string, run: string): string => `reports/${cohort}/${run}/`;
