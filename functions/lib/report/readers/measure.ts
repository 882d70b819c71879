import type { Rater, ReaderStudy } from '#lib/cohort/readers/reader-study.ts';
import { ageBand, ageBands } from '#lib/fairness/groups.ts';
import { auroc } from '#lib/validation/auroc.ts';
import { averagePrecision } from '#lib/validation/average-precision.ts';
import type { ConfusionCounts, Decisions } from '#lib/validation/confusion.ts';
import { decisionMetrics, SEEN } from '#lib/validation/decision-metrics.ts';
import { kappa } from '#lib/validation/kappa.ts';
import { macroAurocOfLabels, macroF1OfLabels, microF1OfLabels } from '#lib/validation/multilabel.ts';
import { partialAuroc } from '#lib/validation/partial-auroc.ts';
import type { Predictions } from '#lib/validation/predictions.ts';
import { quantiles } from '#lib/validation/quantiles.ts';
import { areaUnderRoc, averagePrecisionOf, partialAreaAbove } from '#lib/validation/rank-statistics.ts';
import { cumulativeCounts, rankRows } from '#lib/validation/ranked-rows.ts';
import { fewestDiffering } from '../classes/answers-by-score.ts';
import type { AgeSummary } from '../description.ts';
import { withPoint } from '../with-point.ts';
import {
  type GroupCounts,
  isWholeGroup,
  METRICS,
  type Ranking,
  type RaterResult,
  type RaterSummary,
  type ReaderGroup,
  type ReportedRater,
} from './record.ts';

/** Age bands wide enough for findings that a few in a hundred have. */
const AGE_BOUNDS = [60];

/** Studies of a group, by their numbers. */
export interface GroupRows extends ReaderGroup {
  readonly rows: Uint32Array;
}

/** All studies, then by sex and by age, as far as they are known. */
export function groupsOf({ studies, sex, ageYears }: ReaderStudy): GroupRows[] {
  const all = Uint32Array.from({ length: studies }, (_, row) => row);
  const part = (group: ReaderGroup, isMember: (row: number) => boolean): GroupRows[] => {
    const rows = all.filter(isMember);
    return rows.length === 0 ? [] : [{ ...group, rows }];
  };
  const bySex =
    sex === null
      ? []
      : (['female', 'male', 'unknown'] as const).flatMap((of) =>
          part({ sex: of, ageBand: null }, (row) => sex[row] === of),
        );
  const byAge =
    ageYears === null
      ? []
      : ageBands(AGE_BOUNDS).flatMap((band) =>
          part({ sex: null, ageBand: band }, (row) => ageBand(ageYears[row], AGE_BOUNDS) === band),
        );
  return [{ sex: null, ageBand: null, rows: all }, ...bySex, ...byAge];
}

export function groupCounts({ reference }: ReaderStudy, { rows, ...group }: GroupRows): GroupCounts {
  const events = reference.map((labels) => rows.reduce((total, row) => total + labels[row], 0));
  return { ...group, n: rows.length, events };
}

/** Every rater on every finding in a group. */
export function resultsOf(study: ReaderStudy, group: GroupRows): RaterResult[] {
  const { description, raters, reference } = study;
  return description.labels.flatMap(({ column }, k) =>
    raters.map((rater) => {
      const decisions = decisionsOf(study, group.rows, rater.answers[k], reference[k]);
      const { counts, ...figures } = decisionMetrics(decisions);
      const metrics = METRICS.map((name) => [name, withPoint(figures[name], SEEN[name](counts))] as const);
      return {
        label: column,
        rater: rater.id,
        ...groupOf(group),
        ...countsOf(counts),
        metrics: Object.fromEntries(metrics) as RaterResult['metrics'],
        kappa: kappaOfDecisions(decisions),
      };
    }),
  );
}

const groupOf = ({ sex, ageBand: band }: ReaderGroup): ReaderGroup => ({ sex, ageBand: band });

const countsOf = ({
  truePositives,
  falseNegatives,
  trueNegatives,
  falsePositives,
}: ConfusionCounts): ConfusionCounts => ({
  ...{ truePositives, falseNegatives, trueNegatives, falsePositives },
});

