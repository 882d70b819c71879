import type { AnalysedRow } from '#lib/cohort/select.ts';
import { type ModelContract, thresholdOf } from '#lib/inference/contract.ts';
import { poolSummaries } from '#lib/validation/pool-summaries.ts';
import type { PooledMeasure } from '#lib/validation/pooled-measure.ts';
import { type Absent, type SiteSummary, siteSummary } from '#lib/validation/site-summary.ts';
import { LOGIT_LIMIT } from '../../calibration-plot.ts';
import type { ChapterInput, SharedView } from '../../chapter.ts';
import { predictionsOf } from '../../measure.ts';
import { shareYears, type Years, yearsOf } from './years.ts';

/** Differences between hospitals: everything but the years is computed from the summaries alone. */
export interface Hospitals {
  readonly schema: 'tricuspid/hospitals/1';
  /** One record per hospital, without rows: reports of other hospitals can be pooled with these (`tricuspid pool`). */
  readonly summaries: readonly SiteSummary[];
  readonly measures: readonly PooledMeasure[];
  /** Null where labels carry fewer than two years. */
  readonly years: Years | null;
}

/** Said in place of a figure that the shareable edition hides. */
export const HIDDEN_FIGURE: Absent = { absent: 'hidden in the shareable report (counts of 1 to 10)' };

/** Figures of the internal report; null without a hospital. */
export function hospitalsOf({ rows, sites, model }: ChapterInput): Hospitals | null {
  const bySite = Map.groupBy(rows, ({ site }) => site);
  const summaries = sites.flatMap((site) => {
    const here = bySite.get(site);
    return here === undefined ? [] : [summaryOf(site, here, model)];
  });
  return summaries.length === 0 ? null : ofSummaries(summaries, yearsOf(rows, sites));
}

const ofSummaries = (summaries: readonly SiteSummary[], years: Years | null): Hospitals => ({
  schema: 'tricuspid/hospitals/1',
  summaries,
  measures: poolSummaries(summaries),
  years,
});

function summaryOf(site: string, rows: readonly AnalysedRow[], { thresholds }: ModelContract): SiteSummary {
  return siteSummary({
    site,
    predictions: predictionsOf(rows),
    thresholds: thresholds.map((at) => ({
      name: at.name,
      positive: Uint8Array.from(rows, ({ score, file }) => Number(score >= thresholdOf(at, file))),
    })),
    clipTo: LOGIT_LIMIT,
  });
}

/**
 * What may leave: summaries of hospitals whose counts are shown, and the pooled figures of these only. A pooled figure of
 * all hospitals beside the figures of all but one would give the hidden one away.
 */
export function shareHospitals({ summaries, years }: Hospitals, view: SharedView): Hospitals {
  const sites = summaries.map(({ site }) => site);
  const shown = summaries.map((summary) => shareSummary(summary, view));
  return ofSummaries(shown, years && shareYears(years, sites, view));
}

function shareSummary(summary: SiteSummary, { shows }: SharedView): SiteSummary {
  const { site, thresholds } = summary;
  const all = (counts: readonly string[]) => counts.every((count) => shows({ site }, count));
  if (!all(['n', 'events', 'nonEvents'])) return hiddenSummary(summary);
  return {
    ...summary,
    thresholds: thresholds.map(({ name, sensitivity, specificity }, i) => ({
      name,
      sensitivity: all([`truePositives ${i}`, `falseNegatives ${i}`]) ? sensitivity : HIDDEN_FIGURE,
      specificity: all([`trueNegatives ${i}`, `falsePositives ${i}`]) ? specificity : HIDDEN_FIGURE,
    })),
  };
}

const hiddenSummary = ({ site, thresholds }: SiteSummary): SiteSummary => ({
  ...{ site, n: null, events: null },
  ...{ auroc: HIDDEN_FIGURE, observedExpected: HIDDEN_FIGURE, calibrationSlope: HIDDEN_FIGURE, caseMix: HIDDEN_FIGURE },
  thresholds: thresholds.map(({ name }) => ({ name, sensitivity: HIDDEN_FIGURE, specificity: HIDDEN_FIGURE })),
});
