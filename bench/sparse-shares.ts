// Shares near 0 or 1 pooled over hospitals: coverage of the 95 % interval. Where a hospital has fewer than five of either
// kind ("sparse"): the binomial-normal model, which a report takes there, against the normal model with half a person
// added to every cell. As reported: that, and elsewhere the normal model. By hand: node bench/sparse-shares.ts [repetitions (2000 unless told)].
import { type Random, random } from '#lib/simulate/random.ts';
import { binomialNormal } from '#lib/validation/binomial-normal.ts';
import { randomEffects } from '#lib/validation/random-effects.ts';

const repetitions = Number(process.argv[2] ?? 2000);
const HOSPITALS = [3, 5, 10, 20];
/** Mean logit and standard deviation between hospitals. */
const TRUTHS = [
  [3, 0],
  [3, 0.5],
  [2, 0.3],
  [2, 0.8],
] as const;

interface Counts {
  readonly successes: Float64Array;
  readonly totals: Float64Array;
}

console.log('| hospitals | mean share | tau | sparse | binomial-normal | half a person added | as reported |');
console.log('|---|---|---|---|---|---|---|');
for (const k of HOSPITALS) for (const [mean, tau] of TRUTHS) console.log(row(k, mean, tau));

function row(k: number, mean: number, tau: number): string {
  const draw = random(`sparse shares ${k} ${mean} ${tau}`);
  const covered = { sparse: 0, binomial: 0, corrected: 0, plain: 0 };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const counts = drawn(draw, k, mean, tau);
    if (!isSparse(counts)) {
      covered.plain += Number(holds(normalModel(counts, 0), mean));
      continue;
    }
    covered.sparse++;
    covered.binomial += Number(holds(binomialNormal(counts), mean));
    covered.corrected += Number(holds(normalModel(counts, 0.5), mean));
  }
  const percent = (part: number, of: number) => (of === 0 ? '' : `${((100 * part) / of).toFixed(1)} %`);
  const { sparse, binomial, corrected, plain } = covered;
  const share = (100 / (1 + Math.exp(-mean))).toFixed(0);
  return `| ${k} | ${share} % | ${tau} | ${sparse} | ${percent(binomial, sparse)} | ${percent(corrected, sparse)} | ${percent(binomial + plain, repetitions)} |`;
}

function drawn(draw: Random, k: number, mean: number, tau: number): Counts {
  const totals = Float64Array.from({ length: k }, () => draw.integer(15, 80));
  const successes = totals.map((total) => {
    const share = 1 / (1 + Math.exp(-draw.normal(mean, tau)));
    return Array.from({ length: total }, () => Number(draw.bernoulli(share))).reduce((a, b) => a + b, 0);
  });
  return { successes, totals };
}

function isSparse({ successes, totals }: Counts): boolean {
  return successes.some((count, place) => Math.min(count, totals[place] - count) < 5);
}

function holds(interval: { readonly lower: number; readonly upper: number } | undefined, truth: number): boolean {
  return interval !== undefined && interval.lower <= truth && truth <= interval.upper;
}

function normalModel({ successes, totals }: Counts, added: number) {
  const failures = totals.map((total, place) => total - successes[place] + added);
  return randomEffects({
    values: successes.map((count, place) => Math.log((count + added) / failures[place])),
    variances: successes.map((count, place) => 1 / (count + added) + 1 / failures[place]),
  });
}
