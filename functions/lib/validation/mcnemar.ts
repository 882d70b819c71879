import { incompleteBeta } from './beta.ts';
import { clusterTotals } from './cluster-totals.ts';
import { counted, fewerThan } from './counted.ts';
import { type CannotTell, checkedLevel, type Estimate } from './estimate.ts';
import { normalMultiplier } from './normal.ts';
import { studentTMultiplier } from './student-t.ts';
import { sum } from './sum.ts';

/** Which of two answers to the same studies were right (1), row by row. */
export interface PairedAnswers {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  readonly clusters?: Int32Array;
}

/** Share right of the first minus share right of the second. */
export interface PairedDifference extends Estimate {
  /** Rows in which only the first, and only the second, was right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Two-sided: McNemar's mid-p; with clusters that of Obuchowski's test. */
  readonly pValue: number;
  /** McNemar's exact p; absent with clusters. */
  readonly exactPValue?: number;
}

export interface PairedOptions {
  /** @default 0.95 */
  readonly level?: number;
  /** Fewest rows (subjects where clusters are given) that get an answer. @default 10 */
  readonly minimumRows?: number;
}

/**
 * Difference of two shares seen in the same rows. Independent rows: McNemar's test as mid-p (Fagerland et al., doi
 * 10.1186/1471-2288-13-91: the exact p is needlessly large), Tango's score interval (doi
 * 10.1002/(SICI)1097-0258(19980430)17:8<891::AID-SIM780>3.0.CO;2-B). Clusters: Obuchowski's variance (doi
 * 10.1002/(SICI)1097-0258(19980715)17:13<1495::AID-SIM863>3.0.CO;2-I) with Student's t.
 */
export function pairedDifference(answers: PairedAnswers, options: PairedOptions = {}): PairedDifference | CannotTell {
  checkAnswers(answers);
  const level = checkedLevel(options.level);
  const { first, second, clusters } = answers;
  const n = first.length;
  const differences = Float64Array.from(first, (right, row) => right - second[row]);
  const onlyFirst = differences.filter((value) => value === 1).length;
  const onlySecond = differences.filter((value) => value === -1).length;
  const counts = { n, events: onlyFirst + onlySecond };
  const totals = clusters && clusterTotals(clusters, [differences, new Uint8Array(n).fill(1)]);
  const subjects = totals?.[0].length ?? n;
  const minimum = options.minimumRows ?? 10;
  if (subjects < Math.max(1, minimum))
    return {
      cannotTell: `${counted(subjects, clusters)} ${fewerThan(subjects, minimum)}`,
      ...counts,
    };
  const estimate = (onlyFirst - onlySecond) / n;
  const shared = { estimate, level, ...counts, onlyFirst, onlySecond };
  if (totals !== undefined && subjects < n) {
    const clustered = clusteredDifference(totals, estimate, n, level);
    if (clustered === undefined) return { cannotTell: 'the two answers differ alike in every person', ...counts };
    return { ...shared, ...clustered, clusters: subjects };
  }
  return {
    ...shared,
    ...tangoInterval(onlyFirst, onlySecond, n, level),
    method: 'difference of paired shares, Tango score interval, McNemar mid-p',
    ...mcnemar(onlyFirst, onlySecond),
    ...(totals !== undefined && { clusters: subjects }),
  };
}

/** McNemar's test from the two discordant counts (doi 10.1007/BF02295996): two-sided mid-p and exact p. */
export function mcnemar(onlyFirst: number, onlySecond: number): { pValue: number; exactPValue: number } {
  const discordant = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  if (discordant === 0) return { pValue: 1, exactPValue: 1 };
  const tail = fewer === discordant ? 1 : incompleteBeta(0.5, discordant - fewer, fewer + 1);
  const below = fewer === 0 ? 0 : incompleteBeta(0.5, discordant - fewer + 1, fewer);
  return { pValue: Math.min(1, tail + below), exactPValue: Math.min(1, 2 * tail) };
}

/** The differences δ that the score test does not reject; the nuisance share at each δ has a closed form. */
export function tangoInterval(
  onlyFirst: number,
  onlySecond: number,
  n: number,
  level: number,
): { lower: number; upper: number } {
  const z = normalMultiplier(level);
  const score = (delta: number): number => {
    const w = -onlyFirst - onlySecond + (2 * n - onlyFirst + onlySecond) * delta;
    const u = -onlySecond * delta * (1 - delta);
    const nuisance = (Math.sqrt(Math.max(0, w * w - 8 * n * u)) - w) / (4 * n);
    const variance = n * (2 * nuisance + delta * (1 - delta));
    const distance = onlyFirst - onlySecond - n * delta;
    return variance > 0 ? distance / Math.sqrt(variance) : Math.sign(distance) * Number.POSITIVE_INFINITY;
  };
  const estimate = (onlyFirst - onlySecond) / n;
  return {
    lower: estimate === -1 ? -1 : bisect((delta) => score(delta) - z, -1, estimate),
    upper: estimate === 1 ? 1 : bisect((delta) => score(delta) + z, estimate, 1),
  };
}

/** Root of a function that falls from `low` to `high`. */
function bisect(f: (at: number) => number, low: number, high: number): number {
  let [from, to] = [low, high];
  for (let step = 0; step < 200 && to - from > 1e-15; step++) {
    const middle = (from + to) / 2;
    if (f(middle) > 0) from = middle;
    else to = middle;
  }
  return (from + to) / 2;
}

function clusteredDifference([totals, sizes]: Float64Array[], estimate: number, n: number, level: number) {
  const count = totals.length;
  const squares = sum(totals.map((total, place) => (total - estimate * sizes[place]) ** 2));
  const variance = (count / (count - 1)) * (squares / n ** 2);
  if (!(variance > 0)) return undefined;
  const error = Math.sqrt(variance);
  const half = studentTMultiplier(level, count - 1) * error;
  const t2 = (estimate / error) ** 2;
  return {
    lower: Math.max(-1, estimate - half),
    upper: Math.min(1, estimate + half),
    method: "difference of paired shares, Obuchowski clustered variance, Student's t",
    pValue: incompleteBeta((count - 1) / (count - 1 + t2), (count - 1) / 2, 0.5),
  };
}

function checkAnswers({ first, second, clusters }: PairedAnswers): void {
  for (const [name, values] of Object.entries({ second, clusters })) {
    if (values !== undefined && values.length !== first.length) {
      throw new RangeError(`${name}: found ${values.length} for ${first.length} answers, allowed: one for each answer`);
    }
  }
  for (const [name, values] of Object.entries({ first, second })) {
    const wrong = values.findIndex((value) => value > 1);
    if (wrong >= 0) throw new RangeError(`${name} at index ${wrong}: found ${values[wrong]}, allowed: 0 or 1`);
  }
}
