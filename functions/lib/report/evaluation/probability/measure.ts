import { NOT_GIVEN, SITE } from '#lib/cohort/evaluation/evaluated-studies.ts';
import type { ProbabilityAnswers } from '#lib/cohort/evaluation/probability-answers.ts';
import { shareOf } from '#lib/fairness/figures-of-group.ts';
import { type GroupPerformance, groupedPerformance } from '#lib/validation/grouped/performance.ts';
import { summaryOfGroup } from '#lib/validation/grouped/site-summaries.ts';
import type { GroupedPredictions } from '#lib/validation/grouped/table.ts';
import { poolSummaries } from '#lib/validation/pool-summaries.ts';
import { calibrationBin, calibrationPlot, LOGIT_LIMIT, scoreHistogram } from '../../calibration-plot.ts';
import { plainEstimate } from '../../chapters/fairness/compute.ts';
import type { Hospitals } from '../../chapters/hospitals/value.ts';
import type { CalibrationPlot } from '../../record.ts';
import type { GroupCount } from '../record.ts';
import { comparedGroups, isReadable } from './compared.ts';
import type { Combination, DecisionResult, ProbabilityFigures, ProbabilityResults } from './record.ts';

export interface MeasuredProbabilities {
  readonly results: ProbabilityResults;
  readonly groups: readonly GroupCount[];
}

/** All studies, every site and group, and every two of them at once. */
export function measureProbabilities({ description, studies, table }: ProbabilityAnswers): MeasuredProbabilities {
  const { thresholds = [], intersections = true } = description;
  const performances = groupedPerformance(table, {
    thresholds: thresholds.map(({ value }) => value),
    clipTo: LOGIT_LIMIT,
    intersections: intersections && isReadable,
  });
  const [whole, ...others] = performances;
  const figures = (own: GroupPerformance) => figuresOf(own, thresholds, studies.knowsSubjects);
  const single = others.filter(({ group }) => group.length === 1);
  const groups = [
    { group: null, value: null, ...figures(whole) },
    ...single.map((own) => ({ group: own.group[0].column, value: own.group[0].value, ...figures(own) })),
  ];
  const pairs = [
    ...Map.groupBy(
      others.filter(({ group }) => group.length === 2),
      ({ group }) => group.map(({ column }) => column).join('\n'),
    ).values(),
  ];
  return {
    groups: groups.map(({ group, value, n, subjects }) => ({ group, value, n, subjects })),
    results: {
      kind: 'probability',
      event: description.event,
      thresholds,
      only: description.only === undefined ? null : { ...description.only, value: String(description.only.value) },
      groups,
      calibration: calibrationOf(table, whole),
      hospitals: hospitalsOf(single, thresholds),
      fairness: comparedGroups({ description, table }, performances),
      pairs: pairs.map((own) => ({
        columns: [own[0].group[0].column, own[0].group[1].column],
        combinations: own.map(
          (one): Combination => ({ values: [one.group[0].value, one.group[1].value], ...figures(one) }),
        ),
        hidden: false,
      })),
    },
  };
}

type Thresholds = ProbabilityResults['thresholds'];

function figuresOf(own: GroupPerformance, thresholds: Thresholds, knowsSubjects: boolean): ProbabilityFigures {
  const { n, events, auroc, brier, observedExpected, intercept, slope } = own;
  return {
    ...{ n, events, nonEvents: n - events },
    subjects: knowsSubjects ? (own.clusters ?? n) : null,
    eventSubjects: knowsSubjects ? own.withEvents : null,
    nonEventSubjects: knowsSubjects ? own.withNonEvents : null,
    prevalence: shareOf(own.prevalence, own.clusters !== undefined),
    auroc: plainEstimate(auroc),
    ...{ brier, observedExpected, intercept, slope },
    bins: own.calibrationGroups.map((group) => calibrationBin(group)),
    thresholds: own.thresholds.map(
      ({ counts: _, ...at }, place): DecisionResult => ({ name: thresholds[place].name, ...at }),
    ),
  };
}

/** Studies up to which a smooth curve is drawn: of more, groups of a tenth each say as much. */
const MOST_OF_CURVE = 200_000;

function calibrationOf(table: GroupedPredictions, whole: GroupPerformance): CalibrationPlot {
  const { n, events } = whole;
  if (n <= MOST_OF_CURVE) return calibrationPlot(ALL, table);
  return {
    site: ALL,
    bins: whole.calibrationGroups.map((group) => calibrationBin(group)),
    curve: { cannotTell: `of more than ${MOST_OF_CURVE} studies the tenths say as much`, n, events },
    histogram: scoreHistogram(table),
  };
}

const ALL = 'All studies';

function hospitalsOf(single: readonly GroupPerformance[], thresholds: Thresholds): Hospitals | null {
  const sites = single.filter(({ group: [{ column, value }] }) => column === SITE && value !== NOT_GIVEN);
  if (sites.length === 0) return null;
  const summaries = sites.map((own) => summaryOfGroup(own.group[0].value, own, thresholds));
  return { schema: 'tricuspid/hospitals/1', summaries, measures: poolSummaries(summaries), years: null };
}
