// Performance expected without labels beside performance seen with them.

import type { AnalysedRow, UnlabelledRow } from '#lib/cohort/select.ts';
import { FEWEST_COMPARED } from '#lib/drift/compare-populations.ts';
import { type Expected, expectedPerformance } from '#lib/drift/confidence-performance.ts';
import { thresholdOf } from '#lib/inference/contract.ts';
import { limitFigure } from '#lib/limits/figure.ts';
import type { Random } from '#lib/simulate/random.ts';
import type { AurocEstimate } from '#lib/validation/auroc.ts';
import { isCannotTell } from '#lib/validation/estimate.ts';
import type { ChapterInput, SharedView } from '../../chapter.ts';
import { type Count, type Figure, SUPPRESSED } from '../../record.ts';

export interface ExpectedFigure {
  readonly measure: 'AUROC' | 'sensitivity' | 'specificity';
  /** If every score were the true probability; null where it cannot be told. */
  readonly expected: Expected | null;
  readonly realised: AurocEstimate | Figure;
  /** The realised figure lies outside the range of such realisations; null where one of the two is missing. */
  readonly contradicts: boolean | null;
}

/** At one site: of the labelled studies, where both can be seen, and of those without label, where only one can. */
export interface ExpectedAtSite {
  readonly site: string;
  readonly labelled: Count;
  readonly figures: readonly ExpectedFigure[];
  readonly unlabelled: {
    readonly n: Count;
    readonly figures: readonly Omit<ExpectedFigure, 'realised' | 'contradicts'>[];
  } | null;
}

const MEASURES = ['AUROC', 'sensitivity', 'specificity'] as const;
/** All figures of a hospital lie inside their ranges at 95 % of hospitals that keep what the scores promise (Bonferroni). */
const LEVEL = 1 - 0.05 / MEASURES.length;
/** Beyond this many scores fewer replicates do. */
const MANY = 20_000;

export function expectedOf({ rows, unlabelled, sites, model }: ChapterInput, draw: Random): ExpectedAtSite[] {
  const at = model.thresholds[0];
  if (at === undefined) return [];
  const of = (studies: readonly (AnalysedRow | UnlabelledRow)[], name: string) => {
    const scores = Float64Array.from(studies, ({ score }) => score);
    const margins = Float64Array.from(studies, ({ score, file }) => score - thresholdOf(at, file));
    const replicates = scores.length > MANY ? 200 : 1000;
    const result = expectedPerformance(scores, margins, { random: draw.fork(name), replicates, level: LEVEL });
    return {
      AUROC: result.auroc ?? null,
      sensitivity: result.sensitivity ?? null,
      specificity: result.specificity ?? null,
    };
  };
  return sites.flatMap((site) => {
    const here = rows.filter((row) => row.site === site);
    const without = unlabelled.filter((row) => row.site === site);
    if (Math.max(here.length, without.length) < FEWEST_COMPARED) return [];
    const seen = here.length < FEWEST_COMPARED ? undefined : of(here, `expected ${site}`);
    const unseen = without.length < FEWEST_COMPARED ? undefined : of(without, `unlabelled ${site}`);
    return [
      {
        site,
        labelled: here.length,
        figures:
          seen === undefined ? [] : MEASURES.map((measure) => beside(measure, seen[measure], here, model.thresholds)),
        unlabelled:
          unseen === undefined
            ? null
            : { n: without.length, figures: MEASURES.map((measure) => ({ measure, expected: unseen[measure] })) },
      },
    ];
  });
}

function beside(
  measure: ExpectedFigure['measure'],
  expected: Expected | null,
  rows: readonly AnalysedRow[],
  thresholds: ChapterInput['model']['thresholds'],
): ExpectedFigure {
  const realised = limitFigure(
    { kind: 'bound', text: measure, measure, where: {}, side: 'lower', value: 0 },
    rows,
    thresholds,
    0.95,
  );
  const isOutside = (value: number, range: Expected) => value < range.lower || value > range.upper;
  const contradicts = expected === null || isCannotTell(realised) ? null : isOutside(realised.estimate, expected);
  return { measure, expected, realised, contradicts };
}

/** Hidden with its hospital; how many have no label is counted in the flow, which hides it where it must. */
export function shareExpected(at: ExpectedAtSite, view: SharedView): ExpectedAtSite[] {
  if (!view.isOpen({ site: at.site })) return [];
  return [
    { ...at, labelled: SUPPRESSED, unlabelled: at.unlabelled === null ? null : { ...at.unlabelled, n: SUPPRESSED } },
  ];
}
