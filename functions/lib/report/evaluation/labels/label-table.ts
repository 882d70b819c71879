import type { LabelsAnswers } from '#lib/cohort/evaluation/labels-answers.ts';

/** One label of the studies of a group. */
export interface LabelColumns {
  readonly name: string;
  /** Row by row: 1 where reference and answer are known. */
  readonly known: Uint8Array;
  readonly reference: Uint8Array;
  readonly scores: Float64Array | null;
  readonly positive: Uint8Array | null;
  readonly unknown: number;
  readonly unanswered: number;
  /** The known rows alone. */
  readonly own: {
    readonly labels: Uint8Array;
    readonly scores: Float64Array | null;
    readonly positive: Uint8Array | null;
    readonly clusters?: Int32Array;
  };
}

export interface LabelTable {
  readonly rows: number;
  readonly labels: readonly LabelColumns[];
  readonly clusters?: Int32Array;
}

/** The labels of these studies. */
export function labelTable({ labels, studies }: LabelsAnswers, places: Uint32Array): LabelTable {
  const clusters = studies.clusters && Int32Array.from(places, (place) => studies.clusters?.[place] ?? 0);
  const bytes = (of: (place: number) => number): Uint8Array => Uint8Array.from(places, of);
  return {
    rows: places.length,
    ...(clusters && { clusters }),
    labels: labels.map(({ name, hasReference, isAnswered, reference, scores, positive }): LabelColumns => {
      const known = bytes((place) => hasReference[place] & isAnswered[place]);
      const rows = Uint32Array.from(known.keys()).filter((row) => known[row] === 1);
      const picked = {
        reference: bytes((place) => reference[place]),
        scores: scores && Float64Array.from(places, (place) => scores[place]),
        positive: positive && bytes((place) => positive[place]),
      };
      return {
        ...{ name, known, ...picked },
        unknown: places.reduce((total, place) => total + 1 - hasReference[place], 0),
        unanswered: places.reduce((total, place) => total + (hasReference[place] & (1 - isAnswered[place])), 0),
        own: {
          labels: Uint8Array.from(rows, (row) => picked.reference[row]),
          scores: picked.scores && Float64Array.from(rows, (row) => picked.scores?.[row] ?? 0),
          positive: picked.positive && Uint8Array.from(rows, (row) => picked.positive?.[row] ?? 0),
          ...(clusters && { clusters: Int32Array.from(rows, (row) => clusters[row]) }),
        },
      };
    }),
  };
}
