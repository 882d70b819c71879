// Hospitals pooled, and groups held against each other: the same for every kind that says what its figures are.
import { type EvaluatedStudies, NOT_GIVEN, SITE } from '#lib/cohort/evaluation/evaluated-studies.ts';
import { peopleInSeveral } from '#lib/fairness/compare-column.ts';
import { FEWEST_PEOPLE } from '#lib/fairness/group-figures.ts';
import { ALPHA, judgedTogether } from '#lib/fairness/judge.ts';
import { type GapScale, type SampledFigure, type SampledGap, sampledGap } from '#lib/fairness/sampled-gap.ts';
import { type SampledShare, shareGap } from '#lib/fairness/share-gap.ts';
import { clusteredCounts, clusteredProportion } from '#lib/validation/clustered-proportion.ts';
import { type CannotTell, type Estimate, isCannotTell } from '#lib/validation/estimate.ts';
import type { GroupColumn } from '#lib/validation/grouped/table.ts';
import { errorOfInfluence } from '#lib/validation/influence-variance.ts';
import { poolEffects, poolShares, type SiteFigure } from '#lib/validation/pool-summaries.ts';
import { type PooledSites, type Scale, toScale } from '#lib/validation/pooled-measure.ts';
import { type Absent, type SiteEffect, type SiteShare, shareEffect } from '#lib/validation/site-summary.ts';
import type {
  BetweenHospitals,
  ComparedResults,
  GroupComparison,
  GroupGap,
  PooledEvaluation,
} from './compared-record.ts';

/** A figure by which hospitals are pooled, groups compared, or both. */
export interface FigureRule {
  readonly id: string;
  readonly name: string;
  /** Scale on which hospitals can be averaged; null where they are not. */
  readonly pooledOn: Scale | null;
  /** How groups are held against each other; null where they are not. */
  readonly gap: GapScale | 'share' | null;
  readonly ideal: number | null;
  readonly acceptableGap?: number | undefined;
}

/** What a group gives of one figure: shares by their rows, figures with what each row adds or with their standard error alone. */
export type GroupSample =
  | ({ readonly kind: 'figure' } & SampledFigure)
  | { readonly kind: 'error'; readonly figure: SampledFigure['figure']; readonly standardError: number }
  | ({ readonly kind: 'share' } & SampledShare);

/** What a sample is for: a mean over many hospitals forgives what a single gap does not. */
export type SampleUse = 'pooling' | 'gap';

export interface ComparedStudies {
  readonly studies: EvaluatedStudies;
  readonly rules: readonly FigureRule[];
  /** In the order of the rules. */
  readonly samplesOf: (places: Uint32Array, use: SampleUse) => readonly GroupSample[];
}

/** The figures of hospitals together, and of groups against each other. */
export function comparedStudies(of: ComparedStudies): ComparedResults {
  const sites = of.studies.columns.find(({ name }) => name === SITE);
  const hospitals = sites?.values.filter((site) => site !== NOT_GIVEN).length ?? 0;
  const columns = of.studies.columns.filter(({ name, values }) => name !== SITE && values.length > 1);
  return {
    between: sites === undefined || hospitals < 2 ? null : betweenHospitals(of, sites),
    comparison: columns.length === 0 ? null : comparisonOf(of, columns),
  };
}

const placesOf = ({ codes }: GroupColumn, value: number): Uint32Array =>
  Uint32Array.from(Array.from(codes.keys()).filter((place) => codes[place] === value));

function betweenHospitals({ rules, samplesOf }: ComparedStudies, sites: GroupColumn): BetweenHospitals {
  const samples = sites.values.flatMap((site, value) =>
    site === NOT_GIVEN ? [] : [{ site, of: samplesOf(placesOf(sites, value), 'pooling') }],
  );
  return {
    measures: rules.flatMap((rule, k) =>
      rule.pooledOn === null
        ? []
        : [
            pooledMeasure(
              rule,
              samples.map(({ site, of }) => ({ site, figure: siteFigure(of[k], rule) })),
            ),
          ],
    ),
  };
}

/** What the hospitals give together: computed from their figures alone, and so again from those that may leave. */
export function pooledMeasure(
  { id, name, pooledOn, ideal }: FigureRule,
  figures: PooledEvaluation['figures'],
): PooledEvaluation {
  const isShare = figures.some(({ figure }) => 'effectiveRows' in figure);
  const scale = pooledOn ?? 'identity';
  const { sites, pooled }: PooledSites = isShare
    ? poolShares(figures as SiteFigure<SiteShare>[], MOST_LEFT_OUT)
    : poolEffects(figures as SiteFigure<SiteEffect>[], scale);
  return {
    ...{ id, name, scale, ideal, figures, sites },
    pooled: 'cannotTell' in pooled ? { notPooled: pooled.cannotTell } : pooled,
  };
}

/** Sparse shares of more hospitals are not pooled again without each: there are two shares for every grade. */
const MOST_LEFT_OUT = 30;

