export interface ProbabilityLogits {
  readonly logits: Float64Array;
  /** How many scores lay outside `clipTo … 1 − clipTo` and were moved to its ends. */
  readonly clipped: number;
}

/**
 * ln(p / (1 − p)) of each score. A score of exactly 0 or 1 has none: it is refused by index, or, given `clipTo`, every
 * score is limited to `clipTo … 1 − clipTo` and the number that this moved is returned.
 */
export function probabilityLogits(scores: Float64Array, clipTo?: number): ProbabilityLogits {
  if (clipTo !== undefined && !(clipTo > 0 && clipTo < 0.5)) {
    throw new RangeError(`clipTo: found ${clipTo}, allowed: between 0 and 0.5`);
  }
  let clipped = 0;
  const logits = scores.map((score, row) => {
    if (clipTo === undefined && (score === 0 || score === 1)) {
      throw new RangeError(`score at index ${row}: found ${score}, allowed: strictly between 0 and 1, or set clipTo`);
    }
    const probability = clipTo === undefined ? score : Math.min(Math.max(score, clipTo), 1 - clipTo);
    if (probability !== score) clipped++;
    return Math.log(probability) - Math.log1p(-probability);
  });
  return { logits, clipped };
}
