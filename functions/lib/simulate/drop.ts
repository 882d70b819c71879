import type { SiteDrop } from '#lib/cohort/datasets/dataset.ts';
import type { PlantedEcg } from './recording.ts';
import type { DropTruth } from './truth.ts';

/** One drop with what must become of it: known from how it was made, not from reading it. */
export interface SimulatedDrop {
  /** In the order in which they are put; more than one where header and signal file come apart. */
  readonly objects: readonly SiteDrop[];
  readonly truth: DropTruth;
  /** What was planted in the recordings of the drop; none where it is a table. */
  readonly planted: readonly PlantedEcg[];
}
