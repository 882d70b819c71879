import { cumulativeCounts, rankRows } from '#lib/validation/ranked-rows.ts';

/** How many yes-or-no answers the best single threshold on the scores still gets wrong. */
export function fewestDiffering(answers: Uint8Array, scores: Float64Array): number {
  const curve = cumulativeCounts(rankRows({ scores, labels: answers }), answers);
  const yes = answers.reduce((total, answer) => total + answer, 0);
  return curve.truePositives.reduce(
    (fewest, found, group) => Math.min(fewest, yes - found + curve.falsePositives[group]),
    yes,
  );
}
