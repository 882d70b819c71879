/** A step-wise rising curve from score to probability, its corners joined by straight lines. */
export interface IsotonicCurve {
  /** Ascending. */
  readonly scores: Float64Array;
  /** Never falling. */
  readonly probabilities: Float64Array;
}

/**
 * Isotonic regression of the labels on the scores by pooling adjacent violators (Barlow et al. 1972), equal scores pooled first. As in
 * scikit-learn the curve keeps the first and last score of each block.
 */
export function isotonicRegression(scores: Float64Array, labels: Uint8Array): IsotonicCurve {
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  return isotonicRegressionOf(order, scores, labels);
}

/** The same of these rows only, which come in the order of their scores. */
export function isotonicRegressionOf(order: Uint32Array, scores: Float64Array, labels: Uint8Array): IsotonicCurve {
  if (order.length === 0) throw new RangeError('isotonic regression: found no rows, allowed: at least one');
  const blocks: Block[] = [];
  for (const row of order) {
    const last = blocks[blocks.length - 1];
    if (last !== undefined && last.to === scores[row]) {
      last.rows++;
      last.events += labels[row];
    } else {
      pool(blocks);
      blocks.push({ from: scores[row], to: scores[row], rows: 1, events: labels[row] });
    }
  }
  pool(blocks);
  const corners = blocks.flatMap(({ from, to, rows, events }) => {
    const share = events / rows;
    return from === to
      ? [[from, share]]
      : [
          [from, share],
          [to, share],
        ];
  });
  return {
    scores: Float64Array.from(corners, ([score]) => score),
    probabilities: Float64Array.from(corners, ([, share]) => share),
  };
}

interface Block {
  readonly from: number;
  to: number;
  rows: number;
  events: number;
}

/** Joins the last blocks until the shares rise again. */
function pool(blocks: Block[]): void {
  for (;;) {
    const last = blocks[blocks.length - 1];
    const before = blocks[blocks.length - 2];
    if (before === undefined || before.events * last.rows < last.events * before.rows) return;
    blocks.pop();
    before.to = last.to;
    before.rows += last.rows;
    before.events += last.events;
  }
}

/** The curve's probability for each score; beyond its ends the first and the last. */
export function isotonicProbabilities(curve: IsotonicCurve, scores: Float64Array): Float64Array {
  return scores.map((score) => at(curve, score));
}

function at({ scores, probabilities }: IsotonicCurve, score: number): number {
  const last = scores.length - 1;
  if (score <= scores[0]) return probabilities[0];
  if (score >= scores[last]) return probabilities[last];
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (scores[middle] <= score) low = middle;
    else high = middle;
  }
  const share = (score - scores[low]) / (scores[high] - scores[low]);
  return probabilities[low] + share * (probabilities[high] - probabilities[low]);
}