function siteFigure(sample: GroupSample, { pooledOn }: FigureRule): SiteEffect | SiteShare | Absent {
  if (sample.kind === 'share') {
    const { outcomes, clusters } = sample;
    return shareEffect(figureOf(sample), clusters && (() => clusteredCounts(outcomes, clusters)));
  }
  const { figure } = sample;
  if (isCannotTell(figure)) return { absent: figure.cannotTell };
  const { standardError } = sample.kind === 'error' ? sample : errorOfInfluence(sample.influence, sample.clusters);
  const placed = onScale(figure.estimate, standardError, pooledOn ?? 'identity');
  if (placed === undefined) return { absent: 'the figure stands at the end of its scale, or does not vary' };
  const { estimate, lower, upper, n } = figure;
  return { estimate, lower, upper, ...placed, n, corrected: false };
}

/** The figure and its variance on the pooling scale (delta method). */
function onScale(estimate: number, error: number, scale: Scale): { value: number; variance: number } | undefined {
  const slope = scale === 'identity' ? 1 : scale === 'log' ? 1 / estimate : 1 / (estimate * (1 - estimate));
  const value = toScale(scale, estimate);
  const variance = (error * slope) ** 2;
  return Number.isFinite(value) && variance > 0 && Number.isFinite(variance) ? { value, variance } : undefined;
}

type Tested = Omit<GroupGap, 'holm' | 'equivalenceHolm' | 'detectable' | 'verdict' | 'pValue' | 'equivalencePValue'> & {
  readonly test: SampledGap;
  readonly hasMargin: boolean;
};

function comparisonOf(
  { studies, rules, samplesOf }: ComparedStudies,
  columns: readonly GroupColumn[],
): GroupComparison {
  const compared = rules.flatMap((rule, k) => (rule.gap === null ? [] : [{ rule, k, gap: rule.gap }]));
  const tested: Tested[] = [];
  const told = columns.map((column) => {
    const groups = column.values.map((group, value) => ({ group, places: placesOf(column, value) }));
    const reference = largestOf(groups);
    const samples = new Map(groups.map(({ group, places }) => [group, samplesOf(places, 'gap')]));
    const ofReference = samples.get(reference) ?? [];
    for (const { group } of groups.filter((other) => other.group !== reference)) {
      const own = samples.get(group) ?? [];
      for (const { rule, k, gap } of compared) {
        tested.push({
          ...{ column: column.name, group, reference, figure: rule.id },
          ...{ groupFigure: figureOf(own[k]), referenceFigure: figureOf(ofReference[k]) },
          ...gapOf(own[k], ofReference[k], gap, rule.acceptableGap ?? null),
        });
      }
    }
    return { column: column.name, reference, peopleInSeveral: peopleInSeveral(column.codes, studies.clusters) };
  });
  return {
    figures: compared.map(({ rule: { id, name, acceptableGap }, gap }) => ({
      ...{ id, name, scale: gap, acceptableGap: acceptableGap ?? null },
    })),
    columns: told,
    gaps: judged(tested),
  };
}

/** The group with most studies among those that are given, of equal ones the first. */
function largestOf(groups: readonly { readonly group: string; readonly places: Uint32Array }[]): string {
  const given = groups.filter(({ group }) => group !== NOT_GIVEN);
  return given.reduce((most, other) => (other.places.length > most.places.length ? other : most)).group;
}

function figureOf(sample: GroupSample): Estimate | CannotTell {
  return sample.kind === 'share'
    ? clusteredProportion(sample.outcomes, sample.clusters, { minimumRows: FEWEST_PEOPLE })
    : sample.figure;
}

function gapOf(one: GroupSample, two: GroupSample, scale: GapScale | 'share', margin: number | null) {
  const test =
    one.kind === 'share' && two.kind === 'share'
      ? shareGap(one, two, margin)
      : one.kind === 'figure' && two.kind === 'figure' && scale !== 'share'
        ? sampledGap(one, two, scale, margin)
        : undefined;
  if (test === undefined) throw new Error(`evaluation: groups cannot be compared by a figure of kind ${one.kind}`);
  return { gap: test.gap, test, hasMargin: margin !== null };
}

/**
 * Holm over all comparisons of the report, those that could not be tested among them (their p is 1): so what is said of one group tells
 * nothing of another. Equivalence likewise over those with an acceptable gap. What could have been seen is at Bonferroni's level, that
 * of Holm's first step.
 */
function judged(tested: readonly Tested[]): GroupGap[] {
  const together = judgedTogether(
    tested.map(({ test, hasMargin }) => ({
      difference: test.pValue ?? 1,
      equivalence: hasMargin ? (test.equivalencePValue ?? 1) : null,
    })),
  );
  return tested.map(({ test, hasMargin: _, ...gap }, place) => {
    const { pValue, equivalencePValue, detectable } = test;
    if (pValue === null) return { ...gap, ...UNTESTED };
    const { holm, equivalenceHolm, verdict } = together[place];
    const told = { pValue, equivalencePValue, holm, equivalenceHolm, verdict };
    return { ...gap, ...told, detectable: detectable(ALPHA / tested.length) };
  });
}

const UNTESTED = {
  ...{ pValue: null, holm: null, equivalencePValue: null, equivalenceHolm: null, detectable: null },
  verdict: 'cannot-tell',
} as const;
