import { countClusters } from './cluster-totals.ts';
import { counted, fewerThan } from './counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { influenceVariance, logitInterval } from './influence-variance.ts';

/** A score and an outcome with ordered categories, numbered from 0. */
export interface OrdinalPredictions {
  readonly scores: Float64Array;
  readonly categories: Uint8Array;
  readonly clusters?: Int32Array;
}

/**
 * Concordance (c-index) of a score with an ordinal outcome: of all pairs of rows with different outcomes, the share in which the higher
 * outcome has the higher score, equal scores half (Harrell, doi 10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4). With
 * two categories it is the AUROC. Fewer rows than the minimum, or people where they have several, are refused. Infinitesimal jackknife variance, as `concordance` of R's survival; logit interval.
 */
export function concordance(
  { scores, categories, clusters }: OrdinalPredictions,
  options: { readonly level?: number; readonly minimumRows?: number; readonly fewestApart?: number } = {},
): Estimate | CannotTell {
  const level = checkedLevel(options.level);
  const n = scores.length;
  if (categories.length !== n) {
    throw new RangeError(`categories: found ${categories.length} for ${n} scores, allowed: one for each score`);
  }
  const wrong = scores.findIndex((score) => !Number.isFinite(score));
  if (wrong >= 0) throw new RangeError(`score at index ${wrong}: found ${scores[wrong]}, allowed: a finite number`);
  const { estimate, influence, comparable } = concordanceInfluence({ scores, categories });
  const counts = { n, events: n - categories.filter((category) => category === 0).length };
  const [subjects, minimum] = [clusters === undefined ? n : countClusters(clusters), options.minimumRows ?? 10];
  if (subjects < minimum)
    return { cannotTell: `${counted(subjects, clusters)} ${fewerThan(subjects, minimum)}`, ...counts };
  if (comparable === 0) return { cannotTell: 'all studies have the same outcome', ...counts };
  const fewest = options.fewestApart ?? FEWEST_APART;
  if (apart(categories, clusters) < fewest) {
    const whose = clusters === undefined ? 'studies' : 'people';
    return { cannotTell: `fewer than ${fewest} ${whose} have another outcome than the most common one`, ...counts };
  }
  const { variance, multiplier, ...clustered } = influenceVariance(influence, clusters, level);
  if (!(variance > 0) || estimate <= 0 || estimate >= 1) {
    return { cannotTell: 'all pairs are ordered alike, so that there is no variance to estimate', ...counts };
  }
  return {
    estimate,
    ...logitInterval(estimate, variance, multiplier),
    level,
    method: 'concordance of score and ordinal outcome, infinitesimal jackknife variance, logit interval',
    ...counts,
    ...clustered,
  };
}

/** Fewer people apart from the most common outcome give intervals that cover 84 to 95 %, most often lying too high. */
const FEWEST_APART = 20;

/** Rows, or people where they have several, with another outcome than the most common one. */
function apart(categories: Uint8Array, clusters: Int32Array | undefined): number {
  const rows = new Map<number, number>();
  for (const category of categories) rows.set(category, (rows.get(category) ?? 0) + 1);
  const [[common]] = [...rows].sort(([, a], [, b]) => b - a);
  const isApart = (row: number): boolean => categories[row] !== common;
  return clusters === undefined
    ? categories.reduce((count, _, row) => count + Number(isApart(row)), 0)
    : countClusters(clusters.filter((_, row) => isApart(row)));
}

/** The concordance, what each row adds to it (summing to 0), and how many pairs of rows can be compared, each counted twice. */
export function concordanceInfluence({ scores, categories }: OrdinalPredictions) {
  const { wins, pairs } = pairsOfRows(scores, categories);
  const comparable = pairs.reduce((total, count) => total + count, 0);
  const estimate = wins.reduce((total, count) => total + count, 0) / comparable;
  const influence = wins.map((count, row) => (2 * (count - estimate * pairs[row])) / comparable);
  return { estimate, influence, comparable };
}

/** Of each row the pairs with other outcomes, and how many of them are ordered as they should be. One pass per pair of categories. */
function pairsOfRows(scores: Float64Array, categories: Uint8Array): { wins: Float64Array; pairs: Float64Array } {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
  const wins = new Float64Array(scores.length);
  const pairs = new Float64Array(scores.length);
  const size = 1 + categories.reduce((most, category) => Math.max(most, category), 0);
  const totals = new Float64Array(size);
  for (const category of categories) totals[category]++;
  const below = new Float64Array(size);
  for (let start = 0; start < order.length; ) {
    let end = start;
    const equal = new Float64Array(size);
    while (end < order.length && scores[order[end]] === scores[order[start]]) equal[categories[order[end++]]]++;
    for (let place = start; place < end; place++) {
      const row = order[place];
      for (let other = 0; other < size; other++) {
        if (other === categories[row]) continue;
        const half = equal[other] / 2;
        pairs[row] += totals[other];
        wins[row] += half + (other < categories[row] ? below[other] : totals[other] - below[other] - equal[other]);
      }
    }
    for (let category = 0; category < size; category++) below[category] += equal[category];
    start = end;
  }
  return { wins, pairs };
}
