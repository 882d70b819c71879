// Temporal validation: the same figures by the year of the reference standard, the one date that studies keep.
import type { AnalysedRow } from '#lib/cohort/select.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { people } from '#lib/validation/counted.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import { logisticRegression } from '#lib/validation/logistic-regression.ts';
import { normalMultiplier } from '#lib/validation/normal.ts';
import { observedExpected } from '#lib/validation/observed-expected.ts';
import { probabilityLogits } from '#lib/validation/probability-logits.ts';
import { tooFewForCalibration } from '#lib/validation/recalibration.ts';
import { LOGIT_LIMIT } from '../../calibration-plot.ts';
import type { SharedView } from '../../chapter.ts';
import { isSmall } from '../../disclosure.ts';
import { clustersOf, MINIMUM_ROWS, peopleOf, predictionsOf } from '../../measure.ts';
import { type Figure, isEstimate, SUPPRESSED, type Suppressed } from '../../record.ts';

/** One year at one hospital, or at all of them (null). */
export interface YearFigures {
  readonly site: string | null;
  readonly year: number;
  readonly n: number;
  readonly events: number;
  readonly auroc: Figure;
  readonly observedExpected: Figure;
}

export interface Years {
  /** Studies whose label carries no year: they are in no row. */
  readonly undated: number | Suppressed;
  /** All hospitals in one heap. */
  readonly all: readonly YearFigures[] | Suppressed;
  /** Empty where there is one hospital. */
  readonly bySite: readonly YearFigures[] | Suppressed;
  /** Change of the log odds of the outcome per year, given score and hospital: 0 is stable calibration. */
  readonly drift: Figure;
}

/** Figures by year; null where labels carry fewer than two different years. */
export function yearsOf(rows: readonly AnalysedRow[], sites: readonly string[]): Years | null {
  const dated = rows.filter(({ labelYear }) => labelYear !== undefined);
  const years = new Set(dated.map(({ labelYear }) => labelYear));
  if (years.size < 2) return null;
  const occupied = sites.filter((site) => rows.some((row) => row.site === site));
  return {
    undated: rows.length - dated.length,
    all: byYear(null, dated),
    bySite:
      occupied.length < 2
        ? []
        : occupied.flatMap((site) =>
            byYear(
              site,
              dated.filter((row) => row.site === site),
            ),
          ),
    drift: driftOf(dated),
  };
}

function byYear(site: string | null, rows: readonly AnalysedRow[]): YearFigures[] {
  const groups = [...Map.groupBy(rows, ({ labelYear }) => labelYear ?? 0)].sort(([a], [b]) => a - b);
  return groups.map(([year, of]) => yearFigures(site, year, of));
}

function yearFigures(site: string | null, year: number, rows: readonly AnalysedRow[]): YearFigures {
  const predictions = predictionsOf(rows);
  const withOutcome = rows.filter(({ label }) => label === 1);
  const counts = { n: rows.length, events: withOutcome.length };
  const count = peopleOf(withOutcome);
  const refusal: CannotTell | undefined =
    count < MINIMUM_ROWS
      ? { cannotTell: `${people(count)} with the outcome, fewer than ${MINIMUM_ROWS}`, ...counts }
      : undefined;
  return {
    ...{ site, year, ...counts },
    auroc: refusal ?? auroc(predictions),
    observedExpected: refusal ?? observedExpected(predictions),
  };
}

/** Logistic regression on the year with the logit of the score as offset and an intercept for each hospital; people are clusters. */
function driftOf(rows: readonly AnalysedRow[]): Estimate | CannotTell {
  const predictions = predictionsOf(rows);
  const events = rows.filter(({ label }) => label === 1).length;
  const counts = { n: rows.length, events };
  const refusal = tooFewForCalibration(predictions, events);
  if (refusal) return refusal;
  const sites = [...new Set(rows.map(({ site }) => site))];
  const first = Math.min(...rows.map(({ labelYear }) => labelYear ?? Number.POSITIVE_INFINITY));
  const { logits } = probabilityLogits(predictions.scores, LOGIT_LIMIT);
  const clusters = clustersOf(rows);
  const fit = logisticRegression({
    columns: [
      Float64Array.from(rows, ({ labelYear }) => (labelYear ?? first) - first),
      ...sites.map((site) => Float64Array.from(rows, (row) => Number(row.site === site))),
    ],
    labels: predictions.labels,
    offset: logits,
    ...(clusters !== undefined && { clusters }),
  });
  if (fit === undefined)
    return { cannotTell: 'years and hospitals coincide, or a hospital has one class only', ...counts };
  const estimate = fit.coefficients[0];
  const half = normalMultiplier(0.95) * Math.sqrt(fit.covariance[0][0]);
  const variance = clusters === undefined ? '' : ', cluster sandwich variance';
  return {
    ...{ estimate, lower: estimate - half, upper: estimate + half, level: 0.95 },
    method: `change of the log odds per year given score and hospital, Wald interval${variance}`,
    ...counts,
  };
}

/** Years are new counts: they are shown only where none of them is small, every hospital is open, and none was told of otherwise before. */
export function shareYears(
  years: Years,
  sites: readonly string[],
  { isOpen, shows, isSettled = () => true }: SharedView,
): Years {
  const { undated, all, bySite, drift } = years;
  const hasSmall = (rows: Years['all']): boolean =>
    Array.isArray(rows) && rows.some(({ n, events }) => [n, events, n - events].some(isSmall));
  const wholeShown = ['n', 'events', 'nonEvents'].every((count) => shows({}, count));
  const undatedSmall = typeof undated === 'number' && isSmall(undated);
  const isToldAnew = ![{}, ...sites.map((site) => ({ site }))].every(isSettled);
  const allHidden = isToldAnew || !wholeShown || undatedSmall || hasSmall(all);
  const sitesHidden = allHidden || hasSmall(bySite) || !sites.every((site) => isOpen({ site }));
  return {
    undated: allHidden ? SUPPRESSED : undated,
    all: allHidden ? SUPPRESSED : all,
    bySite: sitesHidden && !(Array.isArray(bySite) && bySite.length === 0) ? SUPPRESSED : bySite,
    drift: allHidden ? SUPPRESSED : drift,
  };
}

/** The year-to-year change as an odds ratio, for sentences. */
export function driftRatio({ drift }: Years): { estimate: number; lower: number; upper: number } | null {
  if (!isEstimate(drift)) return null;
  return { estimate: Math.exp(drift.estimate), lower: Math.exp(drift.lower), upper: Math.exp(drift.upper) };
}
