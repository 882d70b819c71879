import { siteGroups } from './groups.ts';
import type { Count, Figure, Report } from './record.ts';
import { isEstimate, isSuppressed } from './record.ts';

/** A figure for programs: estimate with its limits, why it cannot be told, or that it is suppressed. */
export type SummaryFigure =
  | { readonly estimate: number; readonly lower: number; readonly upper: number }
  | { readonly cannotTell: string; readonly point?: number }
  | { readonly suppressed: true };

export interface SiteSummary {
  readonly site: string;
  readonly n: Count;
  /** People behind the studies, and behind those with the outcome. */
  readonly subjects: Count;
  readonly eventSubjects: Count;
  readonly events: Count;
  /** `delong`: DeLong's Wald interval as pROC prints it, for comparison; it covers too rarely near 1. */
  readonly auroc: SummaryFigure & { readonly delong?: { readonly lower: number; readonly upper: number } };
  readonly brier: SummaryFigure;
  readonly observedExpected: SummaryFigure;
  readonly calibrationIntercept: SummaryFigure;
  readonly thresholds: readonly {
    readonly name: string;
    /** null where several weights judged, each at its own value. */
    readonly threshold: number | null;
    readonly sensitivity: SummaryFigure;
    readonly specificity: SummaryFigure;
  }[];
}

/** What `--json` prints: the figures of the primary analysis by site. */
export function summary(report: Report): { readonly sites: readonly SiteSummary[] } {
  const sites = siteGroups(report.primary).map(
    (group): SiteSummary => ({
      site: group.site ?? '',
      n: group.n,
      subjects: group.subjects,
      eventSubjects: group.eventSubjects,
      events: group.events,
      auroc: { ...bare(group.auroc), ...('wald' in group.auroc && { delong: group.auroc.wald }) },
      brier: bare(group.brier),
      observedExpected: bare(group.observedExpected),
      calibrationIntercept: bare(group.calibrationIntercept),
      thresholds: group.thresholds.map(({ name, threshold, sensitivity, specificity }) => ({
        name,
        threshold,
        sensitivity: bare(sensitivity),
        specificity: bare(specificity),
      })),
    }),
  );
  return { sites };
}

function bare(figure: Figure): SummaryFigure {
  if (isEstimate(figure)) return { estimate: figure.estimate, lower: figure.lower, upper: figure.upper };
  if (isSuppressed(figure)) return figure;
  const { cannotTell, point } = figure;
  return { cannotTell, ...(point !== undefined && { point }) };
}
