import { RESAMPLED_METRICS } from '#lib/validation/bootstrap-metrics.ts';
import type { SharedView } from '../../chapter.ts';
import { isSmall } from '../../disclosure.ts';
import { type Figure, isEstimate, isSuppressed, SUPPRESSED, wholeOf } from '../../record.ts';
import {
  type CurveStep,
  DETAIL_METRICS,
  type DiscriminationDetail,
  record,
  type SiteDiscrimination,
  type ThresholdDetail,
} from './value.ts';

/** Hospitals with a hidden count stay inside; of the others no number of people leaves, and no curve with a small step. */
export function shareDiscriminationDetail(value: DiscriminationDetail, view: SharedView): DiscriminationDetail {
  const { isOpen, isSettled = () => true } = view;
  return {
    ...value,
    sites: value.sites.map((site) => {
      const whole = wholeOf(site.site);
      if (!isOpen(whole)) return closed(site);
      // Two curves would tell of those who came between them.
      return isSettled(whole) ? open(site) : { ...open(site), curve: [] };
    }),
  };
}

function closed(site: SiteDiscrimination): SiteDiscrimination {
  const hidden = { n: SUPPRESSED, events: SUPPRESSED, baseline: SUPPRESSED };
  return {
    ...site,
    ...hidden,
    averagePrecision: SUPPRESSED,
    partialAuroc: SUPPRESSED,
    thresholds: site.thresholds.map(({ name }) => closedThreshold(name)),
    curve: [],
  };
}

function closedThreshold(name: string): ThresholdDetail {
  return {
    name,
    truePositives: SUPPRESSED,
    falsePositives: SUPPRESSED,
    trueNegatives: SUPPRESSED,
    falseNegatives: SUPPRESSED,
    metrics: record(DETAIL_METRICS, () => SUPPRESSED),
    resampled: record(RESAMPLED_METRICS, () => SUPPRESSED),
  };
}

function open(site: SiteDiscrimination): SiteDiscrimination {
  const share = (figure: Figure): Figure => withoutPeople(figure, site.clustered);
  return {
    ...site,
    averagePrecision: share(site.averagePrecision),
    partialAuroc: share(site.partialAuroc),
    thresholds: site.thresholds.map((at) => ({
      ...at,
      metrics: record(DETAIL_METRICS, (name) => share(at.metrics[name])),
      resampled: record(RESAMPLED_METRICS, (name) => share(at.resampled[name])),
    })),
    curve: safeSteps(site.curve, site.thresholds.flatMap(countsOf)),
  };
}

/** Where people have several studies, `clusters` and the reason for silence count people behind a part of the studies. */
function withoutPeople(figure: Figure, clustered: boolean): Figure {
  if (!clustered || isSuppressed(figure)) return figure;
  if (!isEstimate(figure)) return SUPPRESSED;
  const { clusters: _, ...rest } = figure;
  return rest;
}

/** What is shown at a threshold. */
function countsOf({ truePositives, falsePositives }: ThresholdDetail): Counts[] {
  return isSuppressed(truePositives) || isSuppressed(falsePositives) ? [] : [{ truePositives, falsePositives }];
}

type Counts = Pick<CurveStep, 'truePositives' | 'falsePositives'>;

/**
 * The points from which no count of 1 to 10 follows: neither the four cells at a point nor what lies between it and the one before, or
 * between it and a threshold whose counts are shown. Scores are left out, each being somebody's.
 */
export function safeSteps(curve: readonly CurveStep[], shown: readonly Counts[]): CurveStep[] {
  const last = curve[curve.length - 1];
  if (last === undefined) return [];
  const kept: CurveStep[] = [];
  let before: Counts = { truePositives: 0, falsePositives: 0 };
  for (const step of curve) {
    const others = step === last ? [before] : [before, last, ...shown];
    if (others.some((other) => isNear(step, other))) continue;
    kept.push({ ...step, score: null });
    before = step;
  }
  return kept;
}

const isNear = (a: Counts, b: Counts): boolean =>
  isSmall(Math.abs(a.truePositives - b.truePositives)) || isSmall(Math.abs(a.falsePositives - b.falsePositives));
