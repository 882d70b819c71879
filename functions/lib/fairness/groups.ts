/** Age bands by their lower bounds in years: 40 and 50 stand for `<40`, `40-49`, `50+`. */
const DEFAULT_AGE_BOUNDS: readonly number[] = [40, 50, 60, 70];

/** The band of an age in years, `<40`, `40-49`, …, `70+` unless told; a missing age is a group of its own, `unknown`. */
export function ageBand(ageYears: number | null, bounds: readonly number[] = DEFAULT_AGE_BOUNDS): string {
  if (ageYears === null) return 'unknown';
  if (!(ageYears >= 0 && Number.isFinite(ageYears))) {
    throw new RangeError(`age: found ${ageYears} years, allowed: 0 or more, or null where it is missing`);
  }
  return ageBands(bounds)[bounds.filter((bound) => ageYears >= bound).length];
}

/** Names of all bands, youngest first, then `unknown`. */
export function ageBands(bounds: readonly number[] = DEFAULT_AGE_BOUNDS): string[] {
  if (
    bounds.length === 0 ||
    bounds.some((bound, index) => !Number.isInteger(bound) || bound <= (bounds[index - 1] ?? 0))
  ) {
    throw new RangeError(`age bounds: found ${bounds.join(', ') || 'none'}, allowed: ascending whole years above 0`);
  }
  const between = bounds.slice(0, -1).map((bound, index) => `${bound}-${bounds[index + 1] - 1}`);
  return [`<${bounds[0]}`, ...between, `${bounds[bounds.length - 1]}+`, 'unknown'];
}

export type SexGroup = 'female' | 'male' | 'unknown';

/** The group of a recorded sex; a missing one is a group of its own. */
export function sexGroup(sex: 'F' | 'M' | null): SexGroup {
  return sex === 'F' ? 'female' : sex === 'M' ? 'male' : 'unknown';
}
