// The records that travel. Everything here is plain JSON; keys are keyed hashes (lib/ledger/identity.ts), never names.

export type Lane = 'standard' | 'large';

/** A place that a model version must fill for a unit. */
export interface Slot {
  readonly model: string;
  readonly version: string;
  readonly lane: Lane;
}

/** What was found and what is accepted, in words that hold no patient data; `code` is for programs. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

/** Something true about the data: returned, counted, shown; not an exception. */
export interface Finding extends Reason {
  readonly severity: 'information' | 'warning';
  readonly row?: number;
}

/** `ledger/<site>/<dropKey>/received.json`, by route; of a later attempt by the operator who asks for it. */
export interface Received {
  readonly site: string;
  readonly dropKey: string;
  /** Time of the S3 event, ISO 8601 UTC. */
  readonly receivedAt: string;
  readonly versionId: string;
  readonly sizeBytes: number;
  /** Why the drop is refused unread; decided here, so that whoever plans it later cannot read it after all. */
  readonly refused?: Reason;
  /** Of a later attempt: when and why an operator asked for it. */
  readonly replayed?: Replayed;
}

export interface Replayed {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly reason?: string;
  /** Results that stand are made again too. */
  readonly all?: true;
}

/** `links/<dropKey>.json` in the intake bucket, by route: the only way from a key back to an object; it decides the site once. */
export interface DropLink {
  readonly site: string;
  readonly dropKey: string;
  readonly key: string;
  readonly versionId: string;
}

/** A version that is part of a set. */
export interface SetMember {
  readonly key: string;
  readonly versionId: string;
  readonly dropKey: string;
}

/** `sets/<dropKey>.json` in the intake bucket, by intake of the drop that closes the set: a header, or a manifest. */
export interface DropSet {
  readonly members: readonly SetMember[];
}

export interface PlannedUnit {
  readonly unit: string;
  readonly items: number;
  readonly slots: readonly Slot[];
  /** The earlier attempt at the same drop whose result of the unit stays as it is (lib/ledger/attempt.ts). */
  readonly keptFrom?: string;
  /** Of several ECGs: which, in the order of the unit's rows. An ECG by itself has its own id as its unit's. */
  readonly ecgs?: readonly PlannedEcg[];
}

/** One of the ECGs of a unit: it is claimed, counted and tabulated by itself. */
export interface PlannedEcg {
  /** As the unit's would be, were it alone: by content, so that the same ECG in another drop is a repeat. */
  readonly ecg: string;
  /** Its place in the drop, from 1. */
  readonly row: number;
}

/** A unit, or an ECG, with the same content that another drop already owns. */
export interface RepeatedUnit {
  /** Of an ECG its own id, whichever unit its owner has it in. */
  readonly unit: string;
  readonly items: number;
  readonly owner: string;
}

export interface RejectedRow {
  /** Row of the table, the first row after the header is 1; of several ECGs the place of the record, in order of their names. */
  readonly row: number;
  readonly reason: Reason;
}

/** `ledger/<site>/<dropKey>/plan.json`, by intake before any message; by route for a refused drop; by quarantine and sweep. */
export interface Plan {
  readonly site: string;
  readonly dropKey: string;
  readonly state: 'planned' | 'rejected' | 'quarantined' | 'member';
  /** Of a member: the drop that it is a part of, whose items are counted there. */
  readonly of?: string;
  /** Why the whole drop was rejected or quarantined. */
  readonly reason?: Reason;
  /** Items in the drop: rows or ECGs; a drop that was refused or quarantined whole counts as one, a member as none. */
  readonly items: number;
  readonly units: readonly PlannedUnit[];
  readonly repeatedUnits: readonly RepeatedUnit[];
  /** Rows (or records) that say the same as an earlier one of the same drop about the same study. */
  readonly repeatedRows: readonly number[];
  readonly rejected: readonly RejectedRow[];
  /** Labels filed. */
  readonly filed: number;
  readonly findings: readonly Finding[];
}

/** `units/<site>/<unit>/owner.json` (or `owner-after-<dropKey>.json` when the owner before it was quarantined whole). */
export interface Owner {
  readonly dropKey: string;
}

/** Measurements of one person at one time, by their names in lib/formats/vocabulary.ts and in its units; what is missing is absent. */
export type Measurements = Readonly<Record<string, number | string>>;

/** The payload of an ECG: everything that is known of it but the signal, whose hash stands for it. */
export interface EcgDescription extends Measurements {
  /** Leads in the order of the object, joined by commas. */
  readonly leads: string;
  /** Highest rate of the leads. */
  readonly samplingRateHz: number;
  readonly durationSeconds: number;
  /** SHA-256 of its object in `ecg.bin`. */
  readonly signal: string;
}

