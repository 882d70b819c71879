export interface BeatAgreement {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

/**
 * Found beats against reference beats, both in order of time: each pair counts once and lies within the tolerance, 150 ms
 * in ANSI/AAMI EC57.
 */
export function beatAgreement(
  foundS: ArrayLike<number>,
  referenceS: ArrayLike<number>,
  toleranceS = 0.15,
): BeatAgreement {
  let truePositives = 0;
  let place = 0;
  for (let index = 0; index < referenceS.length; index++) {
    while (place < foundS.length && foundS[place] < referenceS[index] - toleranceS) place++;
    if (place < foundS.length && Math.abs(foundS[place] - referenceS[index]) <= toleranceS) {
      truePositives++;
      place++;
    }
  }
  return {
    truePositives,
    falsePositives: foundS.length - truePositives,
    falseNegatives: referenceS.length - truePositives,
  };
}
