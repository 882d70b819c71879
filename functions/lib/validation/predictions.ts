/** Scores with their labels, row by row: what every statistic of this room takes. */
export interface Predictions {
  /** Higher means more likely to have the outcome. Calibration needs probabilities, discrimination any finite number. */
  readonly scores: Float64Array;
  /** 1 event, 0 non-event. */
  readonly labels: Uint8Array;
  /** Whose row it is (a number per subject). Rows with the same number are not independent of each other. */
  readonly clusters?: Int32Array;
}

/** Counts events after checking lengths, finite scores and labels 0 or 1; the error names the first index that is wrong. */
export function countEvents(predictions: Predictions): number {
  const { scores, labels } = predictions;
  checkLengths(predictions);
  let events = 0;
  for (let row = 0; row < scores.length; row++) {
    if (!Number.isFinite(scores[row])) {
      throw new RangeError(`score at index ${row}: found ${scores[row]}, allowed: a finite number`);
    }
    if (labels[row] > 1) throw new RangeError(`label at index ${row}: found ${labels[row]}, allowed: 0 or 1`);
    events += labels[row];
  }
  return events;
}

/** The same as `countEvents`, and every score must be a probability. */
export function countEventsOfProbabilities(predictions: Predictions): number {
  const events = countEvents(predictions);
  const wrong = predictions.scores.findIndex((score) => score < 0 || score > 1);
  if (wrong >= 0) {
    throw new RangeError(
      `score at index ${wrong}: found ${predictions.scores[wrong]}, allowed: a probability between 0 and 1`,
    );
  }
  return events;
}

/** The predictions of these rows only, in this order. */
export function selectRows(predictions: Predictions, rows: Uint32Array): Predictions {
  const { scores, labels, clusters } = predictions;
  checkLengths(predictions);
  const wrong = rows.findIndex((row) => row >= scores.length);
  if (wrong >= 0)
    throw new RangeError(`row ${rows[wrong]}: found ${scores.length} predictions, allowed: rows below that`);
  return {
    scores: gather(scores, rows, new Float64Array(rows.length)),
    labels: gather(labels, rows, new Uint8Array(rows.length)),
    ...(clusters !== undefined && { clusters: gather(clusters, rows, new Int32Array(rows.length)) }),
  };
}

function gather<T extends Float64Array | Uint8Array | Int32Array>(values: T, rows: Uint32Array, into: T): T {
  for (let place = 0; place < rows.length; place++) into[place] = values[rows[place]];
  return into;
}

function checkLengths({ scores, labels, clusters }: Predictions): void {
  if (labels.length !== scores.length) {
    throw new RangeError(`labels: found ${labels.length} for ${scores.length} scores, allowed: one for each score`);
  }
  if (clusters !== undefined && clusters.length !== scores.length) {
    throw new RangeError(`clusters: found ${clusters.length} for ${scores.length} scores, allowed: one for each score`);
  }
}