export function decisionsOf(
  study: ReaderStudy,
  rows: Uint32Array,
  positive: Uint8Array,
  labels: Uint8Array,
): Decisions {
  const pick = (values: Uint8Array): Uint8Array => Uint8Array.from(rows, (row) => values[row]);
  return { positive: pick(positive), labels: pick(labels), ...clustersOf(study, rows) };
}

function clustersOf({ clusters }: ReaderStudy, rows: Uint32Array): { readonly clusters?: Int32Array } {
  return clusters === undefined ? {} : { clusters: Int32Array.from(rows, (row) => clusters[row]) };
}

export function kappaOfDecisions({ positive, labels, clusters }: Decisions): ReturnType<typeof kappa> {
  return kappa({ first: positive, second: labels, categories: 2, ...(clusters && { clusters }) });
}

/** Every rater over all findings of a group. */
export function summariesOf(study: ReaderStudy, group: GroupRows): RaterSummary[] {
  const { description, reference, raters } = study;
  const pick = (columns: readonly Uint8Array[]): Uint8Array[] =>
    columns.map((column) => Uint8Array.from(group.rows, (row) => column[row]));
  const set = {
    names: description.labels.map(({ title }) => title),
    labels: pick(reference),
    ...clustersOf(study, group.rows),
  };
  return raters.map((rater) => {
    const answers = pick(rater.answers);
    return {
      rater: rater.id,
      ...groupOf(group),
      macroF1: macroF1OfLabels(set, answers),
      microF1: microF1OfLabels(set, answers),
      macroAuroc: rater.scores === null ? null : macroAurocOfLabels(set, scoresOf(rater.scores, group.rows)),
    };
  });
}

function scoresOf(columns: readonly Float64Array[], rows: Uint32Array): Float64Array[] {
  return columns.map((column) => Float64Array.from(rows, (row) => column[row]));
}

/** Raters with scores: how well these order the studies. */
export function rankingsOf(study: ReaderStudy, group: GroupRows): Ranking[] {
  return study.description.labels.flatMap(({ column }, k) =>
    study.raters.flatMap(({ id, scores }): Ranking[] => {
      if (scores === null) return [];
      const input: Predictions = {
        scores: Float64Array.from(group.rows, (row) => scores[k][row]),
        labels: Uint8Array.from(group.rows, (row) => study.reference[k][row]),
        ...clustersOf(study, group.rows),
      };
      const curve = cumulativeCounts(rankRows(input), input.labels);
      return [
        {
          label: column,
          rater: id,
          ...groupOf(group),
          auroc: withPoint(auroc(input), areaUnderRoc(curve)),
          partialAuroc: withPoint(partialAuroc(input), partialAreaAbove(0.9)(curve)),
          averagePrecision: withPoint(averagePrecision(input), averagePrecisionOf(curve)),
          baseline: input.labels.reduce((total, label) => total + label, 0) / input.labels.length,
          curve: isWholeGroup(group) ? precisionRecall(input) : [],
        },
      ];
    }),
  );
}

/** [recall, precision] wherever recall rises, highest score first; a vertical step would draw points that no threshold gives. */
function precisionRecall(input: Predictions): [number, number][] {
  const ranked = rankRows(input);
  const { truePositives, falsePositives } = cumulativeCounts(ranked, input.labels);
  return [...truePositives].flatMap((found, group): [number, number][] => {
    if (found === (truePositives[group - 1] ?? 0)) return [];
    return [[found / ranked.events, found / (found + falsePositives[group])]];
  });
}

export function ageOf({ ageYears }: ReaderStudy): AgeSummary | null {
  const known = Float64Array.from((ageYears ?? []).filter((age) => age !== null)).sort();
  if (known.length === 0) return null;
  const [lowerQuartileYears, medianYears, upperQuartileYears] = quantiles(known, [0.25, 0.5, 0.75]);
  return {
    ...{ medianYears, lowerQuartileYears, upperQuartileYears },
    minimumYears: known[0],
    maximumYears: known[known.length - 1],
  };
}

export function reportedRater(
  study: ReaderStudy,
  { id, title, kind, formedReference, answers, scores }: Rater,
): ReportedRater {
  const scoresDisagree = study.description.labels.flatMap(({ column }, k) => {
    const differing = scores === null ? 0 : fewestDiffering(answers[k], scores[k]);
    return differing === 0 ? [] : [{ label: column, answers: differing }];
  });
  return { id, title, kind, formedReference, scoresDisagree };
}