/** A row of `studies/<site>/<unit>/rows.parquet`. */
export interface StudyRow {
  readonly row: number;
  readonly studyKey: string;
  readonly subjectKey: string;
  readonly revision: string;
  /**
   * Canonical JSON: keys sorted, missing values left out. Of a table's row its measurements, whose SHA-256 is the payload hash;
   * of an ECG what EcgDescription lists.
   */
  readonly payload: string;
}

/** What a unit holds: rows of a table, or ECGs, a row each (`studies/<site>/<unit>/ecg.bin` holds one after the other). */
export type StudyKind = 'measurements' | 'ecg';

/** `studies/<site>/<unit>/study.json`, written last: the unit is complete. */
export interface StudyRecord {
  readonly site: string;
  readonly unit: string;
  readonly kind: StudyKind;
  readonly items: number;
  /** What is true about the data of the unit, of several ECGs with the row; in a table it is the plan that says so. */
  readonly findings?: readonly Finding[];
}

/**
 * How far a score can speak for new patients: the model never saw the payload; it was judged by a fold that never saw its site, or by
 * one that never saw this recording, though perhaps its person and site; or the model was trained on it.
 */
export type Relation = 'external' | 'left-out-site' | 'left-out-fold' | 'apparent';

/** A row of `predictions/<site>/<unit>/<model>@<version>.parquet`. */
export interface PredictionRow {
  readonly row: number;
  readonly studyKey: string;
  readonly status: 'scored' | 'abstained' | 'withdrawn' | 'failed';
  /** Why there is no score. */
  readonly reason: string | null;
  /** Calibrated probability, 0 to 1. */
  readonly score: number | null;
  /** ONNX file that gave the score, or by whose own answer the model abstained. */
  readonly file: string | null;
  readonly relation: Relation | null;
  /** JSON of AnswerDetail where the model says more than its score. */
  readonly detail: string | null;
}

/** What stands behind a score, or behind an abstention that the model itself gave. */
export interface AnswerDetail {
  /** Lead that the model read. */
  readonly lead: string;
  /** Calibrated probability of each class, in the contract's order. */
  readonly probabilities: Readonly<Record<string, number>>;
  /** Calibrated probability of the positive class in each window of the recording. */
  readonly windows: readonly { readonly startSeconds: number; readonly endSeconds: number; readonly score: number }[];
}

export type Outcome = 'published' | 'abstained' | 'filed' | 'repeated' | 'rejected' | 'quarantined';

export type Tally = Readonly<Record<Outcome, number>>;

/** What becomes of an item of a unit. */
export type RowOutcome = Extract<Outcome, 'published' | 'abstained' | 'quarantined'>;

export interface ClosedEcg extends PlannedEcg {
  readonly outcome: RowOutcome;
}

/** `units/<site>/<unit>/closed.json`, by publish when every slot is filled; by quarantine and sweep when it cannot be. */
export interface Closed {
  readonly site: string;
  readonly unit: string;
  readonly dropKey: string;
  readonly items: number;
  readonly slots: readonly Slot[];
  /** Prediction objects that count, in row order slot by slot; a late one does not. None where the unit was set aside. */
  readonly predictions: readonly string[];
  /** Slots `<model>@<version>` whose model was switched off: their scores are in no page, outcome or table. */
  readonly withdrawn: readonly string[];
  readonly published: number;
  readonly abstained: number;
  readonly quarantined: number;
  readonly reason?: Reason;
  /** Of several ECGs: what became of each, in the order of the unit's rows. */
  readonly ecgs?: readonly ClosedEcg[];
}

/** A row of `labels/<site>/<dropKey>.parquet`: the reference standard as given. */
export interface LabelRow {
  readonly row: number;
  readonly studyKey: string;
  readonly label: string;
  readonly value: number;
  readonly source: string;
  readonly method: string;
  /** ISO date, or null when not given. */
  readonly date: string | null;
  readonly readers: number | null;
  readonly blinded: boolean | null;
}

/** Messages: keys only. All are sent with MessageGroupId = site. `dropKey` is that of an attempt (lib/ledger/attempt.ts). */
export interface DropMessage {
  readonly site: string;
  readonly dropKey: string;
}

export interface UnitMessage extends DropMessage {
  readonly unit: string;
}

export interface PredictMessage extends UnitMessage {
  readonly lane: Lane;
  readonly items: number;
  /** All slots of the unit, so that whoever fills the last one knows it. */
  readonly slots: readonly Slot[];
  /** Rows from (inclusive) to (exclusive), when the unit was halved after failures; the whole unit when absent. */
  readonly range?: { readonly from: number; readonly to: number };
}

/** A drop that has its plan, or a unit that is closed. */
export type TabulateMessage = DropMessage | UnitMessage;

export interface AuditMessage {
  readonly run: string;
}
