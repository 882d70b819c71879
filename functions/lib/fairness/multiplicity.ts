/**
 * p-values corrected by Holm's step-down procedure (Scandinavian Journal of Statistics 1979; 6: 65-70): the chance of any
 * false claim among them stays at the level, however they depend on each other.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = ascending(pValues);
  const adjusted = new Array<number>(pValues.length);
  let highest = 0;
  order.forEach((place, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * pValues[place]));
    adjusted[place] = highest;
  });
  return adjusted;
}

/**
 * p-values corrected by Benjamini and Hochberg's procedure (doi 10.1111/j.2517-6161.1995.tb02031.x): the expected share of
 * false ones among those below the level stays at the level, where tests are independent or positively dependent.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = ascending(pValues);
  const adjusted = new Array<number>(pValues.length);
  let lowest = 1;
  for (let rank = order.length; rank > 0; rank--) {
    const place = order[rank - 1];
    lowest = Math.min(lowest, (pValues.length / rank) * pValues[place]);
    adjusted[place] = lowest;
  }
  return adjusted;
}

/** Places of the p-values, smallest first. */
function ascending(pValues: readonly number[]): number[] {
  const wrong = pValues.find((p) => !(p >= 0 && p <= 1));
  if (wrong !== undefined) throw new RangeError(`p-value: found ${wrong}, allowed: 0 to 1`);
  return pValues.map((_, place) => place).sort((a, b) => pValues[a] - pValues[b]);
}
