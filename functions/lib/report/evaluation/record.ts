// report.json of an evaluation: everything that its page and tables say. docs/evaluation.schema.json follows these types.
import type { EvaluationFlow } from '#lib/cohort/evaluation/study-flow.ts';
import type { TableProvenance } from '../edition.ts';
import type { Caution, Count } from '../record.ts';
import type { Results } from './kinds.ts';

/** Whom a row is about: the studies with one value of one group column; null means all. */
export interface EvaluationGroup {
  /** `site`, or the title of a group column. */
  readonly group: string | null;
  readonly value: string | null;
}

export interface GroupCount extends EvaluationGroup {
  readonly n: Count;
  /** People behind the studies; null where the table does not say whose they are. */
  readonly subjects: Count | null;
}

export interface ReportedEvaluationFlow {
  readonly site: string | null;
  readonly steps: readonly {
    readonly name: EvaluationFlow['steps'][number]['name'];
    readonly count: Count;
    readonly losses: readonly { readonly code: string; readonly count: Count }[];
  }[];
}

export interface EvaluationBody {
  readonly schema: 'tricuspid/evaluation-report/1';
  readonly audience: 'internal' | 'shareable';
  readonly publicData: boolean;
  readonly title: string;
  readonly model: string | null;
  readonly referenceMethod: string | null;
  readonly flow: readonly ReportedEvaluationFlow[];
  /** All, then by site, then by each group column. */
  readonly groups: readonly GroupCount[];
  readonly results: Results;
  /** What whoever wrote the evaluation file says that every reader must know. */
  readonly statedCautions: readonly string[];
  readonly citation: readonly string[];
  readonly provenance: TableProvenance;
}

/** report.json. */
export interface EvaluationReport extends EvaluationBody {
  /** Points: what matters most first. */
  readonly answer: { readonly headline: string; readonly points: readonly string[] };
  readonly cautions: readonly Caution[];
  readonly methods: readonly string[];
}

export const isAll = ({ group }: EvaluationGroup): boolean => group === null;
