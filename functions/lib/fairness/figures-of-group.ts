import { tooFewOf } from '#lib/validation/auroc.ts';
import { type ClusteredCounts, proportionOfClusters } from '#lib/validation/clustered-proportion.ts';
import type { CannotTell, Estimate } from '#lib/validation/estimate.ts';
import type { GroupPerformance } from '#lib/validation/grouped/performance.ts';
import { proportion } from '#lib/validation/proportion.ts';
import { effectiveOf } from './effective-counts.ts';
import { FEWEST_PEOPLE, type GroupFigures, type RateMetric, tooFewPeople } from './group-figures.ts';

const RATES: readonly RateMetric[] = [
  'sensitivity',
  'falsePositiveRate',
  'positivePredictiveValue',
  'negativePredictiveValue',
  'flagRate',
];

/** What gaps are made of, from the figures of a group of a large table: the same as `groupFigures` makes from its rows. */
export function figuresOfGroup(
  group: string,
  own: GroupPerformance,
  thresholds: readonly { readonly name: string }[],
): GroupFigures {
  const { n, events, withEvents, withNonEvents } = own;
  const counts = { n, events, eventPeople: withEvents, nonEventPeople: withNonEvents };
  const clustered = own.clusters !== undefined;
  return {
    ...{ group, ...counts, people: own.clusters ?? n },
    prevalence: shareOf(own.prevalence, clustered),
    confusions: own.thresholds.map(({ truePositives, falseNegatives, falsePositives, trueNegatives }, place) => ({
      ...{ threshold: thresholds[place].name, truePositives, falseNegatives, falsePositives, trueNegatives },
    })),
    rates: own.thresholds.flatMap(({ counts: rates }, place) =>
      RATES.map((metric) => ({
        metric,
        threshold: thresholds[place].name,
        figure: shareOf(rates[metric], clustered),
        counts: effectiveOf(rates[metric]),
      })),
    ),
    auroc: tooFewOf(own, FEWEST_PEOPLE) ?? own.auroc,
    observedExpected: tooFewPeople(counts) ?? own.observedExpected,
    intercept: own.intercept,
  };
}

/** A share of a group with its interval. */
export function shareOf(counts: ClusteredCounts, clustered: boolean): Estimate | CannotTell {
  const options = { minimumRows: FEWEST_PEOPLE };
  return clustered ? proportionOfClusters(counts, options) : proportion(counts.events, counts.n, options);
}
