import { clopperPearson } from './clopper-pearson.ts';
import { countClusters } from './cluster-totals.ts';
import { counted, fewerThan } from './counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { fisherInterval, influenceVariance } from './influence-variance.ts';

/** Two ratings of the same studies, categories numbered from 0 in their order. */
export interface Ratings {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  readonly categories: number;
  readonly clusters?: Int32Array;
}

export type KappaWeights = 'unweighted' | 'linear' | 'quadratic';

export interface KappaOptions {
  /** @default unweighted */
  readonly weights?: KappaWeights;
  /** @default 0.95 */
  readonly level?: number;
  /** Fewest rows (subjects where clusters are given) that get an answer. @default 10 */
  readonly minimumRows?: number;
}

export interface KappaEstimate extends Estimate {
  /** Agreement seen and agreement that two independent raters with these habits would have by chance, both weighted. */
  readonly observed: number;
  readonly expected: number;
  readonly standardError?: number;
}

/** Shares of the table of two ratings: [first * categories + second]. */
interface RatingTable {
  readonly shares: Float64Array;
  readonly ofFirst: Float64Array;
  readonly ofSecond: Float64Array;
  readonly categories: number;
}

/**
 * Cohen's kappa, unweighted (doi 10.1177/001316446002000104) or weighted (doi 10.1037/h0026256) with linear weights 1 − |i − j| / (k − 1)
 * or quadratic ones. Variance of Fleiss, Cohen and Everitt (doi 10.1037/h0028106), summed by subject where clusters are given.
 *
 * Interval on Fisher's z scale: the usual symmetric one covers 87 to 93 % with kappas near 1 (`bench/coverage`). Where the two never
 * differ, the exact bound of the share of differences, with chance agreement as seen.
 */
export function kappa(ratings: Ratings, options: KappaOptions = {}): KappaEstimate | CannotTell {
  checkRatings(ratings);
  const level = checkedLevel(options.level);
  const { first, clusters } = ratings;
  const n = first.length;
  const agree = first.reduce((total, rating, row) => total + Number(rating === ratings.second[row]), 0);
  const counts = { n, events: agree };
  const subjects = clusters === undefined ? n : countClusters(clusters);
  const minimum = options.minimumRows ?? 10;
  if (subjects < Math.max(2, minimum))
    return {
      cannotTell: `${counted(subjects, clusters)} ${fewerThan(subjects, minimum)}`,
      ...counts,
    };
  const table = ratingTable(ratings);
  const weights = options.weights ?? 'unweighted';
  const agreement = agreementOf(table, weights);
  if (Math.max(...table.ofFirst) === 1 || Math.max(...table.ofSecond) === 1) {
    return {
      cannotTell: 'a rater used a single category: kappa is 0 or not defined, however often the two agree',
      ...counts,
    };
  }
  const { estimate } = agreement;
  const shared = { ...agreement, level, ...counts };
  const name = weights === 'unweighted' ? "Cohen's kappa" : `Cohen's kappa, ${weights} weights`;
  if (agree === n) {
    const { upper } = clopperPearson(0, subjects, level);
    const method = `${name}, exact Clopper-Pearson bound of the share of differences`;
    return { ...shared, lower: 1 - upper / (1 - agreement.expected), upper: 1, method };
  }
  const added = contributions(ratings, table, weights, agreement);
  const { variance, multiplier, ...clustered } = influenceVariance(added, clusters, level);
  if (!(variance > 0) || Math.abs(estimate) >= 1) {
    return { cannotTell: 'the ratings vary too little to estimate a variance', ...counts };
  }
  const method = `${name}, Fleiss-Cohen-Everitt variance${clusters === undefined ? '' : ' by person'}, interval on Fisher's z scale`;
  return {
    ...shared,
    ...clustered,
    ...fisherInterval(estimate, variance, multiplier),
    method,
    standardError: Math.sqrt(variance),
  };
}

/** How much a pair of ratings agrees: 1 for the same category, 0 for the farthest. */
function weightOf(weights: KappaWeights, a: number, b: number, categories: number): number {
  if (a === b) return 1;
  if (weights === 'unweighted') return 0;
  const distance = Math.abs(a - b) / (categories - 1);
  return weights === 'linear' ? 1 - distance : 1 - distance * distance;
}

function ratingTable({ first, second, categories }: Ratings): RatingTable {
  const shares = new Float64Array(categories * categories);
  const ofFirst = new Float64Array(categories);
  const ofSecond = new Float64Array(categories);
  for (let row = 0; row < first.length; row++) {
    shares[first[row] * categories + second[row]]++;
    ofFirst[first[row]]++;
    ofSecond[second[row]]++;
  }
  const share = (count: number): number => count / first.length;
  return { shares: shares.map(share), ofFirst: ofFirst.map(share), ofSecond: ofSecond.map(share), categories };
}

function agreementOf({ shares, ofFirst, ofSecond, categories }: RatingTable, weights: KappaWeights) {
  let [observed, expected] = [0, 0];
  for (let cell = 0; cell < shares.length; cell++) {
    const [a, b] = [Math.floor(cell / categories), cell % categories];
    const weight = weightOf(weights, a, b, categories);
    observed += weight * shares[cell];
    expected += weight * ofFirst[a] * ofSecond[b];
  }
  return { estimate: (observed - expected) / (1 - expected), observed, expected };
}

/** What each row adds to kappa: the influence of its cell, by n. */
function contributions(
  { first, second }: Ratings,
  { ofFirst, ofSecond, categories }: RatingTable,
  weights: KappaWeights,
  { estimate, observed, expected }: { estimate: number; observed: number; expected: number },
): Float64Array {
  const meanWeight = (shares: Float64Array, rating: number): number =>
    shares.reduce((total, share, other) => total + share * weightOf(weights, rating, other, categories), 0);
  const firstMeans = Float64Array.from(ofFirst, (_, a) => meanWeight(ofSecond, a));
  const secondMeans = Float64Array.from(ofSecond, (_, b) => meanWeight(ofFirst, b));
  return Float64Array.from(first, (a, row) => {
    const b = second[row];
    const seen = weightOf(weights, a, b, categories) - observed;
    const byChance = firstMeans[a] + secondMeans[b] - 2 * expected;
    return (seen - byChance * (1 - estimate)) / ((1 - expected) * first.length);
  });
}

function checkRatings({ first, second, categories, clusters }: Ratings): void {
  if (!(Number.isInteger(categories) && categories >= 2 && categories <= 256)) {
    throw new RangeError(`categories: found ${categories}, allowed: 2 to 256`);
  }
  for (const [name, values] of Object.entries({ second, clusters })) {
    if (values !== undefined && values.length !== first.length) {
      throw new RangeError(`${name}: found ${values.length} for ${first.length} ratings, allowed: one for each rating`);
    }
  }
  for (const [name, values] of Object.entries({ first, second })) {
    const wrong = values.findIndex((value) => value >= categories);
    if (wrong >= 0) {
      throw new RangeError(
        `${name} at index ${wrong}: found category ${values[wrong]}, allowed: 0 to ${categories - 1}`,
      );
    }
  }
}
