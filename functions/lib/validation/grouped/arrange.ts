import { numberClusters } from '../cluster-totals.ts';
import { probabilityLogits } from '../probability-logits.ts';
import { type PackedColumns, packColumns, reorderPacked, unpackColumns } from './packed-columns.ts';
import { ascendingOrder } from './score-order.ts';
import type { GroupColumn, GroupedPredictions } from './table.ts';

/** The columns of one order of the rows. */
export interface Rows {
  readonly scores: Float64Array;
  readonly labels: Uint8Array;
  /** ln(p / (1 − p)) of the score. */
  readonly logits: Float64Array;
  readonly columns: readonly GroupColumn[];
}

/** The rows twice: by ascending score, for ranks; and with the rows of each subject together, for what a subject contributes. */
export interface ArrangedRows {
  readonly byScore: Rows;
  /** Without subjects the same as `byScore`. */
  readonly bySubject: Rows;
  /** For each row by score its place by subject; absent where the two orders are one. */
  readonly placeBySubject?: Uint32Array;
  /** Number of the subject of each row by subject, ascending. */
  readonly subjects?: Int32Array;
}

/** Sorts the rows by score and by subject. */
export function arrange(table: GroupedPredictions, clipTo: number | undefined): ArrangedRows {
  const packed = packColumns(table.labels, table.columns);
  const inOrder = (of: PackedColumns) => unpackColumns(of, table.columns);
  if (table.clusters === undefined) {
    const { rows, scores } = ascendingOrder(table.scores);
    const logits = probabilityLogits(scores, clipTo).logits;
    const byScore = { ...inOrder(reorderPacked(packed, rows)), scores, logits };
    return { byScore, bySubject: byScore };
  }
  const { rows: together, subjects } = subjectOrder(table.clusters);
  const ownScores = gatherScores(table.scores, together);
  const own = reorderPacked(packed, together);
  const { rows, scores } = ascendingOrder(ownScores);
  const byScore = { ...inOrder(reorderPacked(own, rows)), scores, logits: probabilityLogits(scores, clipTo).logits };
  const logits = new Float64Array(rows.length);
  for (let place = 0; place < rows.length; place++) logits[rows[place]] = byScore.logits[place];
  return { byScore, bySubject: { ...inOrder(own), scores: ownScores, logits }, placeBySubject: rows, subjects };
}

function gatherScores(scores: Float64Array, rows: Uint32Array): Float64Array {
  const gathered = new Float64Array(rows.length);
  for (let place = 0; place < rows.length; place++) gathered[place] = scores[rows[place]];
  return gathered;
}

/** Rows so that those of one subject stand together, subjects numbered in the order in which they first appear. */
function subjectOrder(clusters: Int32Array): { rows: Uint32Array; subjects: Int32Array } {
  const { places, count } = numberClusters(clusters);
  const next = new Uint32Array(count + 1);
  for (let row = 0; row < places.length; row++) next[places[row] + 1]++;
  for (let subject = 0; subject < count; subject++) next[subject + 1] += next[subject];
  const rows = new Uint32Array(places.length);
  for (let row = 0; row < places.length; row++) rows[next[places[row]]++] = row;
  const subjects = new Int32Array(rows.length);
  for (let place = 0; place < rows.length; place++) subjects[place] = places[rows[place]];
  return { rows, subjects };
}
