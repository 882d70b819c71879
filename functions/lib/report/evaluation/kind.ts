import type { VNode } from 'preact';
import type { STEPS } from '#lib/cohort/evaluation/study-flow.ts';
import type { Sum } from '../disclosure.ts';
import type { Point } from '../point.ts';
import type { Caution } from '../record.ts';
import type { EvaluationGroup } from './record.ts';

/** Counts that a report shows, by name, with the sums by which a reader could compute one from others. */
export interface Cells {
  readonly cells: readonly (readonly [id: string, count: number])[];
  readonly sums: readonly Sum[];
  /** What a reader loses with a cell: the cheapest complements are hidden. 0 unless told. */
  readonly costs?: ReadonlyMap<string, number>;
}

/** What may leave: the cells that stay inside, and the groups that are too small to be described. */
export interface SharedEvaluation {
  readonly hidden: ReadonlySet<string>;
  readonly isOpen: (group: EvaluationGroup) => boolean;
}

export interface EvaluationSection {
  readonly id: string;
  readonly title: string;
  readonly children: readonly (VNode | null)[];
}

/** What one kind of answer adds to a report, once its figures are computed. Every function is pure. */
export interface Kind<Value> {
  readonly cells: (value: Value) => Cells;
  /** The figures that may leave the sites. */
  readonly share: (value: Value, shared: SharedEvaluation) => Value;
  readonly headline: (value: Value) => string;
  /** In the order of the report. */
  readonly points: (value: Value) => readonly Point[];
  readonly cautions: (value: Value) => readonly Caution[];
  /** Columns of the table of groups beside studies and people. */
  readonly described: (value: Value) => {
    readonly headings: readonly string[];
    readonly cellsOf: (group: EvaluationGroup) => readonly string[];
    readonly note: string;
  };
  readonly sections: (value: Value) => readonly EvaluationSection[];
  readonly methods: (value: Value) => readonly string[];
  /** CSV text by file name. */
  readonly tables: (value: Value) => ReadonlyMap<string, string>;
  /** Steps of the flow that mean something else than for other kinds. */
  readonly stepWords?: Partial<Readonly<Record<(typeof STEPS)[number], string>>>;
}

/** The id of a group among cells. */
export const groupId = ({ group, value }: EvaluationGroup): string => (group === null ? '*' : `${group}=${value}`);

export const cellOf = (group: EvaluationGroup, name: string): string => `${groupId(group)}/${name}`;

export const sameGroup = (a: EvaluationGroup, b: EvaluationGroup): boolean => groupId(a) === groupId(b);
