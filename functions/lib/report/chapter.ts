// A chapter: one subject of the report beyond its core, from the rows to the words. chapters.ts names them all, in their order.
import type { VNode } from 'preact';
import type { Cohort } from '#lib/cohort/rows.ts';
import type { AnalysedRow, Selection, SilentRow, UnlabelledRow } from '#lib/cohort/select.ts';
import type { ModelContract } from '#lib/inference/contract.ts';
import type { RerunResult } from '#lib/robustness/disturbance.ts';
import type { Point } from './point.ts';
import type { ReportPast } from './provenance.ts';
import type { Caution, Group, Report } from './record.ts';

export interface ChapterInput {
  /** The primary analysis: labelled without the score in sight, scored, not apparent. */
  readonly rows: readonly AnalysedRow[];
  /** Labelled likewise, and the model kept silent. */
  readonly silent: readonly SilentRow[];
  /** Scored, not apparent, without a label that could be used. */
  readonly unlabelled: readonly UnlabelledRow[];
  /** Everything that was selected, with its flow and what is known of the labels. */
  readonly selection: Selection;
  /** In the order of the report. */
  readonly sites: readonly string[];
  readonly model: ModelContract;
  readonly cohort: Cohort;
  /** What the model said of disturbed studies, or why it was not asked; left out where there are only tables. */
  readonly reruns?: RerunResult | undefined;
  /** Earlier reports of the archive; left out where there is none. */
  readonly past?: ReportPast | undefined;
  /** Of every resampling: the same inputs give the same numbers. */
  readonly seed: string;
}

/** What the shareable edition hides already. */
export interface SharedView {
  /** False where any count of the group is hidden, and for groups that the core of the report does not show. */
  readonly isOpen: (group: Partial<Group>) => boolean;
  /** False where this count of the group is hidden: `n`, `events`, `nonEvents`, or of the first threshold `truePositives 0` and so on. */
  readonly shows: (group: Partial<Group>, count: string) => boolean;
  /** False where Table 1 hides how many studies of a site (null: of all) have this value in a column that sites describe. Absent: it shows all. */
  readonly describes?: (site: string | null, column: string, value: string) => boolean;
  /**
   * False where an earlier shareable report tells something else of the group. What counts people beyond the core of the report may then
   * be subtracted from what was told before, and is not shown. Absent: nothing was told before.
   */
  readonly isSettled?: (group: Partial<Group>) => boolean;
}

/** `Value` is plain JSON: it stands in report.json under `chapters.<id>`. */
export interface Chapter<Value> {
  /** Heading, and entry in the contents. */
  readonly title: string;
  /** Before the flow of studies rather than behind the core. */
  readonly early?: boolean;
  /**
   * Of open groups it tells only what follows from counts of the core and figures over a whole group (or asks `isSettled` itself), so that
   * it may be told again when the group has grown by more than ten. Other chapters tell of settled groups only.
   */
  readonly repeatable?: boolean;
  /** The figures of the internal report; null where this cohort gives nothing to say. */
  readonly compute: (input: ChapterInput) => Value | null;
  /** What may leave the sites. */
  readonly share: (value: Value, view: SharedView) => Value;
  /** What stands under the heading. */
  readonly section: (value: Value, report: Report) => readonly (VNode | null)[];
  /** CSV text by file name. */
  readonly tables: (value: Value) => ReadonlyMap<string, string>;
  /** Paragraphs for the methods, written from what was run. */
  readonly methods: (value: Value) => readonly string[];
  readonly cautions: (value: Value) => readonly Caution[];
  /** Things to know: the most important of the report stand on its first page. */
  readonly points: (value: Value) => readonly Point[];
}
