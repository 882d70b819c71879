// Ways in which the input of a model can be wrong, and what became of a study when it was.
import type { Explanation } from '#lib/attribution/occlusion.ts';

/** What is done to a study before the model is asked again. */
export interface Disturbance {
  /** Names it in tables: lower case, digits and hyphens. */
  readonly id: string;
  /** What it is a size of, such as muscle noise. */
  readonly family: string;
  readonly name: string;
  /** What exactly is done, with its physical size. */
  readonly size: string;
  /** Where kind and size are taken from. */
  readonly source: string;
  /** Met in everyday use; the others show where the model ends. */
  readonly expected: boolean;
}

/** What the pipeline and the model made of a disturbed study; null where the disturbance cannot be done to it. */
export type Outcome = Answered | Silent | Rejected | null;

interface Answered {
  readonly score: number;
  /** The quality check says something that it did not say before. */
  readonly warned?: true;
}

/** The model kept silent, for this reason. */
interface Silent {
  readonly silent: string;
  readonly warned?: true;
}

/** The pipeline would have refused it, with this code. */
interface Rejected {
  readonly rejected: string;
}

export interface RerunStudy {
  readonly site: string;
  readonly studyKey: string;
  /** Of the study as it is, by the weights that judged it. */
  readonly undisturbed: Outcome;
  /** In the order of the disturbances. */
  readonly outcomes: readonly Outcome[];
}

/** A model asked again about disturbed studies. */
export interface Reruns {
  readonly disturbances: readonly Disturbance[];
  /** Studies drawn from the primary analysis. */
  readonly drawn: number;
  readonly studies: readonly RerunStudy[];
  /** Drawn, and no longer in the archive, or not as they were judged. */
  readonly gone: number;
  /** Drawn, and not reached in the time that an audit gives to this. */
  readonly unreached: number;
  /** The studies that the report shows one by one, with what the model says of each without parts of its input. */
  readonly explanations?: readonly Explanation[];
}

/** Why the model was not asked again, as a plain sentence without a period. */
export interface NotRerun {
  readonly notRun: string;
}

export type RerunResult = Reruns | NotRerun;

export const isRerun = (result: RerunResult): result is Reruns => 'studies' in result;
