// Where a report comes from, and what earlier ones of the same archive tell it.
import type { PopulationSummary } from '#lib/drift/population.ts';
import type { SharedReport } from './between.ts';
import type { Count } from './record.ts';

/** What anyone needs to make the same report again. */
export interface Provenance {
  /** The command that reproduces the report, as given by the caller. */
  readonly command: string;
  /** Version of this software. */
  readonly software: string;
  /** Seed of every resampling, made from the hashes of the inputs. */
  readonly seed: string;
  /** What the report was computed from. */
  readonly inputs: readonly { readonly name: string; readonly sha256: string }[];
  /** Drops and units that were still in flight when the run closed at its deadline; 0 in a complete run. */
  readonly missing: number;
  /** ONNX files that gave the scores, by site and number of studies. */
  readonly scoredBy: readonly { readonly site: string; readonly file: string; readonly n: Count }[];
  /** The audit with which people and scores are compared, where the archive has one. */
  readonly lastAudit?: EarlierAudit;
}

/** An earlier audit of the archive, by its run; the hash is that of its whole report. */
export interface EarlierAudit {
  readonly run: string;
  readonly cohort: string;
  readonly sha256: string | null;
}

/** What earlier reports of the same archive tell this one. */
export interface ReportPast {
  /** With the people that it kept, none where there were too few. */
  readonly lastAudit: (EarlierAudit & { readonly populations: readonly PopulationSummary[] }) | null;
  /** Finished audits of this cohort, model version and label with limits in the same calendar year. */
  readonly looks: number;
  /** Reports that may have left the sites, oldest first. */
  readonly shared: readonly SharedReport[];
  /** Earlier audits that cannot be looked at, with the reason. */
  readonly lacking: readonly string[];
}

/** What the shareable edition hides because earlier shareable reports are out. */
export interface BetweenReports {
  /** Runs whose shareable reports may be subtracted from this one. */
  readonly earlier: readonly string[];
  /** Counts that are hidden for this reason alone. */
  readonly cells: number;
  /** Hospitals (null: all together) whose results are closed for this reason. */
  readonly closed: readonly (string | null)[];
  /** Why nothing at all is shown; null where something is. */
  readonly withheld: string | null;
}

/** What the caller knows of a run: the rest is computed. */
export type Occasion = Omit<Provenance, 'scoredBy' | 'seed' | 'lastAudit'>;
