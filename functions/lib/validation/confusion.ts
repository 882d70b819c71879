/** The four counts of a yes-or-no test against a yes-or-no reference. Weighted and resampled counts need not be whole. */
export interface ConfusionCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/** Called positive (1) or not (0), and the reference (1 event, 0 non-event), row by row. */
export interface Decisions {
  readonly positive: Uint8Array;
  readonly labels: Uint8Array;
  /** Whose row it is (a number per subject). Rows with the same number are not independent of each other. */
  readonly clusters?: Int32Array;
}

/** Counts after checking lengths and that every value is 0 or 1; the error names the first index that is wrong. */
export function confusionCounts(decisions: Decisions): ConfusionCounts {
  checkDecisions(decisions);
  const { positive, labels } = decisions;
  const counts = { truePositives: 0, falsePositives: 0, trueNegatives: 0, falseNegatives: 0 };
  for (let row = 0; row < labels.length; row++) {
    if (positive[row] === 1) counts[labels[row] === 1 ? 'truePositives' : 'falsePositives']++;
    else counts[labels[row] === 1 ? 'falseNegatives' : 'trueNegatives']++;
  }
  return counts;
}

/** Scores at or above the threshold are positive. */
export function decisionsAt(
  { scores, labels, clusters }: { scores: Float64Array; labels: Uint8Array; clusters?: Int32Array },
  threshold: number,
): Decisions {
  if (!Number.isFinite(threshold)) throw new RangeError(`threshold: found ${threshold}, allowed: a finite number`);
  const positive = Uint8Array.from(scores, (score) => Number(score >= threshold));
  return { positive, labels, ...(clusters !== undefined && { clusters }) };
}

/** Share of right answers. */
export const accuracyOf = (counts: ConfusionCounts): number =>
  (counts.truePositives + counts.trueNegatives) / totalOf(counts);

/** Mean of sensitivity and specificity; not a number where a class is absent. */
export const balancedAccuracyOf = (counts: ConfusionCounts): number =>
  (sensitivityOf(counts) + specificityOf(counts)) / 2;

export const sensitivityOf = ({ truePositives, falseNegatives }: ConfusionCounts): number =>
  truePositives / (truePositives + falseNegatives);

export const specificityOf = ({ trueNegatives, falsePositives }: ConfusionCounts): number =>
  trueNegatives / (trueNegatives + falsePositives);

/** Positive predictive value. */
export const precisionOf = ({ truePositives, falsePositives }: ConfusionCounts): number =>
  truePositives / (truePositives + falsePositives);

export const negativePredictiveValueOf = ({ trueNegatives, falseNegatives }: ConfusionCounts): number =>
  trueNegatives / (trueNegatives + falseNegatives);

/** Harmonic mean of precision and sensitivity, 2 TP / (2 TP + FP + FN); not a number where nothing is or is called positive. */
export const f1Of = ({ truePositives, falsePositives, falseNegatives }: ConfusionCounts): number =>
  (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives);

/**
 * Matthews' correlation of answer and reference (doi 10.1016/0005-2795(75)90109-9), the phi of the table; not a number where a
 * row or column of the table is empty (scikit-learn writes 0 there).
 */
export function matthewsCorrelationOf(counts: ConfusionCounts): number {
  const { truePositives: tp, falsePositives: fp, trueNegatives: tn, falseNegatives: fn } = counts;
  // A root of each pair: the product of all four overflows the exact integers at some ten thousand rows.
  return (tp * tn - fp * fn) / (Math.sqrt((tp + fp) * (tp + fn)) * Math.sqrt((tn + fp) * (tn + fn)));
}

/** Cohen's kappa of answer and reference; not a number where both are constant. */
export function kappaOf(counts: ConfusionCounts): number {
  const n = totalOf(counts);
  const called = (counts.truePositives + counts.falsePositives) / n;
  const events = (counts.truePositives + counts.falseNegatives) / n;
  const expected = called * events + (1 - called) * (1 - events);
  return (accuracyOf(counts) - expected) / (1 - expected);
}

export const totalOf = ({ truePositives, falsePositives, trueNegatives, falseNegatives }: ConfusionCounts): number =>
  truePositives + falsePositives + trueNegatives + falseNegatives;

function checkDecisions({ positive, labels, clusters }: Decisions): void {
  for (const [name, values] of Object.entries({ positive, clusters })) {
    if (values !== undefined && values.length !== labels.length) {
      throw new RangeError(`${name}: found ${values.length} for ${labels.length} labels, allowed: one for each label`);
    }
  }
  for (const [name, values] of Object.entries({ positive, labels })) {
    const wrong = values.findIndex((value) => value > 1);
    if (wrong >= 0) throw new RangeError(`${name} at index ${wrong}: found ${values[wrong]}, allowed: 0 or 1`);
  }
}
