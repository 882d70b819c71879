// Rows of the tables under tables/<table>/site=/month=/ in the archive: pure functions of stored objects. Readers drop equal keys.
import type { LabelRow, PredictionRow, StudyRow } from '#functions/study.ts';
import type { PopulationSummary } from '#lib/drift/population.ts';
import type { Margins } from '#lib/fairness/gap.ts';
import type { LimitPlan } from '#lib/limits/limit.ts';

export interface StudyTableRow extends StudyRow {
  readonly site: string;
  readonly unit: string;
}

export interface PredictionTableRow extends PredictionRow {
  readonly site: string;
  readonly unit: string;
  /** Which attempt at the unit's drop the row is from (lib/ledger/attempt.ts). */
  readonly attempt: number;
  readonly model: string;
  readonly version: string;
}

export interface LabelTableRow extends LabelRow {
  readonly site: string;
  readonly dropKey: string;
  readonly receivedAt: string;
  readonly versionId: string;
}

/**
 * The ledger as a table; rows of attempts that a later one superseded stay in it (attempts.ts). `kind` says what a row counts:
 * `drop`: a planned, rejected or quarantined drop (items = all its items; rejected, repeated, filed as planned);
 * `sighting`: a unit as a drop showed it, first or again (then `repeated` = items); the rows of the unit sighted last are current;
 * `unit`: a closed unit (published, abstained, quarantined);
 * `rejection`: how many items of a drop were rejected for one reason code (count in `rejected`).
 */
export interface LedgerTableRow {
  readonly kind: 'drop' | 'sighting' | 'unit' | 'rejection';
  readonly site: string;
  readonly dropKey: string;
  readonly receivedAt: string;
  readonly versionId: string;
  /** Of a unit and of the sighting of a drop's own unit: the attempt whose result of the unit counts; else the attempt at the drop. */
  readonly attempt: number;
  readonly unit: string | null;
  /** For a drop: planned, rejected, quarantined or member (part of a set, no items). */
  readonly state: string | null;
  /** Reason code of a rejected or quarantined drop, a quarantined unit, or of a `rejection` row. */
  readonly reason: string | null;
  readonly items: number;
  readonly published: number;
  readonly abstained: number;
  readonly filed: number;
  readonly repeated: number;
  readonly rejected: number;
  readonly quarantined: number;
}

export interface CohortTables {
  readonly studies: readonly StudyTableRow[];
  readonly predictions: readonly PredictionTableRow[];
  readonly labels: readonly LabelTableRow[];
  readonly ledger: readonly LedgerTableRow[];
}

/** What a value of a label says of the class. Several values may be one class; several labels may give a study several classes. */
export interface ClassLabel {
  /** A class of the model; null where the value is none of them, which keeps the study out and is counted. */
  readonly class: string | null;
  /** Name of the label. */
  readonly label: string;
  readonly value: number;
  /** The value in words. */
  readonly meaning: string;
}

/** `cohorts/<name>.json`: a rule that selects studies. */
export interface Cohort {
  readonly name: string;
  readonly title: string;
  readonly model: { readonly name: string; readonly version: string };
  /** Name of the label that is the reference standard. */
  readonly label: string;
  /** Of a model with several classes: which values of which labels are which class. Values that are not named here have no class. */
  readonly classes?: readonly ClassLabel[];
  /** Site ids, in the order of the report; all sites when absent. */
  readonly sites?: readonly string[];
  /** What its sites are, where they are no hospitals: collections, or places in which recorders stood. */
  readonly sitesAre?: 'sources' | 'recording sites';
  /** What every reader of the figures must know of these studies, such as that the disease is enriched: full sentences. */
  readonly cautions?: readonly string[];
  /** What only people can say of the study (lib/report/checklists/item.ts names the topics): fills the checklists. */
  readonly statements?: Readonly<Record<string, string>>;
  /** Years in which the reference standard must be dated, both included; labels of other years are counted and left out. */
  readonly labelYears?: { readonly from?: number; readonly to?: number };
  /** How groups are compared: against which group of a column (the largest unless told), and which gaps are called none. */
  readonly fairness?: {
    readonly references?: Readonly<Record<string, string>>;
    readonly margins?: Partial<Margins>;
  };
  /** How many studies are disturbed and judged again (0: none); left out: as many as an audit has time for. */
  readonly robustness?: { readonly studies: number };
  /** What the model must show: answered first in the report (lib/limits/read-limits.ts makes it of a file). */
  readonly limits?: LimitPlan;
  /** The last audit, with which this one is compared: its name and what its internal report kept of its people. */
  readonly reference?: { readonly report: string; readonly populations: readonly PopulationSummary[] };
}
