import { binomialNormal, tauSquaredInterval } from './binomial-normal.ts';
import type { Shares } from './binomial-normal-likelihood.ts';
import { FEWEST_FUNNEL, type FunnelAsymmetry, funnelAsymmetry } from './funnel-asymmetry.ts';
import type { Effects, Range } from './heterogeneity.ts';
import { pooledInfluence } from './pooled-influence.ts';
import {
  fromScale,
  type LeftOneOut,
  type MeasureName,
  type PooledMeasure,
  type PooledSite,
  type PooledSites,
  type Scale,
  type Unpooled,
} from './pooled-measure.ts';
import { FEWEST_POOLED, randomEffects } from './random-effects.ts';
import type { Absent, SiteEffect, SiteShare, SiteSummary } from './site-summary.ts';

/** Fewer of either kind (effective rows) at any hospital: the logit is not near enough to normal. */
const SPARSE = 5;
/** More hospitals take turns in being left out of the normal model only. */
const MOST_LEFT_OUT_OF_BINOMIAL = 200;

/**
 * Pools what hospitals wrote about themselves. A share is pooled by its logit (random effects, REML, Hartung and Knapp);
 * where any hospital has fewer than five of either kind, by the binomial-normal model, which needs no correction of zeros.
 */
export function poolSummaries(summaries: readonly SiteSummary[]): PooledMeasure[] {
  const names = [...new Set(summaries.flatMap(({ thresholds }) => thresholds.map(({ name }) => name)))];
  const effects = ofSummaries<SiteEffect>(summaries);
  const shares = ofSummaries<SiteShare>(summaries);
  const shareAt = (measure: 'sensitivity' | 'specificity', name: string): PooledMeasure => ({
    ...{ measure, threshold: name },
    ...poolShares(
      shares(
        ({ thresholds }) =>
          thresholds.find((threshold) => threshold.name === name)?.[measure] ?? {
            absent: 'the threshold is not reported',
          },
      ),
    ),
  });
  const effectOf = (
    measure: MeasureName,
    scale: Scale,
    pick: (summary: SiteSummary) => SiteEffect | Absent,
  ): PooledMeasure => ({ measure, threshold: null, ...poolEffects(effects(pick), scale) });
  return [
    effectOf('auroc', 'logit', ({ auroc }) => auroc),
    ...names.flatMap((name) => [shareAt('sensitivity', name), shareAt('specificity', name)]),
    effectOf('observed-expected', 'log', ({ observedExpected }) => observedExpected),
    effectOf('calibration-slope', 'identity', ({ calibrationSlope }) => calibrationSlope),
  ];
}

interface Own<Figure> {
  readonly site: string;
  readonly figure: Figure;
}

/** What a hospital gives of one figure, or why nothing. */
export type SiteFigure<Figure> = Own<Figure | Absent>;

function divided<Figure extends object>(given: readonly SiteFigure<Figure>[]) {
  const present: Own<Figure>[] = [];
  const leftOut: { site: string; why: string }[] = [];
  for (const { site, figure } of given) {
    if ('absent' in figure) leftOut.push({ site, why: figure.absent });
    else present.push({ site, figure });
  }
  return { present, leftOut };
}

const ofSummaries =
  <Figure>(summaries: readonly SiteSummary[]) =>
  (pick: (summary: SiteSummary) => Figure | Absent): SiteFigure<Figure>[] =>
    summaries.map((summary) => ({ site: summary.site, figure: pick(summary) }));

const tooFew = (k: number): Unpooled => ({
  cannotTell: `${k === 0 ? 'no hospital gives' : k === 1 ? 'one hospital gives' : 'two hospitals give'} the figure, and fewer than ${FEWEST_POOLED} cannot show how much hospitals differ`,
});

/** Figures with a sampling variance, in the normal model. */
export function poolEffects(given: readonly SiteFigure<SiteEffect>[], scale: Scale): PooledSites {
  const { present, leftOut } = divided(given);
  return { scale, leftOut, ...normalModel(present, scale) };
}

/** Shares by their counts, on the logit scale. More hospitals than `mostLeftOut` take turns in being left out of the normal model only. */
export function poolShares(
  given: readonly SiteFigure<SiteShare>[],
  mostLeftOut = MOST_LEFT_OUT_OF_BINOMIAL,
): PooledSites {
  const { present, leftOut } = divided(given);
  const isSparse = present.some(({ figure }) => Math.min(...countsOf(figure)) < SPARSE);
  const answer = isSparse ? binomialModel(present, mostLeftOut) : normalModel(present.map(logitOf), 'logit');
  return { scale: 'logit', leftOut, ...answer };
}

/** Effective successes and failures. */
const countsOf = ({ estimate, effectiveRows }: SiteShare): [number, number] => [
  estimate * effectiveRows,
  (1 - estimate) * effectiveRows,
];

function logitOf({ site, figure }: Own<SiteShare>): Own<SiteEffect> {
  const [successes, failures] = countsOf(figure);
  const value = Math.log(successes / failures);
  return { site, figure: { ...figure, value, variance: 1 / successes + 1 / failures, corrected: false } };
}

type Answer = Pick<PooledSites, 'sites' | 'pooled' | 'asymmetry'>;

function normalModel(present: readonly Own<SiteEffect>[], scale: Scale): Answer {
  const k = present.length;
  const effects: Effects = {
    values: Float64Array.from(present, ({ figure }) => figure.value),
    variances: Float64Array.from(present, ({ figure }) => figure.variance),
  };
  const pooled = k < FEWEST_POOLED ? undefined : randomEffects(effects);
  const influence = k > FEWEST_POOLED ? pooledInfluence(effects) : [];
  const own = (value: number) => fromScale(scale, value);
  const range = <Of extends Range>(of: Of) => ({ ...of, lower: own(of.lower), upper: own(of.upper) });
  const sites = present.map(({ site, figure }, place): PooledSite => {
    const { estimate, lower, upper, n, corrected, variance } = figure;
    const without = influence[place];
    return {
      ...{ site, estimate, lower, upper, n, corrected, standardError: Math.sqrt(variance) },
      weight: pooled?.weights[place] ?? null,
      without: without === undefined ? null : { ...range(without), estimate: own(without.estimate) },
    };
  });
  const asymmetry = k < FEWEST_FUNNEL ? tooFewForFunnel(k) : asymmetryOf(effects, sites);
  if (pooled === undefined) return { sites, pooled: tooFew(k), asymmetry };
  const { estimate, heterogeneity, prediction, level, degreesOfFreedom } = pooled;
  return {
    sites,
    asymmetry,
    pooled: {
      ...range({ lower: pooled.lower, upper: pooled.upper }),
      ...{ estimate: own(estimate), level, k, degreesOfFreedom, model: 'normal', ...heterogeneity },
      prediction: prediction && range(prediction),
    },
  };
}

const tooFewForFunnel = (k: number): Unpooled => ({
  cannotTell: `asymmetry is judged from ${FEWEST_FUNNEL} hospitals on; found ${k}`,
});

function asymmetryOf(effects: Effects, sites: readonly PooledSite[]): FunnelAsymmetry | Unpooled {
  const sizes = sites.map(({ n }) => n);
  return new Set(sizes).size === 1 ? { cannotTell: 'all hospitals are of one size' } : funnelAsymmetry(effects, sizes);
}

function binomialModel(present: readonly Own<SiteShare>[], mostLeftOut: number): Answer {
  const k = present.length;
  const counts = present.map(({ figure }) => countsOf(figure));
  const shares: Shares = {
    successes: Float64Array.from(counts, ([successes]) => successes),
    totals: Float64Array.from(counts, ([successes, failures]) => successes + failures),
  };
  const fit = k < FEWEST_POOLED ? undefined : binomialNormal(shares);
  const own = (value: number) => fromScale('logit', value);
  const leavesOut = fit !== undefined && k > FEWEST_POOLED && k <= mostLeftOut;
  const sites = present.map(({ site, figure }, place): PooledSite => {
    const { estimate, lower, upper, n } = figure;
    const [successes, failures] = counts[place];
    const standardError = Math.sqrt(1 / Math.max(successes, 0.5) + 1 / Math.max(failures, 0.5));
    const without = leavesOut ? withoutPlace(shares, place, Math.sqrt(fit.tauSquared)) : null;
    return { site, estimate, lower, upper, n, standardError, corrected: false, weight: null, without };
  });
  const asymmetry = { cannotTell: 'counts are too sparse for the test of asymmetry' };
  if (fit === undefined) return { sites, pooled: k < FEWEST_POOLED ? tooFew(k) : ALL_ALIKE, asymmetry };
  const { level, degreesOfFreedom, tauSquared, prediction } = fit;
  return {
    sites,
    asymmetry,
    pooled: {
      ...{ estimate: own(fit.estimate), lower: own(fit.lower), upper: own(fit.upper), level, k, degreesOfFreedom },
      model: 'binomial-normal',
      tauSquared: { estimate: tauSquared, ...tauSquaredInterval(shares, fit) },
      iSquared: null,
      q: null,
      prediction: prediction && { ...prediction, lower: own(prediction.lower), upper: own(prediction.upper) },
    },
  };
}

const ALL_ALIKE: Unpooled = {
  cannotTell: 'the share is 0 % at every hospital, or 100 % at every one: its logit has no finite mean',
};

function withoutPlace({ successes, totals }: Shares, place: number, startTau: number): LeftOneOut | null {
  const others = (_: number, index: number) => index !== place;
  const fit = binomialNormal({ successes: successes.filter(others), totals: totals.filter(others) }, { startTau });
  if (fit === undefined) return null;
  return {
    estimate: fromScale('logit', fit.estimate),
    lower: fromScale('logit', fit.lower),
    upper: fromScale('logit', fit.upper),
    tauSquared: fit.tauSquared,
    ...{ studentizedResidual: null, dffits: null, cooksDistance: null, influential: null },
  };
}
